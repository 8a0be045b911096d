-- The log. Narrow columns stand first and the payload last, so that lists never touch its overflow pages.
-- data and metadata are ANY: text stays exactly the text it was, and bytes stay bytes.
CREATE TABLE events (
    global_position INTEGER PRIMARY KEY AUTOINCREMENT CHECK (global_position >= 0),
    stream_id       TEXT    NOT NULL,
    stream_version  INTEGER NOT NULL,
    category        TEXT    NOT NULL,
    event_type      TEXT    NOT NULL,
    schema_version  INTEGER,
    created_at      TEXT,
    event_id        TEXT    NOT NULL,
    metadata        ANY,
    event_data      ANY     NOT NULL,
    UNIQUE (stream_id, stream_version),
    UNIQUE (event_id)
) STRICT;

-- One row for each stream, kept by a trigger: a million streams are listed by key, and never counted.
CREATE TABLE streams (
    stream_id     TEXT    NOT NULL PRIMARY KEY,
    category      TEXT    NOT NULL,
    first_version INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    events        INTEGER NOT NULL,
    first_at      TEXT,
    last_at       TEXT,
    last_position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER events_keep_streams AFTER INSERT ON events
BEGIN
    INSERT INTO streams (stream_id, category, first_version, version, events, first_at, last_at, last_position)
    VALUES (NEW.stream_id, NEW.category, NEW.stream_version, NEW.stream_version, 1,
            NEW.created_at, NEW.created_at, NEW.global_position)
    ON CONFLICT (stream_id) DO UPDATE SET
        version = excluded.version,
        events = events + 1,
        last_at = excluded.last_at,
        last_position = excluded.last_position;
END;

CREATE TABLE snapshots (
    stream_id      TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    state          TEXT    NOT NULL,
    created_at     TEXT    NOT NULL,
    PRIMARY KEY (stream_id, version)
) STRICT;
