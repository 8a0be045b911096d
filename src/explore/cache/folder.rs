//! The cache's folder, which never grows beyond its bound: what was not used for longest goes first.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How many bytes all kept keyframes may take together.
pub const BOUND: u64 = 256 << 20;

/// A file that a run left half-written is litter after this time.
const HALF_WRITTEN: Duration = Duration::from_secs(600);

/// Removes what is too much; the file that was just written stays.
pub(super) fn sweep(folder: &Path, newest: &Path) {
    bounded(folder, newest, BOUND);
}

fn bounded(folder: &Path, newest: &Path, bound: u64) {
    let now = SystemTime::now();
    let mut found: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Some((known, used)) = entry.metadata().ok().and_then(|known| Some((known.len(), known.modified().ok()?)))
        else {
            continue;
        };
        let half = entry.file_name().to_string_lossy().starts_with('.');
        match half {
            true if now.duration_since(used).is_ok_and(|age| age > HALF_WRITTEN) => {
                let _ = fs::remove_file(entry.path());
            }
            true => {}
            false => found.push((used, known, entry.path())),
        }
    }
    found.sort();
    let mut all: u64 = found.iter().map(|(_, size, _)| size).sum();
    for (_, size, path) in found {
        if all <= bound {
            return;
        }
        if path != newest && fs::remove_file(&path).is_ok() {
            all -= size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_goes_first_and_the_newest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let hour = Duration::from_secs(3600);
        let begin = SystemTime::now() - 9 * hour;
        for (name, age) in [("a", 3), ("b", 1), ("c", 2), ("newest", 0), (".part-old", 0)] {
            let file = fs::File::create(folder.path().join(name)).unwrap();
            file.set_len(100).unwrap();
            file.set_modified(begin + age * hour).unwrap();
        }
        bounded(folder.path(), &folder.path().join("newest"), 250);
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["a", "newest"]);
    }
}
