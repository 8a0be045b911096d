//! What holds of every line of the file.

use super::log::Log;
use foldback::domain::event::{format_time, parse_time};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

const KEYS: [&str; 13] = [
    "global_position",
    "stream_id",
    "stream_version",
    "category",
    "event_id",
    "event_type",
    "data",
    "metadata",
    "correlation_id",
    "causation_id",
    "actor",
    "schema_version",
    "created_at",
];

#[test]
fn every_line_is_an_event_in_the_form_of_the_contract() {
    let log = Log::read();
    let mut lengths: HashMap<&str, i64> = HashMap::new();
    let mut ids: HashSet<&str> = HashSet::new();
    let (mut position, mut at) = (0, "");
    for event in &log.events {
        let keys: Vec<&String> = event.as_object().unwrap().keys().collect();
        assert_eq!(keys, KEYS);
        let stream = event["stream_id"].as_str().unwrap();
        assert_eq!(event["category"].as_str(), stream.split('-').next());
        let length = lengths.entry(stream).or_insert(0);
        assert_eq!(event["stream_version"], *length, "{stream}");
        *length += 1;

        assert!(event["global_position"].as_i64().unwrap() > position);
        position = event["global_position"].as_i64().unwrap();
        let created_at = event["created_at"].as_str().unwrap();
        assert_eq!(format_time(parse_time(created_at).unwrap()), created_at);
        assert!(created_at >= at, "{created_at} is after {at}");
        at = created_at;

        for key in ["correlation_id", "causation_id", "actor"] {
            assert_eq!(event[key], *event["metadata"].get(key).unwrap_or(&Value::Null));
        }
        if let Some(cause) = event["causation_id"].as_str() {
            assert!(ids.contains(cause), "the cause of {} is an earlier event", event["event_id"]);
        }
        assert!(ids.insert(event["event_id"].as_str().unwrap()), "{} is there once", event["event_id"]);
    }
}

#[test]
fn what_shares_a_cause_shares_its_correlation() {
    let log = Log::read();
    let by_id: HashMap<&str, &Value> =
        log.events.iter().map(|event| (event["event_id"].as_str().unwrap(), event)).collect();
    for event in &log.events {
        if let Some(cause) = event["causation_id"].as_str() {
            assert_eq!(event["correlation_id"], by_id[cause]["correlation_id"], "{}", event["event_id"]);
        }
    }
}

#[test]
fn the_size_is_right_for_reading() {
    let log = Log::read();
    assert!((1_900..2_200).contains(&log.events.len()), "{}", log.events.len());
    let orders = log.streams().keys().filter(|stream| stream.starts_with("order-")).count();
    assert!((110..=130).contains(&orders), "{orders}");
    let shipped = log.events.iter().filter(|event| event["event_type"] == "ShippingStarted").count();
    assert!(shipped * 10 > orders * 7, "happy ends dominate: {shipped} of {orders} orders were shipped");
}

#[test]
fn nights_are_quiet_and_noons_are_busy() {
    let log = Log::read();
    let within = |from: &str, to: &str| {
        log.events.iter().filter(|event| (from..to).contains(&&event["created_at"].as_str().unwrap()[11..])).count()
    };
    assert!(within("11:00", "14:00") > 10 * within("00:00", "06:00"));
    assert!(within("18:00", "22:00") > within("14:00", "18:00"));
}
