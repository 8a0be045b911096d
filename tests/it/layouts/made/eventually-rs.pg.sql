CREATE TABLE event_streams (event_stream_id TEXT NOT NULL PRIMARY KEY, version INT NOT NULL);
CREATE TABLE events (event_stream_id TEXT NOT NULL, type TEXT NOT NULL, version INT NOT NULL, event BYTEA NOT NULL, metadata JSONB,
  PRIMARY KEY (event_stream_id, version));
CREATE TABLE aggregates (aggregate_id TEXT NOT NULL PRIMARY KEY, type TEXT NOT NULL, version INT NOT NULL, state BYTEA NOT NULL);
INSERT INTO event_streams (event_stream_id, version) VALUES
  ('o1', 2),
  ('p1', 2),
  ('o2', 2);
INSERT INTO events (event_stream_id, type, version, event, metadata) VALUES
  ('o1', 'OrderPlaced', 1, '{"total": 12}', '{"correlation_id": "00000000-0000-4000-8000-0000000000c1", "user_id": "ann"}'),
  ('p1', 'PaymentRequested', 1, '{"amount": 12}', '{"correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e1", "user_id": "ann"}'),
  ('o2', 'OrderPlaced', 1, '{"total": 7}', '{"correlation_id": "00000000-0000-4000-8000-0000000000c2", "user_id": "bob"}'),
  ('p1', 'PaymentCaptured', 2, '{"amount": 12}', '{"correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e2"}'),
  ('o1', 'OrderShipped', 2, '{"by": "post"}', '{"correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e4", "user_id": "ann"}'),
  ('o2', 'OrderCancelled', 2, '\xff00', '{"correlation_id": "00000000-0000-4000-8000-0000000000c2", "causation_id": "00000000-0000-4000-8000-0000000000e3", "user_id": "bob"}');
INSERT INTO aggregates (aggregate_id, type, version, state) VALUES
  ('o1', 'Order', 2, '{"total": 12}');
