//! The streams as cells.

use super::{empty, failure, more_sign, not_yet, select, sentence, title};
use crate::app::Action;
use crate::app::document::{Line, Tone};
use crate::app::effect::Slot;
use crate::app::format;
use crate::app::geometry::{self, Area};
use crate::app::highlight;
use crate::app::model::Model;
use crate::app::screens::streams::Streams;
use crate::replay::Outcome;
use crate::ui::canvas::Canvas;
use foldback_domain::reading::StreamSort;
use serde_json::Value;

/// Draws the streams.
pub(in crate::ui) fn draw(model: &Model, body: Area, canvas: &mut Canvas<'_>) {
    let layout = geometry::list(body);
    let streams = &model.screens.streams;
    head(model, streams, layout.title, canvas);
    columns(streams, layout.columns, canvas);
    if !failure(model, Slot::Streams, layout.rows, canvas) {
        rows(model, streams, layout.rows, canvas);
    }
    if let Some(side) = layout.side {
        if layout.side_is_right {
            canvas.rule_left_of(side);
        }
        preview(model, streams, side, canvas);
    }
}

fn head(model: &Model, streams: &Streams, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let order = match streams.sort {
        StreamSort::Name => "by name",
        StreamSort::Length => "longest first",
        StreamSort::Recent => "newest event first",
    };
    let held = streams.window.rows().len() as u64;
    let whole = streams.window.at_start() && streams.window.at_end();
    let filtered = streams.filter().is_some() || streams.category.is_some();
    // How many there were was not counted.
    let total = model.facts.totals.as_ref().filter(|_| model.clock.as_of.is_none()).map(|totals| totals.streams);
    let shown = match (whole, filtered, total) {
        (true, true, Some(total)) => format!("{} of {}", format::number(held), format::number(total)),
        (true, ..) => format::number(held),
        (false, false, Some(total)) => format::number(total),
        _ => format!("{}+", format::number(held)),
    };
    let category = streams.category.as_ref().map_or(String::new(), |category| format!(" · category {category}"));
    let words = streams.words.text();
    let typed = if streams.typing || !words.is_empty() { canvas.width(words) + 5 } else { 0 };
    let about = format!("{shown} · {order}{category}");
    title(Area { width: area.width.saturating_sub(typed), ..area }, "STREAMS", &about, false, canvas);
    if typed > 0 {
        let x = area.x + area.width.saturating_sub(typed);
        let style = if streams.typing { theme.accent } else { theme.warn };
        let (before, after) = streams.words.parts();
        let mut at = x + canvas.text(x, area.y, 2, "/ ", style);
        at += canvas.text(at, area.y, area.width, before, style);
        if streams.typing {
            canvas.style(Area { x: at, y: area.y, width: 1, height: 1 }, theme.selection);
            canvas.style(Area { x: at, y: area.y, width: 1, height: 1 }, ratatui::style::Style::new().reversed());
        }
        canvas.text(at, area.y, area.width, after, style);
    }
}

/// Where columns begin, from the left: category, stream, then the right edges of events, version and newest.
fn places(width: u16) -> (u16, u16) {
    let category = if width >= 60 { 14 } else { 0 };
    (category, width.saturating_sub(category + 9 + 9 + 15))
}

/// The part of a list that has cells: the last column, behind a space, is for the sign that there is more.
fn cells(area: Area) -> Area {
    Area { width: area.width.saturating_sub(2), ..area }
}

fn columns(streams: &Streams, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let area = cells(area);
    let (category, stream) = places(area.width);
    let style = |sort: StreamSort| if streams.sort == sort { theme.accent } else { theme.dim };
    if category > 0 {
        canvas.text(area.x, area.y, category, "category", theme.dim);
    }
    canvas.text(area.x + category, area.y, stream, "stream", style(StreamSort::Name));
    canvas.right(area.x + category + stream, area.y, 9, "events", style(StreamSort::Length));
    canvas.right(area.x + category + stream + 9, area.y, 9, "v", theme.dim);
    canvas.right(area.x, area.y, area.width, "newest", style(StreamSort::Recent));
}

fn rows(model: &Model, streams: &Streams, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let window = &streams.window;
    if window.is_empty_list() {
        let all = format!("{} shows every stream again", model.key(Action::ClearStreams, theme.ascii));
        let text = match (streams.filter().is_some(), &streams.category) {
            (true, _) => format!("no stream's name holds all these words; {all}"),
            (false, Some(category)) => format!("the category {category} has no streams; {all}"),
            (false, None) => {
                let now = "this store has no streams yet: foldback seed events.jsonl -o shop.db makes one that has";
                empty(model, now, canvas)
            }
        };
        return sentence(area, &text, theme.dim, canvas);
    }
    if !window.is_filled() {
        return sentence(area, "reading …", theme.dim, canvas);
    }
    let inner = cells(area);
    let (category, name) = places(inner.width);
    let mut before = None;
    for (row, stream) in window.visible().iter().enumerate() {
        let y = area.y + row as u16;
        // Equal categories are said once, so that a change of category is seen.
        let style = if before == Some(&stream.category) { theme.rule } else { theme.dim };
        before = Some(&stream.category);
        if category > 0 {
            canvas.text(area.x, y, category - 2, stream.category.as_str(), style);
        }
        canvas.text(area.x + category, y, name, stream.stream_id.as_str(), theme.plain);
        let version = stream.version.map_or(String::new(), |version| format::place(version.number()));
        let ago = stream.last_at.map_or(String::new(), |at| format::ago(model.then(), at));
        canvas.right(area.x + category + name, y, 9, &format::number(stream.events), theme.plain);
        canvas.right(area.x + category + name + 9, y, 9, &version, theme.dim);
        canvas.right(inner.x, y, inner.width, &ago, theme.dim);
    }
    if let Some(row) = window.cursor_on_screen() {
        select(area, row, true, canvas);
    }
    let below = !window.at_end() || window.rows_above() + window.visible().len() < window.rows().len();
    more_sign(area, window.rows_above() > 0 || !window.at_start(), below, canvas);
}

fn preview(model: &Model, streams: &Streams, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    if failure(model, Slot::Preview, area, canvas) {
        return;
    }
    if let Some(lost) = streams.window.lost() {
        let rest = title(area, lost.as_str(), "", false, canvas);
        let known = streams.preview.as_ref().filter(|preview| preview.stream == *lost);
        let text = match known.map(|preview| preview.versions.is_empty()) {
            Some(true) => not_yet(model, "this stream did not exist", theme.ascii),
            Some(false) => "this stream is not among the rows on hand".to_owned(),
            None => String::new(),
        };
        return sentence(rest, &text, theme.branch, canvas);
    }
    let Some(selected) = streams.window.selected() else { return };
    let events = format::count(selected.events, "event", "events");
    let version = selected.version.map_or(String::new(), |version| format!(" · v{version}"));
    let rest = title(area, selected.stream_id.as_str(), &format!("{events}{version}"), false, canvas);
    let Some(preview) = streams.preview.as_ref().filter(|preview| preview.stream == selected.stream_id) else {
        return;
    };
    let (versions, state) = rest.top((preview.versions.len() as u16).min(rest.height * 2 / 5));
    for (row, head) in preview.versions.iter().take(versions.rows()).enumerate() {
        let y = versions.y + row as u16;
        let version = head.stream_version.map_or(String::new(), |version| format!("v{version}"));
        let ago = head.created_at.map_or(String::new(), |at| format::ago(model.then(), at));
        canvas.text(versions.x, y, 6, &version, theme.dim);
        canvas.event_type(versions.x + 7, y, versions.width.saturating_sub(22), &head.event_type, theme.plain);
        canvas.right(versions.x, y, versions.width, &ago, theme.dim);
    }
    let state = state.top(u16::from(state.height > 3)).1;
    let Some(moment) = &preview.moment else { return };
    let mut rest =
        title(state, if model.clock.as_of.is_some() { "STATE THEN" } else { "STATE NOW" }, "", false, canvas);
    match &moment.outcome {
        Outcome::Unavailable(why) => return sentence(rest, &format!("◌ {why}"), theme.dim, canvas),
        Outcome::Partial(stop) => {
            let text = format!("⚠ {stop}");
            let rows = canvas.paragraph_rows(&text, rest.width);
            canvas.paragraph(rest, &text, theme.warn);
            rest = rest.top(rows).1;
        }
        Outcome::Complete => {}
    }
    for violation in &moment.violations {
        canvas.text(rest.x, rest.y, rest.width, &format!("✗ {}", violation.message), theme.bad);
        rest = rest.top(1).1;
    }
    if let Some(state) = &moment.state {
        fields(state, rest, canvas);
    }
}

/// The outermost fields of a state, each on a line.
fn fields(state: &Value, area: Area, canvas: &mut Canvas<'_>) {
    let Value::Object(fields) = state else {
        let line = Line(highlight::inline(state, area.columns()));
        canvas.line(area.x, area.y, area.width, &line);
        return;
    };
    let shown = fields.iter().take(area.rows());
    let label = shown.clone().map(|(key, _)| canvas.width(key)).max().unwrap_or(0).min(area.width / 3);
    for (row, (key, value)) in shown.enumerate() {
        let y = area.y + row as u16;
        canvas.text(area.x, y, label, key, canvas.theme.tone(Tone::Key));
        let room = area.width.saturating_sub(label + 2);
        canvas.line(area.x + label + 2, y, room, &Line(highlight::inline(value, usize::from(room))));
    }
}
