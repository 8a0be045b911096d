//! Every stored snapshot against the fold of its stream at its version, by value.

use super::travel::Travel;
use super::{Explorer, Reporter};
use crate::analysis::audit::{Since, field_of};
use crate::analysis::values::plain;
use crate::replay::{Change, Outcome, diff};
use crate::store::StoreError;
use foldback_domain::event::{EventHead, Payload, Version};
use foldback_domain::processes::{SnapshotCursor, StoredSnapshot};
use serde_json::Value;

/// How many snapshots are read at a time: each holds a whole state.
const PAGE: usize = 64;
/// How many versions behind a snapshot's own are looked at for the one that it is the state of.
const LATER: i64 = 1_000;
/// How many changes of one snapshot are kept.
const CHANGES: usize = 100;

/// What came of a snapshot.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is what the events make.
    Agrees,
    /// It is something else.
    Differs(Box<Difference>),
    /// It is of a version that its stream does not have; the last one that it has.
    Ahead(Option<Version>),
    /// Nobody knows; a sentence says why.
    Unknown(String),
}

/// How a snapshot differs: in the changes, before is what the events make, after is what is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What differs.
    pub changes: Vec<Change>,
    /// The first event since which what differs is not what is stored; `None`: since before the first.
    pub event: Option<EventHead>,
    /// Whether what is stored was ever right.
    pub agreed: bool,
    /// Another version that it is the state of.
    pub state_of: Option<Version>,
    /// A later version that has the values that differ: the events up to it were counted in.
    pub values_of: Option<Version>,
}

/// Looks at every stored snapshot, and hands out what came of each, without its state, until that is not wanted. `None` where the source
/// keeps none.
pub async fn snapshots(
    explorer: &Explorer,
    progress: &Reporter,
    mut each: impl FnMut(StoredSnapshot, Verdict) -> bool + Send,
) -> Result<Option<u64>, StoreError> {
    let Some(processes) = explorer.reader.processes() else { return Ok(None) };
    let Some(total) = processes.count_snapshots().await? else { return Ok(None) };
    let (mut looked, mut last) = (0, None);
    // Snapshots of one stream follow one another: it is folded once.
    let mut open: Option<Travel> = None;
    loop {
        let page = processes.read_snapshots(last.as_ref(), PAGE).await?;
        let end = page.last().map(|end| (end.stream_id.clone(), end.version));
        for mut snapshot in page {
            if open.as_ref().is_none_or(|travel| travel.summary().stream_id != snapshot.stream_id) {
                open = Travel::open(explorer, &snapshot.stream_id).await?;
            }
            let verdict = match &mut open {
                Some(travel) => verdict(travel, &snapshot).await?,
                None => Verdict::Unknown("there is no such stream".to_owned()),
            };
            looked += 1;
            // Whoever lists them holds many, and no state.
            snapshot.state = Payload::Json("null".to_owned());
            if !each(snapshot, verdict) {
                return Ok(Some(looked));
            }
        }
        progress.report(looked, Some(total));
        let Some((stream_id, version)) = end else { return Ok(Some(looked)) };
        last = Some(SnapshotCursor { stream_id, version, read: looked });
    }
}

/// What one snapshot is, held against its stream.
async fn verdict(travel: &mut Travel, snapshot: &StoredSnapshot) -> Result<Verdict, StoreError> {
    let Some(version) = snapshot.version else {
        return Ok(Verdict::Unknown("the source does not say of which version it is".to_owned()));
    };
    let stored = match snapshot.state.parse() {
        Ok(stored) => plain(&stored),
        Err(error) => return Ok(Verdict::Unknown(format!("it is opaque: {error}"))),
    };
    if Some(version) > travel.summary().version {
        return Ok(Verdict::Ahead(travel.summary().version));
    }
    let moment = travel.moment(Some(version), &Reporter::silent()).await?;
    let state = match (moment.outcome, moment.state) {
        (Outcome::Complete, Some(state)) => plain(&state),
        (Outcome::Unavailable(why), _) => return Ok(Verdict::Unknown(why)),
        (Outcome::Partial(stop), _) => return Ok(Verdict::Unknown(stop.to_string())),
        (Outcome::Complete, None) => return Ok(Verdict::Unknown("there is no state".to_owned())),
    };
    let changes = diff(&state, &stored);
    if changes.is_empty() {
        return Ok(Verdict::Agrees);
    }
    difference(travel, version, &stored, changes).await.map(|found| Verdict::Differs(Box::new(found)))
}

/// Goes through the stream from its beginning and finds out since when a snapshot is wrong.
async fn difference(
    travel: &mut Travel,
    version: Version,
    stored: &Value,
    mut changes: Vec<Change>,
) -> Result<Difference, StoreError> {
    let mut whole: Since<Option<Version>> = Since::default();
    let mut fields: Vec<(String, Since<Option<Version>>)> = Vec::new();
    for change in &changes {
        let field = field_of(&change.path).to_owned();
        if fields.iter().all(|(known, _)| *known != field) {
            fields.push((field, Since::default()));
        }
    }
    let (mut state_of, mut values_of) = (None, None);
    let mut see = |at: Option<Version>, state: &Value| {
        let state = plain(state);
        let same = state == *stored;
        if same {
            state_of = at;
        }
        if at <= Some(version) {
            whole.see(same, at);
            for (field, since) in &mut fields {
                since.see(state.pointer(field) == stored.pointer(field), at);
            }
        } else if values_of.is_none() && fields.iter().all(|(field, _)| state.pointer(field) == stored.pointer(field)) {
            values_of = at;
        }
        at < Some(version) || !same
    };
    let silent = Reporter::silent();
    if let Some(initial) = travel.moment(None, &silent).await?.state {
        see(None, &initial);
    }
    let to = Version(version.0.saturating_add(LATER));
    travel.walk(None, to, None, &silent, |step| see(Some(step.version), &step.after)).await?;
    let last_right = fields.iter().filter(|(_, since)| since.agreed()).filter_map(|(_, since)| since.parted()).min();
    let parted = match whole.agreed() {
        true => whole.parted(),
        false => last_right.or(whole.parted()),
    };
    let event = match parted.flatten() {
        Some(version) => travel.head(version).await?,
        None => None,
    };
    changes.truncate(CHANGES);
    Ok(Difference { changes, event, agreed: whole.agreed() || last_right.is_some(), state_of, values_of })
}
