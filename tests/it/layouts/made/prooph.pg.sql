CREATE TABLE event_streams (no BIGSERIAL PRIMARY KEY, real_stream_name VARCHAR(150) NOT NULL UNIQUE, stream_name CHAR(41) NOT NULL UNIQUE, metadata JSONB, category VARCHAR(150));
CREATE TABLE projections (no BIGSERIAL PRIMARY KEY, name VARCHAR(150) NOT NULL UNIQUE, position JSONB, state JSONB, status VARCHAR(28) NOT NULL, locked_until CHAR(26));
INSERT INTO event_streams (real_stream_name, stream_name, metadata) VALUES
  ('order_stream', '_5988f638561bdc4cbeed3fee1db67197f19622f5', '[]'),
  ('payment_stream', '_ec4d7594cf08af2589ad8b1438d9547365ddc07e', '[]');
CREATE TABLE _5988f638561bdc4cbeed3fee1db67197f19622f5 (no BIGSERIAL PRIMARY KEY, event_id UUID NOT NULL UNIQUE, event_name VARCHAR(100) NOT NULL, payload JSON NOT NULL, metadata JSONB NOT NULL, created_at TIMESTAMP(6) NOT NULL);
INSERT INTO _5988f638561bdc4cbeed3fee1db67197f19622f5 (event_id, event_name, payload, metadata, created_at) VALUES
  ('00000000-0000-4000-8000-0000000000e1', 'Shop\Event\OrderPlaced', '{"total": 12}', '{"_aggregate_id": "00000000-0000-4000-8000-0000000000a1", "_aggregate_type": "order", "_aggregate_version": 1, "correlation_id": "00000000-0000-4000-8000-0000000000c1", "user_id": "ann"}', '2026-02-03 10:00:01.250'),
  ('00000000-0000-4000-8000-0000000000e3', 'Shop\Event\OrderPlaced', '{"total": 7}', '{"_aggregate_id": "00000000-0000-4000-8000-0000000000a2", "_aggregate_type": "order", "_aggregate_version": 1, "correlation_id": "00000000-0000-4000-8000-0000000000c2", "user_id": "bob"}', '2026-02-03 10:00:03.250'),
  ('00000000-0000-4000-8000-0000000000e5', 'Shop\Event\OrderShipped', '{"by": "post"}', '{"_aggregate_id": "00000000-0000-4000-8000-0000000000a1", "_aggregate_type": "order", "_aggregate_version": 2, "correlation_id": "00000000-0000-4000-8000-0000000000c1", "_causation_id": "00000000-0000-4000-8000-0000000000e4", "user_id": "ann"}', '2026-02-03 10:00:05.250'),
  ('00000000-0000-4000-8000-0000000000e6', 'Shop\Event\OrderCancelled', '{}', '{"_aggregate_id": "00000000-0000-4000-8000-0000000000a2", "_aggregate_type": "order", "_aggregate_version": 2, "correlation_id": "00000000-0000-4000-8000-0000000000c2", "_causation_id": "00000000-0000-4000-8000-0000000000e3", "user_id": "bob"}', '2026-02-03 10:00:06.250');
CREATE TABLE _ec4d7594cf08af2589ad8b1438d9547365ddc07e (no BIGSERIAL PRIMARY KEY, event_id UUID NOT NULL UNIQUE, event_name VARCHAR(100) NOT NULL, payload JSON NOT NULL, metadata JSONB NOT NULL, created_at TIMESTAMP(6) NOT NULL);
INSERT INTO _ec4d7594cf08af2589ad8b1438d9547365ddc07e (event_id, event_name, payload, metadata, created_at) VALUES
  ('00000000-0000-4000-8000-0000000000e2', 'Shop\Event\PaymentRequested', '{"amount": 12}', '{"_aggregate_id": "00000000-0000-4000-8000-0000000000b1", "_aggregate_type": "payment", "_aggregate_version": 1, "correlation_id": "00000000-0000-4000-8000-0000000000c1", "_causation_id": "00000000-0000-4000-8000-0000000000e1", "user_id": "ann"}', '2026-02-03 10:00:02.250'),
  ('00000000-0000-4000-8000-0000000000e4', 'Shop\Event\PaymentCaptured', '{"amount": 12}', '{"_aggregate_id": "00000000-0000-4000-8000-0000000000b1", "_aggregate_type": "payment", "_aggregate_version": 2, "correlation_id": "00000000-0000-4000-8000-0000000000c1", "_causation_id": "00000000-0000-4000-8000-0000000000e2"}', '2026-02-03 10:00:04.250');
INSERT INTO projections (name, position, state, status) VALUES
  ('all', '{"order_stream": 4, "payment_stream": 1}', '{}', 'idle'),
  ('orders', '{"order_stream": 1}', '{}', 'running'),
  ('new', NULL, NULL, 'idle');
