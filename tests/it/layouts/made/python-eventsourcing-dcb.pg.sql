CREATE TABLE dcb_events_tt_main (id bigserial, type text NOT NULL, data bytea, tags text[] NOT NULL);
CREATE TABLE dcb_events_tt_tag (tag text, main_id bigint);
CREATE TABLE dcb_tracking (application_name text PRIMARY KEY, notification_id bigint);
INSERT INTO dcb_events_tt_main (type, data, tags) VALUES
  ('OrderPlaced', '{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-03T10:00:01.250000+00:00"}, "correlation_id": "00000000-0000-4000-8000-0000000000c1", "user_id": "ann", "total": 12}', ARRAY['order-o1', 'all']),
  ('PaymentRequested', '{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-03T10:00:02.250000+00:00"}, "correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e1", "user_id": "ann", "amount": 12}', ARRAY['payment-p1', 'all']),
  ('OrderPlaced', '{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-03T10:00:03.250000+00:00"}, "correlation_id": "00000000-0000-4000-8000-0000000000c2", "user_id": "bob", "total": 7}', ARRAY['order-o2', 'all']),
  ('PaymentCaptured', '{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-03T10:00:04.250000+00:00"}, "correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e2", "amount": 12}', ARRAY['payment-p1', 'all']),
  ('OrderShipped', '{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-03T10:00:05.250000+00:00"}, "correlation_id": "00000000-0000-4000-8000-0000000000c1", "causation_id": "00000000-0000-4000-8000-0000000000e4", "user_id": "ann", "by": "post"}', ARRAY['order-o1', 'all']),
  ('OrderCancelled', '{"timestamp": {"_type_": "datetime_iso", "_data_": "2026-02-03T10:00:06.250000+00:00"}, "correlation_id": "00000000-0000-4000-8000-0000000000c2", "causation_id": "00000000-0000-4000-8000-0000000000e3", "user_id": "bob"}', ARRAY['order-o2', 'all']);
INSERT INTO dcb_tracking (application_name, notification_id) VALUES
  ('Shop', 5);
