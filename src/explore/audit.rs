//! A read model against its events: the projection is folded again aside, up to the live checkpoint, and every row is held
//! against the live one.

use super::read_models::ReadModel;
use super::{Explorer, Reporter};
use crate::analysis::audit::{Kind, Parting, Search};
use crate::store::versions::RowVersions;
use crate::store::{ProcessReader, StoreError};
use foldback_domain::event::{EventHead, Payload, Position};
use foldback_domain::processes::ConsumerKind;
use foldback_domain::projection::Projection;
use foldback_domain::reading::{Direction, LogFilter, LogRead};
use serde_json::Value;

/// How many rows are held against each other at a time.
const PAGE: usize = 512;
/// How many versions of a row are looked at at a time.
const VERSIONS: usize = 64;
/// How often the live rows are read anew, when the projection moved meanwhile.
const TRIES: usize = 5;

/// What was compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audited {
    /// Up to where the events were folded: where the live rows are.
    pub checkpoint: Option<Position>,
    /// The head of the log.
    pub head: Option<Position>,
    /// How many keys were compared.
    pub compared: u64,
    /// How many rows are not there.
    pub missing: u64,
    /// How many are there that should not be.
    pub surplus: u64,
    /// How many are others than they should be.
    pub different: u64,
    /// How many events the projection cannot handle and passed over.
    pub skipped: u64,
}

/// A row that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct RowDifference {
    /// Its key.
    pub key: String,
    /// Where it parted from the events.
    pub parting: Parting,
    /// The event there.
    pub event: Option<EventHead>,
    /// The last event in the live row, as the row itself says.
    pub live_position: Option<Position>,
    /// The last event that changed the row, by the events.
    pub folded_position: Option<Position>,
}

impl RowDifference {
    /// Whether its last event is in it all the same.
    pub fn is_untouched(&self) -> bool {
        self.live_position.is_some() && self.live_position == self.folded_position
    }
}

/// Why there is nothing to audit.
#[derive(Debug)]
pub enum NoAudit {
    /// There is no such projection, or it keeps no rows here; a sentence.
    NotFound(String),
    /// Nobody can tell what the rows should be; a sentence.
    Unavailable(String),
    /// The source cannot be read.
    Store(StoreError),
}

impl From<StoreError> for NoAudit {
    fn from(error: StoreError) -> Self {
        NoAudit::Store(error)
    }
}

/// Audits a projection, and hands out what differs, by key, until that is not wanted.
pub async fn audit(
    explorer: &Explorer,
    projection: &'static dyn Projection,
    progress: &Reporter,
    mut each: impl FnMut(RowDifference) -> bool + Send,
) -> Result<Audited, NoAudit> {
    let source = explorer.reader.source();
    let (true, Some(processes)) = (source.own, explorer.reader.processes()) else {
        let why = "this store was not made by foldback, whose projections make no rows of it";
        return Err(NoAudit::Unavailable(why.to_owned()));
    };
    let mut versions = RowVersions::new()?;
    let position = copy_live(processes, projection.name(), &mut versions).await?;
    let mut model = ReadModel::of(explorer.reader.clone(), projection, position, versions);
    if let Some(to) = position {
        model.read_to(to, progress).await?;
    }
    let mut audited = Audited {
        checkpoint: position,
        head: explorer.reader.read_head().await?,
        skipped: model.skipped(),
        ..Audited::default()
    };
    let at = position.unwrap_or(Position(i64::MIN));
    let mut after: Option<String> = None;
    loop {
        let pairs = model.versions().pairs(at, after.as_deref(), PAGE)?;
        for pair in &pairs {
            let folded = pair.folded.as_ref().and_then(|version| version.row.as_deref());
            audited.compared += 1;
            if folded == pair.live.as_deref() {
                continue;
            }
            let (folded, live) = (folded.map(value), pair.live.as_deref().map(value));
            let Some(mut search) = Search::new(folded.as_ref(), live.as_ref()) else { continue };
            look(&model, &pair.key, at, &mut search)?;
            let parting = search.end();
            match parting.kind {
                Kind::Missing => audited.missing += 1,
                Kind::Surplus => audited.surplus += 1,
                Kind::Different => audited.different += 1,
            }
            let event = match parting.parted {
                Some(position) => head(explorer, position).await?,
                None => None,
            };
            let difference = RowDifference {
                key: pair.key.clone(),
                parting,
                event,
                live_position: pair.live_position,
                folded_position: pair.folded.as_ref().map(|version| version.position),
            };
            if !each(difference) {
                return Ok(audited);
            }
        }
        progress.report(audited.compared, None);
        match pairs.into_iter().next_back() {
            Some(last) => after = Some(last.key),
            None => return Ok(audited),
        }
    }
}

/// Shows a search the versions of a row, until it has seen enough.
fn look(model: &ReadModel, key: &str, at: Position, search: &mut Search) -> Result<(), StoreError> {
    let mut to = at;
    loop {
        let versions = model.before(key, to, VERSIONS)?;
        for version in &versions {
            if !search.look(version.position, version.row.as_deref().map(value).as_ref()) {
                return Ok(());
            }
        }
        match versions.last() {
            Some(last) if versions.len() == VERSIONS => to = Position(last.position.0 - 1),
            _ => return Ok(()),
        }
    }
}

/// A row as a value; one that is no JSON stands as its text.
fn value(text: &str) -> Value {
    Payload::Json(text.to_owned()).parse().unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// Where the live rows of a projection are.
async fn checkpoint(processes: &dyn ProcessReader, name: &str) -> Result<Option<Position>, NoAudit> {
    let checkpoints = processes.read_checkpoints(None).await?;
    let its_own = checkpoints.into_iter().find(|it| it.name == name && it.kind == ConsumerKind::Projection);
    its_own.map(|it| it.position).ok_or_else(|| {
        NoAudit::NotFound(format!("projection {name} keeps no rows in this store: it has not run on it yet"))
    })
}

/// Copies the live rows aside; where their checkpoint was meanwhile.
async fn copy_live(
    processes: &dyn ProcessReader,
    name: &str,
    versions: &mut RowVersions,
) -> Result<Option<Position>, NoAudit> {
    for _ in 0..TRIES {
        let before = checkpoint(processes, name).await?;
        versions.clear_live()?;
        let mut after: Option<String> = None;
        loop {
            let rows = processes.read_rows(name, after.as_deref(), PAGE).await?;
            versions.add_live(&rows)?;
            match rows.into_iter().next_back() {
                Some(last) => after = Some(last.key),
                None => break,
            }
        }
        if checkpoint(processes, name).await? == before {
            return Ok(before);
        }
    }
    Err(NoAudit::Store(StoreError::unavailable(
        format!("projection {name}"),
        format!("moved each of the {TRIES} times that its rows were read, so they belong to no one position"),
        "pause it with `foldback rebuild DB PROJECTION --pause`, audit a copy, or try again when less happens",
    )))
}

/// The event at a position, without its payload.
async fn head(explorer: &Explorer, position: Position) -> Result<Option<EventHead>, StoreError> {
    let filter = LogFilter { to: Some(position), ..LogFilter::default() };
    let read = LogRead { filter, start: Some(position), direction: Direction::Forward, limit: 1 };
    Ok(explorer.reader.read_log(&read).await?.items.into_iter().next())
}
