//! The moment in the past that an answer is about, as documents and tables say it.

use super::{place, safe};
use foldback_domain::event::{EventHead, Position, format_time};
use serde_json::{Value, json};

/// The last event of then.
#[derive(Debug)]
pub struct AsOf {
    last: Option<EventHead>,
}

impl AsOf {
    /// As of this event; `None`: before the first.
    pub fn new(last: Option<EventHead>) -> AsOf {
        AsOf { last }
    }

    /// As documents have it.
    pub fn document(&self) -> Value {
        let last = self.last.as_ref();
        json!({
            "global_position": last.and_then(|head| head.global_position),
            "at": last.and_then(|head| head.created_at).map(format_time),
        })
    }

    /// As a line.
    pub fn line(&self) -> String {
        let Some(last) = &self.last else {
            return "as of before the first event: nothing has happened yet".to_owned();
        };
        let at = last.created_at.map_or(String::new(), |at| format!(" · {}", format_time(at)));
        let position = last.global_position.map_or("-".to_owned(), |at| place(at.number()));
        format!("as of {position}{at} · {} in {}", safe(&last.event_type), safe(last.stream_id.as_str()))
    }

    /// The word by which a command gets back here: the event's number where it has one of its own, or its id.
    pub fn word(&self, own_numbers: bool) -> Option<String> {
        let last = self.last.as_ref()?;
        let number = last.global_position.filter(|_| own_numbers).and_then(Position::number);
        number.map(|number| number.to_string()).or_else(|| last.event_id.clone())
    }
}
