//! Folds of long streams are kept for the next opening, and believed only while nothing they rest on has changed.

use super::program;
use serde_json::Value;
use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

const EVENTS: usize = 6_000;
const STREAM: &str = "inventory-7";

/// A store with one long stream, and a cache folder of its own.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        let place = Place { folder: tempfile::tempdir().unwrap() };
        let mut lines = String::new();
        for n in 0..EVENTS {
            writeln!(
                lines,
                r#"{{"stream_id":"{STREAM}","stream_version":{n},"event_type":"StockReceived","event_id":"{n}","data":{{"sku":"p-7","quantity":2}}}}"#
            )
            .unwrap();
        }
        fs::create_dir(place.folder.path().join("data")).unwrap();
        let file = place.folder.path().join("events.jsonl");
        fs::write(&file, lines).unwrap();
        assert!(program().arg("seed").arg(&file).arg("-o").arg(place.store()).status().unwrap().success());
        place.rest();
        place
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("data/shop.db")
    }

    /// Makes the store look as if nobody had touched it for an hour: what was touched a moment ago is not trusted.
    fn rest(&self) {
        let hour = SystemTime::now() - Duration::from_secs(3600);
        File::options().write(true).open(self.store()).unwrap().set_modified(hour).unwrap();
    }

    fn script(&self, factor: u32) -> PathBuf {
        let path = self.folder.path().join("stock.js");
        let text = format!(
            "fromCategory('inventory').foreachStream().when({{ $init: () => ({{ n: 0 }}),\n\
             StockReceived: (s, e) => {{ s.n += {factor} * e.data.quantity; return s; }} }})"
        );
        fs::write(&path, text).unwrap();
        path
    }

    fn show(&self, more: &[&str]) -> Value {
        let output = program()
            .env("XDG_CACHE_HOME", self.folder.path().join("cache"))
            .args(["show", self.store().to_str().unwrap(), "--json", "--stream", STREAM])
            .args(more)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn sql(&self, sql: &str) {
        let connection = rusqlite::Connection::open(self.store()).unwrap();
        connection.execute_batch(sql).unwrap();
        drop(connection);
        self.rest();
    }

    fn kept(&self) -> Vec<PathBuf> {
        let folder = self.folder.path().join("cache/foldback/keyframes");
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
    }
}

fn began(document: &Value) -> &str {
    document["started_from"]["kind"].as_str().unwrap()
}

fn files(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn the_second_opening_begins_where_the_first_ended() {
    let place = Place::new();
    let first = place.show(&[]);
    assert_eq!((began(&first), first["events_folded"].as_u64()), ("start", Some(EVENTS as u64)));
    let mut second = place.show(&[]);
    assert_eq!(second["started_from"], serde_json::json!({"kind": "cache", "version": EVENTS - 1}));
    second["started_from"] = first["started_from"].clone();
    assert_eq!(first, second);
    let middle = place.show(&["--at", "5500"]);
    let (fresh, kept) = (place.show(&["--at", "5500", "--no-cache"]), place.kept().len());
    assert_eq!((began(&middle), began(&fresh), kept), ("cache", "start", 1));
    assert_eq!(middle["state"], fresh["state"]);
    assert_eq!(files(&place.folder.path().join("data")), 1, "something was left beside the source");
}

#[test]
fn a_past_that_was_changed_in_place_is_folded_anew() {
    let place = Place::new();
    let before = place.show(&[]);
    assert_eq!(began(&place.show(&[])), "cache");
    let connection = rusqlite::Connection::open(place.store()).unwrap();
    let guards: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'events'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    drop(connection);
    let drops: String = guards.iter().map(|name| format!("DROP TRIGGER {name};")).collect();
    // The same id, the same length: nothing but the number tells.
    place.sql(&format!(
        "{drops} UPDATE events SET event_data = replace(event_data, ':2', ':9') WHERE stream_version = 17"
    ));
    let after = place.show(&[]);
    assert_eq!(began(&after), "start");
    let stock = |document: &Value| document["state"]["on_hand"].as_i64().unwrap();
    assert_eq!(stock(&after) - stock(&before), 7);
    assert_eq!(began(&place.show(&[])), "cache", "what is true now is kept");
}

#[test]
fn a_reducer_that_was_changed_folds_anew() {
    let place = Place::new();
    let show = |factor: u32| place.show(&["--reducers", place.script(factor).to_str().unwrap()]);
    let (first, second) = (show(1), show(1));
    assert_eq!((began(&first), began(&second), &second["state"]["n"]), ("start", "cache", &12_000.into()));
    let changed = show(3);
    assert_eq!((began(&changed), &changed["state"]["n"]), ("start", &36_000.into()));
    assert_eq!(began(&place.show(&[])), "start", "the domain is another reducer still");
}

#[test]
fn a_store_touched_a_moment_ago_is_not_believed() {
    let place = Place::new();
    let ahead = SystemTime::now() + Duration::from_secs(3600);
    File::options().write(true).open(place.store()).unwrap().set_modified(ahead).unwrap();
    for _ in 0..2 {
        assert_eq!(began(&place.show(&[])), "start");
    }
}

#[test]
fn what_is_broken_in_the_cache_costs_time_and_nothing_else() {
    let place = Place::new();
    let whole = place.show(&[]);
    let file = place.kept().remove(0);
    let bytes = fs::read(&file).unwrap();
    for at in [3, 20, 36, 44, 60, bytes.len() - 3] {
        let mut broken = bytes.clone();
        broken[at] ^= 0x40;
        fs::write(&file, broken).unwrap();
        let shown = place.show(&[]);
        assert_eq!((began(&shown), &shown["state"]), ("start", &whole["state"]), "byte {at}");
    }
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(place.show(&[])["state"], whole["state"]);
    assert_eq!(began(&place.show(&[])), "cache", "it was written anew");
    let cache = place.folder.path().join("cache");
    fs::remove_dir_all(&cache).unwrap();
    fs::write(&cache, "not a folder").unwrap();
    assert_eq!(place.show(&[])["state"], whole["state"]);
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.show(&[]);
    let file = place.kept().remove(0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
}
