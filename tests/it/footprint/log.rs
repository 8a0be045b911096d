//! The server's own log of everything that it was asked.

use super::{every_reading_verb, number, run, server};
use crate::cli::program;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

/// The statements of each connection of foldback, in order.
fn statements(log: &str) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in log.lines().filter(|line| line.starts_with("~foldback~")) {
        let mut parts = line.splitn(4, '~').skip(2);
        let (Some(connection), Some(said)) = (parts.next(), parts.next()) else { continue };
        all.entry(connection.to_owned()).or_default().push(said.to_owned());
    }
    all
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn every_statement_is_inside_a_read_only_transaction_and_pages_are_by_key() {
    let server = server().await;
    let settings = "ALTER SYSTEM SET log_statement = 'all'; ALTER SYSTEM SET log_line_prefix = '~%a~%c~'; \
                    ALTER SYSTEM SET log_temp_files = 0; SELECT pg_reload_conf()";
    for sql in settings.split("; ") {
        run(server.url(), sql).await;
    }
    while number(server.url(), "SELECT (current_setting('log_statement') = 'all')::int::bigint").await == 0 {}
    every_reading_verb(server.url());
    let asked = statements(&server.log());
    assert!(asked.len() > 8, "{} connections", asked.len());
    for (connection, said) in &asked {
        let mut inside = false;
        for line in said {
            assert!(!line.contains("temporary file"), "{line}");
            let Some((kind, sql)) = line.strip_prefix("LOG:  ").and_then(|said| said.split_once(": ")) else {
                continue;
            };
            if kind != "statement" && !kind.starts_with("execute") {
                continue;
            }
            // What is prepared has no name, so that nothing stays with the connection.
            assert!(["statement", "execute <unnamed>"].contains(&kind), "{line}");
            if sql.starts_with("BEGIN") {
                assert!(sql.contains("READ ONLY"), "{connection}: {line}");
                inside = true;
            }
            assert!(inside, "outside of a read: {line}");
            assert!(!sql.replace("SET LOCAL", "").contains(" SET "), "{line}");
            for word in ["TEMP ", "INSERT", "UPDATE ", "DELETE", "LOCK ", "DECLARE", "LISTEN", "advisory"] {
                assert!(!sql.contains(word), "{word}: {line}");
            }
            // A page is found by its key; one row may be counted out, to see where looking ends.
            assert!(!sql.replace(" LIMIT 1 OFFSET ", "").contains(" OFFSET "), "{line}");
            inside = !["COMMIT", "ROLLBACK"].contains(&sql);
        }
    }
}

#[cfg(unix)]
#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn nothing_is_left_when_it_is_killed_while_it_follows() {
    let server = server().await;
    let mut following = program().args(["log", server.url(), "--follow"]).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    for _ in 0..301 {
        lines.next().unwrap().unwrap();
    }
    let ours = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'foldback'";
    let watched = number(server.url(), ours).await;
    assert!((1..=2).contains(&watched), "{watched} connections");
    following.kill().unwrap();
    following.wait().unwrap();
    while number(server.url(), ours).await > 0 {}
    for left in [
        "SELECT count(*) FROM pg_locks WHERE pid <> pg_backend_pid() AND pid IN (SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend')",
        "SELECT count(*) FROM pg_class WHERE relpersistence = 't'",
        "SELECT count(*) FROM pg_prepared_xacts",
        "SELECT count(*) FROM pg_replication_slots",
    ] {
        assert_eq!(number(server.url(), left).await, 0, "{left}");
    }
}
