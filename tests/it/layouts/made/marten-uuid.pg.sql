CREATE SCHEMA shop;
CREATE SCHEMA shop_events;
CREATE SEQUENCE shop_events.mt_events_sequence;
CREATE TABLE shop_events.mt_streams (id uuid NOT NULL, type varchar, version bigint, "timestamp" timestamptz NOT NULL DEFAULT now(), created timestamptz NOT NULL DEFAULT now(), tenant_id varchar DEFAULT '*DEFAULT*', is_archived bool DEFAULT false, PRIMARY KEY (tenant_id, id));
CREATE TABLE shop_events.mt_events (seq_id bigint NOT NULL, id uuid NOT NULL, stream_id uuid, version bigint NOT NULL, data jsonb NOT NULL, bdata bytea, type varchar(500) NOT NULL, "timestamp" timestamptz NOT NULL, tenant_id varchar DEFAULT '*DEFAULT*', mt_dotnet_type varchar, headers jsonb, is_archived bool DEFAULT false) PARTITION BY LIST (is_archived);
CREATE TABLE shop_events.mt_events_default PARTITION OF shop_events.mt_events DEFAULT;
CREATE TABLE shop_events.mt_events_archived PARTITION OF shop_events.mt_events FOR VALUES IN (true);
CREATE TABLE shop_events.mt_event_progression (name varchar PRIMARY KEY, last_seq_id bigint, last_updated timestamptz DEFAULT now(), agent_status varchar, pause_reason varchar, failure_event_sequence bigint, failure_event_type varchar);
CREATE TABLE shop.mt_doc_order (id uuid PRIMARY KEY, data jsonb NOT NULL, mt_last_modified timestamptz, mt_version uuid, mt_dotnet_type varchar);
CREATE TABLE shop.mt_doc_customer (id uuid PRIMARY KEY, data jsonb NOT NULL, mt_last_modified timestamptz, mt_version uuid, mt_dotnet_type varchar);
INSERT INTO shop_events.mt_streams (id, type, version, tenant_id, is_archived) VALUES
 ('5f3fd38f-0569-553c-bf6e-72378e74899e', 'order', 2, '*DEFAULT*', true),
 ('49fa55a1-7a68-5b19-adde-370d63a254bd', 'payment', 1, '*DEFAULT*', false),
 ('cd2ee96a-7e6e-5de2-a56f-f297cd608c28', 'order', 2, 'acme', false),
 ('2f3f1075-0df8-5936-8fc0-21165f1306a8', 'payment', 1, '*DEFAULT*', false),
 ('8110b9cd-72da-532f-80a1-2226c2582af3', 'order', 3, '*DEFAULT*', false),
 ('6bcbad41-86dd-5588-adab-08e9c7dbc319', 'payment', 1, '*DEFAULT*', false),
 ('5ad02f8e-905d-5476-a0c2-b77f9242bf8f', 'order', 2, '*DEFAULT*', false),
 ('c720dd6d-bcd6-5ecd-96be-be6ab08698db', 'payment', 1, '*DEFAULT*', false),
 ('43d8dfe6-256d-51cf-a7a3-8afb18120899', 'order', 2, '*DEFAULT*', false),
 ('694f3c01-9bb2-5ea7-9606-cd613554e564', 'payment', 1, '*DEFAULT*', false),
 ('5393cde5-7487-5df8-9810-f2e9901e65bc', 'order', 3, '*DEFAULT*', false),
 ('3f018719-b356-56e8-b29a-fd927183d455', 'payment', 1, '*DEFAULT*', false);
INSERT INTO shop_events.mt_streams (id, type, version, tenant_id) VALUES ('5f3fd38f-0569-553c-bf6e-72378e74899e', 'order', 1, 'acme');
INSERT INTO shop_events.mt_events (seq_id, id, stream_id, version, data, bdata, type, "timestamp", tenant_id, headers, is_archived) VALUES
 (1, '996ad860-2a9a-504f-8861-aeafd0b2ae29', '5f3fd38f-0569-553c-bf6e-72378e74899e', 1, '{"orderId": "ord-1", "total": 11}', NULL, 'order_placed', '2025-03-03 10:00:01.001+00', '*DEFAULT*', '{"correlation_id": "5ccc4c19-ed81-5898-9d75-bbc978566a6a", "user-id": "bob"}', true),
 (2, '59e06cf8-f390-5093-af2e-3685be593a25', '5f3fd38f-0569-553c-bf6e-72378e74899e', 2, '{"sku": "SKU-2", "quantity": 1}', NULL, 'item_added', '2025-03-03 10:00:02.002+00', '*DEFAULT*', '{"correlation_id": "5ccc4c19-ed81-5898-9d75-bbc978566a6a", "user-id": "bob"}', true),
 (3, '391ada15-580c-5baa-b16f-eeb35d9b1122', '49fa55a1-7a68-5b19-adde-370d63a254bd', 1, '{"paymentId": "pay-1", "amount": 11}', NULL, 'payment_requested', '2025-03-03 10:00:03.003+00', '*DEFAULT*', '{"correlation_id": "5ccc4c19-ed81-5898-9d75-bbc978566a6a", "user-id": "bob"}', false),
 (4, '22fe83ae-a20f-54fc-b436-cec85c94c5e8', 'cd2ee96a-7e6e-5de2-a56f-f297cd608c28', 1, '{"orderId": "ord-2", "total": 12}', NULL, 'order_placed', '2025-03-03 10:00:04.004+00', 'acme', '{"correlation_id": "5da38ad9-dc4d-5d7e-98f8-89aefa2a1ca1", "user-id": "bob"}', false),
 (5, 'b7d55bf4-7057-5113-85c8-141871bf7635', 'cd2ee96a-7e6e-5de2-a56f-f297cd608c28', 2, '{"sku": "SKU-1", "quantity": 2}', NULL, 'item_added', '2025-03-03 10:00:05.005+00', 'acme', '{"correlation_id": "5da38ad9-dc4d-5d7e-98f8-89aefa2a1ca1", "user-id": "bob"}', false),
 (6, '1883fdfb-249b-58f5-b445-87dff6eabc06', '2f3f1075-0df8-5936-8fc0-21165f1306a8', 1, '{"paymentId": "pay-2", "amount": 12}', NULL, 'payment_requested', '2025-03-03 10:00:06.006+00', '*DEFAULT*', '{"correlation_id": "5da38ad9-dc4d-5d7e-98f8-89aefa2a1ca1", "user-id": "bob"}', false),
 (7, 'd6ed313e-533a-55a6-aa06-4c00bc132812', '8110b9cd-72da-532f-80a1-2226c2582af3', 1, '{}', '\x00ff01', 'order_placed', '2025-03-03 10:00:07.007+00', '*DEFAULT*', '{"correlation_id": "fecd9a78-5bb6-50f1-a2f2-b1235490da43", "user-id": "bob"}', false),
 (8, '9090025d-5d06-58f1-b79a-3690407024fc', '8110b9cd-72da-532f-80a1-2226c2582af3', 2, '{"sku": "SKU-2", "quantity": 3}', NULL, 'item_added', '2025-03-03 10:00:08.008+00', '*DEFAULT*', '{"correlation_id": "fecd9a78-5bb6-50f1-a2f2-b1235490da43", "user-id": "bob"}', false),
 (9, '751af8b4-32a7-55bc-9fad-8bfbcbbf4237', '6bcbad41-86dd-5588-adab-08e9c7dbc319', 1, '{"paymentId": "pay-3", "amount": 13}', NULL, 'payment_requested', '2025-03-03 10:00:09.009+00', '*DEFAULT*', '{"correlation_id": "fecd9a78-5bb6-50f1-a2f2-b1235490da43", "user-id": "bob"}', false),
 (10, '305f5e8d-e48d-5c3a-8ce3-446622dd8a8a', '8110b9cd-72da-532f-80a1-2226c2582af3', 3, '{"reason": "Kunde sagt \"nein\" \u2013 \u00fcn\u00efcode"}', NULL, 'order_cancelled', '2025-03-03 10:00:10.010+00', '*DEFAULT*', '{"correlation_id": "fecd9a78-5bb6-50f1-a2f2-b1235490da43", "user-id": "bob"}', false),
 (11, 'a4c08562-50fa-5599-939c-eb6f2a83a362', '5ad02f8e-905d-5476-a0c2-b77f9242bf8f', 1, '{"orderId": "ord-4", "total": 14}', NULL, 'order_placed', '2025-03-03 10:00:11.011+00', '*DEFAULT*', '{"correlation_id": "51aa72f8-a36d-5f9a-b038-899f2bd7d3bc", "user-id": "bob"}', false),
 (12, 'd35aeaf3-5d1d-535a-a31a-22133ddf5f3d', '5ad02f8e-905d-5476-a0c2-b77f9242bf8f', 2, '{"sku": "SKU-1", "quantity": 4}', NULL, 'item_added', '2025-03-03 10:00:12.012+00', '*DEFAULT*', '{"correlation_id": "51aa72f8-a36d-5f9a-b038-899f2bd7d3bc", "user-id": "bob"}', false),
 (13, '61c97311-bb14-5679-99fc-98497a701292', 'c720dd6d-bcd6-5ecd-96be-be6ab08698db', 1, '{"paymentId": "pay-4", "amount": 14}', NULL, 'payment_requested', '2025-03-03 10:00:13.013+00', '*DEFAULT*', '{"correlation_id": "51aa72f8-a36d-5f9a-b038-899f2bd7d3bc", "user-id": "bob"}', false),
 (14, '1bb138f7-5f19-587c-8a25-fb174eabf441', '43d8dfe6-256d-51cf-a7a3-8afb18120899', 1, '{"orderId": "ord-5", "total": 15}', NULL, 'order_placed', '2025-03-03 10:00:14.014+00', '*DEFAULT*', '{"correlation_id": "f9a38183-46be-53b4-b351-44faebca4657", "user-id": "bob"}', false),
 (15, 'be6c2a5f-4160-5145-8695-c628496b208d', '43d8dfe6-256d-51cf-a7a3-8afb18120899', 2, '{"sku": "SKU-2", "quantity": 5}', NULL, 'item_added', '2025-03-03 10:00:15.015+00', '*DEFAULT*', '{"correlation_id": "f9a38183-46be-53b4-b351-44faebca4657", "user-id": "bob"}', false),
 (16, '7dbed579-ec83-5f9b-8aa3-1c40e858acfc', '694f3c01-9bb2-5ea7-9606-cd613554e564', 1, '{"paymentId": "pay-5", "amount": 15}', NULL, 'payment_requested', '2025-03-03 10:00:16.016+00', '*DEFAULT*', '{"correlation_id": "f9a38183-46be-53b4-b351-44faebca4657", "user-id": "bob"}', false),
 (17, 'bcc896de-3c61-523e-973c-052f16456e28', '5393cde5-7487-5df8-9810-f2e9901e65bc', 1, '{"orderId": "ord-6", "total": 16}', NULL, 'order_placed', '2025-03-03 10:00:17.017+00', '*DEFAULT*', '{"correlation_id": "b97f9b84-d636-5724-958d-81ccc07247de", "user-id": "bob"}', false),
 (18, '77b34e74-5631-5a71-b8ce-97b9d6bab10a', '5393cde5-7487-5df8-9810-f2e9901e65bc', 2, '{"sku": "SKU-1", "quantity": 6}', NULL, 'item_added', '2025-03-03 10:00:18.018+00', '*DEFAULT*', '{"correlation_id": "b97f9b84-d636-5724-958d-81ccc07247de", "user-id": "bob"}', false),
 (19, '9d58db4d-28b7-56fc-9b12-db9a3e9d0769', '3f018719-b356-56e8-b29a-fd927183d455', 1, '{"paymentId": "pay-6", "amount": 16}', NULL, 'payment_requested', '2025-03-03 10:00:19.019+00', '*DEFAULT*', '{"correlation_id": "b97f9b84-d636-5724-958d-81ccc07247de", "user-id": "bob"}', false),
 (20, '6fea451e-90db-5366-bbde-9a65b83f8f64', '5393cde5-7487-5df8-9810-f2e9901e65bc', 3, '{"reason": "Kunde sagt \"nein\" \u2013 \u00fcn\u00efcode"}', NULL, 'order_cancelled', '2025-03-03 10:00:20.020+00', '*DEFAULT*', '{"correlation_id": "b97f9b84-d636-5724-958d-81ccc07247de", "user-id": "bob"}', false),
 (21, '46e96b1a-2328-5336-903a-ef0c89812afc', 'c99690d0-fdb4-573b-9692-ddd1e0321b5b', 1, '{}', NULL, 'tombstone', '2025-03-03 10:00:21.021+00', '*DEFAULT*', NULL, false),
 (22, 'd720e32d-4765-5177-b65b-42dd7f6e6445', '5f3fd38f-0569-553c-bf6e-72378e74899e', 1, '{}', NULL, 'order_placed', '2025-03-03 10:00:22.022+00', 'acme', NULL, false);
INSERT INTO shop.mt_doc_order VALUES ('5f3fd38f-0569-553c-bf6e-72378e74899e', '{}', now(), '4502c540-b81a-5b04-8a8f-f4f8e1d208bd', 'Order'), ('8110b9cd-72da-532f-80a1-2226c2582af3', '{}', now(), '4502c540-b81a-5b04-8a8f-f4f8e1d208bd', 'Order');
INSERT INTO shop.mt_doc_customer VALUES ('372a8e62-6d44-552f-9c0e-c1229b6478be', '{}', now(), '4502c540-b81a-5b04-8a8f-f4f8e1d208bd', 'Customer');
INSERT INTO shop_events.mt_event_progression VALUES ('HighWaterMark', 23, now(), NULL, NULL, NULL, NULL), ('HighWaterMark:acme', 23, now(), NULL, NULL, NULL, NULL), ('Dashboard:All', 12, now(), 'Running', NULL, NULL, NULL), ('Billing:All', 5, now(), 'Paused', 'too many errors', 6, 'payment_requested');
