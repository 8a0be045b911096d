//! Events on their way into the engine.

use super::engine::{Hand, tool};
use super::numbers::needs_care;
use foldback_domain::event::{EventMore, Payload, Position, Version, format_time};
use rquickjs::{Ctx, IntoJs, Object, Value};

/// A payload as a value of the script: text as it is where it is not JSON, and undefined where it is not even text.
pub(super) fn data<'js>(ctx: &Ctx<'js>, payload: &Payload) -> rquickjs::Result<Value<'js>> {
    match payload {
        Payload::Json(text) => json(ctx, text),
        Payload::Text(text) => text.as_str().into_js(ctx),
        Payload::Bytes(_) => Ok(Value::new_undefined(ctx.clone())),
    }
}

/// A JSON text as a value of the script, with every number that it has.
pub(super) fn json<'js>(ctx: &Ctx<'js>, text: &str) -> rquickjs::Result<Value<'js>> {
    if needs_care(text) {
        return tool(ctx, Hand::Tools, "careful")?.call((text,));
    }
    ctx.json_parse(text)
}

/// A version as a value of the script: null where the source has none.
pub(super) fn number<'js>(ctx: &Ctx<'js>, version: Version) -> rquickjs::Result<Value<'js>> {
    match version.number() {
        Some(number) => (number as f64).into_js(ctx),
        None => Ok(Value::new_null(ctx.clone())),
    }
}

/// What `event` has beside its payload, as the object that its getters look into.
pub(super) fn more<'js>(ctx: &Ctx<'js>, payload: &Payload, more: Option<&EventMore>) -> rquickjs::Result<Object<'js>> {
    let rest = Object::new(ctx.clone())?;
    if let Some(EventMore { head, .. }) = more {
        rest.set("streamId", head.stream_id.as_str())?;
        rest.set("category", head.category.as_str())?;
        rest.set("created", head.created_at.map(format_time))?;
        rest.set("eventId", head.event_id.as_deref())?;
        rest.set("globalPosition", head.global_position.and_then(Position::number).map(|number| number as f64))?;
        rest.set("correlationId", head.correlation_id.as_deref())?;
        rest.set("causationId", head.causation_id.as_deref())?;
        rest.set("actor", head.actor.as_deref())?;
    }
    let metadata = more.and_then(|more| more.metadata.as_ref());
    let is_json = matches!(payload, Payload::Json(_));
    tool(ctx, Hand::Tools, "more")?.call((is_json, text(payload), metadata.and_then(text), rest))
}

fn text(payload: &Payload) -> Option<&str> {
    match payload {
        Payload::Json(text) | Payload::Text(text) => Some(text),
        Payload::Bytes(_) => None,
    }
}
