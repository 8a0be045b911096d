//! `audit --map`: tables of anybody's, on every database, are held against events that are somewhere else.

use super::{demo, spoil};
use crate::cli::{Run, foldback, program};
use crate::servers;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/mappings/orders.toml");

const REDUCER: &str = "fromCategory('order').foreachStream().when({
    $init: () => ({ status: 'NEW', total: 0, lines: [] }),
    Placed: (s, e) => { Object.assign(s, e.data); },
    Paid: (s, e) => { s.status = 'PAID'; s.paid_at = e.data.at; s.gift = e.data.gift; },
    Deleted: (s, e) => { s.status = 'DELETED'; },
    Broken: (s, e) => { throw new Error('who knows'); } })";

const MAPPING: &str = r#"
    table = "Orders"
    stream = "order-{id}"
    category = "order"
    when = "state.status !== 'DELETED'"
    [columns]
    customer = "/customer"
    status = { path = "/status", enum = { NEW = "open", PAID = "paid" } }
    total = { path = "/total", minor_units = 2 }
    paid_at = "/paid_at"
    gift = { path = "/gift", absent = false }
    lines = { path = "/lines", as = "json" }
"#;

/// Events of orders, a reducer and a mapping, in a folder that goes away with them.
struct Shop {
    folder: TempDir,
    events: String,
    next: u64,
}

impl Shop {
    fn new() -> Shop {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        std::fs::write(folder.path().join("order.js"), REDUCER).unwrap();
        Shop { folder, events: String::new(), next: 1 }
    }

    /// What every test's table is about: orders 1 to 7, of which 6 is deleted and of 7 nobody knows.
    fn filled() -> Shop {
        let mut shop = Shop::new();
        for id in 1..=7 {
            shop.add(
                id,
                0,
                "Placed",
                json!({"customer": format!("kim {id}"), "total": 1999 + id, "lines": [{"sku": "a", "n": id}]}),
            );
        }
        for id in [1, 2, 3] {
            shop.add(id, 1, "Paid", json!({"at": "2026-01-05T09:12:44.120Z", "gift": true}));
        }
        shop.add(6, 1, "Deleted", json!({}));
        shop.add(7, 1, "Broken", json!({}));
        shop
    }

    fn add(&mut self, order: i64, version: i64, kind: &str, data: Value) {
        let event = json!({"global_position": self.next, "stream_id": format!("order-{order}"), "stream_version": version, "category": "order",
            "event_id": format!("e{}", self.next), "event_type": kind, "data": data, "created_at": "2026-01-05T09:12:44.120Z"});
        self.next += 1;
        self.events += &format!("{event}\n");
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn audit(&self, mapping: &str, words: &[&str]) -> Run {
        let (events, map) = (self.file("events.jsonl", &self.events), self.file("map.toml", mapping));
        let reducer = self.folder.path().join("order.js");
        let fixed = [
            "audit",
            events.to_str().unwrap(),
            "--map",
            map.to_str().unwrap(),
            "--reducers",
            reducer.to_str().unwrap(),
        ];
        foldback(&[&fixed, words].concat())
    }

    /// A SQLite file with these statements run in it.
    fn sqlite(&self, sql: &str) -> String {
        let path = self.folder.path().join("read.db");
        rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// What differs, by key.
fn differing(answer: &Value) -> BTreeMap<String, Value> {
    let rows = answer["differing"].as_array().unwrap();
    rows.iter().map(|row| (row["key"].as_str().unwrap().to_owned(), row.clone())).collect()
}

/// Rows as they should be for orders 1 to 5, with the spelling of a database for true and false.
fn right(truth: [&str; 2]) -> String {
    let row = |id: i64| {
        let paid = id <= 3;
        let (status, at) = if paid { ("paid", "'2026-01-05 09:12:44.120'") } else { ("open", "NULL") };
        let gift = truth[usize::from(paid)];
        format!("({id}, 'kim {id}', '{status}', 20.0{}, {at}, {gift}, '[{{\"n\": {id}, \"sku\": \"a\"}}]')", id - 1)
    };
    (1..=5).map(row).collect::<Vec<_>>().join(", ")
}

/// What is done to the rows, and must be found.
const SPOIL: [&str; 5] = [
    // As it was before it was paid.
    "UPDATE QOrdersQ SET status = 'open', paid_at = NULL, gift = FALSY WHERE id = 1",
    // One field that was right before the payment, and one that never was.
    "UPDATE QOrdersQ SET status = 'open', customer = 'lee' WHERE id = 2",
    "DELETE FROM QOrdersQ WHERE id = 4",
    "INSERT INTO QOrdersQ SELECT 6, 'kim 6', 'open', 20.05, NULL, FALSY, '[{\"sku\": \"a\", \"n\": 6}]'",
    "INSERT INTO QOrdersQ SELECT 99, 'nobody', 'open', 1, NULL, FALSY, '[]'",
];

fn spoilt(quote: &str, falsy: &str) -> Vec<String> {
    SPOIL.map(|sql| sql.replace('Q', quote).replace("FALSY", falsy)).to_vec()
}

/// What a table that was spoilt so comes to, on every database.
fn found(run: &Run) {
    let answer = run.json();
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let rows = differing(&answer);
    let kinds: Vec<(&str, &str)> =
        rows.iter().map(|(key, row)| (key.as_str(), row["kind"].as_str().unwrap())).collect();
    assert_eq!(
        kinds,
        [("1", "behind"), ("2", "different"), ("4", "missing"), ("6", "surplus"), ("99", "surplus")],
        "{}",
        run.out
    );
    let of = |key: &str, name: &str| rows[key][name].clone();
    assert_eq!(
        (of("1", "as_of_version"), of("1", "first_version"), of("1", "event_type")),
        (json!(0), json!(1), json!("Paid"))
    );
    assert_eq!((of("2", "agreed_before"), of("2", "first_global_position")), (json!("fields"), json!(9)));
    let changes = rows["2"]["changes"].as_array().unwrap();
    let change = |n: usize| ["path", "before", "after", "agreed_before"].map(|name| changes[n][name].clone());
    assert_eq!(change(0), [json!("/customer"), json!("kim 2"), json!("lee"), json!(false)]);
    assert_eq!(change(1), [json!("/status"), json!("paid"), json!("open"), json!(true)]);
    assert_eq!((changes.len(), of("4", "first_version"), of("4", "event_type")), (2, json!(0), json!("Placed")));
    assert_eq!((of("6", "agreed_before"), of("6", "event_type")), (json!("row"), json!("Deleted")));
    assert_eq!(of("99", "why"), "there is no stream order-99 of order");
    // Of order 7 nobody knows: it is neither missing nor right.
    assert_eq!((&answer["undecided"], &answer["compared"]), (&json!(1), &json!(8)), "{}", run.out);
    assert!(answer["reason"].as_str().unwrap().contains("who knows"), "{}", answer["reason"]);
}

#[test]
fn what_is_spoilt_in_a_table_of_sqlite_is_found_and_nothing_else() {
    let shop = Shop::filled();
    let table = format!(
        "CREATE TABLE Orders (id INTEGER PRIMARY KEY, customer TEXT, status TEXT, total NUMERIC, paid_at TEXT, gift INT, lines TEXT);
         INSERT INTO Orders VALUES {}",
        right(["0", "1"])
    );
    let database = shop.sqlite(&table);
    let times = MAPPING.replace("paid_at = \"/paid_at\"", "paid_at = { path = \"/paid_at\", as = \"time\" }");
    let whole = shop.audit(&times, &["--database", &database, "--json"]);
    assert_eq!((whole.code, &whole.json()["differing"]), (5, &json!([])), "{}{}", whole.out, whole.err);
    let before = std::fs::read(&database).unwrap();
    shop.sqlite(&spoilt("\"", "0").join(";"));
    assert_ne!(std::fs::read(&database).unwrap(), before);
    let before = std::fs::read(&database).unwrap();
    found(&shop.audit(&times, &["--database", &database, "--json"]));
    let printed = shop.audit(&times, &["--database", &database]);
    for said in [
        "as of v0, behind",
        "it is as of v0, behind v1 of its stream",
        "~ customer  \"lee\" in the table, \"kim 2\" by its events",
        "no event ever made it so",
        "there is no stream order-99",
        "5 of 8 rows of Orders differ: 1 missing, 2 surplus, 1 different, 1 behind",
        "1 row undecided: order-7: the fold stopped",
        "next: foldback show",
    ] {
        assert!(printed.out.contains(said) || said.starts_with("no event"), "{said}: {}", printed.out);
    }
    let limited = shop.audit(&times, &["--database", &database, "--json", "--limit", "2"]).json();
    assert_eq!((limited["differing"].as_array().unwrap().len(), &limited["limited"]), (2, &json!(true)));
    // Nothing was written, and nothing stands beside the file.
    assert_eq!(std::fs::read(&database).unwrap(), before);
    let beside: Vec<_> = std::fs::read_dir(shop.folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(beside.iter().all(|name| !name.to_string_lossy().starts_with("read.db-")), "{beside:?}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn what_is_spoilt_in_a_table_of_postgresql_is_found_and_nothing_else() {
    use sqlx::{AssertSqlSafe, Executor};
    let (shop, place) = (Shop::filled(), servers::fresh());
    let schema = place.schema.clone();
    let run = async |sql: String| {
        place
            .connect()
            .await
            .execute(sqlx::raw_sql(AssertSqlSafe(sql.clone())))
            .await
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
    };
    run(format!("CREATE SCHEMA \"{schema}\"")).await;
    let table = "CREATE TYPE status AS ENUM ('open', 'paid'); CREATE TABLE \"Orders\" (id bigint PRIMARY KEY, customer varchar(20), \
                 status status, total numeric(10, 2), paid_at timestamp, gift boolean, lines jsonb)";
    run(table.to_owned()).await;
    run(format!("INSERT INTO \"Orders\" VALUES {}", right(["false", "true"]))).await;
    let whole = shop.audit(MAPPING, &["--database", &place.url, "--json"]);
    assert_eq!((whole.code, &whole.json()["differing"]), (5, &json!([])), "{}{}", whole.out, whole.err);
    for sql in spoilt("\"", "false") {
        let sql = sql.replace("NULL,", "NULL::timestamp,").replace("'open',", "'open'::status,");
        run(sql.replace("]'", "]'::jsonb")).await;
    }
    found(&shop.audit(MAPPING, &["--database", &place.url, "--json"]));
    let wrong = shop.audit(&MAPPING.replace("Orders", "orders"), &["--database", &place.url]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    assert!(wrong.err.contains("has no table orders") && wrong.err.contains("Orders"), "{}", wrong.err);
}

#[tokio::test]
#[ignore = "needs MariaDB: tests/run"]
async fn what_is_spoilt_in_a_table_of_mariadb_is_found_and_nothing_else() {
    let (shop, place) = (Shop::filled(), servers::fresh_in_mariadb().await);
    let table = "CREATE TABLE `Orders` (id BIGINT UNSIGNED PRIMARY KEY, customer VARCHAR(20), status ENUM('open', 'paid'), \
                 total DECIMAL(10, 2), paid_at DATETIME(3), gift BOOLEAN, `lines` JSON)";
    place.run(table).await;
    place.run(&format!("INSERT INTO `Orders` VALUES {}", right(["FALSE", "TRUE"]))).await;
    let whole = shop.audit(MAPPING, &["--database", &place.url, "--json"]);
    assert_eq!((whole.code, &whole.json()["differing"]), (5, &json!([])), "{}{}", whole.out, whole.err);
    for sql in spoilt("`", "FALSE") {
        place.run(&sql).await;
    }
    found(&shop.audit(MAPPING, &["--database", &place.url, "--json"]));
}

#[test]
fn a_row_is_held_against_the_version_or_position_that_it_says() {
    let shop = Shop::filled();
    let database = shop.sqlite(
        "CREATE TABLE orders (id TEXT PRIMARY KEY, status TEXT, v INT, p INT) WITHOUT ROWID;
         INSERT INTO orders VALUES ('1', 'PAID', 1, 8), ('2', 'NEW', 0, 2), ('3', 'PAID', 0, 5), ('4', 'NEW', 0, 4), ('5', 'NEW', 3, 9),
            ('6', 'NEW', 0, 6)",
    );
    let map = |claim: &str| {
        format!(
            "table = \"orders\"\nstream = \"order-{{id}}\"\ncategory = \"order\"\n{claim}\nwhen = \"state.status !== 'DELETED'\"\ncolumns.status = \"/status\""
        )
    };
    let none = shop.audit(&map(""), &["--database", &database, "--json"]).json();
    let kinds = |answer: &Value| {
        differing(answer)
            .into_iter()
            .map(|(key, row)| format!("{key} {}", row["kind"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds(&none), ["2 behind", "6 surplus"]);
    let version = shop.audit(&map("version = \"v\""), &["--database", &database, "--json"]).json();
    // 3 says that it is as of v0, and is not; 5 says that it is where its stream has never been.
    assert_eq!((kinds(&version), &version["lagging"]), (vec!["3 different".to_owned()], &json!(2)), "{version}");
    assert_eq!((&version["undecided"], version["differing"][0]["claimed_version"].clone()), (&json!(2), json!(0)));
    let position = shop.audit(&map("position = \"p\""), &["--database", &database, "--json"]).json();
    assert_eq!((kinds(&position), &position["undecided"]), (vec![], &json!(1)), "{position}");
}

#[test]
fn the_sample_mapping_holds_the_demos_dashboard_against_its_orders() {
    let run = foldback(&["audit", "demo", "--map", SAMPLE, "--json"]);
    assert_eq!((run.code, &run.json()["compared"]), (0, &json!(193)), "{}{}", run.out, run.err);
    let (_folder, path) = demo();
    let shop = path.to_str().unwrap();
    spoil(&path)
        .execute("UPDATE order_dashboard_g1 SET row = json_set(row, '$.total', 1) WHERE key = '1001'", [])
        .unwrap();
    let run = foldback(&["audit", shop, "--map", SAMPLE, "--json"]);
    assert_eq!((run.code, &run.json()["different"]), (1, &json!(1)), "{}{}", run.out, run.err);
    assert_eq!(run.json()["differing"][0]["changes"][0]["path"], "/row~1total");
    // At the checkpoint of a projection, which may be any.
    let folder = tempfile::tempdir().unwrap();
    let mapping =
        std::fs::read_to_string(SAMPLE).unwrap().replace("position = \"position\"", "checkpoint = \"order-dashboard\"");
    let file = folder.path().join("map.toml");
    std::fs::write(&file, mapping).unwrap();
    let run = foldback(&["audit", shop, "--map", file.to_str().unwrap(), "--json"]);
    assert_eq!((run.code, &run.json()["checkpoint"]), (1, &json!(2_877)), "{}{}", run.out, run.err);
}

#[test]
fn many_rows_of_any_key_are_all_read() {
    let mut shop = Shop::new();
    for id in 0..2_500 {
        shop.add(id, 0, "Placed", json!({"customer": id.to_string()}));
    }
    let mapping = "table = \"T\"\nstream = \"order-{id}\"\ncategory = \"order\"\ncolumns.customer = { path = \"/customer\", as = \"text\" }";
    // By number, by a text key without numbers, by two columns, and by a view that has no key at all.
    for (made, called) in [
        ("CREATE TABLE a (id INT, customer INT)", "a"),
        ("CREATE TABLE b (id TEXT PRIMARY KEY, customer TEXT) WITHOUT ROWID", "b"),
        ("CREATE TABLE c (t TEXT DEFAULT 'x', id INT, customer TEXT, PRIMARY KEY (t, id)) WITHOUT ROWID", "c"),
    ] {
        let database = shop.sqlite(&format!(
            "{made}; WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 2499)
             INSERT INTO {called} (id, customer) SELECT n, n FROM n; CREATE VIEW view_{called} AS SELECT * FROM {called}"
        ));
        for name in [called.to_owned(), format!("view_{called}")] {
            let run = shop.audit(&mapping.replace('T', &name), &["--database", &database, "--json"]);
            assert_eq!((run.code, &run.json()["compared"]), (0, &json!(2_500)), "{name}: {}{}", run.out, run.err);
        }
    }
    let database = shop.sqlite("INSERT INTO a VALUES (7, 7), (NULL, 8)");
    let run = shop.audit(&mapping.replace('T', "a"), &["--database", &database, "--json"]);
    let answer = run.json();
    assert_eq!((run.code, &answer["surplus"], &answer["undecided"]), (1, &json!(1), &json!(1)), "{}", run.out);
    assert_eq!(answer["differing"][0]["why"], "order-7 has another row already");
}

#[test]
fn what_is_not_there_is_said_with_what_is() {
    let shop = Shop::filled();
    let database = shop.sqlite("CREATE TABLE orders (id INT, total INT)");
    let map = "table = \"orders\"\nstream = \"order-{id}\"\ncategory = \"order\"\ncolumns.total = \"/total\"";
    let said = |mapping: &str, words: &[&str]| {
        let run = shop.audit(mapping, words);
        assert_eq!(run.code, 2, "{}{}", run.out, run.err);
        run.err
    };
    let with = ["--database", database.as_str()];
    for (mapping, known) in [
        (map.replace("table = \"orders\"", "table = \"oders\""), "has no table oders; it has orders"),
        (map.replace("columns.total", "columns.sum"), "the table orders has no column sum; it has id, total"),
        (map.replace("{id}", "{no}"), "has no column no; it has id, total"),
        (map.replace("\"/total\"", "\"total\""), "columns.total: total is no path of the state"),
    ] {
        let err = said(&mapping, &with);
        assert!(err.contains(known), "{err} lacks {known}");
    }
    assert!(said(map, &[]).contains("say where the table is with --database"));
    let secret = format!("database = \"$FOLDBACK_NO_SUCH\"\n{map}");
    assert!(said(&secret, &[]).contains("there is no environment variable FOLDBACK_NO_SUCH"));
    let missing = foldback(&["audit", "demo", "--map", "no.toml"]);
    assert_eq!(missing.code, 2, "{}", missing.err);
    // A database that is named by the environment, or beside the mapping, is found.
    let file = shop.file("map.toml", &format!("database = \"$READ_DB\"\n{map}"));
    let events = shop.file("events.jsonl", &shop.events);
    let words = ["audit", events.to_str().unwrap(), "--map", file.to_str().unwrap(), "--json"];
    let output = program().env("READ_DB", &database).args(words).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    // There are no reducers here: of no stream anybody knows.
    assert_eq!((output.status.code(), &answer["undecided"]), (Some(5), &json!(7)), "{answer}");
    // What the environment or a profile calls a file is where the shell looks for it, and not beside the mapping.
    let away = tempfile::tempdir().unwrap();
    std::fs::write(away.path().join("foldback.toml"), "[profiles.read]\nsource = \"here.db\"").unwrap();
    std::fs::copy(&database, away.path().join("here.db")).unwrap();
    let profiled = shop.file("profiled.toml", &format!("database = \"@read\"\n{map}"));
    for (file, is) in [(&file, "here.db"), (&profiled, "")] {
        let words = ["audit", events.to_str().unwrap(), "--map", file.to_str().unwrap(), "--json"];
        let output = program().env("READ_DB", is).current_dir(away.path()).args(words).output().unwrap();
        assert_eq!(output.status.code(), Some(5), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let beside = shop.audit(&format!("database = \"read.db\"\n{map}"), &["--json"]);
    assert_eq!((beside.code, &beside.json()["missing"]), (1, &json!(6)), "{}", beside.err);
    assert!(Path::new(&database).exists());
}

#[test]
fn a_draft_is_a_mapping_to_begin_with() {
    let shop = Shop::filled();
    let table = format!(
        "CREATE TABLE Orders (id INTEGER PRIMARY KEY, customer TEXT, status TEXT, total NUMERIC, paid_at TEXT, gift INT, lines TEXT, v INT, note TEXT);
         INSERT INTO Orders SELECT *, 0, 'hm' FROM (VALUES {})",
        right(["0", "1"])
    );
    let database = shop.sqlite(&table);
    let events = shop.file("events.jsonl", &shop.events);
    let reducer = shop.folder.path().join("order.js");
    let words = [
        "audit",
        events.to_str().unwrap(),
        "--reducers",
        reducer.to_str().unwrap(),
        "--database",
        &database,
        "--draft",
    ];
    let drafted = foldback(&[&words[..], &["Orders"]].concat());
    assert_eq!(drafted.code, 0, "{}", drafted.err);
    for said in [
        "stream = \"order-{id}\"",
        "category = \"order\"",
        "customer = \"/customer\"",
        "total = { path = \"/total\", minor_units = 2 }",
        "paid_at = { path = \"/paid_at\", as = \"time\" }",
        "lines = \"/lines\"",
        "# note = ",
    ] {
        assert!(drafted.out.contains(said), "{said}: {}", drafted.out);
    }
    // As it is, but for the words that a status has there, and for the one order that has no row.
    let status = "status = { path = \"/status\", enum = { NEW = \"open\" }, case = \"any\" }";
    let mended: Vec<&str> =
        drafted.out.lines().map(|line| if line.starts_with("status = ") { status } else { line }).collect();
    let mended = mended
        .join("\n")
        .replace("# when", "when")
        .replace("gift = \"/gift\"", "gift = { path = \"/gift\", absent = false }");
    let run = shop.audit(&mended, &["--json"]);
    assert_eq!((run.code, &run.json()["differing"]), (5, &json!([])), "{mended}\n{}{}", run.out, run.err);
    let wrong = foldback(&[&words[..], &["orders"]].concat());
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    assert!(wrong.err.contains("has no table orders; it has Orders"), "{}", wrong.err);
    // Where no stream is called after a key, the draft says so, and is a mapping all the same.
    let other = foldback(&["audit", "demo", "--database", &database, "--draft", "Orders"]);
    assert_eq!(other.code, 0, "{}", other.err);
    assert!(other.out.contains("No stream was found") && other.out.contains("# note"), "{}", other.out);
}

/// A shop of orders with UUIDs for ids, more than fit on a page, and the ids.
fn many() -> (Shop, Vec<String>) {
    let mut shop = Shop::new();
    let ids: Vec<String> = (0..2_300_u128)
        .map(|n| uuid::Uuid::from_u128(n * 0x0001_0000_0000_0000_0000_0000_0007_0000).to_string())
        .collect();
    for (n, id) in ids.iter().enumerate() {
        let event = json!({"global_position": n + 1, "stream_id": format!("order-{id}"), "stream_version": 0, "category": "order",
            "event_id": format!("e{n}"), "event_type": "Placed", "data": {"customer": n.to_string()}});
        shop.events += &format!("{event}\n");
    }
    (shop, ids)
}

/// Which keys are tried on a server: the table, how an id stands in it, and how a stream is called after it.
type Keys<'k> = [(&'k str, &'k str, &'k str)];

fn all_are_read(shop: &Shop, url: &str, keys: &Keys<'_>) {
    for (n, (_, _, naming)) in keys.iter().enumerate() {
        let mapping = format!(
            "table = \"T{n}\"\nstream = \"order-{naming}\"\ncategory = \"order\"\ncolumns.customer = {{ path = \"/customer\", as = \"text\" }}"
        );
        let run = shop.audit(&mapping, &["--database", url, "--json"]);
        assert_eq!((run.code, &run.json()["compared"]), (0, &json!(2_300)), "{naming}: {}{}", run.out, run.err);
    }
}

fn inserted(table: usize, value: &str, ids: &[String], column: &str) -> String {
    let row = |(n, id): (usize, &String)| format!("({}, '{n}')", value.replace("ID", id));
    let rows = ids.iter().enumerate().map(row).collect::<Vec<_>>().join(", ");
    format!("{column} VALUES {rows}").replace("TABLE", &format!("T{table}"))
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn many_rows_of_any_key_are_all_read_from_postgresql() {
    use sqlx::{AssertSqlSafe, Executor};
    let ((shop, ids), place) = (many(), servers::fresh());
    let run = async |sql: String| {
        place.connect().await.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    };
    run(format!("CREATE SCHEMA \"{}\"", place.schema)).await;
    let keys: [(&str, &str, &str); 4] = [
        ("id uuid PRIMARY KEY", "'ID'", "{id}"),
        ("id bytea PRIMARY KEY", "decode(replace('ID', '-', ''), 'hex')", "{id:dashed}"),
        ("id varchar(40)", "'ID'", "{id}"),
        ("at timestamp(6) DEFAULT now(), id text, PRIMARY KEY (at, id)", "'ID'", "{id}"),
    ];
    for (n, (made, value, _)) in keys.iter().enumerate() {
        run(format!("CREATE TABLE \"T{n}\" (customer text, {made})")).await;
        run(inserted(n, value, &ids, "INSERT INTO \"TABLE\" (id, customer)")).await;
    }
    all_are_read(&shop, &place.url, &keys);
}

#[tokio::test]
#[ignore = "needs MariaDB: tests/run"]
async fn many_rows_of_any_key_are_all_read_from_mariadb() {
    let ((shop, ids), place) = (many(), servers::fresh_in_mariadb().await);
    let keys: [(&str, &str, &str); 4] = [
        ("id CHAR(36) PRIMARY KEY", "'ID'", "{id}"),
        ("id BINARY(16) PRIMARY KEY", "unhex(replace('ID', '-', ''))", "{id:dashed}"),
        ("id VARCHAR(40)", "upper('ID')", "{id:lower}"),
        ("at DATETIME(6) DEFAULT now(6), id VARCHAR(40), PRIMARY KEY (at, id)", "'ID'", "{id}"),
    ];
    for (n, (made, value, _)) in keys.iter().enumerate() {
        place.run(&format!("CREATE TABLE T{n} (customer TEXT, {made})")).await;
        place.run(&inserted(n, value, &ids, "INSERT INTO TABLE (id, customer)")).await;
    }
    all_are_read(&shop, &place.url, &keys);
}
