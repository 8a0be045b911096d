//! What Travel makes of the answers to what it asked.

use super::super::super::context::Context;
use super::super::super::window::Want;
use super::{Reply, Travel, VersionRow};
use crate::replay::Step;
use foldback_domain::reading::Direction;
use std::sync::Arc;

impl Travel {
    /// Takes an answer.
    pub fn replied(&mut self, reply: Reply, cx: &mut Context<'_>) {
        match reply {
            Reply::Opened(None) => {
                self.is_missing = true;
                self.window.clear();
            }
            Reply::Opened(Some(opened)) => self.opened(*opened, cx),
            Reply::Folded => self.check(cx),
            Reply::Versions { want, rows, pivot, at_start, at_end } => {
                let rows = rows.into_iter().filter_map(|head| Some(VersionRow { version: head.stream_version?, head }));
                self.window.fill(&want, rows.collect(), pivot, at_start, at_end);
                // A jump to an end is a step to the version there.
                let jumped = match want {
                    Want::End => true,
                    Want::Start => !self.at.is_some_and(|at| self.window.select(&at)),
                    Want::Before(_) | Want::After(_) | Want::Around(_) => false,
                };
                if jumped && self.at.is_some() {
                    self.arrive(self.window.selected_key(), cx);
                }
                self.settle(cx);
            }
            Reply::Step(step) => self.stepped(step, cx),
            Reply::Tallies(tallies) => {
                self.tallies.extend(tallies);
                self.forget_far_tallies();
            }
            Reply::Change(_, Some(version)) => self.go_to(Some(version), cx),
            Reply::Change(direction, None) => {
                let path = self.selected_path().unwrap_or_default();
                let side = if direction == Direction::Forward { "later" } else { "earlier" };
                cx.notice = Some(format!("no {side} change of {path}"));
            }
            Reply::Ran { film: true, stop, position } => {
                self.stop_found(position);
                self.until = stop;
            }
            Reply::Ran { film: false, stop: Some((version, why)), position } => {
                self.stop_found(position);
                cx.notice = Some(format!("v{version}: {why}"));
                self.go_to(Some(version), cx);
            }
            Reply::Ran { film: false, stop: None, .. } => {
                cx.notice = Some("no stop up to the end of this stream".to_owned());
            }
            Reply::Blame(blame) => {
                let path = self.selected_path();
                let row = path.and_then(|path| blame.lines.iter().position(|line| line.path == path));
                let height = self.layout(cx).state.rows().saturating_sub(2);
                self.blame_at.select(row.unwrap_or(0), blame.lines.len(), height);
                self.blame = Some(blame);
            }
            Reply::Beside(here) => self.beside(here, cx),
            Reply::Branch(branched) => self.branched(branched, cx),
            Reply::Tried(tried) => self.tried(&tried, cx),
            Reply::Around(around) => self.around(&around, cx),
            Reply::Exported(exported) => self.exported(exported, cx),
            Reply::VersionAt(Some(version)) => self.go_to(Some(version), cx),
            Reply::VersionAt(None) => cx.notice = Some("this stream begins later than that".to_owned()),
        }
    }

    pub(super) fn stepped(&mut self, step: Arc<Step>, cx: &mut Context<'_>) {
        if self.step.as_ref().is_some_and(|before| before.moment.is_refuted_by(&step.moment)) {
            cx.notice = Some("the unverified state was wrong: this is what every event folds to".to_owned());
        }
        self.step = Some(step);
        self.check(cx);
        self.rebuild(cx);
        self.event.top = 0;
        if let Some(play) = &mut self.play {
            play.shown(cx.now);
        }
    }
}
