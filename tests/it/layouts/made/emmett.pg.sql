CREATE SEQUENCE emt_global_message_position;
CREATE TABLE emt_streams (stream_id TEXT NOT NULL, stream_position BIGINT NOT NULL, partition TEXT NOT NULL DEFAULT 'global', stream_type TEXT NOT NULL, stream_metadata JSONB NOT NULL, is_archived BOOLEAN NOT NULL DEFAULT false, PRIMARY KEY (stream_id, partition, is_archived)) PARTITION BY LIST (partition);
CREATE TABLE emt_streams_emt_default PARTITION OF emt_streams FOR VALUES IN ('emt:default');
CREATE TABLE emt_messages (stream_position BIGINT NOT NULL, global_position BIGINT DEFAULT nextval('emt_global_message_position'), transaction_id XID8 NOT NULL, created TIMESTAMPTZ NOT NULL DEFAULT now(), is_archived BOOLEAN NOT NULL DEFAULT false, message_kind CHAR(1) NOT NULL DEFAULT 'E', stream_id TEXT NOT NULL, partition TEXT NOT NULL DEFAULT 'global', message_schema_version TEXT NOT NULL, message_id TEXT NOT NULL, message_type TEXT NOT NULL, message_data JSONB NOT NULL, message_metadata JSONB NOT NULL, PRIMARY KEY (stream_id, stream_position, partition, is_archived)) PARTITION BY LIST (partition);
CREATE TABLE emt_messages_emt_default PARTITION OF emt_messages FOR VALUES IN ('emt:default') PARTITION BY LIST (is_archived);
CREATE TABLE emt_messages_emt_default_active PARTITION OF emt_messages_emt_default FOR VALUES IN (false);
CREATE TABLE emt_messages_emt_default_archived PARTITION OF emt_messages_emt_default FOR VALUES IN (true);
CREATE TABLE emt_processors (last_processed_transaction_id XID8 NOT NULL, version INT NOT NULL DEFAULT 1, processor_id TEXT NOT NULL, partition TEXT NOT NULL DEFAULT 'global', status TEXT NOT NULL DEFAULT 'stopped', last_processed_checkpoint TEXT NOT NULL, processor_instance_id TEXT DEFAULT 'emt:unknown', created_at TIMESTAMPTZ NOT NULL DEFAULT now(), last_updated TIMESTAMPTZ NOT NULL DEFAULT now(), PRIMARY KEY (processor_id, partition, version));
CREATE TABLE emt_subscriptions (subscription_id TEXT NOT NULL, version INT NOT NULL DEFAULT 1, partition TEXT NOT NULL DEFAULT 'global', last_processed_position BIGINT NOT NULL, last_processed_transaction_id XID8 NOT NULL, PRIMARY KEY (subscription_id, partition, version));
CREATE TABLE dmb_migrations (id SERIAL PRIMARY KEY, name VARCHAR(255) NOT NULL UNIQUE, sql_hash VARCHAR(64) NOT NULL);
INSERT INTO emt_streams (stream_id, stream_position, partition, stream_type, stream_metadata) VALUES
  ('order-o1', 2, 'emt:default', 'order', '{}'),
  ('payment-p1', 2, 'emt:default', 'payment', '{}'),
  ('order-o2', 2, 'emt:default', 'order', '{}');
INSERT INTO emt_messages (stream_position, global_position, transaction_id, created, message_kind, stream_id, partition, message_schema_version, message_id, message_type, message_data, message_metadata, is_archived) VALUES
  (1, 1, '501', '2026-02-03 10:00:01.250+00', 'E', 'order-o1', 'emt:default', '1', '00000000-0000-4000-8000-0000000000e1', 'OrderPlaced', '{"total": 12}', '{"correlationId": "00000000-0000-4000-8000-0000000000c1", "userId": "ann"}', false),
  (1, 2, '502', '2026-02-03 10:00:02.250+00', 'E', 'payment-p1', 'emt:default', '1', '00000000-0000-4000-8000-0000000000e2', 'PaymentRequested', '{"amount": 12}', '{"correlationId": "00000000-0000-4000-8000-0000000000c1", "causationId": "00000000-0000-4000-8000-0000000000e1", "userId": "ann"}', false),
  (1, 3, '503', '2026-02-03 10:00:03.250+00', 'E', 'order-o2', 'emt:default', '1', '00000000-0000-4000-8000-0000000000e3', 'OrderPlaced', '{"total": 7}', '{"correlationId": "00000000-0000-4000-8000-0000000000c2", "userId": "bob"}', true),
  (2, 4, '504', '2026-02-03 10:00:04.250+00', 'E', 'payment-p1', 'emt:default', '1', '00000000-0000-4000-8000-0000000000e4', 'PaymentCaptured', '{"amount": 12}', '{"correlationId": "00000000-0000-4000-8000-0000000000c1", "causationId": "00000000-0000-4000-8000-0000000000e2"}', false),
  (2, 5, '505', '2026-02-03 10:00:05.250+00', 'E', 'order-o1', 'emt:default', '1', '00000000-0000-4000-8000-0000000000e5', 'OrderShipped', '{"by": "post"}', '{"correlationId": "00000000-0000-4000-8000-0000000000c1", "causationId": "00000000-0000-4000-8000-0000000000e4", "userId": "ann"}', false),
  (2, 6, '506', '2026-02-03 10:00:06.250+00', 'E', 'order-o2', 'emt:default', '1', '00000000-0000-4000-8000-0000000000e6', 'OrderCancelled', '{}', '{"correlationId": "00000000-0000-4000-8000-0000000000c2", "causationId": "00000000-0000-4000-8000-0000000000e3", "userId": "bob"}', false),
  (3, 7, '507', '2026-02-03 10:00:07.250+00', 'C', 'order-o1', 'emt:default', '1', '00000000-0000-4000-8000-0000000000e7', 'ShipOrder', '{}', '{}', false);
INSERT INTO emt_processors (last_processed_transaction_id, processor_id, partition, last_processed_checkpoint) VALUES
  ('505', 'dashboard', 'emt:default', '0000000000000000004'),
  ('505', 'billing', 'emt:default', '00000000000000000505:0000000000000000005'),
  ('0', 'export', 'eu', '0000000000000000000');
INSERT INTO emt_subscriptions (last_processed_transaction_id, subscription_id, partition, last_processed_position) VALUES
  ('505', 'old-report', 'emt:default', 2);
