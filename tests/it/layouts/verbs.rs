//! `layouts`: what is known, what a source holds, and a layout file to start from.

use super::databases::Database;
use super::{HAND_MADE, beside, sqlite};
use crate::cli::foldback;
use crate::servers::fresh;
use foldback::adapters::layout::embedded;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor};
use std::path::Path;

#[test]
fn every_layout_is_listed_with_its_engines() {
    let run = foldback(&["layouts", "--json"]);
    let document = run.json();
    assert_eq!((run.code, &document["schema"]), (0, &"foldback.layouts/1".into()));
    let listed = document["layouts"].as_array().unwrap();
    assert_eq!(listed.len(), embedded().len() + 2, "foldback's own and the guess stand beside the files");
    assert!(listed.iter().all(|layout| !layout["about"].as_str().unwrap().is_empty()));
    let marten = listed.iter().find(|layout| layout["name"] == "marten").unwrap();
    assert_eq!(marten["engines"], serde_json::json!(["postgres"]));
    assert!(foldback(&["layouts"]).out.starts_with("LAYOUT"));
}

#[test]
fn a_draft_opens_the_source_with_the_same_answers() {
    let (folder, source) = sqlite(HAND_MADE);
    let draft = foldback(&["layouts", "--draft", &source]);
    assert_eq!(draft.code, 0, "{}", draft.err);
    let mine = beside(&folder, "mine.toml", &draft.out);
    for verb in ["log", "streams"] {
        let guessed = foldback(&[verb, &source, "--json"]);
        let drafted = foldback(&[verb, &source, "--layout", &mine, "--json"]);
        assert_eq!((drafted.code, drafted.err.as_str()), (0, ""));
        assert_eq!(guessed.out, drafted.out, "{verb}");
    }
    assert_eq!(foldback(&["overview", &source, "--layout", &mine, "--json"]).json()["source"]["layout"], "mine");
}

#[test]
fn a_draft_of_a_known_layout_is_its_file() {
    let (folder, source) =
        sqlite("CREATE TABLE t (aggregate_id TEXT, version INT, event_type TEXT, event_data TEXT, timestamp TEXT)");
    let draft = foldback(&["layouts", "--draft", &source]);
    assert!(draft.out.starts_with("name = \"aggregate-version\""), "{}", draft.out);
    let mine = beside(&folder, "mine.toml", &draft.out);
    assert_eq!(foldback(&["overview", &source, "--layout", &mine]).code, 0);
}

#[test]
fn where_nothing_fits_the_draft_says_what_was_not_found() {
    let (folder, source) = sqlite("CREATE TABLE notes (id TEXT, happened TEXT, content TEXT)");
    let run = foldback(&["layouts", &source]);
    assert_eq!(run.code, 3);
    assert!(run.out.contains("generic") && run.err.contains("it has these tables: notes"), "{}{}", run.out, run.err);
    assert!(run.err.contains("foldback layouts --draft SOURCE > mine.toml"), "{}", run.err);
    let draft = foldback(&["layouts", "--draft", &source]);
    assert_eq!(draft.code, 0, "{}", draft.err);
    assert!(draft.out.contains("NOT FOUND") && draft.out.contains("data = \"content\""), "{}", draft.out);
    let mine = beside(&folder, "mine.toml", &draft.out);
    let refused = foldback(&["overview", &source, "--layout", &mine]);
    assert_eq!(refused.code, 3);
    assert!(refused.err.contains("line ") && refused.err.contains("there is no column stream_id"), "{}", refused.err);
}

#[test]
fn only_databases_have_layouts() {
    for words in [&["layouts", "-"][..], &["layouts", "--draft", "demo"], &["layouts", "--draft"]] {
        assert_eq!(foldback(words).code, 2, "{words:?}");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn stores_are_named_by_their_table_and_by_their_schema_where_two_are_the_same() {
    let (one, other) = (fresh(), fresh());
    let mut raw = one.connect().await;
    for schema in [&one.schema, &other.schema] {
        let columns = "(id bigserial PRIMARY KEY, stream_id text, version int, event_type text, data jsonb, UNIQUE (stream_id, version))";
        let sql = format!(
            "CREATE SCHEMA \"{schema}\"; CREATE TABLE \"{schema}\".twice_events {columns};
             INSERT INTO \"{schema}\".twice_events (stream_id, version, event_type, data) VALUES ('a-1', 1, 'T', '{{}}');
             CREATE TABLE \"{schema}\".once_{} {columns}",
            schema.replace('-', "_").to_lowercase()
        );
        raw.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    }
    let names = |url: &str| -> Vec<String> {
        let document = foldback(&["layouts", url, "--layout", "generic", "--json"]).json();
        document["stores"].as_array().unwrap().iter().map(|store| store["name"].as_str().unwrap().to_owned()).collect()
    };
    let server = one.url.split('?').next().unwrap();
    let all = names(server);
    assert!(all.contains(&format!("{}.twice_events", one.schema)), "{all:?}");
    assert!(all.contains(&format!("once_{}", other.schema.replace('-', "_").to_lowercase())), "{all:?}");
    assert!(names(&one.url).contains(&"twice_events".to_owned()));
    let url = format!("{server}?store={}.twice_events", one.schema);
    let run = foldback(&["log", &url, "--layout", "generic", "--format", "jsonl"]);
    assert_eq!((run.code, run.out.lines().count()), (0, 1), "{}", run.err);
    let run = foldback(&["log", &one.url]);
    assert_eq!(run.code, 2, "{}", run.err);
    let run = foldback(&["log", &format!("{}&store=nope", one.url)]);
    assert!(run.err.contains("has no store nope; its stores are: "), "{}", run.err);
    raw.execute(sqlx::raw_sql(AssertSqlSafe(format!(
        "DROP SCHEMA \"{}\" CASCADE; DROP SCHEMA \"{}\" CASCADE",
        one.schema, other.schema
    ))))
    .await
    .unwrap();
}

#[test]
#[ignore = "needs PostgreSQL: tests/run"]
fn a_number_that_several_events_share_names_them_all() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/neventstore.pg.sql.gz");
    let database = Database::postgres(&fixture);
    let source = database.source.as_str();
    let events = |words: &[&str]| -> Vec<(i64, String)> {
        let run = foldback(&[&["log", source, "--json"], words].concat());
        assert_eq!(run.code, 0, "{words:?}: {}", run.err);
        let event = |event: &Value| {
            (event["global_position"].as_i64().unwrap(), event["event_id"].as_str().unwrap_or_default().to_owned())
        };
        run.json()["events"].as_array().unwrap().iter().map(event).collect()
    };
    let all = events(&[]);
    let shared = |number: i64| all.iter().filter(|event| event.0 == number).cloned().collect::<Vec<_>>();
    let several = all.iter().map(|event| event.0).filter(|number| shared(*number).len() > 1).nth(20).unwrap();
    let number = several.to_string();
    assert_eq!(events(&["--from", &number, "--to", &number]), shared(several));
    let until = |number: i64| all.iter().take_while(|event| event.0 <= number).cloned().collect::<Vec<_>>();
    assert_eq!(events(&["--as-of", &number]), until(several));
    assert_eq!(events(&["--as-of", &format!("{number}^")]), until(several - 1));
    let overview = foldback(&["overview", source, "--as-of", &number, "--json"]).json();
    assert_eq!(overview["events"], until(several).len());
    assert_eq!((&overview["head"], &overview["as_of"]["global_position"]), (&several.into(), &several.into()));
    let streams = foldback(&["streams", source, "--as-of", &number, "--json"]).json();
    let listed = streams["streams"].as_array().unwrap().iter().map(|stream| stream["events"].as_u64().unwrap());
    assert_eq!(listed.sum::<u64>(), until(several).len() as u64);
    let trace = foldback(&["trace", source, &number, "--json"]);
    assert_eq!(trace.code, 0, "{}", trace.err);
    assert!(
        trace.json()["nodes"].as_array().unwrap().iter().any(|node| node["global_position"] == several),
        "{number}"
    );
}

/// Where foldback's own store is, others may stand in the same schema: all of them are listed.
#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn stores_beside_foldbacks_own_are_listed() {
    let place = fresh();
    assert_eq!(foldback(&["seed", "sample-data/webshop.jsonl", "-o", &place.url]).code, 0);
    let mut raw = place.connect().await;
    let sql = format!(
        "CREATE TABLE \"{0}\".stored_events (id bigserial PRIMARY KEY, aggregate_uuid uuid, aggregate_version bigint,
            event_version int, event_class text, event_properties jsonb, meta_data jsonb, created_at timestamp);
         CREATE TABLE \"{0}\".shop_journal (no bigserial PRIMARY KEY, stream_id text, version int, event_type text, data jsonb,
            UNIQUE (stream_id, version))",
        place.schema
    );
    raw.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    let listed = foldback(&["layouts", &place.url, "--json"]).json();
    let layouts: Vec<&str> =
        listed["stores"].as_array().unwrap().iter().map(|store| store["layout"].as_str().unwrap()).collect();
    assert_eq!(layouts, ["foldback", "spatie"]);
    // Opened without a name it is foldback's own, and with one the other.
    assert_eq!(foldback(&["overview", &place.url, "--json"]).json()["source"]["layout"], "foldback");
    let other = foldback(&["overview", &format!("{}&store=stored_events", place.url), "--json"]);
    assert_eq!(other.json()["source"]["layout"], "spatie", "{}", other.err);
}
