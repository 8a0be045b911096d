-- An event with the next position, if its stream is where it should be: just before the event's version.
INSERT INTO events (global_position, stream_id, stream_version, category, event_type, schema_version,
                    created_at, event_id, metadata, event_data)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
WHERE coalesce((SELECT version FROM streams WHERE stream_id = $2), -1) = $3 - 1
