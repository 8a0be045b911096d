//! Databases of one's own, loaded from a file and gone afterwards.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// Runs statements in the database of a URL.
type Run = fn(&str, &str);

/// A database that holds what a file says.
pub struct Database {
    /// The word that opens it.
    pub source: String,
    drop: Option<(Run, String, String)>,
    _folder: Option<TempDir>,
}

impl Database {
    /// A SQLite file as it is.
    pub fn file(path: &Path) -> Database {
        Database { source: path.display().to_string(), drop: None, _folder: None }
    }

    /// A SQLite file made by statements.
    pub fn sqlite(path: &Path) -> Database {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("store.db");
        rusqlite::Connection::open(&file).unwrap().execute_batch(&text(path)).unwrap();
        Database { source: file.display().to_string(), drop: None, _folder: Some(folder) }
    }

    /// A database on the server of `FOLDBACK_TEST_POSTGRES`, loaded by psql.
    pub fn postgres(path: &Path) -> Database {
        let database = Database::empty_postgres();
        psql(&database.source, &text(path));
        database
    }

    /// A database on the server of `FOLDBACK_TEST_POSTGRES` with nothing in it.
    pub fn empty_postgres() -> Database {
        let server = std::env::var("FOLDBACK_TEST_POSTGRES").expect("FOLDBACK_TEST_POSTGRES names a server");
        let (base, _) = server.rsplit_once('/').expect("the server's URL names a database");
        Database::empty(psql, &server, base)
    }

    /// A database on the server of `FOLDBACK_TEST_MYSQL`, loaded by its client.
    pub fn mysql(path: &Path) -> Database {
        let server =
            std::env::var("FOLDBACK_TEST_MYSQL").expect("FOLDBACK_TEST_MYSQL names a MariaDB server for tests");
        let server = server.trim_end_matches('/');
        let database = Database::empty(mariadb, server, server);
        mariadb(&database.source, &text(path));
        database
    }

    /// Whether a file makes schemas.
    pub fn has_schemas(path: &Path) -> bool {
        text(path).contains("CREATE SCHEMA")
    }

    /// Loads a file into a schema of its own.
    pub fn load_into(&self, schema: &str, path: &Path) {
        psql(&self.source, &format!("CREATE SCHEMA {schema}; SET search_path TO {schema};\n{}", text(path)));
    }

    fn empty(run: Run, server: &str, base: &str) -> Database {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("layout_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        run(server, &format!("CREATE DATABASE {name}"));
        Database { source: format!("{base}/{name}"), drop: Some((run, server.to_owned(), name)), _folder: None }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((run, server, name)) = &self.drop {
            let force = if server.starts_with("postgres") { " WITH (FORCE)" } else { "" };
            run(server, &format!("DROP DATABASE {name}{force}"));
        }
    }
}

/// What is in a file, unpacked where it is packed.
fn text(path: &Path) -> String {
    if path.extension().is_some_and(|ending| ending == "gz") {
        let output = Command::new("gzip").arg("-dc").arg(path).output().unwrap();
        assert!(output.status.success(), "gzip: {}", String::from_utf8_lossy(&output.stderr));
        return String::from_utf8(output.stdout).unwrap();
    }
    std::fs::read_to_string(path).unwrap()
}

/// Runs statements. What a dump says of roles and extensions that are not there is no failure: the rows are counted.
fn psql(url: &str, sql: &str) {
    fed(Command::new(program()).arg("-qX").arg(url), sql);
}

/// The same for MySQL and MariaDB, whose client takes no URL: `mysql://user:password@host:port/database`.
fn mariadb(url: &str, sql: &str) {
    let (user, place) = url.split_once("://").and_then(|(_, rest)| rest.split_once('@')).expect("the URL names a user");
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, database) = place.split_once('/').unwrap_or((place, ""));
    let (host, port) = host.split_once(':').unwrap_or((host, "3306"));
    let mut client = Command::new("mariadb");
    client.args(["--no-defaults", "-h", host, "-P", port, "-u", user]).arg(format!("-p{password}"));
    fed(client.arg(database), sql);
}

/// Runs a client that reads statements.
fn fed(client: &mut Command, sql: &str) {
    use std::io::Write;
    let mut child = client.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    child.wait().unwrap();
}

fn program() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|entry| entry.path().join("bin/psql")).find(|path| path.exists()).unwrap_or_else(|| "psql".into())
}
