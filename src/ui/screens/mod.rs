//! The screens as cells, each in a file of the same name as its state.

pub(super) mod dead_letters;
pub(super) mod log;
pub(super) mod overview;
pub(super) mod projections;
pub(super) mod sagas;
pub(super) mod streams;
pub(super) mod trace;
pub(super) mod travel;

use super::canvas::Canvas;
use crate::app::Action;
use crate::app::effect::Slot;
use crate::app::geometry::Area;
use crate::app::model::Model;
use ratatui::style::Style;

/// A small bold title, and more about it in a fainter style; answers the area below.
fn title(area: Area, text: &str, more: &str, focused: bool, canvas: &mut Canvas<'_>) -> Area {
    let style = if focused { canvas.theme.accent } else { canvas.theme.title };
    let used = canvas.text(area.x, area.y, area.width, text, style);
    canvas.text(area.x + used + 2, area.y, area.width.saturating_sub(used + 2), more, canvas.theme.dim);
    area.top(1).1
}

/// Why there is nothing to see, and what to do, in the pane that it belongs to.
fn sentence(area: Area, text: &str, style: Style, canvas: &mut Canvas<'_>) {
    canvas.paragraph(area.inside(1, 0), text, style);
}

/// The failure of a slot in the pane that it belongs to; answers whether there is one.
fn failure(model: &Model, slot: Slot, area: Area, canvas: &mut Canvas<'_>) -> bool {
    let Some(why) = model.desk.failure(slot) else { return false };
    let again = model.key(Action::Refresh, canvas.theme.ascii);
    let text = format!("✗ {why}; {again} reads again");
    sentence(area, &text, canvas.theme.bad, canvas);
    true
}

/// What is said where there is nothing because the clock stands before it.
fn not_yet(model: &Model, what: &str, ascii: bool) -> String {
    let (later, live) = (model.key(Action::Later, ascii), model.key(Action::Live, ascii));
    format!("{what} yet; {later} moves on, {live} goes back to live")
}

/// What an empty list says: in the past that nothing had happened yet.
fn empty(model: &Model, now: &str, canvas: &Canvas<'_>) -> String {
    match model.clock.as_of {
        Some(as_of) if !as_of.happened => not_yet(model, "nothing had happened", canvas.theme.ascii),
        Some(_) => not_yet(model, "there was nothing here", canvas.theme.ascii),
        None => now.to_owned(),
    }
}

/// The style of a selected row, laid over the whole row.
fn select(area: Area, row: usize, focused: bool, canvas: &mut Canvas<'_>) {
    if row >= area.rows() {
        return;
    }
    let style = if focused { canvas.theme.selection } else { canvas.theme.selection_elsewhere };
    let line = Area { x: area.x.saturating_sub(1), y: area.y + row as u16, width: area.width + 1, height: 1 };
    canvas.style(line, style);
}

/// A thin sign at the right of a list that says whereabouts one is in it.
fn more_sign(area: Area, above: bool, below: bool, canvas: &mut Canvas<'_>) {
    if area.height == 0 || area.width == 0 {
        return;
    }
    let x = area.x + area.width - 1;
    if above {
        canvas.text(x, area.y, 1, "↑", canvas.theme.dim);
    }
    if below {
        canvas.text(x, area.y + area.height - 1, 1, "↓", canvas.theme.dim);
    }
}
