//! Watches and conditions: where play and runs stop, and the film itself.

use super::super::super::context::Context;
use super::super::super::effect::{self, Slot};
use super::{Ask, Travel};
use crate::replay::Break;
use foldback_domain::event::Position;
use foldback_domain::reading::Direction;

/// How many stops of a stream are remembered.
const MOST_STOPS: usize = 200;

impl Travel {
    /// Time has passed while the film runs.
    pub fn tick(&mut self, cx: &mut Context<'_>) {
        let Some(play) = &self.play else { return };
        // Where it stops next is looked for first: it must not pass it.
        if !play.is_due(cx.now) || cx.desk.pending(Slot::Step).is_some() || cx.desk.pending(Slot::Run).is_some() {
            return;
        }
        if let Some((version, why)) = &self.until
            && self.at >= Some(*version)
        {
            cx.notice = Some(format!("v{version}: {why}: play has stopped"));
            (self.play, self.until) = (None, None);
            return;
        }
        let last = self.opened.as_ref().and_then(|opened| opened.summary.version);
        if self.at == last {
            self.play = None;
            cx.notice = Some("the last version: play has ended".to_owned());
            return;
        }
        self.step_by(1, cx);
    }

    /// Takes a condition that was typed.
    pub fn stop_at(&mut self, text: &str, cx: &mut Context<'_>) -> Result<(), String> {
        if text.trim().is_empty() {
            self.stops.clear();
            cx.notice = Some("play stops at nothing but watched paths".to_owned());
        } else {
            let stop = Break::parse(text)?;
            if !self.stops.contains(&stop) {
                self.stops.push(stop);
            }
            let all: Vec<String> = self.stops.iter().map(Break::to_string).collect();
            cx.notice = Some(format!("play and n stop at: {}", all.join(" · ")));
        }
        self.stops_changed(cx);
        Ok(())
    }

    /// What is watched or stopped at is another: the film learns where it ends now.
    pub(super) fn stops_changed(&mut self, cx: &mut Context<'_>) {
        self.until = None;
        self.found_stops.clear();
        if self.play.is_some() && !(self.watched.is_empty() && self.stops.is_empty()) {
            self.run(Direction::Forward, true, cx);
        }
        self.rebuild(cx);
    }

    /// Play stops at this event: it is marked on the clock.
    pub(super) fn stop_found(&mut self, position: Option<Position>) {
        if self.found_stops.len() < MOST_STOPS {
            self.found_stops.extend(position);
        }
    }

    /// Looks for the next stop.
    pub(super) fn run(&mut self, direction: Direction, film: bool, cx: &mut Context<'_>) {
        let Some(stream) = self.stream.clone() else { return };
        if self.watched.is_empty() && self.stops.is_empty() {
            cx.notice = Some("nothing to stop at: w watches a path, x asks for a condition".to_owned());
            return;
        }
        if self.branches.current().is_some() {
            cx.notice = Some("stops are those of main; F goes back to it".to_owned());
            return;
        }
        if self.has_no_state() {
            cx.notice = Some("nobody can fold this stream, so nothing is watched".to_owned());
            return;
        }
        let (watched, stops) = (self.watched.clone(), self.stops.clone());
        let ask = Ask::Run { stream, from: self.at, direction, watched, stops, film };
        cx.run(Slot::Run, effect::Ask::Travel(ask));
    }
}
