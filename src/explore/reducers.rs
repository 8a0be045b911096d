//! The user's own reducers: script files, read at the start and again when they change.

use crate::replay::reducers::{Script, Scripts, Selector};
use foldback_domain::event::{Category, StreamName, safe_text};
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::SystemTime;

/// How long a script may be.
const LONGEST: u64 = 1 << 20;

/// The files that were given, and what was read from them.
#[derive(Debug, Default)]
pub struct ScriptFiles {
    /// As they were given: files, and folders whose `.js` files are meant.
    given: Vec<PathBuf>,
    read: RwLock<Arc<Read>>,
    /// How often what was read has changed.
    generation: AtomicU64,
}

/// What was read.
#[derive(Debug, Default)]
struct Read {
    files: Vec<File>,
    /// Of each file the script that was last right.
    scripts: Scripts,
}

/// One file.
#[derive(Debug, Clone)]
struct File {
    path: PathBuf,
    /// When it was last changed and how long it is: what tells a new text from the one that was read.
    stamp: Option<(SystemTime, u64)>,
    /// The script that was last right.
    script: Option<Arc<Script>>,
    /// What is wrong with it now.
    error: Option<String>,
}

impl ScriptFiles {
    /// Reads the files. Fails with a sentence where one of them cannot be used.
    pub fn open(given: &[PathBuf]) -> Result<ScriptFiles, String> {
        let files = ScriptFiles { given: given.to_vec(), ..ScriptFiles::default() };
        for path in given {
            let scripts = scripts_of(path).map_err(|error| format!("reducers {}: {error}", shown(path)))?;
            if scripts.is_empty() {
                return Err(format!("reducers {}: there are no .js files in it", shown(path)));
            }
        }
        files.reload();
        match files.read().files.iter().find_map(|file| file.error.clone()) {
            Some(error) => Err(error),
            None => Ok(files),
        }
    }

    /// Whether none were given.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// A number that changes when the scripts have changed.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// The names of the scripts.
    pub fn names(&self) -> Vec<String> {
        self.read().scripts.iter().map(|script| safe_text(script.name()).into_owned()).collect()
    }

    /// The scripts.
    pub fn scripts(&self) -> Scripts {
        self.read().scripts.clone()
    }

    /// The streams that scripts name.
    pub fn streams(&self) -> HashSet<StreamName> {
        let read = self.read();
        let named = read.scripts.iter().flat_map(|script| &script.about().from).filter_map(|selector| match selector {
            Selector::Stream(name) => Some(StreamName(name.clone())),
            Selector::All | Selector::Category(_) => None,
        });
        named.collect()
    }

    /// The script for a stream, if one covers it. A sentence says where two do, or where its file is wrong now.
    pub fn covering(&self, stream: &StreamName, category: &Category) -> Result<Option<Arc<Script>>, String> {
        let read = self.read();
        let Some(script) = read.scripts.covering(stream, category)? else { return Ok(None) };
        let file = read.files.iter().find(|file| file.script.as_ref().is_some_and(|known| Arc::ptr_eq(known, script)));
        match file.and_then(|file| file.error.clone()) {
            Some(error) => Err(format!("{error}; mend it and save it: then it is read again")),
            None => Ok(Some(Arc::clone(script))),
        }
    }

    /// Looks whether files have changed, and reads those anew; whether any had.
    pub fn reload(&self) -> bool {
        let before = self.read();
        let mut paths = Vec::new();
        for given in &self.given {
            // A file that is being replaced may be away for a moment: then what was read stays.
            let known = || before.files.iter().map(|file| &file.path).filter(|path| path.starts_with(given));
            paths.extend(scripts_of(given).unwrap_or_else(|_| known().cloned().collect()));
        }
        let mut changed = paths.len() != before.files.len();
        let files: Vec<File> = paths
            .into_iter()
            .map(|path| {
                let known = before.files.iter().find(|file| file.path == path);
                let stamp = stamp(&path);
                match known {
                    Some(file) if stamp.is_none() || file.stamp == stamp => file.clone(),
                    _ => {
                        changed = true;
                        File::read(path, stamp, known.and_then(|file| file.script.clone()))
                    }
                }
            })
            .collect();
        if changed {
            let scripts = Scripts::new(files.iter().filter_map(|file| file.script.clone()).collect());
            *self.read.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Arc::new(Read { files, scripts });
            self.generation.fetch_add(1, Ordering::Release);
        }
        changed
    }

    fn read(&self) -> Arc<Read> {
        self.read.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

impl File {
    fn read(path: PathBuf, stamp: Option<(SystemTime, u64)>, before: Option<Arc<Script>>) -> File {
        let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy()).into_owned();
        let text = match stamp {
            Some((_, length)) if length > LONGEST => Err(format!("it is longer than {} MiB", LONGEST >> 20)),
            _ => fs::read_to_string(&path).map_err(|error| error.to_string()),
        };
        let script = text
            .map_err(|why| format!("{}: {why}", safe_text(&name)))
            .and_then(|text| Script::parse(&name, text).map_err(|error| safe_text(&error.to_string()).into_owned()));
        match script {
            Ok(script) => File { path, stamp, script: Some(script), error: None },
            Err(error) => File { path, stamp, script: before, error: Some(error) },
        }
    }
}

/// The scripts that a path means: itself, or the `.js` files of a folder, in order of name.
fn scripts_of(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.extension().is_some_and(|end| end == "js") && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let known = fs::metadata(path).ok()?;
    Some((known.modified().ok()?, known.len()))
}

fn shown(path: &Path) -> String {
    safe_text(&path.to_string_lossy()).into_owned()
}
