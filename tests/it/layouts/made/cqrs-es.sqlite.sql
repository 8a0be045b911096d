CREATE TABLE events (aggregate_type TEXT NOT NULL, aggregate_id TEXT NOT NULL, sequence INTEGER NOT NULL CHECK (sequence >= 0), event_type TEXT NOT NULL, event_version TEXT NOT NULL, payload TEXT NOT NULL, metadata TEXT NOT NULL, PRIMARY KEY (aggregate_type, aggregate_id, sequence));
CREATE TABLE snapshots (aggregate_type TEXT NOT NULL, aggregate_id TEXT NOT NULL, last_sequence INTEGER NOT NULL, current_snapshot INTEGER NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (aggregate_type, aggregate_id));
INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata) VALUES
  ('order', 'o1', 1, 'OrderPlaced', '1.0', '{"OrderPlaced": {"total": 12}}', '{"correlation_id": "00000000-0000-4000-8000-0000000000c1", "user_id": "ann", "time": "2026-02-03T10:00:01.250Z"}'),
  ('payment', 'p1', 1, 'PaymentRequested', '1.0', '{"PaymentRequested": {"amount": 12}}', '{"correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e1", "user_id": "ann", "time": "2026-02-03T10:00:02.250Z"}'),
  ('order', 'o2', 1, 'OrderPlaced', '1.0', '{"OrderPlaced": {"total": 7}}', '{"correlation_id": "00000000-0000-4000-8000-0000000000c2", "user_id": "bob", "time": "2026-02-03T10:00:03.250Z"}'),
  ('payment', 'p1', 2, 'PaymentCaptured', '1.0', '{"PaymentCaptured": {"amount": 12}}', '{"correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e2", "time": "2026-02-03T10:00:04.250Z"}'),
  ('order', 'o1', 2, 'OrderShipped', '1.0', '{"OrderShipped": {"by": "post"}}', '{"correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e4", "user_id": "ann", "time": "2026-02-03T10:00:05.250Z"}'),
  ('order', 'o2', 2, 'OrderCancelled', '1.0', '{"OrderCancelled": {}}', '{"correlation_id": "00000000-0000-4000-8000-0000000000c2", "causation_id": "00000000-0000-4000-8000-0000000000e3", "user_id": "bob", "time": "2026-02-03T10:00:06.250Z"}');
INSERT INTO snapshots (aggregate_type, aggregate_id, last_sequence, current_snapshot, payload) VALUES
  ('order', 'o1', 2, 1, '{"total": 12}');
