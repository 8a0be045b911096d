//! What foldback says of a store, through its command line and its reader, against the truth beside it.

use crate::cli::foldback;
use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::event::{EventHead, Position};
use foldback::domain::reading::{Direction, LogFilter, LogRead, StreamSort, StreamsRead};
use foldback::store::EventReader;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Rows that libraries keep for themselves: no projections, though plain SQL counts them.
const BOOKKEEPING: [&str; 4] = ["HighWaterMark", "__config", "__migration__", "$all"];

/// A reducer that reads the amounts of every fixture, in whatever words its library has them.
const PAYMENTS: &str = include_str!("payments.js");

/// Payment 7 of every fixture, whatever it is called there, got back more than came: a bisect over all payments finds it.
pub fn refund(source: &str, truth: &Path) -> Vec<String> {
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(truth).unwrap()).unwrap();
    let categories = truth["categories"].as_object().unwrap();
    let category = categories.keys().find(|name| name.to_lowercase().contains("pay")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("payments.js");
    std::fs::write(&script, PAYMENTS).unwrap();
    let wanted = "state.refunded > state.captured";
    let script = script.to_str().unwrap();
    let run = foldback(&["bisect", source, "--category", category, wanted, "--reducers", script, "--json"]);
    let mut wrong = Wrong(Vec::new());
    wrong.same("bisect's exit code", &run.code, &1);
    if run.code == 1 {
        let found = run.json();
        let findings = found["findings"].as_array().unwrap();
        let after: Vec<String> = findings.iter().map(|finding| finding["after"].to_string()).collect();
        // One fixture's amounts are in cents already.
        let after: Vec<String> =
            after.iter().map(|state| state.replace("257300", "2573").replace("308800", "3088")).collect();
        wrong.same("what bisect finds", &after, &vec![r#"{"captured":2573,"refunded":3088}"#.to_owned()]);
    }
    wrong.0
}

/// Everything in which foldback and the truth differ.
pub async fn differences(source: &str, truth: &Path) -> Vec<String> {
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(truth).unwrap()).unwrap();
    let mut wrong = Wrong(Vec::new());
    let overview = foldback(&["overview", source, "--json"]);
    if overview.code != 0 {
        return vec![format!("overview: {}", overview.err.trim())];
    }
    let overview = overview.json();
    let log = foldback(&["log", source, "--format", "jsonl"]);
    let events: Vec<Value> = log.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    counted(&overview, &events, &truth, &mut wrong);
    ends(&events, &truth, &mut wrong);
    words(&events, &truth, &mut wrong);
    checkpoints(source, &truth, &mut wrong);
    extras(source, &events, &truth, &mut wrong);
    wrong.same("snapshots", &overview["snapshots"].as_u64().unwrap_or(0), &truth["snapshots"].as_u64().unwrap_or(0));
    paged(source, &mut wrong).await;
    wrong.0
}

struct Wrong(Vec<String>);

impl Wrong {
    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, got: &T, wanted: &T) {
        if got != wanted {
            self.0.push(format!("{what}: {got:?}, and not {wanted:?}"));
        }
    }
}

fn counted(overview: &Value, events: &[Value], truth: &Value, wrong: &mut Wrong) {
    wrong.same("events", &overview["events"], &truth["events"]);
    wrong.same("events in the log", &json!(events.len()), &truth["events"]);
    wrong.same("streams", &overview["streams"], &truth["streams"]);
    let categories = overview["categories"].as_array().unwrap().iter();
    let categories: BTreeMap<&str, &Value> =
        categories.map(|found| (found["category"].as_str().unwrap(), &found["events"])).collect();
    let wanted = truth["categories"].as_object().unwrap().iter().map(|(name, count)| (name.as_str(), count)).collect();
    wrong.same("categories", &categories, &wanted);
    for (stream, count) in truth["named_stream_counts"].as_object().into_iter().flatten() {
        let found = events.iter().filter(|event| event["stream_id"] == *stream).count();
        wrong.same(&format!("events of {stream}"), &json!(found), count);
    }
}

fn ends(events: &[Value], truth: &Value, wrong: &mut Wrong) {
    let positions = events.iter().filter_map(|event| event["global_position"].as_i64());
    wrong.same("greatest position", &json!(positions.max()), &known(&truth["max_global_position"]));
    let versions = events.iter().filter_map(|event| event["stream_version"].as_i64());
    if let Some(least) = truth.get("min_version_seen") {
        wrong.same("least version", &json!(versions.min()), least);
    }
    for (name, event) in [("first_event", events.first()), ("last_event", events.last())] {
        let (Some(wanted), Some(event)) = (truth.get(name), event) else { continue };
        for (key, part) in [("position", "global_position"), ("version", "stream_version"), ("stream", "stream_id")] {
            wrong.same(&format!("{name}'s {key}"), &known(&event[part]), &known(&wanted[key]));
        }
        let types = [&event["event_type"], &wanted["type"]].map(|name| last_word(name.as_str().unwrap()));
        wrong.same(&format!("{name}'s type"), &types[0], &types[1]);
    }
}

fn words(events: &[Value], truth: &Value, wrong: &mut Wrong) {
    let types: BTreeSet<&str> = events.iter().map(|event| last_word(event["event_type"].as_str().unwrap())).collect();
    let wanted =
        truth["event_types"].as_array().unwrap().iter().map(|name| last_word(name.as_str().unwrap())).collect();
    wrong.same("types", &types, &wanted);
    let correlations: BTreeSet<&str> = events.iter().filter_map(|event| event["correlation_id"].as_str()).collect();
    wrong.same("correlations", &json!(correlations.len()), &truth["distinct_correlations"]);
    for (key, part) in [("events_with_causation", "causation_id"), ("events_with_user", "actor")] {
        if let Some(count) = truth.get(key) {
            let found = events.iter().filter(|event| !event[part].is_null()).count();
            wrong.same(key, &json!(found), count);
        }
    }
}

fn checkpoints(source: &str, truth: &Value, wrong: &mut Wrong) {
    let found = foldback(&["projections", source, "--json"]).json();
    let found: BTreeMap<String, Value> = found["projections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["name"].as_str().unwrap().to_owned(), json!([row["checkpoint"], row["lag_events"]])))
        .collect();
    let wanted = truth["checkpoints"].as_array().into_iter().flatten().filter_map(|row| {
        let name = row["name"].as_str().unwrap();
        let bookkeeping = BOOKKEEPING.iter().any(|word| name.starts_with(word));
        (!bookkeeping).then(|| (name.to_owned(), json!([row["position"], row["lag_events"]])))
    });
    wrong.same("checkpoints", &found, &wanted.collect());
}

/// What one library has and others have not.
fn extras(source: &str, events: &[Value], truth: &Value, wrong: &mut Wrong) {
    if let Some(base) = truth["version_base"].as_i64() {
        let listed = foldback(&["streams", source, "--json"]).json();
        let first = listed["streams"].as_array().unwrap().iter().filter_map(|stream| stream["first_version"].as_i64());
        let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
        first.for_each(|version| *counts.entry(version).or_default() += 1);
        wrong.same(
            "the version at which streams begin",
            &counts.into_iter().max_by_key(|(_, n)| *n).map(|(v, _)| v),
            &Some(base),
        );
    }
    let marked = |mark: &str| events.iter().filter(|event| event["mark"] == mark).collect::<Vec<_>>();
    let deleted_streams =
        || marked("deleted").iter().map(|event| event["stream_id"].to_string()).collect::<BTreeSet<_>>().len();
    let of = |verb: &str| foldback(&[verb, source, "--json"]).json();
    let sum = |keys: [&str; 2]| keys.iter().filter_map(|key| truth["extra"][*key].as_u64()).sum::<u64>();
    for (key, wanted) in truth["extra"].as_object().into_iter().flatten() {
        let found = match key.as_str() {
            "archived_events" => json!(marked("archived").len()),
            "logically_deleted_events" => json!(marked("deleted").len()),
            "soft_deleted_streams" => json!(deleted_streams()),
            "deleted_streams" => json!(events.iter().filter(|event| event["event_type"] == "$stream-deleted").count()),
            "events_without_aggregate" => json!(events.iter().filter(|event| event["stream_id"].is_null()).count()),
            "tombstone_events" => json!(1 + events.iter().filter(|event| event["event_type"] == "tombstone").count()),
            "sagas" => json!(of("sagas")["sagas"].as_array().unwrap().len()),
            "dead_letters" | "wolverine_dead_letters" => {
                let groups = of("dead-letters");
                let found = groups["groups"].as_array().unwrap().iter().filter_map(|group| group["count"].as_u64());
                wrong.same("dead letters", &found.sum(), &sum(["dead_letters", "wolverine_dead_letters"]));
                wanted.clone()
            }
            "failing_subscriptions" | "paused_projections" => {
                let list = of("projections");
                let is = |row: &&Value| {
                    if key == "paused_projections" { row["paused"] == true } else { row["condition"] == "failed" }
                };
                json!(list["projections"].as_array().unwrap().iter().filter(is).count())
            }
            // What is told of in other ways: numbers of rows that are no events, and of commits.
            _ => wanted.clone(),
        };
        wrong.same(key, &found, wanted);
    }
}

/// Paging any way is reading at once, and the list of streams is the same in every order.
async fn paged(source: &str, wrong: &mut Wrong) {
    let reader = open(&SourceSpec::parse(source).unwrap(), &OpenOptions::default()).await.unwrap();
    let whole = log(&*reader, Direction::Forward, 100_000).await;
    let mut backward = log(&*reader, Direction::Backward, 7).await;
    backward.reverse();
    wrong.same("the log in pages", &log(&*reader, Direction::Forward, 7).await, &whole);
    wrong.same("the log from its end", &backward, &whole);
    let mut names = BTreeSet::new();
    for sort in [StreamSort::Name, StreamSort::Length, StreamSort::Recent] {
        let mut read = StreamsRead { category: None, sort, after: None, limit: 7 };
        let mut listed = BTreeSet::new();
        loop {
            let page = reader.read_streams(&read).await.unwrap();
            for stream in page.items {
                let summary = reader.read_summary(&stream.stream_id).await.unwrap();
                wrong.same("a stream alone and in the list", &summary, &Some(stream.clone()));
                wrong.same("a stream that is listed once", &listed.insert(stream.stream_id), &true);
            }
            match page.next {
                Some(next) if listed.len() < 10_000 => read.after = Some(next),
                _ => break,
            }
        }
        if names.is_empty() {
            names = listed;
        } else {
            wrong.same(&format!("the list by {sort:?}"), &listed, &names);
        }
    }
}

async fn log(reader: &dyn EventReader, direction: Direction, limit: usize) -> Vec<EventHead> {
    let mut read = LogRead { filter: LogFilter::default(), start: None, direction, limit };
    let mut heads: Vec<EventHead> = Vec::new();
    loop {
        let page = reader.read_log(&read).await.unwrap();
        heads.extend(page.items);
        let next: Option<Position> = page.next;
        match next {
            Some(_) if heads.len() < 100_000 => read.start = next,
            _ => return heads,
        }
    }
}

/// The truth says `NULL` in words where plain SQL does.
fn known(value: &Value) -> Value {
    match value.as_str() {
        Some("NULL" | "") => Value::Null,
        Some(text) => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        None => value.clone(),
    }
}

/// `StockReserved` of `com.acme.shop.StockReserved#2`.
pub fn last_word(name: &str) -> &str {
    let name = name.split(['#', ',']).next().unwrap_or(name);
    name.rsplit(['.', ':', '\\', '/', '$']).next().unwrap_or(name)
}
