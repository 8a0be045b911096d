-- A position that is NULL is the next one; appends hold a lock, so nobody else takes it.
INSERT INTO events (global_position, stream_id, stream_version, category, event_type, schema_version,
                    created_at, event_id, metadata, event_data)
VALUES (coalesce($1, (SELECT coalesce(max(global_position), 0) + 1 FROM events)), $2, $3, $4, $5, $6, $7, $8, $9, $10)
