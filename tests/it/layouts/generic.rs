//! Tables that no layout knows: read by their columns and what is unique, and never where a part is missing.

use super::{HAND_MADE, sqlite};
use crate::cli::foldback;
use crate::servers::fresh;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor};

fn events(source: &str) -> Vec<Value> {
    let run = foldback(&["log", source, "--format", "jsonl"]);
    assert_eq!(run.code, 0, "{}", run.err);
    run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What `layouts` says of a file with this table: the stores' reasons, or why nothing was guessed.
fn said(sql: &str) -> Result<Vec<String>, String> {
    let (_folder, source) = sqlite(sql);
    let run = foldback(&["layouts", &source, "--json"]);
    let (document, texts) = (run.json(), |value: &Value| value.as_str().unwrap().to_owned());
    let stores = document["stores"].as_array().unwrap();
    if stores.is_empty() {
        assert_eq!(run.code, 3);
        let rejected = document["rejected"].as_array().unwrap();
        return Err(texts(&rejected.iter().find(|rejected| rejected["layout"] == "generic").unwrap()["why"]));
    }
    assert_eq!(run.code, 0);
    assert!(stores.iter().all(|store| store["layout"] == "generic" && store["guess"] == true));
    Ok(stores.iter().map(|store| texts(&store["why"])).collect())
}

#[test]
fn a_hand_made_table_is_read_and_said_to_be_a_guess() {
    let (_folder, source) = sqlite(HAND_MADE);
    let events = events(&source);
    let shown = |event: &Value| {
        let of = |key: &str| event[key].clone();
        (of("global_position"), of("stream_id"), of("stream_version"), of("event_type"), of("category"))
    };
    assert_eq!(shown(&events[0]), (1.into(), "order-1".into(), 1.into(), "Placed".into(), "order".into()));
    assert_eq!(shown(&events[2]), (4.into(), "order-1".into(), 2.into(), "Paid".into(), "order".into()));
    assert_eq!((&events[0]["correlation_id"], &events[0]["actor"]), (&"c-1".into(), &"kim".into()));
    assert_eq!(
        (&events[1]["data"]["total"], &events[1]["created_at"]),
        (&5.into(), &"2026-01-05T09:01:00.000Z".into())
    );
    let run = foldback(&["overview", &source, "--json"]);
    let overview = run.json();
    assert_eq!(overview["source"]["layout"], "generic");
    assert!(
        overview["source"]["guess"].as_str().unwrap().starts_with("stream: order_ref, version: seq (unique together)")
    );
    assert_eq!(overview["attention"][0]["code"], "layout-guessed");
    assert!(run.err.starts_with("foldback: read as generic: stream: order_ref"), "{}", run.err);
    assert!(run.err.contains(&format!("layouts --draft {source} > mine.toml")), "{}", run.err);
}

#[test]
fn what_is_unique_says_more_than_a_name() {
    // `version` is the schema's here: it is not unique in a stream, and `n` is.
    let why = said(
        "CREATE TABLE e (id INTEGER PRIMARY KEY, stream_id TEXT, version INT, n INT, event_type TEXT, data TEXT,
         UNIQUE (stream_id, n))",
    );
    assert!(why.as_ref().unwrap()[0].starts_with("stream: stream_id, version: n (unique together)"), "{why:?}");
    let why = said(
        "CREATE TABLE x (tenant TEXT, kind_id TEXT, aggregate_type TEXT, aggregate_id TEXT, version INT,
                    event_type TEXT, payload TEXT, PRIMARY KEY (tenant, aggregate_id, aggregate_type, version))",
    );
    assert!(
        why.as_ref().unwrap()[0].starts_with("stream: tenant / aggregate_type / aggregate_id, version: version"),
        "{why:?}"
    );
}

#[test]
fn nothing_is_guessed_where_a_part_is_missing() {
    for (table, expected) in [
        (
            "outbox_messages (id TEXT PRIMARY KEY, aggregate_id TEXT, event_type TEXT, payload TEXT)",
            "neither a version",
        ),
        ("customers (id INTEGER PRIMARY KEY, name TEXT, data TEXT)", "no column for the stream"),
        ("events (stream_id TEXT, version INT, data TEXT, PRIMARY KEY (stream_id, version))", "no column for the type"),
        ("events (stream_id TEXT, version INT, event_type TEXT)", "no column for the payload"),
        ("events (stream_id TEXT PRIMARY KEY, version INT, event_type TEXT, data TEXT)", "one row for each stream_id"),
        (
            "order_snapshots (stream_id TEXT, version INT, type TEXT, data TEXT, UNIQUE (stream_id, version))",
            "snapshot",
        ),
        ("jobs (id INTEGER PRIMARY KEY, entity_id TEXT, type TEXT, payload TEXT)", "not called like a table of events"),
    ] {
        let why = said(&format!("CREATE TABLE {table}"));
        assert!(why.as_ref().is_err_and(|why| why.contains(expected)), "{table}: {why:?}");
    }
}

#[test]
fn several_tables_of_events_are_all_listed() {
    let columns = "(id INTEGER PRIMARY KEY, aggregate_id TEXT, version INT, event_type TEXT, payload TEXT, UNIQUE (aggregate_id, version))";
    let sql = format!(
        "CREATE TABLE order_events {columns}; CREATE TABLE stock_events {columns}; CREATE VIEW v AS SELECT * FROM order_events"
    );
    assert_eq!(said(&sql).unwrap().len(), 2);
    let (_folder, source) = sqlite(&sql);
    let run = foldback(&["overview", &source]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("several stores: order_events, stock_events; say which with ?store=NAME"), "{}", run.err);
    assert_eq!(foldback(&["overview", &format!("{source}?store=stock_events")]).code, 0);
}

#[test]
fn a_known_layout_goes_before_a_guess() {
    let (_folder, source) = sqlite(&format!(
        "{HAND_MADE}; CREATE TABLE known (aggregate_id TEXT, version INT, event_type TEXT, event_data TEXT, timestamp TEXT)"
    ));
    let document = foldback(&["layouts", &source, "--json"]).json();
    assert_eq!(document["stores"].as_array().unwrap().len(), 1);
    assert_eq!(document["stores"][0]["layout"], "aggregate-version");
    // Asked for by name, it is guessed all the same.
    let document = foldback(&["layouts", &source, "--layout", "generic", "--json"]).json();
    let tables = document["stores"].as_array().unwrap().iter().map(|store| store["name"].clone()).collect::<Vec<_>>();
    assert_eq!(tables, ["known", "shop_journal"]);
}

#[test]
fn names_of_any_kind_are_quoted_and_shown_safely() {
    let (folder, source) = sqlite(
        "CREATE TABLE \"my \u{1b}[31m 'events\" (\"Stream Id\" TEXT, stream_id TEXT, \"null\" INT, \"event type\" TEXT,
         \"1st\" INTEGER PRIMARY KEY, event_type TEXT, data TEXT, \"meta\"\"data\" TEXT, UNIQUE (stream_id, \"null\"));
         INSERT INTO \"my \u{1b}[31m 'events\" VALUES ('x', 'a-1', 7, 'x', 3, 'T', '{}', NULL)",
    );
    let events = events(&source);
    assert_eq!((&events[0]["stream_version"], &events[0]["global_position"]), (&7.into(), &3.into()));
    let draft = foldback(&["layouts", "--draft", &source]);
    assert!(!draft.out.contains('\u{1b}') || draft.out.contains("\\u001b"), "{}", draft.out);
    let mine = super::beside(&folder, "mine.toml", &draft.out);
    assert_eq!(foldback(&["log", &source, "--layout", &mine]).code, 0, "{}", draft.out);
}

/// What fits by its form alone is told of, and read only where somebody asks for it.
#[test]
fn an_ordered_list_of_things_is_perhaps_a_table_of_events() {
    for (table, doubt) in [
        (
            "playlist_items (stream TEXT, position INT, name TEXT, data TEXT, UNIQUE (stream, position))",
            "nothing in its names speaks",
        ),
        (
            "course_parts (entity_id TEXT, number INT, kind TEXT, content TEXT, UNIQUE (entity_id, number))",
            "nothing in its names speaks",
        ),
        (
            "form_pages (aggregate_id TEXT, version INT, type TEXT, data TEXT, updated_at TEXT, UNIQUE (aggregate_id, version))",
            "its rows are changed, by updated_at",
        ),
    ] {
        let name = table.split(' ').next().unwrap();
        let sql = format!("CREATE TABLE {table}; INSERT INTO {name} ({}) VALUES ('a', 1, 'n', '{{}}')", &{
            let columns = table.split_once('(').unwrap().1;
            columns.split(',').take(4).map(|c| c.split_whitespace().next().unwrap()).collect::<Vec<_>>().join(", ")
        });
        let (_folder, source) = sqlite(&sql);
        let run = foldback(&["layouts", &source, "--json"]);
        let store = &run.json()["stores"][0];
        assert_eq!((run.code, &store["perhaps"]), (0, &true.into()), "{table}: {}", run.out);
        assert!(store["why"].as_str().unwrap().contains(doubt), "{store}");
        let refused = foldback(&["overview", &source]);
        assert_eq!(refused.code, 3);
        assert!(refused.err.contains(name) && refused.err.contains("`--layout generic` opens it"), "{}", refused.err);
        let asked = foldback(&["log", &source, "--layout", "generic", "--format", "jsonl"]);
        assert_eq!((asked.code, asked.out.lines().count()), (0, 1), "{}", asked.err);
    }
}

/// A doubtful one beside one that is none is no reason to ask which is meant.
#[test]
fn what_is_doubtful_stands_in_nobodys_way() {
    let (_folder, source) = sqlite(&format!(
        "{HAND_MADE}; CREATE TABLE playlist_items (stream TEXT, position INT, name TEXT, data TEXT, UNIQUE (stream, position))"
    ));
    assert_eq!(events(&source).len(), 3);
    let listed = foldback(&["layouts", &source, "--json"]).json();
    assert_eq!(listed["stores"].as_array().unwrap().len(), 2);
    let named = foldback(&["log", &format!("sqlite:{source}?store=playlist_items")]);
    assert!([0, 2].contains(&named.code), "{}", named.err);
}

/// What a hand-made store is usually made of leaves no doubt.
#[test]
fn a_stream_by_its_name_is_none_of_those() {
    for table in [
        "facts (stream_id TEXT, position INT, type TEXT, data TEXT, UNIQUE (stream_id, position))",
        "ledger (aggregate_id TEXT, version INT, name TEXT, payload TEXT, UNIQUE (aggregate_id, version))",
        "history (entity_id TEXT, sequence INT, event_name TEXT, body TEXT, UNIQUE (entity_id, sequence))",
        "domain_events (entity_id TEXT, sequence INT, name TEXT, body TEXT, UNIQUE (entity_id, sequence))",
    ] {
        let (_folder, source) = sqlite(&format!("CREATE TABLE {table}"));
        assert_eq!(foldback(&["overview", &source]).code, 0, "{table}");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn hand_made_tables_in_postgresql() {
    let place = fresh();
    let mut raw = place.connect().await;
    let sql = format!(
        "CREATE SCHEMA \"{0}\"; CREATE TYPE \"{0}\".kind AS ENUM ('Placed', 'Paid');
         CREATE TABLE \"{0}\".order_events (id uuid PRIMARY KEY, aggregate_type text, aggregate_id uuid, aggregate_version int,
            event_type \"{0}\".kind, payload bytea, headers jsonb, recorded_at timestamptz, UNIQUE (aggregate_id, aggregate_version));
         INSERT INTO \"{0}\".order_events VALUES
            ('00000000-0000-0000-0000-000000000001', 'Order', '00000000-0000-0000-0000-0000000000aa', 0, 'Placed',
             '{{\"total\":3}}', '{{\"correlation_id\":\"c\"}}', '2026-01-05T09:00:00Z'),
            ('00000000-0000-0000-0000-000000000002', 'Order', '00000000-0000-0000-0000-0000000000aa', 1, 'Paid',
             '\\xff', NULL, '2026-01-05T09:01:00Z')",
        place.schema
    );
    raw.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    let found = events(&place.url);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0]["stream_id"], "Order/00000000-0000-0000-0000-0000000000aa");
    assert_eq!((&found[0]["event_type"], &found[0]["category"]), (&"Placed".into(), &"Order".into()));
    assert_eq!((&found[0]["data"]["total"], &found[0]["correlation_id"]), (&3.into(), &"c".into()));
    assert_eq!((&found[1]["stream_version"], &found[1]["global_position"]), (&1.into(), &Value::Null));
    let stream =
        foldback(&["log", &place.url, "--stream", found[0]["stream_id"].as_str().unwrap(), "--format", "jsonl"]);
    assert_eq!(stream.out.lines().count(), 2);
}
