//! Marks on the clock: where something failed, and what the user wants to come back to.

use super::clock::{self, When};
use super::effect::Effect;
use super::format;
use super::model::Model;
use super::place::Screen;
pub use crate::analysis::clock::{Mark, MarkKind};
use foldback_domain::event::Position;

/// How many bookmarks a source has at most.
pub const MOST: usize = 200;

/// Every mark, in order of position. Whoever has another kind of mark adds it here; the clock, the keys and the palette
/// know it then.
pub fn marks(model: &Model) -> Vec<Mark> {
    let of = |kind: MarkKind| move |position: &Position| Mark { position: *position, kind };
    let mut marks: Vec<Mark> = model.clock.failures.iter().map(of(MarkKind::Failure)).collect();
    marks.extend(model.clock.bookmarks.iter().map(of(MarkKind::Bookmark)));
    // Those of a stream are marked as long as it is looked at.
    if model.screen == Screen::Travel {
        let travel = &model.screens.travel;
        let snapshots = travel.opened.iter().flat_map(|opened| opened.snapshots.values().flatten());
        marks.extend(snapshots.map(of(MarkKind::Snapshot)));
        marks.extend(travel.found_stops.iter().map(of(MarkKind::Stop)));
    }
    marks.sort();
    marks
}

/// What a mark is called: `bookmark 1,204`.
pub fn name(mark: &Mark) -> String {
    format!("{} {}", mark.kind.name(), format::place(mark.position.number()))
}

/// Sets a bookmark at the selected event, or where the clock stands; takes it away where there is one.
pub(super) fn toggle(model: &mut Model) {
    let here = clock::selected(model).or(model.clock.as_of.map(|as_of| as_of.position));
    let Some(position) = here else {
        model.notice = Some("a bookmark stands at an event: select one".to_owned());
        return;
    };
    let place = format::place(position.number());
    let bookmarks = &mut model.clock.bookmarks;
    model.notice = Some(if bookmarks.remove(&position) {
        format!("the bookmark at {place} is gone")
    } else if bookmarks.len() >= MOST {
        model.notice = Some(format!("there are {MOST} bookmarks already: take one away first"));
        return;
    } else {
        bookmarks.insert(position);
        format!("bookmark at {place}")
    });
    let kept = bookmarks.iter().copied().collect();
    model.desk.effect(Effect::Keep(kept));
}

/// Moves the clock to the nearest mark before it, or behind it.
pub(super) fn jump(model: &mut Model, on: bool) {
    let marks = marks(model);
    let here = model.clock.as_of.map(|as_of| as_of.position);
    let found = match (on, here) {
        (true, None) => None,
        (true, Some(here)) => marks.iter().find(|mark| mark.position > here),
        (false, here) => marks.iter().rev().find(|mark| here.is_none_or(|here| mark.position < here)),
    };
    match found {
        Some(mark) => {
            clock::go_to(model, When::Position(mark.position));
            model.notice = Some(format!("at the {}", name(mark)));
        }
        None => {
            let side = if on { "after" } else { "before" };
            model.notice = Some(format!("no mark comes {side} this"));
        }
    }
}
