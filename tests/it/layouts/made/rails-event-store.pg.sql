CREATE TABLE event_store_events (id BIGSERIAL PRIMARY KEY, event_id UUID NOT NULL, event_type VARCHAR(255) NOT NULL, metadata JSONB, data JSONB NOT NULL, created_at TIMESTAMP(6) NOT NULL, valid_at TIMESTAMP(6));
CREATE TABLE event_store_events_in_streams (id BIGSERIAL PRIMARY KEY, stream VARCHAR(255) NOT NULL, position INTEGER, event_id UUID NOT NULL, created_at TIMESTAMP(6) NOT NULL);
CREATE UNIQUE INDEX index_event_store_events_on_event_id ON event_store_events (event_id);
CREATE UNIQUE INDEX index_on_stream_and_position ON event_store_events_in_streams (stream, position);
CREATE UNIQUE INDEX index_on_stream_and_event_id ON event_store_events_in_streams (stream, event_id);
CREATE INDEX index_on_event_id ON event_store_events_in_streams (event_id);
CREATE TABLE event_store_outbox (id BIGSERIAL PRIMARY KEY, split_key VARCHAR(255), format VARCHAR(255) NOT NULL, payload TEXT NOT NULL, created_at TIMESTAMP(6) NOT NULL, enqueued_at TIMESTAMP(6));
INSERT INTO event_store_events (event_id, event_type, metadata, data, created_at) VALUES
  ('00000000-0000-4000-8000-0000000000e1', 'Shop::OrderPlaced', '{"correlation_id": "00000000-0000-4000-8000-0000000000c1", "user_id": "ann"}', '{"total": 12}', '2026-02-03 10:00:01.250'),
  ('00000000-0000-4000-8000-0000000000e2', 'Shop::PaymentRequested', '{"correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e1", "user_id": "ann"}', '{"amount": 12}', '2026-02-03 10:00:02.250'),
  ('00000000-0000-4000-8000-0000000000e3', 'Shop::OrderPlaced', '{"correlation_id": "00000000-0000-4000-8000-0000000000c2", "user_id": "bob"}', '{"total": 7}', '2026-02-03 10:00:03.250'),
  ('00000000-0000-4000-8000-0000000000e4', 'Shop::PaymentCaptured', '{"correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e2"}', '{"amount": 12}', '2026-02-03 10:00:04.250'),
  ('00000000-0000-4000-8000-0000000000e5', 'Shop::OrderShipped', '{"correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e4", "user_id": "ann"}', '{"by": "post"}', '2026-02-03 10:00:05.250'),
  ('00000000-0000-4000-8000-0000000000e6', 'Shop::OrderCancelled', '{"correlation_id": "00000000-0000-4000-8000-0000000000c2", "causation_id": "00000000-0000-4000-8000-0000000000e3", "user_id": "bob"}', '{}', '2026-02-03 10:00:06.250'),
  ('00000000-0000-4000-8000-0000000000e7', 'Shop::NightlyRun', '{"correlation_id": "00000000-0000-4000-8000-0000000000c2"}', '{}', '2026-02-03 10:00:07.250'),
  ('00000000-0000-4000-8000-0000000000e8', 'AggregateRoot::SnapshotRepository::Snapshot', '{"correlation_id": "00000000-0000-4000-8000-0000000000c2"}', '{"marshal": "BAg=", "last_event_id": "00000000-0000-4000-8000-0000000000e5", "version": 1}', '2026-02-03 10:00:08.250');
INSERT INTO event_store_events_in_streams (stream, position, event_id, created_at) VALUES
  ('Shop::Order$o1', 0, '00000000-0000-4000-8000-0000000000e1', '2026-02-03 10:00:01.250'),
  ('$by_type_Shop::OrderPlaced', NULL, '00000000-0000-4000-8000-0000000000e1', '2026-02-03 10:00:01.250'),
  ('$by_correlation_id_00000000-0000-4000-8000-0000000000c1', NULL, '00000000-0000-4000-8000-0000000000e1', '2026-02-03 10:00:01.250'),
  ('Shop::Payment$p1', 0, '00000000-0000-4000-8000-0000000000e2', '2026-02-03 10:00:02.250'),
  ('$by_type_Shop::PaymentRequested', NULL, '00000000-0000-4000-8000-0000000000e2', '2026-02-03 10:00:02.250'),
  ('$by_correlation_id_00000000-0000-4000-8000-0000000000c1', NULL, '00000000-0000-4000-8000-0000000000e2', '2026-02-03 10:00:02.250'),
  ('all_payments', NULL, '00000000-0000-4000-8000-0000000000e2', '2026-02-03 10:00:02.250'),
  ('Shop::Order$o2', 0, '00000000-0000-4000-8000-0000000000e3', '2026-02-03 10:00:03.250'),
  ('$by_type_Shop::OrderPlaced', NULL, '00000000-0000-4000-8000-0000000000e3', '2026-02-03 10:00:03.250'),
  ('$by_correlation_id_00000000-0000-4000-8000-0000000000c2', NULL, '00000000-0000-4000-8000-0000000000e3', '2026-02-03 10:00:03.250'),
  ('Shop::Payment$p1', 1, '00000000-0000-4000-8000-0000000000e4', '2026-02-03 10:00:04.250'),
  ('$by_type_Shop::PaymentCaptured', NULL, '00000000-0000-4000-8000-0000000000e4', '2026-02-03 10:00:04.250'),
  ('$by_correlation_id_00000000-0000-4000-8000-0000000000c1', NULL, '00000000-0000-4000-8000-0000000000e4', '2026-02-03 10:00:04.250'),
  ('Shop::Order$o1', 1, '00000000-0000-4000-8000-0000000000e5', '2026-02-03 10:00:05.250'),
  ('$by_type_Shop::OrderShipped', NULL, '00000000-0000-4000-8000-0000000000e5', '2026-02-03 10:00:05.250'),
  ('$by_correlation_id_00000000-0000-4000-8000-0000000000c1', NULL, '00000000-0000-4000-8000-0000000000e5', '2026-02-03 10:00:05.250'),
  ('Shop::Order$o2', NULL, '00000000-0000-4000-8000-0000000000e6', '2026-02-03 10:00:06.250'),
  ('$by_type_Shop::OrderCancelled', NULL, '00000000-0000-4000-8000-0000000000e6', '2026-02-03 10:00:06.250'),
  ('$by_correlation_id_00000000-0000-4000-8000-0000000000c2', NULL, '00000000-0000-4000-8000-0000000000e6', '2026-02-03 10:00:06.250'),
  ('Shop::Order$o1_snapshots', NULL, '00000000-0000-4000-8000-0000000000e8', '2026-02-03 10:00:08.250');
INSERT INTO event_store_outbox (split_key, format, payload, created_at, enqueued_at) VALUES
  ('Shop::Order$o1', 'sidekiq5', '{"queue": "default"}', '2026-02-03 10:00:05.250', '2026-02-03 10:00:06.250'),
  ('Shop::Order$o2', 'sidekiq5', '{"queue": "default"}', '2026-02-03 10:00:06.250', NULL);
