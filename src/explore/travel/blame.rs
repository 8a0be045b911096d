//! Which event last changed each path of a state.

use super::super::Reporter;
use super::{Travel, gap};
use crate::replay::{Blame, BlameLine, Blamed, Moment, Outcome, Turn, WalkStep, pointer};
use crate::store::StoreError;
use foldback_domain::event::Version;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many events are looked at first for who changed a state last: few enough to take no time, and most places of most
/// states are changed by one of them.
const LATE: i64 = 4_096;

/// How many members are picked out of every state at most; where there are more, all are looked at.
const OPEN: usize = 64;

impl Travel {
    /// For each path of the state at a version, the event that last changed it.
    pub async fn blame(&mut self, at: Option<Version>, progress: &Reporter) -> Result<Blamed, StoreError> {
        let moment = self.moment(at, progress).await?;
        let reducer = self.reducer().ok();
        let Some(state) = moment.state.clone() else {
            return Ok(Blamed { moment, reducer, lines: Vec::new(), events: BTreeMap::new() });
        };
        let lines = match self.blamed(at, &moment, &state, progress).await? {
            Ok(lines) => lines,
            Err(moment) => return Ok(Blamed { moment, reducer, lines: Vec::new(), events: BTreeMap::new() }),
        };
        let turns: BTreeSet<Turn> = lines.iter().filter_map(|line| line.turn).collect();
        let mut events = BTreeMap::new();
        self.heads(turns.into_iter(), |turn, head| {
            events.insert(turn, head);
        })
        .await?;
        Ok(Blamed { moment, reducer, lines, events })
    }

    /// The lines of blame for the state of a moment; another moment where nobody knows them.
    async fn blamed(
        &mut self,
        at: Option<Version>,
        moment: &Moment,
        state: &Value,
        progress: &Reporter,
    ) -> Result<Result<Vec<BlameLine>, Moment>, StoreError> {
        let mut late = Blame::new();
        let Some(at) = at else { return Ok(Ok(late.lines(state))) };
        // Most of what a state has was changed last by one of the last events.
        let end = if let Outcome::Partial(stop) = &moment.outcome { stop.version } else { at };
        let near = Version(end.0.saturating_sub(LATE));
        let near = Some(near).filter(|near| self.summary.first_version.is_some_and(|first| first < *near));
        let mut each = |step: WalkStep| {
            late.take(&step);
            true
        };
        let stop = self.walk(near, at, None, progress, &mut each).await?;
        if let Some(moment) = gap(moment, stop) {
            return Ok(Err(moment));
        }
        let lines = late.lines(state);
        if near.is_none() || lines.iter().all(|line| line.turn.is_some()) {
            return Ok(Ok(lines));
        }
        // What none of them changed is looked for from the beginning, and nothing else is looked at.
        let open = lines.iter().filter(|line| line.turn.is_none()).map(|line| top(&line.path));
        let open: Option<BTreeSet<String>> = open.collect();
        let open = open.filter(|names| names.len() <= OPEN).map(|names| names.into_iter().collect());
        let mut whole = Blame::new();
        let mut each = |step: WalkStep| {
            whole.take(&step);
            true
        };
        let stop = self.walk(None, at, open, progress, &mut each).await?;
        Ok(match gap(moment, stop) {
            Some(moment) => Err(moment),
            None => Ok(late.lines_behind(&whole, state)),
        })
    }
}

/// The top-level member that a place lies in; `None` for the whole state.
fn top(path: &str) -> Option<String> {
    pointer::tokens(path)?.next().map(|token| pointer::unescape(token).into_owned())
}
