CREATE TABLE order_events (id uuid NOT NULL PRIMARY KEY, aggregate_id uuid NOT NULL, payload jsonb NOT NULL, occurred_on timestamptz NOT NULL DEFAULT now(), sequence_number INT NOT NULL DEFAULT 1, version INT, UNIQUE (aggregate_id, sequence_number));
INSERT INTO order_events (id, aggregate_id, payload, occurred_on, sequence_number, version) VALUES
  ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-0000000000a1', '{"OrderPlaced": {"total": 12}}', '2026-02-03 10:00:01.250+00', 1, 1),
  ('00000000-0000-4000-8000-0000000000e3', '00000000-0000-4000-8000-0000000000a2', '{"OrderPlaced": {"total": 7}}', '2026-02-03 10:00:03.250+00', 1, 1),
  ('00000000-0000-4000-8000-0000000000e5', '00000000-0000-4000-8000-0000000000a1', '{"OrderShipped": {"by": "post"}}', '2026-02-03 10:00:05.250+00', 2, 1),
  ('00000000-0000-4000-8000-0000000000e6', '00000000-0000-4000-8000-0000000000a2', '"OrderCancelled"', '2026-02-03 10:00:06.250+00', 2, 1);
CREATE TABLE payment_events (id uuid NOT NULL PRIMARY KEY, aggregate_id uuid NOT NULL, payload jsonb NOT NULL, occurred_on timestamptz NOT NULL DEFAULT now(), sequence_number INT NOT NULL DEFAULT 1, version INT, UNIQUE (aggregate_id, sequence_number));
INSERT INTO payment_events (id, aggregate_id, payload, occurred_on, sequence_number, version) VALUES
  ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-0000000000b1', '{"PaymentRequested": {"amount": 12}}', '2026-02-03 10:00:02.250+00', 1, 1),
  ('00000000-0000-4000-8000-0000000000e4', '00000000-0000-4000-8000-0000000000b1', '{"PaymentCaptured": {"amount": 12}}', '2026-02-03 10:00:04.250+00', 2, 1);
