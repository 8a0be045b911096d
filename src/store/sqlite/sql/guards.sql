-- Events are append-only. This guards against accidents; it proves nothing.
CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only: an event cannot be changed');
END;

CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only: an event cannot be deleted');
END;

-- INSERT OR REPLACE deletes without firing a delete trigger, so a key that is taken is refused before it.
CREATE TRIGGER events_refuse_replace BEFORE INSERT ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only: events.global_position is taken')
    WHERE EXISTS (SELECT 1 FROM events WHERE global_position = NEW.global_position);
    SELECT RAISE(ABORT, 'events are append-only: events.event_id is taken')
    WHERE EXISTS (SELECT 1 FROM events WHERE event_id = NEW.event_id);
    SELECT RAISE(ABORT, 'events are append-only: events.stream_version is taken')
    WHERE EXISTS (SELECT 1 FROM events WHERE stream_id = NEW.stream_id AND stream_version = NEW.stream_version);
END;
