-- Every index of events ends with the row's id, which is the global position: what is found by it is in log order.
CREATE INDEX events_by_stream ON events (stream_id);
CREATE INDEX events_by_type ON events (event_type);
CREATE INDEX events_by_correlation ON events (
    CASE WHEN typeof(metadata) = 'text' AND json_valid(metadata)
         THEN CAST(metadata ->> '$.correlation_id' AS TEXT) END
);
-- Times have three, six or nine digits; without the Z at the end they compare as text.
CREATE INDEX events_by_time ON events (rtrim(created_at, 'Z'));

-- The key of streams is its name, which every index of it ends with.
CREATE INDEX streams_by_length ON streams (events DESC);
CREATE INDEX streams_by_recent ON streams (last_position DESC);
CREATE INDEX streams_by_category ON streams (category);
CREATE INDEX streams_by_category_length ON streams (category, events DESC);
CREATE INDEX streams_by_category_recent ON streams (category, last_position DESC);
