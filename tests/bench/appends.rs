//! How fast the log is written, as ratios within one run: PostgreSQL against pgbench doing the same statements over as
//! many connections, SQLite against a bare loop of the same prepared statements with the same settings.
//!
//! `cargo bench --bench appends`; the first part needs FOLDBACK_TEST_POSTGRES (`tests/postgres start DIR`).

use foldback::domain::event::{Payload, Version};
use foldback::store::postgres::{Address, PostgresStore, own, quote_ident};
use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventWriter, NewEvent};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long one round takes.
const ROUND: Duration = Duration::from_secs(3);

/// How many rounds there are of each.
const ROUNDS: usize = 5;

/// What an event says.
const DATA: &str = r#"{"sku":"p-7","order_id":"o-1017","quantity":3}"#;
const METADATA: &str = r#"{"correlation_id":"c-1017","causation_id":"m-1","actor":"bench"}"#;

fn main() {
    // `cargo test --benches` runs this too, with nothing to measure in an unoptimised build.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        match std::env::var("FOLDBACK_TEST_POSTGRES") {
            Ok(server) => {
                for connections in [1, 4] {
                    postgres(&server, connections).await;
                }
            }
            Err(_) => println!("postgres: left out, FOLDBACK_TEST_POSTGRES names no server"),
        }
        sqlite().await;
    });
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn new(id: String) -> NewEvent {
    NewEvent {
        event_id: id,
        event_type: "StockReserved".into(),
        schema_version: 1,
        data: Payload::Json(DATA.into()),
        metadata: Some(Payload::Json(METADATA.into())),
        created_at: jiff::Timestamp::from_second(1_767_600_000).unwrap(),
    }
}

/// Appends to as many streams as there are connections, one event at a time; how many in a second.
async fn appends(writer: Arc<dyn EventWriter>, connections: usize, round: usize) -> f64 {
    let began = Instant::now();
    let writing = (0..connections).map(|connection| {
        let writer = writer.clone();
        tokio::spawn(async move {
            let stream = format!("bench-{round}-{connection}").as_str().into();
            let mut version = Version::NO_STREAM;
            while began.elapsed() < ROUND {
                let event = new(format!("{round}-{connection}-{}", version.0));
                version = writer.append(&stream, &"bench".into(), version, &[event]).await.unwrap().version;
            }
            version.0 + 1
        })
    });
    let mut events = 0;
    for writing in writing.collect::<Vec<_>>() {
        events += writing.await.unwrap();
    }
    events as f64 / began.elapsed().as_secs_f64()
}

async fn postgres(server: &str, connections: usize) {
    let place = |name: &str| {
        let schema = format!("bench_{name}_{}_{connections}", std::process::id());
        (Address::parse(&format!("{server}?schema={schema}")).unwrap(), schema)
    };
    let ((ours, _), (theirs, schema)) = (place("foldback"), place("pgbench"));
    let store = PostgresStore::create(&ours).await.unwrap();
    PostgresStore::create(&theirs).await.unwrap().close().await;
    let folder = tempfile::tempdir().unwrap();
    let (mut foldback, mut pgbench) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        foldback.push(appends(store.writer(), connections, round).await);
        pgbench.push(pgbench_round(server, &schema, connections, round, folder.path()));
    }
    store.close().await;
    let (foldback, pgbench) = (median(foldback), median(pgbench));
    println!(
        "appends, PostgreSQL, {connections} connections: foldback {foldback:.0}/s, pgbench {pgbench:.0}/s: {:.2} times \
         (limit 0.80)",
        foldback / pgbench
    );
}

/// The statements of an append, by pgbench; how many appends in a second.
fn pgbench_round(server: &str, schema: &str, connections: usize, round: usize, folder: &Path) -> f64 {
    let insert = include_str!("../../src/store/postgres/sql/append_event.sql")
        .lines()
        .filter(|line| !line.starts_with("--"))
        .collect::<Vec<_>>()
        .join(" ");
    let stream = format!("('bench-{round}-' || :client_id::int)");
    let values = [
        "NULL::bigint",
        &stream,
        ":i::bigint",
        "'bench'",
        "'StockReserved'",
        "1",
        "'2026-01-05T08:00:00Z'::timestamptz",
        &format!("('{round}-' || :client_id::int || '-' || :i::int)"),
        &format!("'{METADATA}'::jsonb"),
        &format!("'{DATA}'::jsonb"),
    ];
    // $10 before $1.
    let insert = (1..=10).rev().fold(insert, |sql, number| sql.replace(&format!("${number}"), values[number - 1]));
    let script = format!("\\set i :i + 1\nBEGIN;\n{};\n{insert} RETURNING global_position;\nCOMMIT;\n", own::HOLD);
    let file = folder.join("append.sql");
    std::fs::write(&file, script).unwrap();
    let output = Command::new(pgbench())
        .env("PGOPTIONS", format!("-c search_path={}", quote_ident(schema)))
        .args(["-n", "-M", "prepared", "-D", "i=-1", "-T", &ROUND.as_secs().to_string()])
        .args(["-c", &connections.to_string(), "-j", &connections.to_string(), "-f"])
        .arg(&file)
        .arg(server)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.unwrap_or_else(|| panic!("pgbench: {said}{}", String::from_utf8_lossy(&output.stderr)))
}

/// Debian keeps it beside the server.
fn pgbench() -> std::path::PathBuf {
    let beside = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found = beside.map(|version| version.path().join("bin/pgbench")).filter(|path| path.exists());
    found.next().unwrap_or_else(|| "pgbench".into())
}

async fn sqlite() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let store = Arc::new(SqliteStore::create(&folder.path().join("foldback.db")).await.unwrap());
    let bare = folder.path().join("bare.db");
    SqliteStore::create(&bare).await.unwrap().close().await;
    let bare = rusqlite::Connection::open(&bare).unwrap();
    bare.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").unwrap();
    let (mut foldback, mut loops) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        foldback.push(appends(store.writer(), 1, round).await);
        loops.push(tokio::task::block_in_place(|| bare_round(&bare, round)));
    }
    store.close().await;
    let (foldback, loops) = (median(foldback), median(loops));
    println!(
        "appends, SQLite: foldback {foldback:.0}/s, bare loop {loops:.0}/s: {:.2} times (limit 0.70)",
        foldback / loops
    );
}

/// The statements of an append, in a bare loop; how many appends in a second.
fn bare_round(connection: &rusqlite::Connection, round: usize) -> f64 {
    let began = Instant::now();
    let insert = concat!(include_str!("../../src/store/sqlite/sql/append_event.sql"), "RETURNING global_position");
    let prepare = |sql: &str| connection.prepare(sql).unwrap();
    let (mut begin, mut commit) = (prepare("BEGIN IMMEDIATE"), prepare("COMMIT"));
    let mut insert = prepare(insert);
    let stream = format!("bench-{round}-0");
    let mut events = 0i64;
    while began.elapsed() < ROUND {
        begin.execute([]).unwrap();
        let version = events - 1;
        let id = format!("{round}-0-{version}");
        let values = rusqlite::params![
            None::<i64>,
            stream,
            version + 1,
            "bench",
            "StockReserved",
            1,
            "2026-01-05T08:00:00.000Z",
            id,
            METADATA,
            DATA,
        ];
        insert.query_row(values, |row| row.get::<_, i64>(0)).unwrap();
        commit.execute([]).unwrap();
        events += 1;
    }
    events as f64 / began.elapsed().as_secs_f64()
}
