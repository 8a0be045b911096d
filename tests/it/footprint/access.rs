//! Ways in: TLS, passwords that stand elsewhere, services, and rights that are few.

use super::{TABLE, run, server};
use crate::cli::{Run, program};
use crate::layouts::databases::Database;
use crate::servers::OwnServer;
use std::path::Path;

fn ask(words: &[&str], environment: &[(&str, &Path)]) -> Run {
    let mut command = program();
    for (name, value) in environment {
        command.env(name, value);
    }
    let output = command.args(words).output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn tls_is_spoken_and_certificates_are_looked_at_as_far_as_is_asked() {
    let server = OwnServer::with_tls();
    run(server.url(), TABLE).await;
    run(server.url(), "CREATE VIEW secured AS SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").await;
    let local = server.url().replace("127.0.0.1", "localhost");
    let authority = server.authority().display().to_string();
    for (url, mode, works) in [
        (server.url(), "require".to_owned(), true),
        (server.url(), format!("verify-ca&sslrootcert={authority}"), true),
        (&local, format!("verify-full&sslrootcert={authority}"), true),
        (server.url(), format!("verify-full&sslrootcert={authority}"), false),
        (&local, "verify-full".to_owned(), false),
        (&local, "verify-ca".to_owned(), false),
    ] {
        let run = ask(&["overview", &format!("{url}?sslmode={mode}")], &[]);
        assert_eq!(run.code == 0, works, "{url} {mode}: {}", run.err);
        assert!(
            works || run.err.contains("cannot be reached over TLS") && run.err.contains("sslrootcert"),
            "{}",
            run.err
        );
    }
    let plain = super::server().await;
    let refused = ask(&["overview", &format!("{}?sslmode=require", plain.url())], &[]);
    assert!(refused.err.contains("cannot be reached over TLS"), "{}", refused.err);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn passwords_and_places_come_from_where_postgres_keeps_them_and_are_never_said() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    run(server.url(), "CREATE ROLE ann LOGIN PASSWORD 's3cret'; GRANT SELECT ON events TO ann").await;
    server.ask_for_passwords("ann").await;
    let place = server.url().split_once('@').unwrap().1.to_owned();
    let (host, port) = place.split_once('/').unwrap().0.split_once(':').unwrap();
    let url = format!("postgres://ann@{place}");

    let without = ask(&["overview", &url], &[]);
    assert_eq!(without.code, 3);
    let wrong = ask(&["overview", &format!("postgres://ann:wr0ng@{place}")], &[]);
    assert!(wrong.err.contains("does not let this user in") && !wrong.err.contains("wr0ng"), "{}", wrong.err);
    let in_url = ask(&["overview", &format!("postgres://ann:s3cret@{place}"), "--json"], &[]);
    assert_eq!(in_url.json()["events"], 300, "{}", in_url.err);
    assert!(!in_url.out.contains("s3cret") && !in_url.err.contains("s3cret"), "{}", in_url.out);

    let by_name = ask(&["overview", &url], &[("PGPASSWORD", Path::new("s3cret"))]);
    assert_eq!(by_name.code, 0, "{}", by_name.err);
    let file = folder.path().join("pgpass");
    std::fs::write(&file, format!("other:1:*:ann:wr0ng\n{host}:{port}:*:ann:s3cret\n")).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let by_file = ask(&["overview", &url], &[("PGPASSFILE", &file)]);
    assert_eq!(by_file.code, 0, "{}", by_file.err);

    let services = folder.path().join("services.conf");
    let section = format!("[shop]\nhost={host}\nport={port}\ndbname=foldback\nuser=ann\npassword=s3cret\n");
    std::fs::write(&services, section).unwrap();
    let by_service = ask(&["overview", "postgres:///?service=shop", "--json"], &[("PGSERVICEFILE", &services)]);
    assert_eq!(by_service.json()["events"], 300, "{}", by_service.err);
    assert!(!by_service.out.contains("s3cret"), "{}", by_service.out);
    let environment = [("PGSERVICEFILE", services.as_path()), ("PGSERVICE", Path::new("shop"))];
    assert_eq!(ask(&["overview", "postgres://"], &environment).code, 0);
    let unknown = ask(&["overview", "postgres:///?service=nope"], &environment);
    assert!(unknown.err.contains("there is no service nope in "), "{}", unknown.err);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn who_may_only_select_some_tables_sees_those_and_is_told_of_the_others() {
    let server = server().await;
    run(server.url(), "CREATE TABLE hidden (id int); CREATE ROLE few LOGIN; GRANT SELECT ON events TO few").await;
    let url = server.url().replace("foldback@", "few@");
    super::every_reading_verb(&url);
    assert_eq!(ask(&["overview", &url, "--json"], &[]).json()["events"], 300);
    run(server.url(), "REVOKE SELECT ON events FROM few").await;
    let nothing = ask(&["overview", &url], &[]);
    assert_eq!(nothing.code, 3);
    assert!(nothing.err.contains("this user may not read events, hidden"), "{}", nothing.err);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn books_that_may_not_be_read_are_missed_where_they_would_stand_and_nowhere_else() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/marten-string.pg.sql.gz");
    let database = Database::postgres(&fixture);
    let role = format!("few_{}", std::process::id());
    let whole = ask(&["overview", &database.source, "--json"], &[]).json();
    let sql = format!(
        "CREATE ROLE {role} LOGIN; DO $$ DECLARE place text; BEGIN \
         SELECT schemaname INTO place FROM pg_tables WHERE tablename = 'mt_events'; \
         EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}; GRANT SELECT ON %I.mt_events, %I.mt_streams TO {role}', place, place, place); \
         END $$"
    );
    run(&database.source, &sql).await;
    let url = database.source.replace("foldback@", &format!("{role}@"));
    let few = ask(&["overview", &url, "--json"], &[]).json();
    assert_eq!((&few["events"], &few["streams"]), (&whole["events"], &whole["streams"]));
    assert_eq!(whole["capabilities"]["projections"]["available"], true);
    let reason = few["capabilities"]["projections"]["reason"].as_str().unwrap();
    assert!(reason.contains("may not be read"), "{reason}");
    run(&database.source, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}
