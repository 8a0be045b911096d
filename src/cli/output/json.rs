//! Events as JSON, in the form that `seed` reads again.

use foldback_domain::event::{EventHead, Mark, Position, RecordedEvent, Version, format_time};
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// An event as documents show it. What the source does not have is null.
#[derive(Debug, Serialize)]
pub struct EventDocument<'a> {
    global_position: Option<i64>,
    stream_id: Option<&'a str>,
    stream_version: Option<i64>,
    category: &'a str,
    event_id: Option<&'a str>,
    event_type: &'a str,
    data: Box<RawValue>,
    metadata: Option<Box<RawValue>>,
    correlation_id: Option<&'a str>,
    causation_id: Option<&'a str>,
    actor: Option<&'a str>,
    schema_version: Option<u32>,
    created_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<&'static str>,
}

/// An event as documents show it, its payload as it is stored.
pub fn event_document(event: &RecordedEvent) -> EventDocument<'_> {
    let EventHead {
        global_position,
        stream_id,
        stream_version,
        category,
        event_id,
        event_type,
        schema_version,
        correlation_id,
        causation_id,
        actor,
        created_at,
        mark,
    } = &event.head;
    EventDocument {
        global_position: global_position.and_then(Position::number),
        // An event without a stream has no place in one either.
        stream_id: Some(stream_id.as_str())
            .filter(|name| !name.is_empty() || stream_version.is_some_and(|v| v.number().is_some())),
        stream_version: stream_version.and_then(Version::number),
        category: category.as_str(),
        event_id: event_id.as_deref(),
        event_type,
        data: event.stored().to_raw(),
        metadata: event.metadata.as_ref().map(|metadata| metadata.to_raw()),
        correlation_id: correlation_id.as_deref(),
        causation_id: causation_id.as_deref(),
        actor: actor.as_deref(),
        schema_version: *schema_version,
        created_at: created_at.map(format_time),
        mark: mark.map(Mark::name),
    }
}

/// JSON text that cannot steer a terminal: what JSON lets stand though a terminal may obey it is written as `\u…`.
pub fn guard(text: &str) -> Cow<'_, str> {
    if !text.contains(is_risky) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if is_risky(c) {
            out.push_str(&format!("\\u{:04x}", c as u32));
        } else {
            out.push(c);
        }
    }
    out.into()
}

/// DEL, C1 and the characters that reorder or hide text. C0 stands in no JSON string unescaped.
fn is_risky(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::guard;

    #[test]
    fn guarded_json_means_the_same() {
        let text = "{\"a\":\"x\u{9b}31m \u{202e}y\"}";
        let guarded = guard(text);
        assert_eq!(guarded, "{\"a\":\"x\\u009b31m \\u202ey\"}");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(text), value(&guarded));
    }
}
