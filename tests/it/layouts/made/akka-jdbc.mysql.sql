CREATE TABLE event_journal (ordering SERIAL, deleted BOOLEAN DEFAULT false NOT NULL, persistence_id VARCHAR(255) NOT NULL, sequence_number BIGINT NOT NULL, writer TEXT NOT NULL, write_timestamp BIGINT NOT NULL, adapter_manifest TEXT NOT NULL, event_payload BLOB NOT NULL, event_ser_id INTEGER NOT NULL, event_ser_manifest TEXT NOT NULL, meta_payload BLOB, meta_ser_id INTEGER, meta_ser_manifest TEXT, PRIMARY KEY (persistence_id, sequence_number));
CREATE UNIQUE INDEX event_journal_ordering_idx ON event_journal (ordering);
CREATE TABLE event_tag (event_id BIGINT UNSIGNED DEFAULT NULL, persistence_id VARCHAR(255) NOT NULL, sequence_number BIGINT NOT NULL, tag VARCHAR(255) NOT NULL, PRIMARY KEY (persistence_id, sequence_number, tag));
CREATE TABLE snapshot (persistence_id VARCHAR(255) NOT NULL, sequence_number BIGINT NOT NULL, created BIGINT NOT NULL, snapshot_ser_id INTEGER NOT NULL, snapshot_ser_manifest TEXT NOT NULL, snapshot_payload BLOB NOT NULL, meta_ser_id INTEGER, meta_ser_manifest TEXT, meta_payload BLOB, PRIMARY KEY (persistence_id, sequence_number));
CREATE TABLE pekko_projection_offset_store (projection_name VARCHAR(255) NOT NULL, projection_key VARCHAR(255) NOT NULL, current_offset VARCHAR(255) NOT NULL, manifest VARCHAR(4) NOT NULL, mergeable BOOLEAN NOT NULL, last_updated BIGINT NOT NULL, PRIMARY KEY (projection_name, projection_key));
CREATE TABLE pekko_projection_management (projection_name VARCHAR(255) NOT NULL, projection_key VARCHAR(255) NOT NULL, paused BOOLEAN NOT NULL, last_updated BIGINT NOT NULL, PRIMARY KEY (projection_name, projection_key));
INSERT INTO event_journal (ordering, deleted, persistence_id, sequence_number, writer, write_timestamp, adapter_manifest, event_payload, event_ser_id, event_ser_manifest) VALUES
 (1, 0, 'Order|ord-1', 1, 'w', 1740996001001, '', '{"orderId": "ord-1", "total": 11}', 31, 'com.acme.Order$OrderPlaced'),
 (2, 0, 'Order|ord-1', 2, 'w', 1740996002002, '', '{"sku": "SKU-2", "quantity": 1}', 31, 'com.acme.Order$ItemAdded'),
 (3, 0, 'Payment|pay-1', 1, 'w', 1740996003003, '', '{"paymentId": "pay-1", "amount": 11}', 31, 'com.acme.Payment$PaymentRequested'),
 (4, 0, 'Order|ord-2', 1, 'w', 1740996004004, '', '{"orderId": "ord-2", "total": 12}', 31, 'com.acme.Order$OrderPlaced'),
 (5, 0, 'Order|ord-2', 2, 'w', 1740996005005, '', '{"sku": "SKU-1", "quantity": 2}', 31, 'com.acme.Order$ItemAdded'),
 (6, 0, 'Payment|pay-2', 1, 'w', 1740996006006, '', '{"paymentId": "pay-2", "amount": 12}', 31, 'com.acme.Payment$PaymentRequested'),
 (7, 0, 'Order|ord-3', 1, 'w', 1740996007007, '', '{"orderId": "ord-3", "total": 13}', 31, 'com.acme.Order$OrderPlaced'),
 (8, 0, 'Order|ord-3', 2, 'w', 1740996008008, '', '{"sku": "SKU-2", "quantity": 3}', 31, 'com.acme.Order$ItemAdded'),
 (9, 0, 'Payment|pay-3', 1, 'w', 1740996009009, '', '{"paymentId": "pay-3", "amount": 13}', 31, 'com.acme.Payment$PaymentRequested'),
 (10, 0, 'Order|ord-3', 3, 'w', 1740996010010, '', '{"reason": "Kunde sagt \\"nein\\" \\u2013 \\u00fcn\\u00efcode"}', 31, 'com.acme.Order$OrderCancelled'),
 (11, 0, 'Order|ord-4', 1, 'w', 1740996011011, '', '{"orderId": "ord-4", "total": 14}', 31, 'com.acme.Order$OrderPlaced'),
 (12, 0, 'Order|ord-4', 2, 'w', 1740996012012, '', '{"sku": "SKU-1", "quantity": 4}', 31, 'com.acme.Order$ItemAdded'),
 (13, 0, 'Payment|pay-4', 1, 'w', 1740996013013, '', '{"paymentId": "pay-4", "amount": 14}', 31, 'com.acme.Payment$PaymentRequested'),
 (14, 0, 'Order|ord-5', 1, 'w', 1740996014014, '', '{"orderId": "ord-5", "total": 15}', 31, 'com.acme.Order$OrderPlaced'),
 (15, 0, 'Order|ord-5', 2, 'w', 1740996015015, '', '{"sku": "SKU-2", "quantity": 5}', 31, 'com.acme.Order$ItemAdded'),
 (16, 0, 'Payment|pay-5', 1, 'w', 1740996016016, '', '{"paymentId": "pay-5", "amount": 15}', 31, 'com.acme.Payment$PaymentRequested'),
 (17, 0, 'Order|ord-6', 1, 'w', 1740996017017, '', '{"orderId": "ord-6", "total": 16}', 31, 'com.acme.Order$OrderPlaced'),
 (18, 0, 'Order|ord-6', 2, 'w', 1740996018018, '', '{"sku": "SKU-1", "quantity": 6}', 31, 'com.acme.Order$ItemAdded'),
 (19, 0, 'Payment|pay-6', 1, 'w', 1740996019019, '', '{"paymentId": "pay-6", "amount": 16}', 31, 'com.acme.Payment$PaymentRequested'),
 (20, 0, 'Order|ord-6', 3, 'w', 1740996020020, '', '{"reason": "Kunde sagt \\"nein\\" \\u2013 \\u00fcn\\u00efcode"}', 31, 'com.acme.Order$OrderCancelled');
INSERT INTO event_tag (persistence_id, sequence_number, tag) VALUES
 ('Order|ord-1', 1, 'order-0'),
 ('Order|ord-1', 2, 'order-0'),
 ('Order|ord-2', 1, 'order-0'),
 ('Order|ord-2', 2, 'order-0'),
 ('Order|ord-3', 1, 'order-0'),
 ('Order|ord-3', 2, 'order-0'),
 ('Order|ord-3', 3, 'order-0'),
 ('Order|ord-4', 1, 'order-0'),
 ('Order|ord-4', 2, 'order-0'),
 ('Order|ord-5', 1, 'order-0'),
 ('Order|ord-5', 2, 'order-0'),
 ('Order|ord-6', 1, 'order-0'),
 ('Order|ord-6', 2, 'order-0'),
 ('Order|ord-6', 3, 'order-0');
INSERT INTO snapshot VALUES ('Order|ord-6', 2, 1740996000000, 31, 'S', '{}', NULL, NULL, NULL);
INSERT INTO pekko_projection_offset_store VALUES ('dashboard', 'order-0', '12', 'SEQ', 0, 1740996000000), ('odd', 'order-0', 'x', 'STR', 0, 1740996000000);
INSERT INTO pekko_projection_management VALUES ('dashboard', 'order-0', 1, 1740996000000);
