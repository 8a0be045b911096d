//! Whatever is spoilt in the rows of a read model is found, and nothing else is.

use super::{demo, spoil};
use crate::cli::foldback;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const MODELS: [&str; 7] = [
    "order-dashboard",
    "order-details",
    "customer-summaries",
    "stock-levels",
    "account-balances",
    "users",
    "daily-revenue",
];

/// What is done to a row.
#[derive(Debug, Clone)]
enum Harm {
    Delete,
    Insert(String),
    /// A member, by its number, gets another value.
    Change(usize, Value),
    /// The row is written in another way that means the same.
    Rewrite,
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        Just(Harm::Delete),
        "[ -~가]{0,6}".prop_map(|key| Harm::Insert(format!("new {key}"))),
        (any::<usize>(), prop_oneof![any::<i32>().prop_map(Value::from), "[a-z]{0,3}".prop_map(Value::from)])
            .prop_map(|(member, value)| Harm::Change(member, value)),
        Just(Harm::Rewrite),
    ]
}

/// Does harm to a row; whether it is another one then, and of which kind.
fn harm_row(rows: &rusqlite::Connection, table: &str, key: &str, harm: &Harm) -> Option<(String, &'static str)> {
    let sql = format!("SELECT row FROM {table} WHERE key = ?1");
    let row: String = rows.query_row(&sql, [key], |row| row.get(0)).unwrap();
    let mut row: serde_json::Map<String, Value> = serde_json::from_str(&row).unwrap();
    let put = |key: &str, row: &Value| {
        let sql = format!("INSERT OR REPLACE INTO {table} (key, row, position) VALUES (?1, ?2, 1)");
        rows.execute(&sql, [key, &row.to_string()]).unwrap();
    };
    match harm {
        Harm::Delete => {
            rows.execute(&format!("DELETE FROM {table} WHERE key = ?1"), [key]).unwrap();
            Some((key.to_owned(), "missing"))
        }
        Harm::Insert(new) => {
            put(new, &json!({"n": 1}));
            Some((new.clone(), "surplus"))
        }
        Harm::Change(member, value) => {
            let name = row.keys().nth(member % row.len()).unwrap().clone();
            let before = row.insert(name, value.clone());
            put(key, &Value::Object(row));
            (before.as_ref() != Some(value)).then(|| (key.to_owned(), "different"))
        }
        Harm::Rewrite => {
            let members = row.into_iter().rev().map(|(name, value)| match value.as_i64() {
                Some(number) => (name, serde_json::from_str(&format!("{number}.00")).unwrap()),
                None => (name, value),
            });
            put(key, &Value::Object(members.collect()));
            None
        }
    }
}

fn found(path: &Path, model: &str) -> BTreeMap<String, String> {
    let run = foldback(&["audit", path.to_str().unwrap(), model, "--json"]);
    let answer = run.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = answer["differing"].as_array().unwrap().iter();
    let found: BTreeMap<String, String> = rows.map(|row| (text(&row["key"]), text(&row["kind"]))).collect();
    assert_eq!(run.code, i32::from(!found.is_empty()));
    found
}

#[test]
fn what_is_planted_is_found_and_nothing_else() {
    let (_folder, sound) = demo();
    let rebuilt = foldback(&["rebuild", sound.to_str().unwrap(), "customer-summaries"]);
    assert_eq!(rebuilt.code, 0, "{}", rebuilt.err);
    let keys: BTreeMap<&str, (String, Vec<String>)> = MODELS
        .into_iter()
        .map(|model| {
            let rows = spoil(&sound);
            let generation: i64 = rows
                .query_row("SELECT generation FROM projection_checkpoints WHERE projection_name = ?1", [model], |row| {
                    row.get(0)
                })
                .unwrap();
            let table = format!("{}_g{generation}", model.replace('-', "_"));
            let mut keys = rows.prepare(&format!("SELECT key FROM {table} ORDER BY key")).unwrap();
            let keys = keys.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            (model, (table, keys))
        })
        .collect();
    let harms = proptest::collection::vec((any::<Index>(), harm()), 0..6);
    let models = proptest::sample::select(&MODELS[..]);
    let spoilt = sound.with_file_name("spoilt.db");
    let mut runner = TestRunner::new(Config { cases: 16, failure_persistence: None, ..Config::default() });
    runner
        .run(&(models, harms), |(model, harms)| {
            std::fs::copy(&sound, &spoilt).unwrap();
            let (table, keys) = &keys[model];
            let rows = spoil(&spoilt);
            let mut expected = BTreeMap::new();
            let mut touched = BTreeSet::new();
            for (index, harm) in &harms {
                let key = index.get(keys);
                if touched.insert(key) {
                    expected.extend(harm_row(&rows, table, key, harm).map(|(key, kind)| (key, kind.to_owned())));
                }
            }
            drop(rows);
            prop_assert_eq!(found(&spoilt, model), expected);
            Ok(())
        })
        .unwrap();
}
