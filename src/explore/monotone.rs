//! The first event after which an expression holds, searched by halves. It is an assumption that what holds once holds ever
//! after: the neighbours of what is found are looked at, the rest is not.

use super::bisect::{self, Finding, Searched};
use super::bodies::Bodies;
use super::crew::{Job, Wants};
use super::travel::Travel;
use super::{Explorer, Reporter};
use crate::replay::reducers::{Asking, Expr};
use crate::replay::{Moment, Outcome};
use crate::store::StoreError;
use foldback_domain::event::{Category, Version};
use foldback_domain::reading::{Direction, EventAddress, StreamRead, StreamSummary};

/// Searches one stream.
pub async fn stream(
    explorer: &Explorer,
    expr: &Expr,
    summary: &StreamSummary,
    progress: &Reporter,
) -> Result<(Option<Finding>, Searched), StoreError> {
    let mut seen = Searched { streams: 1, ..Searched::default() };
    let Some(travel) = Travel::open(explorer, &summary.stream_id).await? else { return Ok((None, seen)) };
    let mut halving = Halving { explorer, asking: Asking::new(expr.clone()), travel, progress };
    let found = match halving.search(&mut seen).await? {
        Ok(found) => found,
        Err(Unknown { why, unavailable }) => {
            seen.unsearched = 1;
            seen.reason = Some(format!("{}: {why}", summary.stream_id));
            seen.unavailable = unavailable;
            None
        }
    };
    let Some(version) = found else { return Ok((None, seen)) };
    let Some(head) = halving.travel.head(version).await? else { return Ok((None, seen)) };
    let before = halving.travel.version_before(version).await?;
    let before = halving.travel.moment(before, progress).await?;
    let after = halving.travel.moment(Some(version), progress).await?;
    let shown = |moment: Moment| moment.state.map(|state| state.to_string());
    Ok((Some(Finding { head, before: shown(before), after: shown(after) }), seen))
}

/// Searches every stream of a category, or every stream where there is none, each by halves.
pub async fn streams(
    explorer: &Explorer,
    expr: &Expr,
    category: Option<&Category>,
    progress: &Reporter,
    mut each: impl FnMut(Finding, &Searched) -> bool + Send,
) -> Result<Searched, StoreError> {
    let make = || Seeker { explorer: explorer.clone(), expr: expr.clone() };
    bisect::gather(explorer, category, make, progress, &mut each).await
}

struct Seeker {
    explorer: Explorer,
    expr: Expr,
}

impl Job for Seeker {
    type Out = (Option<Finding>, Searched);

    fn wants(&self, _: &StreamSummary) -> Wants {
        Wants::Nothing
    }

    async fn stream(&mut self, summary: &StreamSummary, _: &mut Bodies) -> Result<Self::Out, StoreError> {
        stream(&self.explorer, &self.expr, summary, &Reporter::silent()).await
    }
}

/// Why a search by halves cannot go on.
struct Unknown {
    why: String,
    unavailable: bool,
}

/// A search in one stream, which keeps what it folded.
struct Halving<'e> {
    explorer: &'e Explorer,
    asking: Asking,
    travel: Travel,
    progress: &'e Reporter,
}

impl Halving<'_> {
    async fn search(&mut self, seen: &mut Searched) -> Result<Result<Option<Version>, Unknown>, StoreError> {
        let summary = self.travel.summary().clone();
        let (Some(first), Some(last)) = (summary.first_version, summary.version) else {
            let why = "its events have no versions, so their order in it is unknown".to_owned();
            return Ok(Err(Unknown { why, unavailable: true }));
        };
        // It does not hold at `low` or before it, and holds at `high`.
        let (mut low, mut high) = (Version(first.0.saturating_sub(1)), last);
        match self.holds(last, seen).await? {
            Ok(true) => {}
            Ok(false) => return Ok(Ok(None)),
            Err(unknown) => return Ok(Err(unknown)),
        }
        while high.0.saturating_sub(low.0) > 1 {
            let middle = Version(low.0 + (high.0 - low.0) / 2);
            let landed = self.at_or_before(middle).await?.filter(|landed| *landed > low);
            let Some(landed) = landed else {
                low = middle;
                continue;
            };
            match self.holds(landed, seen).await? {
                Ok(true) => high = landed,
                Ok(false) => low = middle,
                Err(unknown) => return Ok(Err(unknown)),
            }
        }
        // What was found is asked again beside its neighbour: that much is no assumption.
        if let Some(neighbour) = self.travel.version_before(high).await? {
            match self.holds(neighbour, seen).await? {
                Ok(false) => {}
                Ok(true) => {
                    let why = format!("it holds at v{neighbour} too, before what was found: search without --monotone");
                    return Ok(Err(Unknown { why, unavailable: false }));
                }
                Err(unknown) => return Ok(Err(unknown)),
            }
        }
        Ok(Ok(Some(high)))
    }

    async fn at_or_before(&mut self, version: Version) -> Result<Option<Version>, StoreError> {
        let stream = self.travel.summary().stream_id.clone();
        let read =
            StreamRead { stream, from: Version(i64::MIN), to: version, direction: Direction::Backward, limit: 1 };
        Ok(self.travel.versions(&read).await?.items.first().and_then(|head| head.stream_version))
    }

    async fn holds(&mut self, version: Version, seen: &mut Searched) -> Result<Result<bool, Unknown>, StoreError> {
        seen.events += 1;
        let mut state = None;
        if self.asking.expr().needs_state() {
            let moment = self.travel.moment(Some(version), self.progress).await?;
            match moment.outcome {
                Outcome::Complete => state = moment.state,
                Outcome::Partial(stop) => return Ok(Err(Unknown { why: stop.to_string(), unavailable: false })),
                Outcome::Unavailable(why) => return Ok(Err(Unknown { why, unavailable: true })),
            }
        }
        let address = EventAddress::Version(self.travel.summary().stream_id.clone(), version);
        let event = self.explorer.reader.read_event(&address).await?;
        let Some(mut event) = event.and_then(|event| event.into_body()) else {
            let why = format!("v{version} is no longer there");
            return Ok(Err(Unknown { why, unavailable: false }));
        };
        if !self.asking.expr().needs_more() {
            event.more = None;
        }
        Ok(self.asking.holds_of(state.as_deref(), &event).map_err(|why| {
            seen.undecided += 1;
            let at = format!("{}@{version}: {why}", self.travel.summary().stream_id);
            seen.first_undecided.get_or_insert(at);
            Unknown { why: format!("the expression throws at v{version}, where it was asked"), unavailable: false }
        }))
    }
}
