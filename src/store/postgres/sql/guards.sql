-- Events are append-only. This guards against accidents; it proves nothing.
CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only: % is refused', lower(TG_OP)
        USING ERRCODE = 'object_not_in_prerequisite_state';
END
$$;
CREATE TRIGGER events_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse();

-- Wakes who listens, once for each statement and at the commit. PostgreSQL lets one transaction with news commit at a
-- time, which costs appends nothing: they come one after the other anyway.
CREATE FUNCTION events_tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('foldback_events', TG_TABLE_SCHEMA);
    RETURN NULL;
END
$$;
CREATE TRIGGER events_tell AFTER INSERT ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_tell();
