-- What the engine keeps beside the log: the tables that SQLite has, in PostgreSQL's types.

CREATE TABLE projection_checkpoints (
    projection_name         TEXT        NOT NULL PRIMARY KEY,
    kind                    TEXT        NOT NULL,
    last_processed_position BIGINT,
    status                  TEXT        NOT NULL,
    error                   TEXT,
    failed_position         BIGINT,
    attempts                BIGINT      NOT NULL DEFAULT 0,
    skipped                 BIGINT      NOT NULL DEFAULT 0,
    -- Which of its tables is live, and which one a rebuild is filling.
    generation              BIGINT      NOT NULL DEFAULT 0,
    rebuild_generation      BIGINT,
    rebuild_position        BIGINT,
    rebuild_target          BIGINT,
    rebuild_started_at      TIMESTAMPTZ,
    updated_at              TIMESTAMPTZ NOT NULL
);

CREATE TABLE projection_samples (
    projection_name         TEXT        NOT NULL,
    sampled_at              TIMESTAMPTZ NOT NULL,
    last_processed_position BIGINT,
    head_position           BIGINT,
    number                  BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY
);
CREATE INDEX projection_samples_by_name ON projection_samples (projection_name, number);

CREATE TABLE failed_events (
    number          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind            TEXT        NOT NULL,
    consumer        TEXT        NOT NULL,
    -- What it stands for within its kind: a saga's id, a message's number.
    subject         TEXT,
    event_id        TEXT,
    global_position BIGINT,
    stream_id       TEXT,
    correlation_id  TEXT,
    payload         JSONB,
    error           TEXT        NOT NULL,
    attempts        BIGINT      NOT NULL,
    blocks          TEXT,
    failed_at       TIMESTAMPTZ NOT NULL,
    head_position   BIGINT,
    -- open, retried or skipped; and the head at which it was taken up again.
    status          TEXT        NOT NULL DEFAULT 'open',
    resolved_at     TIMESTAMPTZ,
    resolved_head   BIGINT
);
CREATE INDEX failed_events_by_status ON failed_events (status, number);

-- A saga as it is now. Its history is saga_log.
CREATE TABLE sagas (
    saga_id        TEXT        NOT NULL PRIMARY KEY,
    saga_type      TEXT        NOT NULL,
    status         TEXT        NOT NULL,
    correlation_id TEXT,
    sequence       BIGINT      NOT NULL,
    step           TEXT,
    error          TEXT,
    state          JSONB       NOT NULL,
    due_at         TIMESTAMPTZ,
    started_at     TIMESTAMPTZ NOT NULL,
    updated_at     TIMESTAMPTZ NOT NULL
);
CREATE INDEX sagas_by_status ON sagas (status, updated_at);
CREATE INDEX sagas_by_due ON sagas (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX sagas_by_correlation ON sagas (correlation_id);

CREATE TABLE saga_log (
    number         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    saga_id        TEXT        NOT NULL,
    saga_type      TEXT        NOT NULL,
    sequence       BIGINT      NOT NULL,
    correlation_id TEXT,
    status         TEXT        NOT NULL,
    step           TEXT,
    step_status    TEXT,
    compensates    TEXT,
    attempt        BIGINT      NOT NULL,
    logged_at      TIMESTAMPTZ NOT NULL,
    due_at         TIMESTAMPTZ,
    cause          TEXT,
    event_id       TEXT,
    event_position BIGINT,
    sent           JSONB,
    state          JSONB,
    error          TEXT,
    head_position  BIGINT,
    UNIQUE (saga_id, sequence)
);
CREATE INDEX saga_log_by_head ON saga_log (head_position);

CREATE TABLE outbox (
    number          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    aggregate_id    TEXT        NOT NULL,
    event_id        TEXT        NOT NULL,
    global_position BIGINT,
    message_type    TEXT        NOT NULL,
    payload         JSONB       NOT NULL,
    correlation_id  TEXT,
    status          TEXT        NOT NULL DEFAULT 'pending',
    attempts        BIGINT      NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMPTZ,
    error           TEXT,
    created_at      TIMESTAMPTZ NOT NULL,
    published_at    TIMESTAMPTZ
);
CREATE INDEX outbox_waiting ON outbox (number) WHERE status IN ('pending', 'dead');
CREATE INDEX outbox_by_correlation ON outbox (correlation_id);

CREATE TABLE processed_commands (
    command_id   TEXT        NOT NULL PRIMARY KEY,
    result       JSONB       NOT NULL,
    processed_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE processed_events (
    consumer     TEXT        NOT NULL,
    event_id     TEXT        NOT NULL,
    processed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (consumer, event_id)
);

-- Who does a work that only one may do, and until when.
CREATE TABLE leases (
    name       TEXT        NOT NULL PRIMARY KEY,
    holder     TEXT        NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
