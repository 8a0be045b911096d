CREATE TABLE deciders (decider TEXT, event TEXT, PRIMARY KEY (decider, event));
CREATE TABLE events (event TEXT NOT NULL, event_id UUID NOT NULL UNIQUE, event_version BIGINT NOT NULL DEFAULT 1, decider TEXT NOT NULL, decider_id TEXT NOT NULL,
  data JSONB NOT NULL, command_id UUID, previous_id UUID UNIQUE, final BOOLEAN NOT NULL DEFAULT false, created_at TIMESTAMPTZ NOT NULL, "offset" BIGSERIAL PRIMARY KEY, transaction_id xid8);
CREATE TABLE views (view TEXT PRIMARY KEY, pooling_delay BIGINT);
CREATE TABLE locks (view TEXT, decider_id TEXT, "offset" BIGINT NOT NULL, last_offset BIGINT NOT NULL, locked_until TIMESTAMPTZ, offset_final BOOLEAN, created_at TIMESTAMPTZ, updated_at TIMESTAMPTZ, PRIMARY KEY (view, decider_id));
INSERT INTO events (event, event_id, event_version, decider, decider_id, data, command_id, previous_id, final, created_at, transaction_id) VALUES
  ('OrderPlaced', '00000000-0000-4000-8000-0000000000e1', 1, 'order', 'o1', '{"total": 12}', '00000000-0000-4000-8000-0000000000d1', NULL, false, '2026-02-03 10:00:01.250+00', '101'),
  ('PaymentRequested', '00000000-0000-4000-8000-0000000000e2', 1, 'payment', 'p1', '{"amount": 12}', '00000000-0000-4000-8000-0000000000d2', NULL, false, '2026-02-03 10:00:02.250+00', '102'),
  ('OrderPlaced', '00000000-0000-4000-8000-0000000000e3', 1, 'order', 'o2', '{"total": 7}', '00000000-0000-4000-8000-0000000000d3', NULL, false, '2026-02-03 10:00:03.250+00', '103'),
  ('PaymentCaptured', '00000000-0000-4000-8000-0000000000e4', 1, 'payment', 'p1', '{"amount": 12}', '00000000-0000-4000-8000-0000000000d4', '00000000-0000-4000-8000-0000000000e2', false, '2026-02-03 10:00:04.250+00', '104'),
  ('OrderShipped', '00000000-0000-4000-8000-0000000000e5', 1, 'order', 'o1', '{"by": "post"}', '00000000-0000-4000-8000-0000000000d4', '00000000-0000-4000-8000-0000000000e1', false, '2026-02-03 10:00:05.250+00', '105'),
  ('OrderCancelled', '00000000-0000-4000-8000-0000000000e6', 1, 'order', 'o2', '{}', '00000000-0000-4000-8000-0000000000d6', '00000000-0000-4000-8000-0000000000e3', true, '2026-02-03 10:00:06.250+00', '106');
INSERT INTO locks (view, decider_id, "offset", last_offset) VALUES
  ('dashboard', 'o1', 1, 5),
  ('dashboard', 'o2', 6, 6);
