//! Anybody's table against the events, through a mapping: every row is held against the fold of its stream.
//!
//! The rows are copied aside first, page by page; then the streams are folded on every core, and each is held against its
//! row. What changed meanwhile is no difference: a row need only be right as of some moment since the copying began. What
//! is left over of the rows belongs to no stream.

mod draft;
mod file;
mod guess;
mod row;
mod table;

pub use crate::adapters::rows::{NoRows, table as table_at};
pub use draft::draft;
pub use file::read;
pub use table::MappedTable;

use super::crew;
use super::{Explorer, Reporter};
use crate::analysis::audit::{Agreed, Kind};
use crate::analysis::audit_map::{Claim, Found};
use crate::store::StoreError;
use crate::store::kept_rows::KeptRow;
use foldback_domain::event::{EventHead, Position, StreamName, Version, safe_text};
use row::{Holding, Verdict};
use std::sync::Arc;

/// How often the rows are copied anew, when their projection moved meanwhile.
const TRIES: usize = 5;

/// What was held against what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MapAudited {
    /// Rows and streams that were held against each other.
    pub compared: u64,
    /// Rows that are not there.
    pub missing: u64,
    /// Rows that should not be there.
    pub surplus: u64,
    /// Rows that are not what they should be.
    pub different: u64,
    /// Rows that are as of an earlier version of their stream, and do not say so.
    pub behind: u64,
    /// Rows that are what they say, which is not the newest.
    pub lagging: u64,
    /// Streams and rows of which nobody knows.
    pub undecided: u64,
    /// Why the first of them.
    pub reason: Option<String>,
    /// Where all rows are, where a checkpoint says so.
    pub checkpoint: Option<Position>,
    /// Whether there may be more than was asked for.
    pub limited: bool,
}

/// A row that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct MapDifference {
    /// Its key.
    pub key: String,
    /// The stream that it belongs to.
    pub stream: StreamName,
    /// The last version of that.
    pub last: Option<Version>,
    /// The event where it parted.
    pub event: Option<EventHead>,
    /// Of each column that differs, where that was.
    pub positions: Vec<Option<Position>>,
    /// The version that the row says it is as of.
    pub claimed: Option<Version>,
    /// What differs.
    pub found: Found,
    /// Why there should be no such row, where no event says it.
    pub why: Option<String>,
}

impl MapDifference {
    /// Whether it is as of an earlier version, whole.
    pub fn is_behind(&self) -> bool {
        self.found.kind == Kind::Different && self.found.agreed == Agreed::Row
    }

    /// The word for what it is.
    pub fn kind(&self) -> &'static str {
        if self.is_behind() { "behind" } else { self.found.kind.name() }
    }
}

/// Audits a mapped table, and hands out what differs until that is not wanted, or so many were.
pub async fn audit(
    explorer: &Explorer,
    table: &mut MappedTable,
    limit: Option<usize>,
    reading: &Reporter,
    folding: &Reporter,
    mut each: impl FnMut(MapDifference) -> bool + Send,
) -> Result<MapAudited, StoreError> {
    // What is not in use here leaves its place to who reads the table.
    explorer.reader.close_idle();
    let mut audited = MapAudited::default();
    let (copied, explorer, began) = match table.mapping.claim.clone() {
        Claim::Checkpoint(name) => {
            let (copied, at) = at_checkpoint(explorer, table, &name, reading).await?;
            audited.checkpoint = Some(at);
            (copied, explorer.at(at), Some(Position(i64::MAX)))
        }
        _ => {
            let began = explorer.reader.read_head().await?;
            (table.copy(reading).await?, explorer.clone(), began)
        }
    };
    if copied.keyless > 0 {
        audited.undecided += copied.keyless;
        audited.reason = Some(format!("{} rows have no key", copied.keyless));
    }
    let (mapping, rows) = (Arc::new(table.mapping.clone()), Arc::new(copied.rows));
    let mut seen = Seen::new(rows.count());
    let mut give = |audited: &mut MapAudited, found: MapDifference| {
        match found.found.kind {
            Kind::Missing => audited.missing += 1,
            Kind::Surplus => audited.surplus += 1,
            Kind::Different if found.is_behind() => audited.behind += 1,
            Kind::Different => audited.different += 1,
        }
        let given = (audited.missing + audited.surplus + audited.behind + audited.different) as usize;
        audited.limited = limit.is_some_and(|limit| given >= limit);
        each(found) && !audited.limited
    };
    let make = || Holding::new(&explorer, &mapping, &rows, began);
    let mut going = true;
    crew::run(&explorer, mapping.category.as_ref(), make, folding, |summary, looked| {
        looked.rows.iter().for_each(|number| seen.add(*number));
        audited.compared += u64::from(!matches!(looked.verdict, Verdict::Skipped | Verdict::Nothing));
        match looked.verdict {
            Verdict::Skipped | Verdict::Nothing => {}
            Verdict::Agrees(is_behind) => audited.lagging += u64::from(is_behind),
            Verdict::Differs(found) => going = give(&mut audited, *found),
            Verdict::Undecided(why) => {
                audited.undecided += 1;
                audited.reason.get_or_insert_with(|| format!("{}: {why}", summary.stream_id));
            }
        }
        for row in looked.alike {
            let why = another(summary.stream_id.as_str());
            audited.compared += 1;
            going = going && give(&mut audited, stray(row, why));
        }
        going
    })
    .await?;
    let mut next = 0;
    while let Some(number) = seen.missing(next).filter(|_| going) {
        next = number + 1;
        let Some(row) = rows.at(number)? else { continue };
        let has_other = rows.of_stream(&row.stream, 1)?.first().is_some_and(|first| seen.has(first.number));
        let of = mapping.category.as_ref().map_or(String::new(), |it| format!(" of {}", safe_text(it.as_str())));
        let why = match has_other {
            true => another(&row.stream),
            false => format!("there is no stream {}{of}", safe_text(&row.stream)),
        };
        audited.compared += 1;
        going = give(&mut audited, stray(row, why));
    }
    Ok(audited)
}

/// Why a second row of a stream should not be there.
fn another(stream: &str) -> String {
    format!("{} has another row already", safe_text(stream))
}

/// A row that belongs to no stream.
fn stray(row: KeptRow, why: String) -> MapDifference {
    MapDifference {
        key: row.key,
        stream: StreamName(row.stream),
        last: None,
        event: None,
        positions: Vec::new(),
        claimed: None,
        found: Found { kind: Kind::Surplus, parted: None, agreed: Agreed::Never, as_of: None, columns: Vec::new() },
        why: Some(why),
    }
}

/// Copies the rows while their projection stands still, and says where.
async fn at_checkpoint(
    explorer: &Explorer,
    table: &mut MappedTable,
    name: &str,
    progress: &Reporter,
) -> Result<(table::Copied, Position), StoreError> {
    for _ in 0..TRIES {
        let before = checkpoint(explorer, name).await?;
        let copied = table.copy(progress).await?;
        if checkpoint(explorer, name).await? == before {
            return Ok((copied, before));
        }
    }
    Err(StoreError::unavailable(
        format!("projection {}", safe_text(name)),
        format!("moved each of the {TRIES} times that its rows were read, so they belong to no one position"),
        "map the column in which a row says its position, or try again when less happens",
    ))
}

async fn checkpoint(explorer: &Explorer, name: &str) -> Result<Position, StoreError> {
    let known = match explorer.reader.processes() {
        Some(processes) => processes.read_checkpoints(None).await?,
        None => Vec::new(),
    };
    let names: Vec<String> = known.iter().map(|it| safe_text(&it.name).into_owned()).collect();
    known.into_iter().find(|it| it.name == name).and_then(|it| it.position).ok_or_else(|| {
        let there = if names.is_empty() { "it knows none".to_owned() } else { format!("it has {}", names.join(", ")) };
        let what = format!("the checkpoint of {}", safe_text(name));
        StoreError::unavailable(what, format!("is not known to this source; {there}"), "")
    })
}

/// Which rows belong to a stream: a bit for each.
struct Seen {
    bits: Vec<u64>,
    count: u64,
}

impl Seen {
    fn new(count: u64) -> Seen {
        Seen { bits: vec![0; usize::try_from(count.div_ceil(64)).unwrap_or(0)], count }
    }

    fn add(&mut self, number: u64) {
        self.bits[(number / 64) as usize] |= 1 << (number % 64);
    }

    fn has(&self, number: u64) -> bool {
        self.bits[(number / 64) as usize] & (1 << (number % 64)) != 0
    }

    /// The first that was not added, from one on.
    fn missing(&self, from: u64) -> Option<u64> {
        (from..self.count).find(|number| !self.has(*number))
    }
}
