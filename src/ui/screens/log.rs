//! The log as cells.

use super::{empty, failure, more_sign, not_yet, select, sentence, title};
use crate::app::Action;
use crate::app::effect::Slot;
use crate::app::format;
use crate::app::geometry::{self, Area};
use crate::app::model::Model;
use crate::app::screens::log::Log;
use crate::ui::canvas::Canvas;

/// Draws the log.
pub(in crate::ui) fn draw(model: &Model, body: Area, canvas: &mut Canvas<'_>) {
    let layout = geometry::list(body);
    let log = &model.screens.log;
    head(model, log, layout.title, canvas);
    let places = places(log, layout.rows.width);
    columns(&places, layout.columns, canvas);
    if !failure(model, Slot::Log, layout.rows, canvas) {
        rows(model, log, &places, layout.rows, canvas);
    }
    if let Some(side) = layout.side {
        if layout.side_is_right {
            canvas.rule_left_of(side);
        }
        event(model, log, side, canvas);
    }
}

fn head(model: &Model, log: &Log, area: Area, canvas: &mut Canvas<'_>) {
    let order = if log.newest_first { "newest first" } else { "newest last" };
    let used = canvas.text(
        area.x,
        area.y,
        area.width,
        "LOG",
        if log.at_payload { canvas.theme.title } else { canvas.theme.accent },
    );
    let mut x = area.x + used + 2;
    let whole = area.x + area.width;
    let clears = match log.filters.is_empty() {
        true => String::new(),
        false => format!("  ({} clears)", model.key(Action::ClearLast, canvas.theme.ascii)),
    };
    // However many filters there are, the way out of them is seen.
    let end = whole.saturating_sub(canvas.width(&clears));
    x += canvas.text(x, area.y, end.saturating_sub(x), order, canvas.theme.dim);
    if let Some(reason) = model.setup.source.capabilities.global_order.reason() {
        x += canvas.text(x, area.y, end.saturating_sub(x), &format!("  ~ {reason}"), canvas.theme.warn);
    }
    let filters = log.filters.words();
    for (index, words) in filters.iter().enumerate() {
        let left = filters.len() - index;
        if index > 0 && x + canvas.width(words) + 7 > end {
            x += canvas.text(x, area.y, end.saturating_sub(x), &format!(" +{left}"), canvas.theme.warn);
            break;
        }
        x += canvas.text(x, area.y, end.saturating_sub(x), " · ", canvas.theme.dim);
        x += canvas.text(x, area.y, end.saturating_sub(x), words, canvas.theme.warn);
    }
    canvas.text(x, area.y, whole.saturating_sub(x), &clears, canvas.theme.dim);
}

/// How wide each column is.
struct Places {
    position: u16,
    at: u16,
    stream: u16,
    version: u16,
}

fn places(log: &Log, width: u16) -> Places {
    let digits = log.window.visible().iter().map(|row| format::place(row.position.number()).len()).max().unwrap_or(5);
    let position = (digits as u16).max(8);
    let versions = log.window.visible().iter().filter_map(|row| row.head.stream_version);
    let version = versions.map(|version| format::place(version.number()).len()).max().unwrap_or(0) as u16 + 1;
    let version = version.max(6);
    let left = width.saturating_sub(position + 2 + 14 + version);
    Places { position, at: 14, stream: (left * 9 / 20).min(30), version }
}

fn columns(places: &Places, area: Area, canvas: &mut Canvas<'_>) {
    let style = canvas.theme.dim;
    let mut x = area.x;
    canvas.right(x, area.y, places.position, "position", style);
    x += places.position + 2;
    canvas.text(x, area.y, places.at, "at", style);
    x += places.at;
    canvas.text(x, area.y, places.stream, "stream", style);
    x += places.stream;
    canvas.right(x, area.y, places.version, "v", style);
    x += places.version + 2;
    canvas.text(x, area.y, (area.x + area.width).saturating_sub(x), "type", style);
}

fn rows(model: &Model, log: &Log, places: &Places, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let window = &log.window;
    if window.is_empty_list() {
        let text = match log.filters.words().last() {
            Some(last) => {
                let (one, all) = (model.key(Action::ClearLast, theme.ascii), model.key(Action::ClearAll, theme.ascii));
                format!("no event passes; {one} takes the filter {last:?} away, {all} all of them")
            }
            None => empty(model, "nothing has happened yet: this log has no events", canvas),
        };
        return sentence(area, &text, theme.dim, canvas);
    }
    if !window.is_filled() {
        return sentence(area, "reading …", theme.dim, canvas);
    }
    let mut day = None;
    for (row, entry) in window.visible().iter().enumerate() {
        let y = area.y + row as u16;
        let mut x = area.x;
        // Without a filter, numbers that are missing between two rows are holes in the log.
        let before = (window.rows_above() + row).checked_sub(1).and_then(|index| window.rows().get(index));
        let hole = before.is_some_and(|before| match (before.position.number(), entry.position.number()) {
            (Some(before), Some(here)) => (before - here).abs() > 1,
            _ => false,
        });
        if hole && log.filters.is_empty() {
            canvas.text(area.x, y, 1, "┄", theme.warn);
        }
        canvas.right(x, y, places.position, &format::place(entry.position.number()), theme.plain);
        x += places.position + 2;
        if let Some(at) = entry.head.created_at {
            // A day is said where it begins.
            let this = format::day(at);
            let known = day.as_ref() == Some(&this);
            let text = if known { format::clock(at) } else { format::day_and_time(at) };
            let style = if known { theme.dim } else { theme.title };
            canvas.text(x, y, places.at - 1, &text, style);
            day = Some(this);
        }
        x += places.at;
        let stream = format::short_id(entry.head.stream_id.as_str(), usize::from(places.stream.saturating_sub(1)));
        canvas.text(x, y, places.stream.saturating_sub(1), &stream, theme.plain);
        x += places.stream;
        let version = entry.head.stream_version.map_or(String::new(), |version| format::place(version.number()));
        canvas.right(x, y, places.version, &version, theme.dim);
        x += places.version + 2;
        x += canvas.text(x, y, 2, format::mark(entry.head.mark), theme.warn);
        canvas.event_type(x, y, (area.x + area.width).saturating_sub(x + 1), &entry.head.event_type, theme.plain);
        if log.mark == Some(entry.position) {
            canvas.text(area.x, y, 1, "┣", theme.warn);
        }
    }
    if let Some(row) = window.cursor_on_screen() {
        select(area, row, !log.at_payload && model.modal.is_none(), canvas);
    }
    let below = !window.at_end() || window.rows_above() + window.visible().len() < window.rows().len();
    more_sign(area, window.rows_above() > 0 || !window.at_start(), below, canvas);
}

fn event(model: &Model, log: &Log, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    if failure(model, Slot::Event, area, canvas) {
        return;
    }
    if let Some(lost) = log.window.lost() {
        let place = format::place(lost.number());
        let rest = title(area, &place, "", false, canvas);
        let text = not_yet(model, "this event had not happened", theme.ascii);
        return sentence(rest, &text, theme.branch, canvas);
    }
    let Some(selected) = log.window.selected() else { return };
    let head = &selected.head;
    let mut rest = title(area, &format::place(selected.position.number()), &head.event_type, log.at_payload, canvas);
    let mut about = vec![head.stream_id.to_string()];
    if let Some(version) = head.stream_version {
        about[0] += &format!(" v{version}");
    }
    about.extend(head.actor.clone());
    about.extend(head.mark.map(|mark| mark.name().to_owned()));
    canvas.text(rest.x, rest.y, rest.width, &about.join(" · "), theme.plain);
    rest = rest.top(1).1;
    if let Some(at) = head.created_at {
        canvas.text(
            rest.x,
            rest.y,
            rest.width,
            &format!("{} · {}", format::full(at), format::ago(model.then(), at)),
            theme.dim,
        );
        rest = rest.top(1).1;
    }
    let ids = [("caused by", &head.causation_id), ("correlation", &head.correlation_id)];
    let mut x = rest.x;
    for (name, id) in ids {
        if let Some(id) = id {
            let text = format!("{name} {}  ", format::short_id(id, 13));
            x += canvas.text(x, rest.y, (rest.x + rest.width).saturating_sub(x), &text, theme.dim);
        }
    }
    rest = rest.top(1).1;
    let Some(shown) = log.shown.as_ref().filter(|shown| shown.position == selected.position) else { return };
    let size = format::bytes(shown.event.data.len());
    let schema = head.schema_version.map_or(String::new(), |version| format!(" · schema {version}"));
    canvas.text(rest.x, rest.y, rest.width, &format!("payload {size}{schema}"), theme.dim);
    rest = rest.top(1).1;
    for (row, line) in shown.payload.visible(rest.rows()).iter().enumerate() {
        canvas.line(rest.x, rest.y + row as u16, rest.width.saturating_sub(1), line);
    }
    more_sign(rest, shown.payload.top > 0, shown.payload.top + rest.rows() < shown.payload.lines.len(), canvas);
}
