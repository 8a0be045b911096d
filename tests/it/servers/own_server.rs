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
        let folder = folder("foldback-pg-");
        let dir = folder.path().join("server");
        let url = script("start", &dir);
        OwnServer { dir, url, _folder: folder }
    }

    /// A place on it.
    pub fn fresh(&self) -> PostgresPlace {
        fresh::on(&self.url)
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
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres");
    let output = Command::new(script).arg(what).arg(dir).output().unwrap();
    assert!(output.status.success(), "tests/postgres {what}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
