CREATE TABLE event_journal (slice integer NOT NULL, entity_type varchar(255) NOT NULL, persistence_id varchar(255) NOT NULL, seq_nr bigint NOT NULL, db_timestamp timestamptz NOT NULL, event_ser_id integer NOT NULL, event_ser_manifest varchar(255) NOT NULL, event_payload jsonb NOT NULL, deleted boolean DEFAULT false NOT NULL, writer varchar(255) NOT NULL, adapter_manifest varchar(255), tags text ARRAY, meta_ser_id integer, meta_ser_manifest varchar(255), meta_payload bytea, PRIMARY KEY (persistence_id, seq_nr));
CREATE TABLE snapshot (slice integer NOT NULL, persistence_id varchar(255) NOT NULL, seq_nr bigint NOT NULL, write_timestamp bigint NOT NULL, ser_id integer NOT NULL, ser_manifest varchar(255) NOT NULL, snapshot bytea NOT NULL, meta_ser_id integer, meta_ser_manifest varchar(255), meta_payload bytea, PRIMARY KEY (persistence_id));
CREATE TABLE projection_timestamp_offset_store (projection_name varchar(255) NOT NULL, projection_key varchar(255) NOT NULL, slice int NOT NULL, persistence_id varchar(255) NOT NULL, seq_nr bigint NOT NULL, timestamp_offset timestamptz NOT NULL, timestamp_consumed timestamptz NOT NULL, PRIMARY KEY (slice, projection_name, timestamp_offset, persistence_id, seq_nr));
CREATE TABLE projection_management (projection_name varchar(255) NOT NULL, projection_key varchar(255) NOT NULL, paused boolean NOT NULL, last_updated bigint NOT NULL, PRIMARY KEY (projection_name, projection_key));
INSERT INTO event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id, event_ser_manifest, event_payload, deleted, writer) VALUES
 (150, 'Order', 'Order|ord-1', 1, '2025-03-03 10:00:00.000+00', 31, 'com.acme.Order$OrderPlaced', '{"orderId": "ord-1", "total": 11}', false, 'w'),
 (150, 'Order', 'Order|ord-1', 2, '2025-03-03 10:00:01.001+00', 31, 'com.acme.Order$ItemAdded', '{"sku": "SKU-2", "quantity": 1}', false, 'w'),
 (150, 'Payment', 'Payment|pay-1', 1, '2025-03-03 10:00:01.001+00', 31, 'com.acme.Payment$PaymentRequested', '{"paymentId": "pay-1", "amount": 11}', false, 'w'),
 (300, 'Order', 'Order|ord-2', 1, '2025-03-03 10:00:02.002+00', 31, 'com.acme.Order$OrderPlaced', '{"orderId": "ord-2", "total": 12}', false, 'w'),
 (300, 'Order', 'Order|ord-2', 2, '2025-03-03 10:00:02.002+00', 31, 'com.acme.Order$ItemAdded#2', '{"sku": "SKU-1", "quantity": 2}', false, 'w'),
 (300, 'Payment', 'Payment|pay-2', 1, '2025-03-03 10:00:03.003+00', 31, 'com.acme.Payment$PaymentRequested', '{"paymentId": "pay-2", "amount": 12}', false, 'w'),
 (450, 'Order', 'Order|ord-3', 1, '2025-03-03 10:00:03.003+00', 31, 'com.acme.Order$OrderPlaced', '{"orderId": "ord-3", "total": 13}', false, 'w'),
 (450, 'Order', 'Order|ord-3', 2, '2025-03-03 10:00:04.004+00', 31, 'com.acme.Order$ItemAdded', '{"sku": "SKU-2", "quantity": 3}', false, 'w'),
 (450, 'Payment', 'Payment|pay-3', 1, '2025-03-03 10:00:04.004+00', 31, 'com.acme.Payment$PaymentRequested', '{"paymentId": "pay-3", "amount": 13}', false, 'w'),
 (450, 'Order', 'Order|ord-3', 3, '2025-03-03 10:00:05.005+00', 31, 'com.acme.Order$OrderCancelled', '{"reason": "Kunde sagt \"nein\" \u2013 \u00fcn\u00efcode"}', false, 'w'),
 (600, 'Order', 'Order|ord-4', 1, '2025-03-03 10:00:05.005+00', 31, 'com.acme.Order$OrderPlaced', '{"orderId": "ord-4", "total": 14}', false, 'w'),
 (600, 'Order', 'Order|ord-4', 2, '2025-03-03 10:00:06.006+00', 31, 'com.acme.Order$ItemAdded', '{"sku": "SKU-1", "quantity": 4}', false, 'w'),
 (600, 'Payment', 'Payment|pay-4', 1, '2025-03-03 10:00:06.006+00', 31, 'com.acme.Payment$PaymentRequested', '{"paymentId": "pay-4", "amount": 14}', false, 'w'),
 (750, 'Order', 'Order|ord-5', 1, '2025-03-03 10:00:07.007+00', 31, 'com.acme.Order$OrderPlaced', '{"orderId": "ord-5", "total": 15}', false, 'w'),
 (750, 'Order', 'Order|ord-5', 2, '2025-03-03 10:00:07.007+00', 31, 'com.acme.Order$ItemAdded', '{"sku": "SKU-2", "quantity": 5}', false, 'w'),
 (750, 'Payment', 'Payment|pay-5', 1, '2025-03-03 10:00:08.008+00', 31, 'com.acme.Payment$PaymentRequested', '{"paymentId": "pay-5", "amount": 15}', false, 'w'),
 (900, 'Order', 'Order|ord-6', 1, '2025-03-03 10:00:08.008+00', 31, 'com.acme.Order$OrderPlaced', '{"orderId": "ord-6", "total": 16}', false, 'w'),
 (900, 'Order', 'Order|ord-6', 2, '2025-03-03 10:00:09.009+00', 31, 'com.acme.Order$ItemAdded', '{"sku": "SKU-1", "quantity": 6}', false, 'w'),
 (900, 'Payment', 'Payment|pay-6', 1, '2025-03-03 10:00:09.009+00', 31, 'com.acme.Payment$PaymentRequested', '{"paymentId": "pay-6", "amount": 16}', false, 'w'),
 (900, 'Order', 'Order|ord-6', 3, '2025-03-03 10:00:10.010+00', 31, 'com.acme.Order$OrderCancelled', '{"reason": "Kunde sagt \"nein\" \u2013 \u00fcn\u00efcode"}', false, 'w');
INSERT INTO snapshot VALUES (900, 'Order|ord-6', 2, 1741000000000, 31, 'com.acme.Order$State', convert_to('{}','UTF8'));
INSERT INTO projection_timestamp_offset_store VALUES ('dashboard', '0-511', 150, 'Order|ord-1', 1, '2025-03-03 10:00:01+00', '2025-03-03 10:00:02+00'), ('dashboard', '0-511', 300, 'Order|ord-2', 1, '2025-03-03 10:00:02.5+00', '2025-03-03 10:00:03+00');
INSERT INTO projection_management VALUES ('dashboard', '0-511', true, 1741000000000);
