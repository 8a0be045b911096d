//! The checked-in file as its readers see it: lines, streams, and folds by the embedded domain.

use foldback::domain::event::{Category, EventBody, Payload, Version};
use foldback::domain::{Fold, Registry};
use serde_json::Value;
use std::collections::BTreeMap;

pub struct Log {
    pub events: Vec<Value>,
}

/// A fold after one event, and the event.
pub struct Point {
    pub version: i64,
    pub event: Value,
    pub state: Value,
    pub violations: Vec<&'static str>,
}

impl Log {
    pub fn read() -> Log {
        let text = std::fs::read_to_string(super::path("webshop.jsonl")).expect("sample-data/webshop.jsonl is there");
        Log { events: text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect() }
    }

    pub fn streams(&self) -> BTreeMap<&str, Vec<&Value>> {
        let mut streams: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for event in &self.events {
            streams.entry(event["stream_id"].as_str().unwrap()).or_default().push(event);
        }
        streams
    }

    /// The fold of a stream, point by point.
    pub fn fold(&self, stream: &str) -> Vec<Point> {
        let registry = Registry::embedded();
        let mut fold: Option<Box<dyn Fold>> = None;
        let mut points = Vec::new();
        for event in self.events.iter().filter(|event| event["stream_id"] == stream) {
            let category = Category::from(event["category"].as_str().unwrap());
            let fold = fold.get_or_insert_with(|| registry.get(&category).expect("a category of the domain").start());
            let version = event["stream_version"].as_i64().unwrap();
            let body = EventBody {
                version: Version(version),
                event_type: event["event_type"].as_str().unwrap().into(),
                schema_version: event["schema_version"].as_u64().map(|schema| schema as u32),
                data: Payload::Json(event["data"].to_string()),
                more: None,
            };
            fold.apply(&body).unwrap_or_else(|error| panic!("{stream}: {error}"));
            points.push(Point {
                version,
                event: event.clone(),
                state: fold.state().unwrap(),
                violations: fold.violations().iter().map(|violation| violation.code).collect(),
            });
        }
        assert!(!points.is_empty(), "there is no stream {stream}");
        points
    }

    /// The version after which something is true of a stream's state for the first time.
    pub fn first(&self, stream: &str, holds: impl Fn(&Point) -> bool) -> Option<i64> {
        self.fold(stream).iter().find(|point| holds(point)).map(|point| point.version)
    }

    /// The stream of the payment for an order.
    pub fn payment_of(&self, order: &str) -> String {
        let requested = self
            .events
            .iter()
            .find(|event| event["event_type"] == "PaymentRequested" && event["data"]["order_id"] == order);
        requested.expect("the order was to be paid")["stream_id"].as_str().unwrap().to_owned()
    }
}
