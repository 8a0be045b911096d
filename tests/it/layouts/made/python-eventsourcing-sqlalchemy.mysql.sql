CREATE TABLE stored_events (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, originator_id CHAR(36) NOT NULL, originator_version BIGINT NOT NULL, topic TEXT NOT NULL, state LONGBLOB NOT NULL);
CREATE TABLE snapshots (originator_id CHAR(36) NOT NULL, originator_version BIGINT NOT NULL, topic TEXT NOT NULL, state LONGBLOB NOT NULL, PRIMARY KEY (originator_id, originator_version));
CREATE TABLE notification_tracking (application_name VARCHAR(32) NOT NULL, notification_id BIGINT NOT NULL, PRIMARY KEY (application_name, notification_id));
INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES
  ('00000000-0000-4000-8000-0000000000a1', 1, 'shop.domain:Order.OrderPlaced', '{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-03T10:00:01.250000+00:00"}, "correlation_id": "00000000-0000-4000-8000-0000000000c1", "user_id": "ann", "total": 12}'),
  ('00000000-0000-4000-8000-0000000000b1', 1, 'shop.domain:Payment.PaymentRequested', '{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-03T10:00:02.250000+00:00"}, "correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e1", "user_id": "ann", "amount": 12}'),
  ('00000000-0000-4000-8000-0000000000a2', 1, 'shop.domain:Order.OrderPlaced', '{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-03T10:00:03.250000+00:00"}, "correlation_id": "00000000-0000-4000-8000-0000000000c2", "user_id": "bob", "total": 7}'),
  ('00000000-0000-4000-8000-0000000000b1', 2, 'shop.domain:Payment.PaymentCaptured', '{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-03T10:00:04.250000+00:00"}, "correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e2", "amount": 12}'),
  ('00000000-0000-4000-8000-0000000000a1', 2, 'shop.domain:Order.OrderShipped', '{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-03T10:00:05.250000+00:00"}, "correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e4", "user_id": "ann", "by": "post"}'),
  ('00000000-0000-4000-8000-0000000000a2', 2, 'shop.domain:Order.OrderCancelled', '{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-03T10:00:06.250000+00:00"}, "correlation_id": "00000000-0000-4000-8000-0000000000c2", "causation_id": "00000000-0000-4000-8000-0000000000e3", "user_id": "bob"}');
INSERT INTO snapshots (originator_id, originator_version, topic, state) VALUES
  ('00000000-0000-4000-8000-0000000000a1', 2, 'eventsourcing.domain:Snapshot', '{"state": {"total": 12}}');
INSERT INTO notification_tracking (application_name, notification_id) VALUES
  ('Shop', 1),
  ('Shop', 4);
