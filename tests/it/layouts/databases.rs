//! Databases of one's own, loaded from a file and gone afterwards.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// A database that holds what a file says.
pub struct Database {
    /// The word that opens it.
    pub source: String,
    drop: Option<(String, String)>,
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
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("FOLDBACK_TEST_POSTGRES").expect("FOLDBACK_TEST_POSTGRES names a server");
        let name = format!("layout_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let (base, _) = server.rsplit_once('/').expect("the server's URL names a database");
        psql(&server, &format!("CREATE DATABASE {name}"));
        let source = format!("{base}/{name}");
        Database { source, drop: Some((server, name)), _folder: None }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.drop {
            psql(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
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
    use std::io::Write;
    let mut child = Command::new(program())
        .arg("-qX")
        .arg(url)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
    child.wait().unwrap();
}

fn program() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|entry| entry.path().join("bin/psql")).find(|path| path.exists()).unwrap_or_else(|| "psql".into())
}
