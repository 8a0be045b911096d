-- A position that is NULL is the next one.
INSERT INTO events (global_position, stream_id, stream_version, category, event_type, schema_version,
                    created_at, event_id, metadata, event_data)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
