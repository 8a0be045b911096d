//! How far a comparison has come, in a file: one that was interrupted goes on from there. Lines are only added, so that
//! whatever happens to the program, what stands before the last mark is whole.

use foldback_domain::event::StreamName;
use foldback_domain::reading::StreamCursor;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

/// The form of the file.
const FORM: &str = "foldback.compare-progress/1";
/// How it begins.
const BEGIN: &[u8] = b"{\"line\":\"comparison\"";

/// How many streams have come to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Compared.
    pub compared: u64,
    /// Compared, and they end differently.
    pub differing: u64,
    /// Covered by one side only, or by none.
    pub uncovered: u64,
    /// Nobody knows.
    pub unknown: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
enum Line {
    /// What is compared.
    Comparison { form: String, what: Value },
    /// A stream that ends differently, as documents show it.
    Found { item: Value },
    /// Everything up to this stream is done.
    Mark { stream_id: StreamName, rank: i64, counts: Counts, reason: Option<String> },
}

/// Where a comparison goes on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reached {
    /// Behind this stream.
    pub after: Option<StreamCursor>,
    /// What came of those up to it.
    pub counts: Counts,
    /// Why the first is not known.
    pub reason: Option<String>,
}

/// The file, open to be added to.
pub struct Notes {
    file: BufWriter<File>,
}

impl Notes {
    /// Opens the notes of a comparison, or begins them; `found` is given what was found before. A sentence says why they
    /// cannot be used.
    pub fn open(path: &Path, what: &Value, mut found: impl FnMut(Value)) -> Result<(Notes, Reached), String> {
        let said = |error: io::Error| format!("--resume {}: {error}", path.display());
        let (end, reached) = match File::open(path) {
            Ok(file) => last_mark(file, path, what)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => (0, Reached::default()),
            Err(error) => return Err(said(error)),
        };
        if end > 0 {
            let mut read = 0;
            for line in BufReader::new(File::open(path).map_err(said)?).lines() {
                let line = line.map_err(said)?;
                read += line.len() as u64 + 1;
                if let Ok(Line::Found { item }) = serde_json::from_str(&line) {
                    found(item);
                }
                if read >= end {
                    break;
                }
            }
        }
        let file = OpenOptions::new().create(true).append(true).open(path).map_err(said)?;
        // What stands behind the last mark is found again.
        file.set_len(end).map_err(said)?;
        let mut notes = Notes { file: BufWriter::new(file) };
        if end == 0 {
            notes.add(&Line::Comparison { form: FORM.to_owned(), what: what.clone() }).map_err(said)?;
            notes.file.flush().map_err(said)?;
        }
        Ok((notes, reached))
    }

    /// Adds a stream that ends differently.
    pub fn found(&mut self, item: &Value) -> io::Result<()> {
        self.add(&Line::Found { item: item.clone() })
    }

    /// Says that everything up to a stream is done.
    pub fn mark(&mut self, after: &StreamCursor, counts: Counts, reason: Option<&str>) -> io::Result<()> {
        let StreamCursor { stream_id, rank } = after.clone();
        self.add(&Line::Mark { stream_id, rank, counts, reason: reason.map(str::to_owned) })?;
        self.file.flush()
    }

    fn add(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, line)?;
        self.file.write_all(b"\n")
    }
}

/// Where the last mark ends, and what it says; the notes must be of this comparison.
fn last_mark(file: File, path: &Path, what: &Value) -> Result<(u64, Reached), String> {
    let mut file = BufReader::new(file);
    let (mut read, mut end, mut reached) = (0, 0, Reached::default());
    let mut line = String::new();
    // Whatever else the file is, it stays as it is.
    let begin = file.fill_buf().map_err(|error| format!("--resume {}: {error}", path.display()))?;
    if !begin.is_empty() && !begin.starts_with(BEGIN) {
        return Err(format!("--resume {}: it holds no notes of a comparison; name a new file", path.display()));
    }
    loop {
        line.clear();
        // A line that is not whole, or no text, was being written when the program ended.
        let Ok(length @ 1..) = file.read_line(&mut line) else { break };
        read += length as u64;
        match serde_json::from_str(&line) {
            Ok(Line::Comparison { form, what: known }) if form == FORM && known == *what => end = read,
            Ok(Line::Comparison { .. }) => {
                let (known, path) =
                    ("the notes of another comparison, or of reducers that have changed", path.display());
                return Err(format!("--resume {path}: it holds {known}; name a new file"));
            }
            Ok(Line::Mark { stream_id, rank, counts, reason }) if end > 0 => {
                reached = Reached { after: Some(StreamCursor { stream_id, rank }), counts, reason };
                end = read;
            }
            Ok(Line::Found { .. }) if end > 0 => {}
            _ => break,
        }
    }
    Ok((end, reached))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_stands_behind_the_last_mark_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.jsonl");
        let what = json!({"old": "a", "new": "b"});
        let (mut notes, reached) = Notes::open(&path, &what, |_| panic!("there is nothing yet")).unwrap();
        assert_eq!(reached, Reached::default());
        let at = StreamCursor { stream_id: "order-2".into(), rank: 0 };
        let counts = Counts { compared: 2, differing: 1, ..Counts::default() };
        notes.found(&json!(1)).unwrap();
        notes.mark(&at, counts, Some("why")).unwrap();
        notes.found(&json!(2)).unwrap();
        drop(notes);
        std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"line\":\"mar").unwrap();
        for _ in 0..2 {
            let mut found = Vec::new();
            let (_, reached) = Notes::open(&path, &what, |item| found.push(item)).unwrap();
            assert_eq!(found, [json!(1)]);
            assert_eq!(reached, Reached { after: Some(at.clone()), counts, reason: Some("why".into()) });
        }
        assert!(Notes::open(&path, &json!({}), |_| ()).is_err_and(|why| why.contains("another comparison")));
        std::fs::write(&path, "hello\n").unwrap();
        assert!(Notes::open(&path, &what, |_| ()).is_err_and(|why| why.contains("no notes")));
    }
}
