-- What the engine keeps beside the log. Times are text, JSON is text; PostgreSQL has the same tables in its own types.

CREATE TABLE projection_checkpoints (
    projection_name         TEXT    NOT NULL PRIMARY KEY,
    kind                    TEXT    NOT NULL,
    last_processed_position INTEGER,
    status                  TEXT    NOT NULL,
    error                   TEXT,
    failed_position         INTEGER,
    attempts                INTEGER NOT NULL DEFAULT 0,
    skipped                 INTEGER NOT NULL DEFAULT 0,
    -- Which of its tables is live, and which one a rebuild is filling.
    generation              INTEGER NOT NULL DEFAULT 0,
    rebuild_generation      INTEGER,
    rebuild_position        INTEGER,
    rebuild_target          INTEGER,
    rebuild_started_at      TEXT,
    updated_at              TEXT    NOT NULL
) STRICT;

CREATE TABLE projection_samples (
    projection_name         TEXT    NOT NULL,
    sampled_at              TEXT    NOT NULL,
    last_processed_position INTEGER,
    head_position           INTEGER,
    number                  INTEGER PRIMARY KEY
) STRICT;
CREATE INDEX projection_samples_by_name ON projection_samples (projection_name, number);

CREATE TABLE failed_events (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind            TEXT    NOT NULL,
    consumer        TEXT    NOT NULL,
    -- What it stands for within its kind: a saga's id, a message's number.
    subject         TEXT,
    event_id        TEXT,
    global_position INTEGER,
    stream_id       TEXT,
    correlation_id  TEXT,
    payload         TEXT,
    error           TEXT    NOT NULL,
    attempts        INTEGER NOT NULL,
    blocks          TEXT,
    failed_at       TEXT    NOT NULL,
    head_position   INTEGER,
    -- open, retried or skipped; and the head at which it was taken up again.
    status          TEXT    NOT NULL DEFAULT 'open',
    resolved_at     TEXT,
    resolved_head   INTEGER
) STRICT;
CREATE INDEX failed_events_by_status ON failed_events (status, number);

-- A saga as it is now. Its history is saga_log.
CREATE TABLE sagas (
    saga_id        TEXT    NOT NULL PRIMARY KEY,
    saga_type      TEXT    NOT NULL,
    status         TEXT    NOT NULL,
    correlation_id TEXT,
    sequence       INTEGER NOT NULL,
    step           TEXT,
    error          TEXT,
    state          TEXT    NOT NULL,
    due_at         TEXT,
    started_at     TEXT    NOT NULL,
    updated_at     TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sagas_by_status ON sagas (status, updated_at);
CREATE INDEX sagas_by_due ON sagas (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX sagas_by_correlation ON sagas (correlation_id);

CREATE TABLE saga_log (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    saga_id        TEXT    NOT NULL,
    saga_type      TEXT    NOT NULL,
    sequence       INTEGER NOT NULL,
    correlation_id TEXT,
    status         TEXT    NOT NULL,
    step           TEXT,
    step_status    TEXT,
    compensates    TEXT,
    attempt        INTEGER NOT NULL,
    logged_at      TEXT    NOT NULL,
    due_at         TEXT,
    cause          TEXT,
    event_id       TEXT,
    event_position INTEGER,
    sent           TEXT,
    state          TEXT,
    error          TEXT,
    head_position  INTEGER,
    UNIQUE (saga_id, sequence)
) STRICT;
CREATE INDEX saga_log_by_head ON saga_log (head_position);

CREATE TABLE outbox (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    aggregate_id    TEXT    NOT NULL,
    event_id        TEXT    NOT NULL,
    global_position INTEGER,
    message_type    TEXT    NOT NULL,
    payload         TEXT    NOT NULL,
    correlation_id  TEXT,
    status          TEXT    NOT NULL DEFAULT 'pending',
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT,
    error           TEXT,
    created_at      TEXT    NOT NULL,
    published_at    TEXT
) STRICT;
CREATE INDEX outbox_waiting ON outbox (number) WHERE status IN ('pending', 'dead');
CREATE INDEX outbox_by_correlation ON outbox (correlation_id);

CREATE TABLE processed_commands (
    command_id   TEXT NOT NULL PRIMARY KEY,
    result       TEXT NOT NULL,
    processed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE processed_events (
    consumer     TEXT NOT NULL,
    event_id     TEXT NOT NULL,
    processed_at TEXT NOT NULL,
    PRIMARY KEY (consumer, event_id)
) STRICT, WITHOUT ROWID;

-- Who does a work that only one may do, and until when.
CREATE TABLE leases (
    name       TEXT NOT NULL PRIMARY KEY,
    holder     TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
