//! Users' own reducers: scripts and expressions.

mod asynchronous;
mod expression;
mod form;
mod numbers;
mod sandbox;
mod state;

use foldback::domain::event::{Category, EventBody, EventHead, EventMore, Payload, Position, StreamName, Version};
use foldback::domain::{Fold, FoldError};
use foldback::replay::reducers::Script;
use serde_json::Value;
use std::sync::Arc;

/// An event of a stream, with a payload.
fn event(version: i64, event_type: &str, data: &str) -> EventBody {
    EventBody {
        version: Version(version),
        event_type: event_type.into(),
        schema_version: None,
        data: Payload::Json(data.to_owned()),
        more: None,
    }
}

/// The same with all the rest.
fn whole(version: i64, event_type: &str, data: &str, metadata: &str) -> EventBody {
    let head = EventHead {
        global_position: Some(Position(version + 100)),
        stream_id: StreamName::from("account-1"),
        stream_version: Some(Version(version)),
        category: Category::from("account"),
        event_id: Some("e-1".to_owned()),
        event_type: event_type.to_owned(),
        schema_version: None,
        correlation_id: None,
        causation_id: None,
        actor: Some("kim".to_owned()),
        created_at: Some("2026-01-05T09:12:44.120Z".parse().unwrap()),
        mark: None,
    };
    let metadata = Some(Payload::Json(metadata.to_owned()));
    EventBody { more: Some(Box::new(EventMore { head, metadata })), ..event(version, event_type, data) }
}

fn script(text: &str) -> Arc<Script> {
    Script::parse("test.js", text).unwrap_or_else(|error| panic!("{error}"))
}

/// What is wrong with a script.
fn refusal(text: &str) -> String {
    Script::parse("test.js", text).map(drop).unwrap_err().to_string()
}

/// A script with these handlers.
fn handlers(text: &str) -> Arc<Script> {
    script(&format!("fromCategory('account').foreachStream().when({{{text}}})"))
}

/// A fold after these events, or the first error.
fn folded(script: &Arc<Script>, events: &[EventBody]) -> Result<Box<dyn Fold>, FoldError> {
    let mut fold = script.reducer().start();
    events.iter().try_for_each(|event| fold.apply(event))?;
    Ok(fold)
}

/// The state after these events.
fn state(script: &Arc<Script>, events: &[EventBody]) -> Value {
    folded(script, events).and_then(|fold| fold.state()).unwrap_or_else(|error| panic!("{error}"))
}
