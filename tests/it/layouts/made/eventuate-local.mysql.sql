
CREATE TABLE events (event_id varchar(200) PRIMARY KEY, event_type varchar(200), event_data varchar(200) NOT NULL, entity_type varchar(200) NOT NULL, entity_id varchar(200) NOT NULL, triggering_event varchar(200), metadata varchar(200), published smallint DEFAULT 0);
CREATE TABLE entities (entity_type varchar(200), entity_id varchar(200), entity_version varchar(200) NOT NULL, PRIMARY KEY (entity_type, entity_id));
CREATE TABLE snapshots (entity_type varchar(200), entity_id varchar(200), entity_version varchar(200), snapshot_type varchar(200) NOT NULL, snapshot_json varchar(200) NOT NULL, triggering_events varchar(200), PRIMARY KEY (entity_type, entity_id, entity_version));
INSERT INTO events (event_id, event_type, event_data, entity_type, entity_id, triggering_event, metadata) VALUES
 ('000001955b72b902-0242ac1100020000', 'com.acme.PaymentRequested', '{"paymentId": "pay-2", "amount": 12}', 'com.acme.Payment', 'pay-2', NULL, NULL),
 ('000001955b72b906-0242ac1100020001', 'com.acme.PaymentRequested', '{"paymentId": "pay-6", "amount": 16}', 'com.acme.Payment', 'pay-6', NULL, '{"correlation_id": "b97f9b84-d636-5724-958d-81ccc07247de"}'),
 ('000001955b72b903-0242ac1100020000', 'com.acme.PaymentRequested', '{"paymentId": "pay-3", "amount": 13}', 'com.acme.Payment', 'pay-3', NULL, '{"correlation_id": "fecd9a78-5bb6-50f1-a2f2-b1235490da43"}'),
 ('000001955b72b903-0242ac1100020002', 'com.acme.OrderPlaced', '{"orderId": "ord-4", "total": 14}', 'com.acme.Order', 'ord-4', NULL, '{"correlation_id": "51aa72f8-a36d-5f9a-b038-899f2bd7d3bc"}'),
 ('000001955b72b906-0242ac1100020000', 'com.acme.ItemAdded', '{"sku": "SKU-1", "quantity": 6}', 'com.acme.Order', 'ord-6', NULL, NULL),
 ('000001955b72b905-0242ac1100020002', 'com.acme.OrderPlaced', '{"orderId": "ord-6", "total": 16}', 'com.acme.Order', 'ord-6', NULL, '{"correlation_id": "b97f9b84-d636-5724-958d-81ccc07247de"}'),
 ('000001955b72b902-0242ac1100020001', 'com.acme.OrderPlaced', '{"orderId": "ord-3", "total": 13}', 'com.acme.Order', 'ord-3', NULL, '{"correlation_id": "fecd9a78-5bb6-50f1-a2f2-b1235490da43"}'),
 ('000001955b72b906-0242ac1100020002', 'com.acme.OrderCancelled', '{"reason": "Kunde sagt \"nein\" \u2013 \u00fcn\u00efcode"}', 'com.acme.Order', 'ord-6', '000001955b72b906-0242ac1100020001', NULL),
 ('000001955b72b905-0242ac1100020000', 'com.acme.ItemAdded', '{"sku": "SKU-2", "quantity": 5}', 'com.acme.Order', 'ord-5', '000001955b72b904-0242ac1100020002', '{"correlation_id": "f9a38183-46be-53b4-b351-44faebca4657"}'),
 ('000001955b72b901-0242ac1100020001', 'com.acme.OrderPlaced', '{"orderId": "ord-2", "total": 12}', 'com.acme.Order', 'ord-2', NULL, NULL),
 ('000001955b72b904-0242ac1100020002', 'com.acme.OrderPlaced', '{"orderId": "ord-5", "total": 15}', 'com.acme.Order', 'ord-5', NULL, NULL),
 ('000001955b72b904-0242ac1100020000', 'com.acme.ItemAdded', '{"sku": "SKU-1", "quantity": 4}', 'com.acme.Order', 'ord-4', NULL, NULL),
 ('000001955b72b900-0242ac1100020001', 'com.acme.OrderPlaced', '{"orderId": "ord-1", "total": 11}', 'com.acme.Order', 'ord-1', NULL, '{"correlation_id": "5ccc4c19-ed81-5898-9d75-bbc978566a6a"}'),
 ('000001955b72b904-0242ac1100020001', 'com.acme.PaymentRequested', '{"paymentId": "pay-4", "amount": 14}', 'com.acme.Payment', 'pay-4', NULL, '{"correlation_id": "51aa72f8-a36d-5f9a-b038-899f2bd7d3bc"}'),
 ('000001955b72b905-0242ac1100020001', 'com.acme.PaymentRequested', '{"paymentId": "pay-5", "amount": 15}', 'com.acme.Payment', 'pay-5', NULL, NULL),
 ('000001955b72b900-0242ac1100020002', 'com.acme.ItemAdded', '{"sku": "SKU-2", "quantity": 1}', 'com.acme.Order', 'ord-1', NULL, NULL),
 ('000001955b72b902-0242ac1100020002', 'com.acme.ItemAdded', '{"sku": "SKU-2", "quantity": 3}', 'com.acme.Order', 'ord-3', NULL, NULL),
 ('000001955b72b903-0242ac1100020001', 'com.acme.OrderCancelled', '{"reason": "Kunde sagt \"nein\" \u2013 \u00fcn\u00efcode"}', 'com.acme.Order', 'ord-3', '000001955b72b903-0242ac1100020000', NULL),
 ('000001955b72b901-0242ac1100020002', 'com.acme.ItemAdded', '{"sku": "SKU-1", "quantity": 2}', 'com.acme.Order', 'ord-2', '000001955b72b901-0242ac1100020001', '{"correlation_id": "5da38ad9-dc4d-5d7e-98f8-89aefa2a1ca1"}'),
 ('000001955b72b901-0242ac1100020000', 'com.acme.PaymentRequested', '{"paymentId": "pay-1", "amount": 11}', 'com.acme.Payment', 'pay-1', NULL, '{"correlation_id": "5ccc4c19-ed81-5898-9d75-bbc978566a6a"}');
INSERT INTO snapshots VALUES ('com.acme.Order', 'ord-6', '000001955b72b906-0242ac1100020002', 'com.acme.State', '{}', NULL);
