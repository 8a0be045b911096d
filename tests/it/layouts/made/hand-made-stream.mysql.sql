CREATE TABLE events (stream_id VARCHAR(255) NOT NULL, version INT NOT NULL, event_type VARCHAR(255) NOT NULL, event_data JSON NOT NULL, metadata JSON, created_at DATETIME(6) NOT NULL, PRIMARY KEY (stream_id, version));
CREATE TABLE snapshots (stream_id VARCHAR(255) PRIMARY KEY, version INT NOT NULL, snapshot_data JSON NOT NULL, created_at DATETIME(6) NOT NULL);
CREATE TABLE failed_events (event_type VARCHAR(255), event_data JSON, error_message TEXT, created_at DATETIME(6));
INSERT INTO events (stream_id, version, event_type, event_data, metadata, created_at) VALUES
  ('order-o1', 1, 'OrderPlaced', '{"total": 12}', '{"correlationId": "00000000-0000-4000-8000-0000000000c1", "userId": "ann"}', '2026-02-03 10:00:01.250'),
  ('payment-p1', 1, 'PaymentRequested', '{"amount": 12}', '{"correlationId": "00000000-0000-4000-8000-0000000000c1", "causationId": "00000000-0000-4000-8000-0000000000e1", "userId": "ann"}', '2026-02-03 10:00:02.250'),
  ('order-o2', 1, 'OrderPlaced', '{"total": 7}', '{"correlationId": "00000000-0000-4000-8000-0000000000c2", "userId": "bob"}', '2026-02-03 10:00:03.250'),
  ('payment-p1', 2, 'PaymentCaptured', '{"amount": 12}', '{"correlationId": "00000000-0000-4000-8000-0000000000c1", "causationId": "00000000-0000-4000-8000-0000000000e2"}', '2026-02-03 10:00:04.250'),
  ('order-o1', 2, 'OrderShipped', '{"by": "post"}', '{"correlationId": "00000000-0000-4000-8000-0000000000c1", "causationId": "00000000-0000-4000-8000-0000000000e4", "userId": "ann"}', '2026-02-03 10:00:05.250'),
  ('order-o2', 2, 'OrderCancelled', '{}', '{"correlationId": "00000000-0000-4000-8000-0000000000c2", "causationId": "00000000-0000-4000-8000-0000000000e3", "userId": "bob"}', '2026-02-03 10:00:06.250');
INSERT INTO snapshots (stream_id, version, snapshot_data, created_at) VALUES
  ('order-o1', 2, '{"total": 12}', '2026-02-03 10:00:06.250');
INSERT INTO failed_events (event_type, event_data, error_message, created_at) VALUES
  ('OrderShipped', '{"by": "post"}', 'no such order', '2026-02-03 10:00:06.250');
