CREATE SCHEMA sequent_schema;
SET search_path TO sequent_schema;
CREATE TABLE command_types (id SMALLINT PRIMARY KEY, type TEXT NOT NULL UNIQUE);
CREATE TABLE aggregate_types (id SMALLINT PRIMARY KEY, type TEXT NOT NULL UNIQUE);
CREATE TABLE event_types (id SMALLINT PRIMARY KEY, type TEXT NOT NULL UNIQUE);
CREATE TABLE commands (id BIGINT PRIMARY KEY, created_at TIMESTAMPTZ NOT NULL, user_id UUID, aggregate_id UUID, command_type_id SMALLINT NOT NULL, command_json JSONB NOT NULL, event_aggregate_id UUID, event_sequence_number INTEGER);
CREATE TABLE aggregates (aggregate_id UUID PRIMARY KEY, events_partition_key TEXT NOT NULL DEFAULT '', aggregate_type_id SMALLINT NOT NULL, created_at TIMESTAMPTZ NOT NULL DEFAULT now());
CREATE TABLE events (aggregate_id UUID NOT NULL, partition_key TEXT NOT NULL DEFAULT '', sequence_number INTEGER NOT NULL, created_at TIMESTAMPTZ NOT NULL, command_id BIGINT NOT NULL, event_type_id SMALLINT NOT NULL, event_json JSONB NOT NULL, xact_id BIGINT, PRIMARY KEY (partition_key, aggregate_id, sequence_number)) PARTITION BY RANGE (partition_key);
CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE TABLE snapshot_records (aggregate_id UUID NOT NULL, sequence_number INTEGER NOT NULL, created_at TIMESTAMPTZ NOT NULL, snapshot_type TEXT NOT NULL, snapshot_json JSONB NOT NULL, PRIMARY KEY (aggregate_id, sequence_number));
INSERT INTO command_types (id, type) VALUES
  (1, 'Act');
INSERT INTO aggregate_types (id, type) VALUES
  (1, 'order'),
  (2, 'payment');
INSERT INTO event_types (id, type) VALUES
  (1, 'OrderPlaced'),
  (2, 'PaymentRequested'),
  (3, 'PaymentCaptured'),
  (4, 'OrderShipped'),
  (5, 'OrderCancelled');
INSERT INTO commands (id, created_at, user_id, aggregate_id, command_type_id, command_json, event_aggregate_id, event_sequence_number) VALUES
  (1, '2026-02-03 10:00:01.250+00', '00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000a1', 1, '{}', NULL, NULL),
  (2, '2026-02-03 10:00:03.250+00', '00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000a2', 1, '{}', NULL, NULL),
  (3, '2026-02-03 10:00:04.250+00', NULL, '00000000-0000-4000-8000-0000000000b1', 1, '{}', '00000000-0000-4000-8000-0000000000b1', 1),
  (4, '2026-02-03 10:00:06.250+00', '00000000-0000-4000-8000-0000000000f2', '00000000-0000-4000-8000-0000000000a2', 1, '{}', '00000000-0000-4000-8000-0000000000a2', 1);
INSERT INTO aggregates (aggregate_id, aggregate_type_id) VALUES
  ('00000000-0000-4000-8000-0000000000a1', 1),
  ('00000000-0000-4000-8000-0000000000a2', 1),
  ('00000000-0000-4000-8000-0000000000b1', 2);
INSERT INTO events (aggregate_id, sequence_number, created_at, command_id, event_type_id, event_json, xact_id) VALUES
  ('00000000-0000-4000-8000-0000000000a1', 1, '2026-02-03 10:00:01.250+00', 1, 1, '{"total": 12}', 701),
  ('00000000-0000-4000-8000-0000000000b1', 1, '2026-02-03 10:00:02.250+00', 1, 2, '{"amount": 12}', 701),
  ('00000000-0000-4000-8000-0000000000a2', 1, '2026-02-03 10:00:03.250+00', 2, 1, '{"total": 7}', 702),
  ('00000000-0000-4000-8000-0000000000b1', 2, '2026-02-03 10:00:04.250+00', 3, 3, '{"amount": 12}', 703),
  ('00000000-0000-4000-8000-0000000000a1', 2, '2026-02-03 10:00:05.250+00', 3, 4, '{"by": "post"}', 703),
  ('00000000-0000-4000-8000-0000000000a2', 2, '2026-02-03 10:00:06.250+00', 4, 5, '{}', 704);
INSERT INTO snapshot_records (aggregate_id, sequence_number, created_at, snapshot_type, snapshot_json) VALUES
  ('00000000-0000-4000-8000-0000000000a1', 2, '2026-02-03 10:00:06.250+00', 'Order', '{"total": 12}');
