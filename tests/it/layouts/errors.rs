//! What is wrong with a layout file is said with its line; what a database does not let us see is said, too.

use super::{HAND_MADE, beside, sqlite};
use crate::cli::foldback;
use crate::servers::fresh;
use sqlx::{AssertSqlSafe, Executor};

/// Standard error of opening the hand-made table with its draft, changed.
fn opened(from: &str, to: &str) -> (i32, String) {
    let (folder, source) = sqlite(HAND_MADE);
    let draft = foldback(&["layouts", "--draft", &source]).out;
    assert!(draft.contains(from), "{from} is not in {draft}");
    let mine = beside(&folder, "mine.toml", &draft.replace(from, to));
    let run = foldback(&["overview", &source, "--layout", &mine]);
    (run.code, run.err.replace(&mine, "mine.toml"))
}

/// The number of the line that begins so in the draft.
fn line(begin: &str) -> usize {
    let (_folder, source) = sqlite(HAND_MADE);
    let draft = foldback(&["layouts", "--draft", &source]).out;
    draft.lines().position(|line| line.starts_with(begin)).unwrap() + 1
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line() {
    for (key, from, to, expected) in [
        ("data =", "data = ", "date = ", "unknown field `date`, expected one of"),
        ("data =", "data = \"body\"", "data = 3", "expected a column or SQL in quotes"),
        ("event_type =", "\"event_name\"  #", "\"event_nam\"  #", "events.event_type: there is no column event_nam"),
        ("category =", "category = \"", "category = \"nope(1) || ", "events.category: the database refuses its SQL"),
        (
            "stream =",
            "stream = [\"order_ref\"]",
            "stream = [\"(order_ref\"]",
            "events.stream: the database refuses its SQL",
        ),
        ("[detect]", "table = \"shop_journal\"", "table = \"journal\"", "there is no table journal"),
        ("engines =", "[\"sqlite\"]", "[\"oracle\"]", "\"oracle\" is no engine"),
    ] {
        let (code, said) = opened(from, to);
        assert_eq!(code, 3, "{said}");
        assert!(said.contains("mine.toml"), "{said}");
        assert!(said.contains(&format!("line {}: ", line(key))) && said.contains(expected), "{from}: {said}");
    }
}

#[test]
fn a_part_that_may_be_missing_is_left_out_and_said() {
    let (code, said) = opened("time = \"at\"", "time = \"atx\"");
    assert_eq!(code, 0, "{said}");
    let expected = format!("line {}: events.time: there is no column atx; it is left out", line("time ="));
    assert!(said.contains(&expected), "{said}");
    // The layouts that come with the program know tables that are older or newer.
    let (_folder, source) = sqlite(
        "CREATE TABLE t (event_id TEXT, stream_id TEXT, stream_version INT, event_type TEXT, event_data TEXT, metadata TEXT, created_at TEXT, global_position INTEGER PRIMARY KEY)",
    );
    assert_eq!(foldback(&["overview", &source]).err, "");
}

/// What stands around the log is looked at when somebody asks for it: then what is wrong is said by its key, too.
#[test]
fn what_is_wrong_around_the_log_is_said_where_it_is_asked_for() {
    let (folder, source) =
        sqlite(&format!("{HAND_MADE}; CREATE TABLE places (who TEXT, at INT); INSERT INTO places VALUES ('p', 2)"));
    let draft = foldback(&["layouts", "--draft", &source]).out;
    let with = |position: &str, condition: &str| {
        let section = format!(
            "{draft}\n[[checkpoints]]\ntable = \"places\"\nwhere = \"{condition}\"\nname = \"c.`who`\"\nposition = \"{position}\"\n"
        );
        let line = |key: &str| section.lines().position(|line| line.starts_with(key)).unwrap() + 1;
        (beside(&folder, "mine.toml", &section), line("position = \"c"))
    };
    let (mine, _) = with("c.`at`", "1 = 1");
    let run = foldback(&["projections", &source, "--layout", &mine, "--json"]);
    assert_eq!(run.json()["projections"][0]["checkpoint"], 2, "{}", run.err);
    let (mine, line) = with("c.at_all", "1 = 1");
    assert_eq!(foldback(&["log", &source, "--layout", &mine]).code, 0, "the log is as readable as it was");
    let run = foldback(&["projections", &source, "--layout", &mine]);
    assert_eq!(run.code, 3, "{}", run.out);
    let expected = format!("line {line}: checkpoints.position: the database refuses its SQL: ");
    assert!(run.err.contains("mine.toml") && run.err.contains(&expected), "{}", run.err);
    let (mine, _) = with("c.`at`", "nonsense(c.who)");
    let run = foldback(&["projections", &source, "--layout", &mine]);
    assert!(run.err.contains("checkpoints: the database refuses its SQL"), "{}", run.err);
}

#[test]
fn the_engine_of_a_layout_is_named() {
    let (_folder, source) = sqlite(HAND_MADE);
    let run = foldback(&["overview", &source, "--layout", "marten"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("does not have the layout marten: it is known on postgres, not on sqlite"), "{}", run.err);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn sql_that_postgresql_refuses_is_said_by_its_key() {
    let place = fresh();
    let mut raw = place.connect().await;
    let sql = format!(
        "CREATE SCHEMA \"{0}\"; CREATE TABLE \"{0}\".my_events
         (stream_id text, version int, event_type text, data jsonb, UNIQUE (stream_id, version))",
        place.schema
    );
    raw.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let draft = foldback(&["layouts", "--draft", &place.url]).out;
    let mine = beside(&folder, "mine.toml", &draft.replace("data = \"data\"", "data = \"lower(`version`)\""));
    let run = foldback(&["overview", &place.url, "--layout", &mine]);
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(
        run.err.contains("events.data: the database refuses its SQL: PostgreSQL refused: function lower(integer)"),
        "{}",
        run.err
    );
    let mine = beside(&folder, "mine.toml", &draft);
    assert_eq!(foldback(&["overview", &place.url, "--layout", &mine]).code, 0);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_table_that_may_not_be_read_is_named() {
    let place = fresh();
    let mut raw = place.connect().await;
    let user = format!("reader_{}", place.schema.replace('-', "_").to_lowercase());
    let sql = format!(
        "CREATE SCHEMA \"{0}\"; CREATE TABLE \"{0}\".my_events
         (stream_id text, version int, event_type text, data jsonb, UNIQUE (stream_id, version));
         CREATE USER {user}; GRANT USAGE ON SCHEMA \"{0}\" TO {user}",
        place.schema
    );
    raw.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    let url = place.url.replace("//foldback@", &format!("//{user}@"));
    let run = foldback(&["layouts", &url]);
    assert_eq!(run.code, 3, "{}", run.out);
    assert!(run.out.contains("my_events may not be read by this user: GRANT SELECT ON my_events"), "{}", run.out);
    let sql = format!("GRANT SELECT ON \"{0}\".my_events TO {user}", place.schema);
    raw.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    assert_eq!(foldback(&["layouts", &url]).code, 0);
    let sql = format!("DROP SCHEMA \"{0}\" CASCADE; DROP USER {user}", place.schema);
    raw.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn one_table_of_events_is_found_among_very_many() {
    let place = fresh();
    let mut raw = place.connect().await;
    let sql = format!(
        "CREATE SCHEMA \"{0}\";
         DO $$ BEGIN FOR n IN 1..400 LOOP
            EXECUTE format('CREATE TABLE %I.t_%s (id bigserial PRIMARY KEY, name text, data jsonb, type text, version int)', '{0}', n);
         END LOOP; END $$;
         CREATE TABLE \"{0}\".\"Ledger\" (\"No\" bigserial PRIMARY KEY, \"StreamId\" text, \"Version\" int, \"EventType\" text,
            \"Data\" jsonb, UNIQUE (\"StreamId\", \"Version\"));
         INSERT INTO \"{0}\".\"Ledger\" VALUES (7, 'a-1', 1, 'Opened', '{{}}')",
        place.schema
    );
    raw.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    let run = foldback(&["log", &place.url, "--format", "jsonl"]);
    assert_eq!((run.code, run.out.lines().count()), (0, 1), "{}", run.err);
    raw.execute(sqlx::raw_sql(AssertSqlSafe(format!("DROP TABLE \"{}\".\"Ledger\"", place.schema)))).await.unwrap();
    let run = foldback(&["log", &place.url]);
    assert!(run.err.contains("and 400 more") || run.err.contains("400 tables"), "{}", run.err);
    raw.execute(sqlx::raw_sql(AssertSqlSafe(format!("DROP SCHEMA \"{}\" CASCADE", place.schema)))).await.unwrap();
}
