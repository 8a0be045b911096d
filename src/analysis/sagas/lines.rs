//! One saga line by line: for each what came in, how the saga's state changed, what went out.

use crate::replay::{Change, diff};
use foldback_domain::event::{Payload, Position};
use foldback_domain::processes::{SagaEntry, SagaStatus};
use jiff::Timestamp;
use serde_json::Value;

/// What one line of a saga's log says: what came in, how the saga's state changed, what went out.
#[derive(Debug, Clone, PartialEq)]
pub struct SagaLine {
    /// The line's place in the saga's own log.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// What came in, in words.
    pub cause: Option<String>,
    /// The position of the event that came in.
    pub position: Option<Position>,
    /// The step that it is about.
    pub step: Option<String>,
    /// How that step is doing.
    pub step_status: Option<SagaStatus>,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// How the saga is doing after it.
    pub status: SagaStatus,
    /// What went out: `call charge to payment`.
    pub sent: Vec<String>,
    /// What changed in the saga's state; `None` where a state is missing or is no JSON.
    pub changes: Option<Vec<Change>>,
    /// What went wrong.
    pub error: Option<String>,
}

/// The lines of a log, each with what it changed in the state before it. The first one changes nothing into a state.
pub fn lines(entries: &[SagaEntry]) -> Vec<SagaLine> {
    let mut before = Some(Value::Null);
    entries
        .iter()
        .map(|entry| {
            let after = entry.state.as_ref().and_then(|state| state.parse().ok());
            let changes = before.as_ref().zip(after.as_ref()).map(|(before, after)| diff(before, after));
            before = after;
            SagaLine {
                sequence: entry.sequence,
                at: entry.at,
                cause: entry.cause.clone(),
                position: entry.position,
                step: entry.step.clone(),
                step_status: entry.step_status,
                attempt: entry.attempt,
                status: entry.status,
                sent: entry.sent.as_ref().map(sent).unwrap_or_default(),
                changes,
                error: entry.error.clone(),
            }
        })
        .collect()
}

/// What went out, a sentence each. What has another form than foldback's own is shown as it is.
fn sent(payload: &Payload) -> Vec<String> {
    let Ok(Value::Array(items)) = payload.parse() else { return Vec::new() };
    let word = |item: &Value| {
        let of = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
        let (kind, name) = (of("kind")?.replace('_', " "), of("name")?);
        Some(of("to").map_or(format!("{kind} {name}"), |to| format!("{kind} {name} to {to}")))
    };
    items.iter().map(|item| word(item).unwrap_or_else(|| item.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(sequence: i64, status: SagaStatus) -> SagaEntry {
        SagaEntry {
            sequence,
            status: SagaStatus::Executing,
            step: Some("pay".to_owned()),
            step_status: Some(status),
            compensates: None,
            attempt: 1,
            at: Timestamp::UNIX_EPOCH,
            due_at: None,
            cause: None,
            event_id: None,
            position: None,
            sent: None,
            state: None,
            error: None,
            head: None,
        }
    }

    #[test]
    fn a_line_says_what_came_in_what_changed_and_what_went_out() {
        let json = |text: &str| Some(Payload::Json(text.to_owned()));
        let mut log = [entry(0, SagaStatus::Executing), entry(1, SagaStatus::Failed)];
        log[0].state = json(r#"{"status":"EXECUTING"}"#);
        log[0].sent = json(r#"[{"kind":"call","id":"x","name":"charge","to":"payment"},{"odd":1}]"#);
        log[1].state = json(r#"{"status":"FAILED"}"#);
        let told = lines(&log);
        assert_eq!(told[0].sent, ["call charge to payment", r#"{"odd":1}"#]);
        let changed = told[1].changes.as_ref().unwrap();
        assert_eq!((changed.len(), changed[0].path.to_string()), (1, "/status".to_owned()));
        log[0].state = json("{");
        let told = lines(&log);
        assert_eq!((&told[0].changes, &told[1].changes), (&None, &None), "what cannot be read is not guessed");
    }
}
