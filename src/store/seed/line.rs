//! One line: an event in the form that documents have.

use crate::store::event_id::derived;
use crate::store::metadata::with_ids;
use foldback_domain::event::{Payload, StreamName, format_time, parse_time, safe_text};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The keys of an event, the required ones first.
const KEYS: &str = "stream_id, stream_version, event_type, data; global_position, category, event_id, metadata, \
                    correlation_id, causation_id, actor, schema_version, created_at";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<'a> {
    #[serde(borrow)]
    stream_id: Cow<'a, str>,
    stream_version: i64,
    #[serde(borrow)]
    event_type: Cow<'a, str>,
    #[serde(borrow)]
    data: &'a RawValue,
    global_position: Option<i64>,
    category: Option<String>,
    event_id: Option<String>,
    #[serde(borrow)]
    metadata: Option<&'a RawValue>,
    correlation_id: Option<String>,
    causation_id: Option<String>,
    actor: Option<String>,
    schema_version: Option<u32>,
    created_at: Option<String>,
}

/// An event ready to be stored.
#[derive(Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The place in the log; `None`: the next one.
    pub global_position: Option<i64>,
    /// The stream.
    pub stream_id: Cow<'a, str>,
    /// The place in the stream.
    pub stream_version: i64,
    /// The category.
    pub category: String,
    /// The type.
    pub event_type: Cow<'a, str>,
    /// The schema version, where one is known.
    pub schema_version: Option<u32>,
    /// When, in foldback's own form.
    pub created_at: Option<String>,
    /// The id.
    pub event_id: String,
    /// The metadata, with correlation, causation and actor in it.
    pub metadata: Option<Payload>,
    /// What happened.
    pub data: Payload,
}

/// Reads one line. The error is a sentence.
pub fn parse(text: &str) -> Result<Line<'_>, String> {
    // A list would be taken for the values in order.
    if !text.trim_start().starts_with('{') {
        return Err("not an event; each line is one JSON object".to_owned());
    }
    let written: Written<'_> = serde_json::from_str(text).map_err(|error| explain(&error))?;
    let created_at = match &written.created_at {
        Some(text) => Some(parse_time(text).map(format_time).ok_or_else(|| {
            format!("created_at is not a point in time: {}; write it like 2026-01-05T09:12:44.120Z", safe_text(text))
        })?),
        None => None,
    };
    if written.global_position.is_some_and(|at| at < 0) {
        return Err("global_position is below 0".to_owned());
    }
    let ids = [&written.correlation_id, &written.causation_id, &written.actor].map(Option::as_deref);
    Ok(Line {
        global_position: written.global_position,
        category: match written.category {
            Some(category) => category,
            None => StreamName(written.stream_id.clone().into_owned()).category().0,
        },
        event_id: written.event_id.unwrap_or_else(|| derived(&written.stream_id, written.stream_version)),
        stream_id: written.stream_id,
        stream_version: written.stream_version,
        event_type: written.event_type,
        schema_version: written.schema_version,
        created_at,
        metadata: with_ids(written.metadata.map(Payload::from_raw), ids)?,
        data: Payload::from_raw(written.data),
    })
}

/// The parser's words without its own line number, which is always 1, and with what is known.
fn explain(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let said = said.split(" at line 1 column").next().unwrap_or(&said);
    if let Some(key) = said.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
        return format!("unknown key {}; the keys of an event are {KEYS}", safe_text(key));
    }
    if let Some(key) = said.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        return format!("{key} is missing; stream_id, stream_version, event_type and data are required");
    }
    format!("not an event ({}, column {}); each line is one JSON object", safe_text(said), error.column())
}

#[cfg(test)]
mod tests {
    use super::parse;
    use foldback_domain::event::Payload;

    #[test]
    fn four_keys_are_enough() {
        let line =
            parse(r#"{"stream_id":"order-1","stream_version":7,"event_type":"Placed","data":{"a": 1.10}}"#).unwrap();
        assert_eq!((line.category.as_str(), line.stream_version), ("order", 7));
        assert_eq!(line.data, Payload::Json(r#"{"a": 1.10}"#.into()));
        assert_eq!(
            (line.metadata, line.created_at, line.schema_version, line.global_position),
            (None, None, None, None)
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        let with = |more: &str| format!(r#"{{"stream_id":"a","stream_version":0,"event_type":"T","data":{{}}{more}}}"#);
        for (text, expected) in [
            (r#"{"stream_id":"a","event_type":"T","data":1}"#.to_owned(), "stream_version is missing"),
            (with(r#","streamm":1"#), "unknown key streamm; the keys of an event are stream_id"),
            (with(r#","created_at":"soon""#), "created_at is not a point in time: soon"),
            (with(r#","global_position":-1"#), "global_position is below 0"),
            (with(r#","actor":"ann","metadata":{"actor":"bob"}"#), "actor is ann beside the metadata"),
            ("{nonsense".to_owned(), "not an event (key must be a string, column 2)"),
            ("[]".to_owned(), "not an event"),
            (with(r#","data":1"#), "not an event (duplicate field `data`"),
        ] {
            let error = parse(&text).unwrap_err();
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
