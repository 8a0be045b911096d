//! A trace as cells: the tree of causes at the left, when each of it was at the right.

use super::{failure, more_sign, not_yet, select, sentence, title};
use crate::analysis::trace::{DEEPEST, Node, NodeKind, Placed, Trace};
use crate::app::Action;
use crate::app::effect::Slot;
use crate::app::format;
use crate::app::geometry::Area;
use crate::app::model::Model;
use crate::app::screens::trace::rows;
use crate::ui::canvas::Canvas;
use jiff::Timestamp;
use std::time::Duration;

/// Draws the trace.
pub(in crate::ui) fn draw(model: &Model, body: Area, canvas: &mut Canvas<'_>) {
    let screen = &model.screens.trace;
    let key = |action: Action| model.key(action, canvas.theme.ascii);
    let Some(id) = &screen.id else {
        let text = format!(
            "No trace is open. Press {} on any event in the log ({}) or in travel, or {} here and type a correlation id, an \
             event id or a position.",
            key(Action::TraceLogged),
            key(Action::Log),
            key(Action::TraceGoTo),
        );
        return sentence(body, &text, canvas.theme.plain, canvas);
    };
    if failure(model, Slot::Trace, body, canvas) {
        return;
    }
    if screen.is_missing && model.clock.as_of.is_some() {
        let text = not_yet(model, &format!("nothing under {id} had happened"), canvas.theme.ascii);
        return sentence(body, &text, canvas.theme.branch, canvas);
    }
    if screen.is_missing {
        let text = format!(
            "✗ nothing in this source has the correlation id, event id or position {id}; {} asks for another",
            key(Action::TraceGoTo)
        );
        return sentence(body, &text, canvas.theme.bad, canvas);
    }
    let Some(found) = &screen.found else {
        return sentence(body, "reading …", canvas.theme.dim, canvas);
    };
    let short = format::short_id(if found.correlation_id.is_empty() { id } else { &found.correlation_id }, 13);
    title(body, &short, &about(found), true, canvas);
    let area = rows(body);
    let (left, axis) = split(area);
    if axis.width > 0 {
        ends(found, Area { y: body.y, height: 1, ..axis }, canvas);
    }
    let shown = screen.picked.at.visible(found.nodes.len(), area.rows());
    for (row, placed) in found.nodes[shown.clone()].iter().enumerate() {
        let y = area.y + row as u16;
        node(placed, found, Area { y, height: 1, ..left }, canvas);
        if axis.width > 0 {
            mark(placed, found, Area { y, height: 1, ..axis }, canvas);
        }
    }
    if !screen.picked.is_lost() {
        select(area, screen.picked.at.cursor.saturating_sub(shown.start), model.modal.is_none(), canvas);
    }
    more_sign(area, shown.start > 0, shown.end < found.nodes.len(), canvas);
}

/// The tree takes what it needs; where there is little room the time is a number only.
fn split(area: Area) -> (Area, Area) {
    if area.width < 98 {
        return (area, Area { width: 0, ..area });
    }
    // The last column is for the sign that there is more.
    Area { width: area.width - 2, ..area }.left(area.width * 62 / 100, 3)
}

fn about(found: &Trace) -> String {
    let mut words = vec![
        format::count(found.events as u64, "event", "events"),
        format::count(found.streams as u64, "stream", "streams"),
    ];
    if found.sagas > 0 {
        words.push(format::count(found.sagas as u64, "saga", "sagas"));
    }
    if let (Some(first), Some(last)) = (found.first_at, found.last_at) {
        words.push(format!("{} + {}", format::moment(first), between(first, last)));
    }
    if found.cut {
        words.insert(0, "⚠ cut: the first events only".to_owned());
    }
    words.join(" · ")
}

fn between(first: Timestamp, last: Timestamp) -> String {
    format::span(Duration::try_from(last.duration_since(first)).unwrap_or_default())
}

/// The times at both ends of the axis.
fn ends(found: &Trace, area: Area, canvas: &mut Canvas<'_>) {
    let (Some(first), Some(last)) = (found.first_at, found.last_at) else { return };
    canvas.fill(area, canvas.theme.plain);
    canvas.rule(area);
    let same = format::day(first) == format::day(last);
    let text = |at: Timestamp| {
        if same { format::clock(at)[..8].to_owned() } else { format::day_and_time(at) }
    };
    canvas.text(area.x, area.y, 14, &format!("{} ", text(first)), canvas.theme.dim);
    canvas.right(area.x, area.y, area.width, &format!(" {}", text(last)), canvas.theme.dim);
}

fn branches(placed: &Placed) -> String {
    let depth = placed.depth.min(DEEPEST);
    let line = |level: usize| match (level == depth, placed.more.get(level).copied().unwrap_or(false)) {
        (true, true) => "├─ ",
        (true, false) => "└─ ",
        (false, true) => "│  ",
        (false, false) => "   ",
    };
    (1..=depth).map(line).collect()
}

fn node(placed: &Placed, found: &Trace, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let node = &placed.node;
    let since = found.first_at.zip(node.at).map_or(String::new(), |(first, at)| {
        if at == first { String::new() } else { format!("+ {}", between(first, at)) }
    });
    let right = canvas.width(&since);
    canvas.right(area.x, area.y, area.width.saturating_sub(1), &since, theme.dim);
    let end = area.x + area.width.saturating_sub(right + 3);
    let mut x = area.x;
    let mut put = |text: &str, style, canvas: &mut Canvas<'_>| {
        x += canvas.text(x, area.y, end.saturating_sub(x), text, style);
    };
    put(&branches(placed), theme.rule, canvas);
    let (sign, style) = match node.kind {
        _ if node.failed => ("✗ ", theme.bad),
        NodeKind::Command => ("● ", theme.accent),
        NodeKind::Event => ("", theme.plain),
        NodeKind::SagaStep => ("↺ ", theme.branch),
        NodeKind::Outbox | NodeKind::Message => ("→ ", theme.dim),
        NodeKind::ReadModel => ("✓ ", theme.good),
        NodeKind::DeadLetter => ("✗ ", theme.bad),
    };
    let sign = if node.kind == NodeKind::SagaStep && !node.failed { "saga " } else { sign };
    put(sign, style, canvas);
    put(&node.name, style, canvas);
    if node.kind == NodeKind::Event {
        put(&format!("  {}", stream(node)), theme.dim, canvas);
        let position = node.global_position.map_or(String::new(), |at| format!("  {}", format::place(at.number())));
        put(&position, theme.dim, canvas);
    }
    if let Some(note) = &node.note {
        put(&format!("  {note}"), if node.failed { theme.bad } else { theme.dim }, canvas);
    }
    if placed.lost {
        put("  ? its cause is not here", theme.warn, canvas);
    }
}

fn stream(node: &Node) -> String {
    let version = node.stream_version.map_or(String::new(), |version| format!(" v{version}"));
    node.stream_id.as_ref().map_or(String::new(), |stream| format!("{stream}{version}"))
}

/// Where on the axis a time is.
fn column(found: &Trace, at: Timestamp, width: u16) -> Option<u16> {
    let (first, last) = (found.first_at?, found.last_at?);
    let whole = last.duration_since(first).as_secs_f64();
    let part = at.duration_since(first).as_secs_f64();
    let last_column = f64::from(width.saturating_sub(1));
    Some(if whole <= 0.0 { 0 } else { (part / whole * last_column).round() as u16 })
}

/// A mark where the node is, and a line from what caused it: the time between.
fn mark(placed: &Placed, found: &Trace, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let Some(at) = placed.node.at.and_then(|at| column(found, at, area.width)) else { return };
    let cause = placed.node.caused_by.as_ref();
    let cause = cause.and_then(|id| found.nodes.iter().find(|other| other.node.id == *id));
    let from = cause.and_then(|cause| column(found, cause.node.at?, area.width)).unwrap_or(at);
    for x in from.min(at)..at {
        canvas.text(area.x + x, area.y, 1, "─", theme.rule);
    }
    let (sign, style) = match placed.node.kind {
        _ if placed.node.failed => ("✗", theme.bad),
        NodeKind::Event => ("●", theme.bar),
        NodeKind::SagaStep => ("●", theme.branch),
        NodeKind::Command => ("●", theme.accent),
        _ => ("◌", theme.dim),
    };
    canvas.text(area.x + at, area.y, 1, sign, style);
}
