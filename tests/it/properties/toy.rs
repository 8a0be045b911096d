//! A small aggregate whose events can be made to fail.

use foldback::domain::event::{EventBody, Payload, Version};
use foldback::domain::{Aggregate, DecodeError, DomainEvent, Violation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub struct Basket;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    total: i64,
    lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    sku: i64,
    quantity: i64,
}

/// So many more of an article; an article of which none is left is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Put {
    sku: i64,
    quantity: i64,
}

impl Aggregate for Basket {
    const CATEGORY: &'static str = "basket";
    type State = State;
    type Event = Put;
    type Command = ();
    type Refusal = String;

    fn initial() -> State {
        State::default()
    }

    fn evolve(mut state: State, Put { sku, quantity }: Put) -> State {
        state.total += quantity;
        match state.lines.iter_mut().find(|line| line.sku == sku) {
            Some(line) => line.quantity += quantity,
            None => state.lines.push(Line { sku, quantity }),
        }
        state.lines.retain(|line| line.quantity != 0);
        state
    }

    fn decide(_: &State, (): ()) -> Result<Vec<Put>, String> {
        Err("it only shows history".to_owned())
    }

    fn violations(state: &State) -> Vec<Violation> {
        let message = format!("{} in all", state.total);
        if state.total < 0 { vec![Violation { code: "less-than-nothing", message }] } else { vec![] }
    }
}

impl DomainEvent for Put {
    const TYPES: &'static [&'static str] = &["Put"];

    fn event_type(&self) -> &'static str {
        "Put"
    }

    fn schema_version(&self) -> u32 {
        1
    }

    fn encode(&self) -> Value {
        json!(self)
    }

    fn decode(event_type: &str, _: u32, data: &Payload) -> Result<Self, DecodeError> {
        if event_type != "Put" {
            return Err(DecodeError::UnknownType);
        }
        let text = data.json_text().map_err(|error| DecodeError::Malformed(error.to_string()))?;
        serde_json::from_str(text).map_err(|error| DecodeError::Malformed(error.to_string()))
    }

    fn upcast(_: &str, _: u32, _: &Payload) -> Option<Result<Value, DecodeError>> {
        None
    }
}

/// An event of a basket.
pub fn put(version: i64, sku: i64, quantity: i64) -> EventBody {
    let data = Payload::Json(Put { sku, quantity }.encode().to_string());
    EventBody { version: Version(version), event_type: "Put".into(), schema_version: None, data, more: None }
}

/// An event that no basket understands.
pub fn broken(version: i64) -> EventBody {
    EventBody { event_type: "Shaken".into(), ..put(version, 0, 0) }
}
