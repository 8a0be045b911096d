-- What is found by an index of events is in log order: each ends with the global position.
CREATE INDEX events_by_stream ON events (stream_id, global_position);
CREATE INDEX events_by_type ON events (event_type, global_position);
CREATE INDEX events_by_correlation ON events ((metadata ->> 'correlation_id'), global_position);
CREATE INDEX events_by_time ON events (created_at);

CREATE INDEX streams_by_length ON streams (events DESC, stream_id);
CREATE INDEX streams_by_recent ON streams (last_position DESC, stream_id);
CREATE INDEX streams_by_category ON streams (category, stream_id);
CREATE INDEX streams_by_category_length ON streams (category, events DESC, stream_id);
CREATE INDEX streams_by_category_recent ON streams (category, last_position DESC, stream_id);
