//! The file of one stream's keyframes: a list of places in front, so that one state is found without reading the rest.
//!
//! ```text
//! magic · stamp · count · sum of the list │ version, events, offset, length, sum, witness │ … │ saved folds
//! ```

use super::stamp::Stamp;
use crate::replay::Keyframe;
use foldback_domain::event::Version;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use uuid::Uuid;

const MAGIC: &[u8; 16] = b"foldback keys 2\n";
const HEADER: usize = 16 + 16 + 8 + 8;
const ENTRY: usize = 5 * 8 + 16;

/// What was kept, open.
#[derive(Debug)]
pub(super) struct Kept {
    file: File,
    places: Vec<Place>,
}

/// Where in the file a keyframe is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub version: Version,
    pub events: u64,
    offset: u64,
    length: u64,
    sum: u64,
    /// What the event was like that it ends with, where somebody looked.
    pub witness: Option<Uuid>,
}

impl Kept {
    /// What a file holds for a source that stands so; `None` where it is of another time, or is no such file.
    pub(super) fn open(path: &Path, stamp: Stamp) -> Option<Kept> {
        Self::read_list(path, Some(stamp))
    }

    /// What a file holds, however the source stood then.
    pub(super) fn of_any_time(path: &Path) -> Option<Kept> {
        Self::read_list(path, None)
    }

    fn read_list(path: &Path, stamp: Option<Stamp>) -> Option<Kept> {
        let mut file = File::open(path).ok()?;
        let size = file.metadata().ok()?.len();
        let mut header = [0; HEADER];
        file.read_exact(&mut header).ok()?;
        let count = number(&header[32..40]);
        let list = count.checked_mul(ENTRY as u64).filter(|list| *list <= size)?;
        let other = stamp.is_some_and(|stamp| header[16..32] != stamp.0.as_bytes()[..]);
        if header[..16] != MAGIC[..] || other {
            return None;
        }
        let mut entries = vec![0; usize::try_from(list).ok()?];
        file.read_exact(&mut entries).ok()?;
        if sum(&entries) != number(&header[40..48]) {
            return None;
        }
        let places = entries.as_chunks::<ENTRY>().0.iter().map(|entry| Place {
            version: Version(number(&entry[..8]) as i64),
            events: number(&entry[8..16]),
            offset: number(&entry[16..24]),
            length: number(&entry[24..32]),
            sum: number(&entry[32..40]),
            witness: Uuid::from_slice(&entry[40..]).ok().filter(|witness| !witness.is_nil()),
        });
        let places: Vec<Place> = places.collect();
        let whole = places.iter().all(|place| place.offset.checked_add(place.length).is_some_and(|end| end <= size));
        // The time of the last use: what was not used for longest goes first.
        let _ = file.set_modified(std::time::SystemTime::now());
        whole.then_some(Kept { file, places })
    }

    /// The last keyframe at a version or before it.
    pub(super) fn before(&self, version: Version) -> Option<Place> {
        self.places[..self.places.partition_point(|place| place.version <= version)].last().copied()
    }

    /// The saved fold at a place; `None` where it is not what was written.
    pub(super) fn read(&mut self, place: &Place) -> Option<Box<[u8]>> {
        self.file.seek(SeekFrom::Start(place.offset)).ok()?;
        let mut saved = vec![0; usize::try_from(place.length).ok()?];
        self.file.read_exact(&mut saved).ok()?;
        (sum(&saved) == place.sum).then(|| saved.into_boxed_slice())
    }
}

/// Writes the keyframes of a stream in one stroke: a reader sees the old file or the new one. Without a stamp it is of no time
/// that anybody could know again.
pub(super) fn write(path: &Path, stamp: Option<Stamp>, frames: &[(&Keyframe, Option<Uuid>)]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    make(folder)?;
    let mut offset = (HEADER + frames.len() * ENTRY) as u64;
    let mut list = Vec::with_capacity(frames.len() * ENTRY);
    for (frame, witness) in frames {
        let length = frame.saved.len() as u64;
        for number in [frame.version.0 as u64, frame.events, offset, length, sum(&frame.saved)] {
            list.extend(number.to_le_bytes());
        }
        list.extend(witness.unwrap_or_default().as_bytes());
        offset += length;
    }
    // Nobody but the user may read it: it holds what the store holds.
    let file = tempfile::Builder::new().prefix(".part-").tempfile_in(folder)?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    out.write_all(MAGIC)?;
    out.write_all(stamp.map(|stamp| stamp.0).unwrap_or_default().as_bytes())?;
    out.write_all(&(frames.len() as u64).to_le_bytes())?;
    out.write_all(&sum(&list).to_le_bytes())?;
    out.write_all(&list)?;
    for (frame, _) in frames {
        out.write_all(&frame.saved)?;
    }
    out.into_inner().map_err(io::IntoInnerError::into_error)?.persist(path)?;
    Ok(())
}

#[cfg(unix)]
fn make(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).create(folder)
}

/// Against a disk's mistakes, not against people: the folder is the user's own.
fn sum(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

fn number(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_le_bytes)
}
