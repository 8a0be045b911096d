//! Finds a pattern in the log, in one pass over it. Which events take part waits in temporary files, cut by what belongs
//! together, so that memory holds one part of them at a time and nothing is forgotten, however long something stays open.

use super::{Explorer, Reporter};
use crate::analysis::pattern::{Group, Matcher, Pattern, Place, Verdict};
use crate::store::StoreError;
use foldback_domain::event::{Category, EventHead, Mark, Position, StreamName, Version};
use foldback_domain::reading::{Direction, LogFilter, LogRead};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use tempfile::SpooledTempFile;

/// How many events are read at a time.
const PAGE: usize = 4_096;
/// Into how many parts the groups are cut.
const PARTS: usize = 64;
/// How much of a part waits in memory before it goes to a file.
const IN_MEMORY: usize = 256 << 10;

/// What a pattern describes.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The event that was looked for.
    pub first: EventHead,
    /// The other event, where there is one.
    pub second: Option<EventHead>,
    /// What is known of it.
    pub known: Known,
}

/// What is known of an event that was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// It is as the pattern says.
    Match,
    /// The log ends before the span of time behind it does.
    Open,
    /// A time is missing, so that nobody knows.
    Undated,
}

/// What was seen on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many events were looked at.
    pub events: u64,
    /// How many of them the pattern names, though nothing says what they belong to.
    pub ungrouped: u64,
    /// How many matches there are.
    pub matches: u64,
    /// How many are still open.
    pub open: u64,
    /// How many lack a time.
    pub undated: u64,
}

/// Finds what a pattern describes among the events that pass a filter, and hands it out in the order of the log, until
/// that is not wanted.
pub async fn find(
    explorer: &Explorer,
    pattern: &Pattern,
    filter: &LogFilter,
    progress: &Reporter,
    mut each: impl FnMut(Found) -> bool,
) -> Result<Seen, StoreError> {
    let mut seen = Seen::default();
    let mut cast = Cast::new().map_err(unwritten)?;
    let mut end: Option<Timestamp> = None;
    let mut read = LogRead { filter: filter.clone(), start: None, direction: Direction::Forward, limit: PAGE };
    loop {
        let page = explorer.reader.read_log(&read).await?;
        for head in &page.items {
            end = end.max(head.created_at);
            let roles = pattern.roles(&head.event_type);
            if roles == (false, false) {
                continue;
            }
            match group(pattern, head) {
                Some(group) => cast.take(group, roles, head).map_err(unwritten)?,
                None => seen.ungrouped += 1,
            }
        }
        seen.events += page.items.len() as u64;
        progress.report(seen.events, None);
        match page.next {
            Some(next) => read.start = Some(next),
            None => break,
        }
    }
    let (verdicts, mut heads) = cast.judge(pattern, end).map_err(unwritten)?;
    for verdict in &verdicts {
        *match verdict {
            Verdict::Match(..) => &mut seen.matches,
            Verdict::Open(_) => &mut seen.open,
            Verdict::Undated(_) => &mut seen.undated,
        } += 1;
    }
    for verdict in verdicts {
        let (first, second, known) = match verdict {
            Verdict::Match(first, second) => (first, second, Known::Match),
            Verdict::Open(first) => (first, None, Known::Open),
            Verdict::Undated(first) => (first, None, Known::Undated),
        };
        let first = heads.read(first).map_err(unwritten)?;
        let second = second.map(|second| heads.read(second)).transpose().map_err(unwritten)?;
        if !each(Found { first, second, known }) {
            break;
        }
    }
    Ok(seen)
}

fn group<'h>(pattern: &Pattern, head: &'h EventHead) -> Option<&'h str> {
    match pattern.group {
        Group::Correlation => head.correlation_id.as_deref(),
        Group::Stream => Some(head.stream_id.as_str()).filter(|stream| !stream.is_empty()),
    }
}

fn unwritten(error: io::Error) -> StoreError {
    StoreError::unavailable(
        "the temporary folder",
        format!("does not hold what a pattern needs: {error}"),
        "make room in it, or set TMPDIR",
    )
}

/// The events that take part: their heads in one file, and what the matching needs of them in as many as there are parts.
struct Cast {
    heads: BufWriter<std::fs::File>,
    end: u64,
    parts: Vec<SpooledTempFile>,
}

impl Cast {
    fn new() -> io::Result<Cast> {
        let heads = BufWriter::new(tempfile::tempfile()?);
        Ok(Cast { heads, end: 0, parts: (0..PARTS).map(|_| SpooledTempFile::new(IN_MEMORY)).collect() })
    }

    fn take(&mut self, group: &str, roles: (bool, bool), head: &EventHead) -> io::Result<()> {
        let place = Place { at: self.end, time: head.created_at };
        let mut line = serde_json::to_vec(&Kept::of(head))?;
        line.push(b'\n');
        self.heads.write_all(&line)?;
        self.end += line.len() as u64;
        let mut hasher = DefaultHasher::new();
        group.hash(&mut hasher);
        let part = &mut self.parts[hasher.finish() as usize % PARTS];
        let time = place.time.map_or(i128::MIN, Timestamp::as_nanosecond);
        let mut entry = Vec::with_capacity(32 + group.len());
        entry.extend(place.at.to_le_bytes());
        entry.extend(time.to_le_bytes());
        entry.push(u8::from(roles.0) | u8::from(roles.1) << 1);
        entry.extend((group.len() as u64).to_le_bytes());
        entry.extend(group.as_bytes());
        part.write_all(&entry)
    }

    /// Goes through the parts, one after the other.
    fn judge(self, pattern: &Pattern, end: Option<Timestamp>) -> io::Result<(Vec<Verdict>, Heads)> {
        let mut verdicts = Vec::new();
        for mut part in self.parts {
            part.seek(SeekFrom::Start(0))?;
            let mut entries = BufReader::new(part);
            let mut matcher = Matcher::new(pattern);
            let mut group = Vec::new();
            while !entries.fill_buf()?.is_empty() {
                let at = u64::from_le_bytes(bytes(&mut entries)?);
                let time = i128::from_le_bytes(bytes(&mut entries)?);
                let [roles] = bytes(&mut entries)?;
                group.resize(u64::from_le_bytes(bytes(&mut entries)?) as usize, 0);
                entries.read_exact(&mut group)?;
                let place = Place { at, time: Timestamp::from_nanosecond(time).ok() };
                matcher.event(&group, (roles & 1 != 0, roles & 2 != 0), place, |verdict| verdicts.push(verdict));
            }
            matcher.end(end, |verdict| verdicts.push(verdict));
        }
        // The heads stand in the order of the log.
        verdicts.sort_by_key(|verdict| match verdict {
            Verdict::Match(first, _) | Verdict::Open(first) | Verdict::Undated(first) => first.at,
        });
        Ok((verdicts, Heads(BufReader::new(self.heads.into_inner().map_err(io::IntoInnerError::into_error)?))))
    }
}

fn bytes<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The heads of the events that take part.
struct Heads(BufReader<std::fs::File>);

impl Heads {
    fn read(&mut self, place: Place) -> io::Result<EventHead> {
        self.0.seek(SeekFrom::Start(place.at))?;
        let mut line = Vec::new();
        self.0.read_until(b'\n', &mut line)?;
        Ok(serde_json::from_slice::<Kept<'_>>(&line)?.head())
    }
}

/// A head as it waits in a file.
#[derive(Serialize, Deserialize)]
struct Kept<'h>(
    Option<i64>,
    std::borrow::Cow<'h, str>,
    Option<i64>,
    String,
    Option<String>,
    String,
    Option<u32>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Timestamp>,
    Option<String>,
);

impl Kept<'_> {
    fn of(head: &EventHead) -> Kept<'_> {
        Kept(
            head.global_position.map(|position| position.0),
            head.stream_id.as_str().into(),
            head.stream_version.map(|version| version.0),
            head.category.as_str().to_owned(),
            head.event_id.clone(),
            head.event_type.clone(),
            head.schema_version,
            head.correlation_id.clone(),
            head.causation_id.clone(),
            head.actor.clone(),
            head.created_at,
            head.mark.map(|mark| mark.name().to_owned()),
        )
    }

    fn head(self) -> EventHead {
        EventHead {
            global_position: self.0.map(Position),
            stream_id: StreamName(self.1.into_owned()),
            stream_version: self.2.map(Version),
            category: Category::from(self.3.as_str()),
            event_id: self.4,
            event_type: self.5,
            schema_version: self.6,
            correlation_id: self.7,
            causation_id: self.8,
            actor: self.9,
            created_at: self.10,
            mark: self.11.as_deref().and_then(Mark::of),
        }
    }
}
