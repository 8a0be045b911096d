//! What tells a file that has been changed from one that has not, without reading it.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};
use uuid::Uuid;

/// Two changes within one tick of the system's clock leave the same time: a file that has rested this long when it is
/// looked at shows the next change.
const TICK: Duration = Duration::from_millis(100);
/// The same where a filesystem keeps only seconds.
const COARSE: Duration = Duration::from_secs(3);

/// A file as it stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp(pub Uuid);

/// A database's file as it stands, with what was written to its log and not yet into it; `None` where the file is not
/// there, was changed a moment ago, or the system does not say which file it is.
pub(super) fn of(path: &Path) -> Option<Stamp> {
    let now = SystemTime::now();
    let mut words = rested(&fs::metadata(path).ok()?, now)?;
    let beside = |end: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    for end in ["-wal", "-journal"] {
        match fs::metadata(beside(end)) {
            Ok(known) if known.len() > 0 => words += &format!(" {end} {}", rested(&known, now)?),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return None,
            _ => {}
        }
    }
    Some(Stamp(Uuid::new_v5(&Uuid::NAMESPACE_URL, words.as_bytes())))
}

/// The program that is running: another one may fold otherwise.
pub(super) fn program() -> Option<&'static str> {
    static PROGRAM: OnceLock<Option<String>> = OnceLock::new();
    let read = || {
        // Where a program was replaced while it runs, its path names the new one; this names what runs.
        let itself = fs::metadata("/proc/self/exe").or_else(|_| fs::metadata(std::env::current_exe()?));
        which(&itself.ok()?)
    };
    PROGRAM.get_or_init(read).as_deref()
}

fn rested(known: &Metadata, now: SystemTime) -> Option<String> {
    let changed = known.modified().ok()?;
    let since_epoch = changed.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let rest = if since_epoch.subsec_nanos() == 0 { COARSE } else { TICK };
    // A time in the future is one that the next change may repeat.
    (now.duration_since(changed).ok()? >= rest).then(|| which(known)).flatten()
}

/// Which file it is, how long it is and when it was last touched: the time of the last change of any kind is one that
/// nobody can set.
#[cfg(unix)]
fn which(known: &Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let times = [known.mtime(), known.mtime_nsec(), known.ctime(), known.ctime_nsec()];
    Some(format!("{} {} {} {times:?}", known.dev(), known.ino(), known.size()))
}

#[cfg(not(unix))]
fn which(_: &Metadata) -> Option<String> {
    None
}
