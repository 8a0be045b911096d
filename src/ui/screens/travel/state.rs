//! The state as a tree of cells, with what changed marked on it.

use super::super::{failure, more_sign, select, sentence, title};
use crate::app::document::{Line, Tone};
use crate::app::effect::Slot;
use crate::app::format;
use crate::app::geometry::Area;
use crate::app::highlight;
use crate::app::model::Model;
use crate::app::screens::travel::tree::{Mark, Node, TreeRow};
use crate::app::screens::travel::{Pane, Travel};
use crate::replay::{Moment, Outcome, StartedFrom, Step};
use crate::ui::canvas::Canvas;
use ratatui::style::Style;
use serde_json::Value;

/// How many rows may say why a fold stopped: script, line and reason are to be read without a wider terminal.
const STOP_ROWS: u16 = 4;

/// How many columns of a word still say what it is.
const READABLE: u16 = 12;

/// Draws the state.
pub(super) fn draw(model: &Model, travel: &Travel, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let Some(step) = &travel.step else {
        let rest = title(area, "STATE", "", travel.pane == Pane::State, canvas);
        if !failure(model, Slot::Step, rest, canvas) {
            canvas.text(rest.x, rest.y, rest.width, "folding …", theme.dim);
        }
        return;
    };
    let mut rest = head(travel, step, area, canvas);
    let waits = travel.branches.current().is_some() && travel.branches.here().is_none();
    if waits && failure(model, Slot::Branch, rest, canvas) {
        return;
    }
    let moment = travel.moment().unwrap_or(&step.moment);
    let mut foot = rest.bottom(1).0;
    match &moment.outcome {
        Outcome::Unavailable(why) => return unavailable(why, rest, canvas),
        Outcome::Partial(stop) => {
            let said = format!("⚠ {stop}; this is the state before it");
            let (below, above) = rest.bottom(canvas.paragraph_rows(&said, rest.width).clamp(1, STOP_ROWS));
            canvas.paragraph(below, &said, theme.warn.reversed());
            (foot, rest) = (below, above);
        }
        Outcome::Complete => {
            if let Some(said) = unverified(step.moment.started_from) {
                let (below, above) = rest.bottom(canvas.paragraph_rows(&said, rest.width).clamp(1, STOP_ROWS));
                canvas.paragraph(below, &said, theme.warn.reversed());
                (foot, rest) = (below, above);
            }
        }
    }
    if let Some(violation) = moment.violations.first() {
        let more = moment.violations.len() - 1;
        let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        let place = if rest.height < foot.y + 1 - rest.y { rest.bottom(1).0 } else { foot };
        band(&format!("✗ {}{more}", violation.message), place, theme.bad, canvas);
        rest = Area { height: place.y - rest.y, ..rest };
    }
    rows(travel, moment, rest, canvas);
}

fn head(travel: &Travel, step: &Step, area: Area, canvas: &mut Canvas<'_>) -> Area {
    let theme = canvas.theme;
    let moment = travel.moment().unwrap_or(&step.moment);
    let at = moment.version.map_or("the start".to_owned(), |version| format!("v{version}"));
    let behind = if travel.is_catching_up() { " …" } else { "" };
    let here = travel.branches.here();
    let name = format!("{} at {at}{behind}", if here.is_some() { "BRANCH" } else { "STATE" });
    let rest = title(area, &name, "", travel.pane == Pane::State, canvas);
    let mut parts = Vec::new();
    match travel.pin {
        Some(pin) if travel.at == Some(pin) => parts.push("pinned here".to_owned()),
        Some(pin) => parts.push(format!("against v{pin}")),
        None => {}
    }
    if let Some(here) = here {
        parts = vec![format!("{} not as on main", format::number(here.changes.len() as u64))];
    } else if step.moment.state.is_some() {
        parts.push(format!("{} changed", format::number(step.changes.len() as u64)));
    }
    if here.is_none() {
        match travel.watched.as_slice() {
            [] => {}
            [path] => parts.push(format!("watching {path}")),
            paths => parts.push(format!("watching {}", paths.len())),
        }
        if !travel.stops.is_empty() {
            parts.push(format::count(travel.stops.len() as u64, "stop", "stops"));
        }
    }
    if let Some(reducer) = &step.reducer {
        let sign = if step.moment.started_from.is_unverified() { "⚠ unverified" } else { "✓" };
        parts.push(format!("{sign} {reducer}"));
    }
    let room = area.width.saturating_sub(canvas.width(&name) + 3);
    let style = if travel.pin.is_some() || here.is_some() { theme.branch } else { theme.dim };
    let right = fitting(&parts, room.saturating_sub(1), canvas);
    canvas.right(area.x + area.width - room, area.y, room.saturating_sub(1), &right, style);
    rest
}

/// As many parts as there is room for, the first ones first; the last is cut where enough of it can be read.
fn fitting(parts: &[String], room: u16, canvas: &Canvas<'_>) -> String {
    let mut text = String::new();
    for part in parts {
        let left = room.saturating_sub(canvas.width(&text) + 2);
        if !text.is_empty() && left < canvas.width(part).min(READABLE) {
            break;
        }
        text += if text.is_empty() { "" } else { "  " };
        text += part;
    }
    text
}

fn band(text: &str, area: Area, style: Style, canvas: &mut Canvas<'_>) {
    canvas.text(area.x, area.y, area.width, text, style.reversed());
}

/// What is to be said of a state that nobody has checked yet.
fn unverified(from: StartedFrom) -> Option<String> {
    let what = match from {
        StartedFrom::Snapshot(version) => format!("the store's snapshot at v{version}"),
        StartedFrom::Earlier(version) => format!("an earlier fold to v{version}, and the store may have changed since"),
        StartedFrom::Start | StartedFrom::Cache(_) => return None,
    };
    Some(format!("⚠ unverified: it rests on {what}; it is being checked"))
}

/// The pane is the explanation and the way out.
fn unavailable(why: &str, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let area = area.top(1).1.inside(1, 0);
    canvas.text(area.x, area.y, area.width, "◌ there is no state to show", theme.title);
    let below = area.top(2).1;
    canvas.paragraph(below, why, theme.plain);
    let below = below.top(canvas.paragraph_rows(why, below.width) + 1).1;
    let out = "The events are all here: step through them with ← and →, and read each one beside this pane.";
    canvas.paragraph(below, out, theme.dim);
}

fn rows(travel: &Travel, moment: &Moment, area: Area, canvas: &mut Canvas<'_>) {
    let Some(state) = moment.state.as_deref() else { return };
    let visible = travel.tree.visible(area.rows());
    if visible.is_empty() {
        return sentence(area, "the state is empty", canvas.theme.dim, canvas);
    }
    let label_end = |row: &TreeRow| row.depth * 2 + 2 + canvas.width(&row.label);
    let labels = visible.iter().map(label_end).max().unwrap_or(0).min(area.width / 2);
    for (index, row) in visible.iter().enumerate() {
        draw_row(row, state, labels, travel, Area { y: area.y + index as u16, height: 1, ..area }, canvas);
    }
    let cursor = travel.tree.scroller.cursor - travel.tree.scroller.top;
    select(area, cursor, travel.pane == Pane::State, canvas);
    let top = travel.tree.scroller.top;
    more_sign(area, top > 0, top + area.rows() < travel.tree.count(), canvas);
}

fn draw_row(row: &TreeRow, state: &Value, labels: u16, travel: &Travel, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let indent = (row.depth * 2).min(area.width / 3);
    let fold = match row.node {
        Node::Part { open: true, .. } => "▾",
        Node::Part { open: false, .. } => "▸",
        _ => " ",
    };
    let is_branch = travel.branches.here().is_some();
    let (sign, style) = match &row.mark {
        Some(Mark::Added) => ("+", theme.good),
        Some(Mark::Changed(_) | Mark::Moved(_)) => ("~", theme.warn),
        Some(Mark::Removed(_)) => ("-", theme.bad),
        Some(Mark::Within) => ("·", theme.warn),
        None => (" ", theme.plain),
    };
    // What is not as on main is of the branch, whatever it is.
    let style = if is_branch && row.mark.is_some() { theme.branch } else { style };
    canvas.text(area.x + indent, area.y, 1, fold, theme.dim);
    let label = area.x + indent + 2;
    let label_style = match (&row.mark, row.node) {
        (_, Node::Cut) => theme.dim,
        (Some(Mark::Within) | None, _) => theme.tone(Tone::Key),
        _ => style,
    };
    canvas.text(label, area.y, (area.x + labels).saturating_sub(label), &row.label, label_style);
    if travel.watched.contains(&row.path) {
        canvas.text((area.x + indent).saturating_sub(1), area.y, 1, "●", theme.accent);
    }
    let mut x = area.x + labels + 1;
    canvas.text(x, area.y, 1, sign, style);
    x += 2;
    let room = (area.x + area.width).saturating_sub(x + 1);
    if let Some(main) = on_main(row).filter(|_| is_branch) {
        // Side by side: each has its half, so that both are to be seen and the eye runs down either.
        let half = (room / 2).max(1);
        let own = match row.node {
            Node::Gone => vec![(Tone::Dim, "–".to_owned())],
            _ => value(row, state, usize::from(half)),
        };
        let own = own.into_iter().map(|(_, text)| (Tone::Branch, text)).collect();
        canvas.line(x, area.y, half.saturating_sub(2), &Line(own));
        let mut pieces = vec![(Tone::Dim, "main ".to_owned())];
        pieces.extend(main);
        canvas.line(x + half, area.y, room.saturating_sub(half), &Line(pieces));
        return;
    }
    let used = canvas.line(x, area.y, room, &Line(value(row, state, usize::from(room))));
    let was = match &row.mark {
        Some(Mark::Changed(Some(before))) if room > used + 8 => {
            let text: String = highlight::inline(before, 40).into_iter().map(|(_, text)| text).collect();
            format!("was {text}")
        }
        Some(Mark::Moved(from)) if is_branch => format!("main at {from}"),
        Some(Mark::Moved(from)) => format!("was at {from}"),
        _ => return,
    };
    // Aligned in a column where there is room, so that the eye runs down it.
    let at = x + used.max(18.min(room / 2)) + 2;
    canvas.text(at, area.y, (area.x + area.width).saturating_sub(at + 1), &was, theme.dim);
}

/// What main has at a path that differs on a branch.
fn on_main(row: &TreeRow) -> Option<Vec<(Tone, String)>> {
    match &row.mark {
        Some(Mark::Changed(Some(main)) | Mark::Removed(Some(main))) => Some(highlight::inline(main, 200)),
        Some(Mark::Added) => Some(vec![(Tone::Dim, "–".to_owned())]),
        _ => None,
    }
}

fn value(row: &TreeRow, state: &Value, room: usize) -> Vec<(Tone, String)> {
    match (row.node, &row.mark) {
        (Node::Part { length, is_array, open }, _) => {
            let (left, right) = if is_array { ("[", "]") } else { ("{", "}") };
            let mut pieces = vec![(Tone::Dim, format!("{left}{}{right}", format::number(length as u64)))];
            if !open && let Some(value) = state.pointer(&row.path) {
                pieces.push((Tone::Dim, "  ".to_owned()));
                let inside = highlight::inline(value, room.saturating_sub(10).min(60));
                pieces.extend(inside.into_iter().map(|(_, text)| (Tone::Dim, text)));
            }
            pieces
        }
        (Node::Gone, Some(Mark::Removed(Some(before)))) => {
            highlight::inline(before, room.min(200)).into_iter().map(|(_, text)| (Tone::Bad, text)).collect()
        }
        (Node::Gone | Node::Cut, _) => Vec::new(),
        (Node::Leaf, _) => state.pointer(&row.path).map_or(Vec::new(), |value| highlight::inline(value, room.min(400))),
    }
}
