-- The log. JSONB holds JSON alone: what is something else is wrapped, and unwrapped when it is read.
-- Names are in order of their bytes, as in SQLite, whatever language the database speaks.
CREATE TABLE events (
    global_position BIGINT           NOT NULL PRIMARY KEY CHECK (global_position >= 0),
    stream_id       TEXT COLLATE "C" NOT NULL,
    stream_version  BIGINT           NOT NULL,
    category        TEXT COLLATE "C" NOT NULL,
    event_type      TEXT COLLATE "C" NOT NULL,
    schema_version  BIGINT,
    created_at      TIMESTAMPTZ,
    event_id        TEXT COLLATE "C" NOT NULL,
    metadata        JSONB,
    event_data      JSONB            NOT NULL,
    UNIQUE (stream_id, stream_version),
    UNIQUE (event_id)
);

-- One row for each stream, kept by a trigger: a million streams are listed by key, and never counted.
CREATE TABLE streams (
    stream_id     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    category      TEXT COLLATE "C" NOT NULL,
    first_version BIGINT           NOT NULL,
    version       BIGINT           NOT NULL,
    events        BIGINT           NOT NULL,
    first_at      TIMESTAMPTZ,
    last_at       TIMESTAMPTZ,
    last_position BIGINT           NOT NULL
);

-- A function looks in the schema that it was made in, whoever inserts.
CREATE FUNCTION events_keep_streams() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO streams (stream_id, category, first_version, version, events, first_at, last_at, last_position)
    VALUES (NEW.stream_id, NEW.category, NEW.stream_version, NEW.stream_version, 1,
            NEW.created_at, NEW.created_at, NEW.global_position)
    ON CONFLICT (stream_id) DO UPDATE SET
        version = excluded.version,
        events = streams.events + 1,
        last_at = excluded.last_at,
        last_position = excluded.last_position;
    RETURN NULL;
END
$$;
CREATE TRIGGER events_keep_streams AFTER INSERT ON events
    FOR EACH ROW EXECUTE FUNCTION events_keep_streams();

CREATE TABLE snapshots (
    stream_id      TEXT COLLATE "C" NOT NULL,
    version        BIGINT           NOT NULL,
    schema_version BIGINT           NOT NULL,
    state          JSONB            NOT NULL,
    created_at     TIMESTAMPTZ      NOT NULL,
    PRIMARY KEY (stream_id, version)
);

-- Known again by this table: the version of the tables, which means the same in SQLite.
CREATE TABLE foldback_store (
    version BIGINT  NOT NULL,
    one     BOOLEAN NOT NULL PRIMARY KEY DEFAULT TRUE CHECK (one)
);
