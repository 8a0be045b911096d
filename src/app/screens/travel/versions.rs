//! Travel from version to version: which one is looked at, and what is read when it changes.

use super::super::super::context::Context;
use super::super::super::effect::{self, Slot};
use super::super::super::window::Want;
use super::{Ask, Kept, Opened, Travel};
use foldback_domain::event::Version;
use foldback_domain::reading::{Direction, StreamRead};

/// How many tallies are remembered.
const TALLIES: usize = 2_000;

/// A stream with so many events is folded ahead of what is asked.
const LONG: u64 = 5_000;

impl Travel {
    /// Has a long stream folded ahead, so that every version of it is near.
    pub(super) fn fold_ahead(&self, cx: &mut Context<'_>) {
        let long = |opened: &Opened| opened.reducer.is_ok() && opened.summary.events >= LONG;
        if let Some(stream) = self.stream.clone()
            && self.opened.as_ref().is_some_and(long)
            && cx.desk.pending(Slot::Fold).is_none()
        {
            cx.run(Slot::Fold, effect::Ask::Travel(Ask::Fold(stream)));
        }
    }

    /// Asks again for a state that was shown unverified, once the fold ahead has come to it.
    pub(super) fn check(&mut self, cx: &mut Context<'_>) {
        let unverified = self.step.as_ref().is_some_and(|step| step.moment.started_from.is_unverified());
        if unverified && cx.desk.pending(Slot::Fold).is_none() && cx.desk.pending(Slot::Step).is_none() {
            self.read_step(cx);
        }
    }

    /// The stream is known: go to the version that was asked for, or to the last.
    pub(super) fn opened(&mut self, opened: Opened, cx: &mut Context<'_>) {
        let grown = self.opened.as_ref().is_some_and(|before| before.summary != opened.summary);
        let first_time = self.opened.is_none();
        let was_missing = std::mem::take(&mut self.is_missing);
        let folds = self.opened.as_ref().is_some_and(|before| before.reducer != opened.reducer);
        let (first, last) = (opened.summary.first_version, opened.summary.version);
        self.opened = Some(opened);
        if grown && self.branches.current().is_some() {
            self.refold_branch();
            self.read_branch(cx);
        }
        if first_time || folds {
            self.fold_ahead(cx);
        }
        if let Some(kept) = self.kept.filter(|_| !first_time) {
            if grown || was_missing {
                self.find_again(kept, cx);
            } else if self.step.as_ref().is_none_or(|step| step.moment.version != self.at) {
                self.read_step(cx);
            }
            return self.settle(cx);
        }
        if first_time {
            if let Some(at) = self.at.filter(|at| cx.as_of().is_some() && last.is_some_and(|last| *at > last)) {
                self.kept = Some(Kept::Version(Some(at)));
            }
            let wanted = self.at.or(last);
            // A version that the stream does not have: the nearest one that it has.
            self.at = wanted.map(|at| last.map_or(at, |last| at.min(last))).map(|at| first.map_or(at, |f| at.max(f)));
            if let Some(at) = self.at {
                self.read_versions(Want::Around(at), cx);
            }
            self.read_step(cx);
        } else if grown {
            self.window.grown(true);
            self.settle(cx);
        } else if folds || self.tallies.is_empty() {
            self.settle(cx);
        }
    }

    /// The clock was moved: the stream is as long as it was then. What was looked at stays, or what was last then.
    pub(super) fn rewind(&mut self, cx: &mut Context<'_>) {
        let Some(stream) = self.stream.clone() else { return };
        self.play = None;
        if let Some(opened) = self.opened.as_ref().filter(|_| self.kept.is_none()) {
            let last = opened.summary.version;
            self.kept = Some(if self.at == last { Kept::Last } else { Kept::Version(self.at) });
        }
        // How long ago the event was is told from where the clock stands.
        self.rebuild(cx);
        cx.run(Slot::Open, effect::Ask::Travel(Ask::Open(stream)));
    }

    /// The stream has another length: what is kept is looked at where it is there, else the last version there is.
    fn find_again(&mut self, kept: Kept, cx: &mut Context<'_>) {
        let last = self.opened.as_ref().and_then(|opened| opened.summary.version);
        let at = match kept {
            Kept::Version(None) => None,
            Kept::Version(Some(version)) => last.map(|last| version.min(last)),
            Kept::Last => last,
        };
        if let Some(around) = at.or(self.window.selected_key()) {
            self.read_versions(Want::Around(around), cx);
        }
        if self.at != at || self.step.is_none() {
            self.at = at;
            self.read_step(cx);
            if self.blaming {
                self.read_blame(cx);
            }
        }
    }

    /// The version that is wanted, where it has not happened yet by the clock.
    pub fn yet_to_come(&self) -> Option<Version> {
        match self.kept {
            Some(Kept::Version(Some(version))) => {
                Some(version).filter(|version| self.at.is_some_and(|at| at < *version))
            }
            _ => None,
        }
    }

    /// Comes back to the stream, at a version or at its last.
    pub fn visit(&mut self, at: Option<Version>, cx: &mut Context<'_>) {
        match at {
            _ if self.opened.is_none() => self.at = at,
            Some(_) => self.go_to(at, cx),
            None => self.go_to_edge(true, cx),
        }
    }

    /// Goes to a version of the stream, which may be far from those on hand.
    pub(super) fn go_to(&mut self, at: Option<Version>, cx: &mut Context<'_>) {
        if let Some(version) = at
            && !self.window.select(&version)
        {
            self.read_versions(Want::Around(version), cx);
        }
        self.arrive(at, cx);
    }

    /// Steps among the versions on hand. Before the first one is the initial state.
    pub(super) fn step_by(&mut self, by: isize, cx: &mut Context<'_>) {
        let first = self.window.rows().first().map(|row| row.version);
        match self.at {
            None if by > 0 => return self.go_to(first, cx),
            None => return,
            Some(at) if by < 0 && Some(at) == first && self.window.at_start() => return self.arrive(None, cx),
            Some(_) => {}
        }
        self.window.move_by(by);
        self.arrive(self.window.selected_key(), cx);
    }

    /// Goes to the first or the last version.
    pub(super) fn go_to_edge(&mut self, last: bool, cx: &mut Context<'_>) {
        let summary = self.opened.as_ref().map(|opened| &opened.summary);
        let edge = summary.and_then(|summary| if last { summary.version } else { summary.first_version });
        if edge.is_some() {
            self.go_to(edge, cx);
        }
    }

    /// Another version is looked at.
    pub(super) fn arrive(&mut self, at: Option<Version>, cx: &mut Context<'_>) {
        self.kept = None;
        if self.at != at {
            self.at = at;
            self.read_step(cx);
            if self.blaming {
                self.read_blame(cx);
            }
        }
        self.settle(cx);
    }

    pub(super) fn read_step(&mut self, cx: &mut Context<'_>) {
        let Some(stream) = self.stream.clone() else { return };
        // A pinned version that is yet to come is nothing to compare with.
        let last = self.opened.as_ref().and_then(|opened| opened.summary.version);
        let base = self.pin.filter(|pin| Some(*pin) != self.at && last.is_none_or(|last| *pin <= last));
        cx.run(Slot::Step, effect::Ask::Travel(Ask::Step { stream, at: self.at, base }));
        self.read_branch(cx);
    }

    pub(super) fn read_blame(&mut self, cx: &mut Context<'_>) {
        let Some(stream) = self.stream.clone() else { return };
        cx.run(Slot::Blame, effect::Ask::Travel(Ask::Blame { stream, at: self.at }));
    }

    /// Reads on where the cursor comes near an edge, and what the versions on screen changed.
    pub(super) fn settle(&mut self, cx: &mut Context<'_>) {
        if cx.desk.pending(Slot::Versions).is_none()
            && cx.desk.failure(Slot::Versions).is_none()
            && self.opened.is_some()
            && self.window.is_filled()
            && let Some(want) = self.window.need()
        {
            self.read_versions(want, cx);
        }
        let can_fold = self.opened.as_ref().is_some_and(|opened| opened.reducer.is_ok());
        let unknown = |row: &&super::VersionRow| !self.tallies.contains_key(&row.version);
        let visible = self.window.visible();
        let from = visible.iter().find(unknown).map(|row| row.version);
        let to = visible.iter().rev().find(unknown).map(|row| row.version);
        if let (Some(stream), Some(from), Some(to), true) = (self.stream.clone(), from, to, can_fold)
            && cx.desk.failure(Slot::Tallies).is_none()
        {
            cx.run_rested(Slot::Tallies, effect::Ask::Travel(Ask::Tallies { stream, from, to }));
        }
    }

    pub(super) fn read_versions(&mut self, want: Want<Version>, cx: &mut Context<'_>) {
        let Some(stream) = self.stream.clone() else { return };
        let limit = self.window.page_size();
        let read = |from: i64, to: i64, direction: Direction, limit: usize| {
            Some(StreamRead { stream: stream.clone(), from: Version(from), to: Version(to), direction, limit })
        };
        let (low, high) = (i64::MIN, i64::MAX);
        let (before, after) = match &want {
            Want::Start => (None, read(low, high, Direction::Forward, limit)),
            Want::End => (read(low, high, Direction::Backward, limit), None),
            Want::After(key) => (None, read(key.0.saturating_add(1), high, Direction::Forward, limit)),
            Want::Before(key) => (read(low, key.0.saturating_sub(1), Direction::Backward, limit), None),
            Want::Around(key) => (
                read(low, key.0.saturating_sub(1), Direction::Backward, limit),
                read(key.0, high, Direction::Forward, limit),
            ),
        };
        cx.run(Slot::Versions, effect::Ask::Travel(Ask::Versions { want, before, after }));
    }

    pub(super) fn forget_far_tallies(&mut self) {
        while self.tallies.len() > TALLIES {
            let Some(near) = self.window.selected_key() else { return self.tallies.clear() };
            let first = self.tallies.keys().next().copied().unwrap_or(near);
            let last = self.tallies.keys().next_back().copied().unwrap_or(near);
            let far = if near.0 - first.0 > last.0 - near.0 { first } else { last };
            self.tallies.remove(&far);
        }
    }
}
