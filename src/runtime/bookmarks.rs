//! Bookmarks, kept between runs: one small file with a list of positions for each source.

use crate::explore::Explorer;
use etcetera::BaseStrategy;
use foldback_domain::event::Position;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// How many sources are remembered; the ones written longest ago go first.
const SOURCES: usize = 100;
/// No larger file than this is read.
const LARGEST: u64 = 1 << 20;

/// Where the bookmarks of a source are kept.
#[derive(Debug, Clone)]
pub(super) struct Bookmarks {
    file: Option<PathBuf>,
    source: String,
}

impl Bookmarks {
    /// Those of a source, in `$XDG_STATE_HOME/foldback/bookmarks.json`.
    pub(super) fn of(explorer: &Explorer) -> Bookmarks {
        let source = explorer.source();
        // The same file by another way is the same source.
        let file = std::fs::canonicalize(&source.label).ok().map(|path| path.to_string_lossy().into_owned());
        let store = source.store.map_or(String::new(), |store| format!("#{store}"));
        let state = etcetera::choose_base_strategy().ok();
        let state = state.map(|base| base.state_dir().unwrap_or_else(|| base.data_dir()));
        Bookmarks {
            file: state.map(|dir| dir.join("foldback/bookmarks.json")),
            source: file.unwrap_or(source.label) + &store,
        }
    }

    /// The bookmarks; none where nothing can be read.
    pub(super) fn read(&self) -> Vec<Position> {
        let Some(all) = self.file.as_deref().and_then(|file| read(file).ok()) else { return Vec::new() };
        let found = all.into_iter().find(|entry| entry["source"] == self.source.as_str());
        let positions = found.as_ref().and_then(|entry| entry["bookmarks"].as_array());
        positions.into_iter().flatten().filter_map(Value::as_i64).map(Position).collect()
    }

    /// Keeps these and no others; a sentence where that fails.
    pub(super) fn keep(&self, positions: &[Position]) -> Result<(), String> {
        let Some(file) = &self.file else {
            return Err("bookmarks are not kept: there is no home directory".to_owned());
        };
        let why = |error: std::io::Error| format!("bookmarks are not kept: {}: {error}", file.display());
        let mut all = read(file).map_err(why)?;
        all.retain(|entry| entry["source"] != self.source.as_str());
        if !positions.is_empty() {
            let positions: Vec<i64> = positions.iter().map(|position| position.0).collect();
            all.push(json!({"source": self.source, "bookmarks": positions}));
        }
        all.drain(..all.len().saturating_sub(SOURCES));
        write(file, &Value::Array(all)).map_err(why)
    }
}

/// What the file holds; nothing where there is none. One that is not ours is an error: it is not overwritten.
fn read(file: &Path) -> std::io::Result<Vec<Value>> {
    match std::fs::metadata(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
        Ok(about) if about.len() > LARGEST => return Err(std::io::Error::other("it is larger than 1 MiB")),
        Ok(_) => {}
    }
    match serde_json::from_slice(&std::fs::read(file)?) {
        Ok(Value::Array(all)) => Ok(all),
        _ => Err(std::io::Error::other("it is not a list of sources and their bookmarks; move it away")),
    }
}

/// Writes the file aside and puts it in its place when it is whole.
fn write(file: &Path, value: &Value) -> std::io::Result<()> {
    let dir = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(dir)?;
    let mut aside = tempfile::NamedTempFile::new_in(dir)?;
    aside.write_all(format!("{value:#}\n").as_bytes())?;
    aside.as_file().sync_all()?;
    aside.persist(file).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_for_each_source_and_a_foreign_file_stays() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("state/foldback/bookmarks.json");
        let of = |source: &str| Bookmarks { file: Some(file.clone()), source: source.to_owned() };
        assert_eq!(of("a").read(), []);
        of("a").keep(&[Position(3), Position(1_204)]).unwrap();
        of("b").keep(&[Position(7)]).unwrap();
        assert_eq!(of("a").read(), [Position(3), Position(1_204)]);
        of("a").keep(&[]).unwrap();
        assert_eq!((of("a").read(), of("b").read()), (vec![], vec![Position(7)]));
        for n in 0..2 * SOURCES {
            of(&n.to_string()).keep(&[Position(1)]).unwrap();
        }
        assert_eq!(read(&file).unwrap().len(), SOURCES);
        std::fs::write(&file, "something else").unwrap();
        assert!(of("a").keep(&[Position(1)]).unwrap_err().contains("move it away"));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "something else");
    }
}
