//! A server of one's own, for tests that stop it.

use super::fresh::{self, PostgresPlace};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A PostgreSQL server that only one test knows. It is gone when this is dropped.
pub struct OwnServer {
    dir: PathBuf,
    url: String,
    _folder: TempDir,
}

impl OwnServer {
    /// Makes one and starts it.
    pub fn start() -> OwnServer {
        Self::made("")
    }

    /// Makes one that speaks TLS, and starts it.
    pub fn with_tls() -> OwnServer {
        Self::made("1")
    }

    fn made(tls: &str) -> OwnServer {
        let folder = folder("foldback-pg-");
        let dir = folder.path().join("server");
        let url = run(Command::new(program()).env("FOLDBACK_POSTGRES_TLS", tls).arg("start").arg(&dir));
        OwnServer { dir, url, _folder: folder }
    }

    /// A place on it.
    pub fn fresh(&self) -> PostgresPlace {
        fresh::on(&self.url)
    }

    /// Its own words: what it says and logs.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.join("log")).unwrap()
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The certificate of the authority that signed its own.
    pub fn authority(&self) -> PathBuf {
        self.dir.join("ca.pem")
    }

    /// The URL of a PgBouncer before it.
    pub fn bouncer(&self) -> String {
        script("bouncer", &self.dir)
    }

    /// From now on asks this user for a password.
    pub async fn ask_for_passwords(&self, user: &str) {
        use sqlx::{Connection, Executor};
        let rules = self.dir.join("data/pg_hba.conf");
        let others = std::fs::read_to_string(&rules).unwrap();
        std::fs::write(&rules, format!("host all {user} 127.0.0.1/32 scram-sha-256\n{others}")).unwrap();
        let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
        connection.execute("SELECT pg_reload_conf()").await.unwrap();
        let in_force = format!("SELECT 1 FROM pg_hba_file_rules WHERE user_name = '{{{user}}}'");
        while connection.fetch_optional(sqlx::AssertSqlSafe(in_force.clone())).await.unwrap().is_none() {}
    }

    /// Stops it as a crash would: nobody is waited for.
    pub fn kill(&self) {
        script("kill", &self.dir);
    }

    /// Starts it again on the same port.
    pub fn start_again(&self) {
        script("start", &self.dir);
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        script("stop", &self.dir);
    }
}

/// A folder for a server, which may run as somebody else who must get there.
pub(super) fn folder(prefix: &str) -> TempDir {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o755));
    }
    builder.prefix(prefix).tempdir().unwrap()
}

/// Runs `tests/postgres`; what it printed.
fn script(what: &str, dir: &Path) -> String {
    run(Command::new(program()).arg(what).arg(dir))
}

fn program() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres")
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
