CREATE TABLE workflow_status (workflow_uuid TEXT PRIMARY KEY, status TEXT, name TEXT, authenticated_user TEXT, output TEXT, error TEXT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, recovery_attempts BIGINT, queue_name TEXT, inputs TEXT, parent_workflow_id TEXT, serialization TEXT);
CREATE TABLE operation_outputs (workflow_uuid TEXT NOT NULL, function_id INTEGER NOT NULL, function_name TEXT NOT NULL, output TEXT, error TEXT, child_workflow_id TEXT, started_at_epoch_ms BIGINT, completed_at_epoch_ms BIGINT, serialization TEXT, PRIMARY KEY (workflow_uuid, function_id));
INSERT INTO workflow_status (workflow_uuid, status, name, authenticated_user, output, error, created_at, updated_at, serialization) VALUES
  ('00000000-0000-4000-8000-0000000000a1', 'SUCCESS', 'order', 'ann', 'gASVBAAAAAAAAACMAm9rlC4=', NULL, 1770112800250, 1770112807250, 'py_pickle'),
  ('00000000-0000-4000-8000-0000000000a2', 'ERROR', 'order', 'bob', NULL, 'gASVBAAAAAAAAACMAm5vlC4=', 1770112800250, 1770112806250, 'py_pickle'),
  ('00000000-0000-4000-8000-0000000000b1', 'PENDING', 'payment', NULL, NULL, NULL, 1770112800250, 1770112804250, 'py_pickle');
INSERT INTO operation_outputs (workflow_uuid, function_id, function_name, output, error, started_at_epoch_ms, completed_at_epoch_ms) VALUES
  ('00000000-0000-4000-8000-0000000000a1', 1, 'OrderPlaced', 'gASVBAAAAAAAAACMAm9rlC4=', NULL, 1770112801050, 1770112801250),
  ('00000000-0000-4000-8000-0000000000b1', 1, 'PaymentRequested', 'gASVBAAAAAAAAACMAm9rlC4=', NULL, 1770112802050, 1770112802250),
  ('00000000-0000-4000-8000-0000000000a2', 1, 'OrderPlaced', 'gASVBAAAAAAAAACMAm9rlC4=', NULL, 1770112803050, 1770112803250),
  ('00000000-0000-4000-8000-0000000000b1', 2, 'PaymentCaptured', 'gASVBAAAAAAAAACMAm9rlC4=', NULL, 1770112804050, 1770112804250),
  ('00000000-0000-4000-8000-0000000000a1', 2, 'OrderShipped', 'gASVBAAAAAAAAACMAm9rlC4=', NULL, 1770112805050, 1770112805250),
  ('00000000-0000-4000-8000-0000000000a2', 2, 'OrderCancelled', NULL, 'gASVBAAAAAAAAACMAm5vlC4=', 1770112806050, 1770112806250);
