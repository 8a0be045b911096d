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

    /// The rows of a question to the database's own client; `None` is NULL.
    pub fn ask(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        if let Some((user, _)) = self.source.split_once("://") {
            let (mut client, null) = match user {
                "mysql" => (client_of_mariadb(&self.source), "NULL"),
                _ => (client_of_postgres(&self.source), "\\N"),
            };
            match user {
                "mysql" => client.args(["-N", "-B", "-e", sql]),
                _ => client.args(["-At", "-F", "\t", "-P", "null=\\N", "-c", "SET TimeZone = 'UTC'", "-c", sql]),
            };
            let out = client.output().unwrap();
            assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
            let text = String::from_utf8(out.stdout).unwrap();
            let cell = |cell: &str| (cell != null).then(|| cell.to_owned());
            return text.lines().map(|line| line.split('\t').map(cell).collect()).collect();
        }
        let connection = rusqlite::Connection::open_with_flags(
            format!("file:{}?immutable=1", self.source),
            rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY | rusqlite::OpenFlags::SQLITE_OPEN_URI,
        );
        let connection = connection.unwrap();
        let mut statement = connection.prepare(sql).unwrap();
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let cell = |column| match row.get_ref_unwrap(column) {
                rusqlite::types::ValueRef::Null => None,
                rusqlite::types::ValueRef::Integer(number) => Some(number.to_string()),
                other => Some(other.as_str().unwrap_or("bytes").to_owned()),
            };
            Ok((0..columns).map(cell).collect())
        };
        statement.query_map([], row).unwrap().map(Result::unwrap).collect()
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
    fed(&mut client_of_postgres(url), sql);
}

fn client_of_postgres(url: &str) -> Command {
    let mut client = Command::new(program());
    client.arg("-qX").arg(url);
    client
}

/// The same for MySQL and MariaDB, whose client takes no URL: `mysql://user:password@host:port/database`.
fn mariadb(url: &str, sql: &str) {
    fed(&mut client_of_mariadb(url), sql);
}

fn client_of_mariadb(url: &str) -> Command {
    let (user, place) = url.split_once("://").and_then(|(_, rest)| rest.split_once('@')).expect("the URL names a user");
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (host, database) = place.split_once('/').unwrap_or((place, ""));
    let (host, port) = host.split_once(':').unwrap_or((host, "3306"));
    let mut client = Command::new("mariadb");
    client.args(["--no-defaults", "-h", host, "-P", port, "-u", user]).arg(format!("-p{password}"));
    client.arg(database);
    client
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
