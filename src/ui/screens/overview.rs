//! The overview as cells.

use super::{empty, failure, select, sentence, title};
use crate::analysis::overview::Severity;
use crate::app::Action;
use crate::app::effect::Slot;
use crate::app::format;
use crate::app::geometry::Area;
use crate::app::model::Model;
use crate::app::screens::overview::{Item, Overview, findings_shown, item_of, sections};
use crate::ui::canvas::Canvas;
use crate::ui::theme::Theme;
use foldback_domain::reading::{CategoryTotal, Totals};
use ratatui::style::Style;

/// Draws the overview.
pub(in crate::ui) fn draw(model: &Model, body: Area, canvas: &mut Canvas<'_>) {
    if failure(model, Slot::Glance, body, canvas) {
        return;
    }
    if model.facts.is_empty_store() {
        let now = "This store has no events yet. Fill one with: foldback seed events.jsonl -o shop.db — or look at the sample data: foldback demo";
        let text = empty(model, now, canvas);
        return sentence(body, &text, canvas.theme.plain, canvas);
    }
    let sections = sections(body, &model.facts);
    let items = Overview::items(&model.facts, &sections);
    let current = model.screens.overview.current(&items);
    attention(model, sections.attention, current.as_ref(), canvas);
    if sections.store.height > 0 {
        canvas.rule_left_of(Area { height: body.height, ..sections.store });
        store(model, sections.store, canvas);
    }
    longest(model, sections.longest, current.as_ref(), canvas);
    categories(model, sections.categories, current.as_ref(), canvas);
    newest(model, sections.newest, current.as_ref(), canvas);
}

fn attention(model: &Model, area: Area, current: Option<&Item>, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let list = title(area, "ATTENTION", "", matches!(current, Some(Item::Finding(..))), canvas);
    if failure(model, Slot::Attention, list, canvas) {
        return;
    }
    let Some(attention) = &model.facts.attention else {
        canvas.text(list.x + 1, list.y, list.width - 1, "folding every stream to see …", theme.dim);
        return;
    };
    if let (Some(reason), true) = (&attention.unavailable, attention.findings.is_empty()) {
        return canvas.paragraph(list.inside(1, 0), &format!("◌ no state here: {reason}"), theme.dim);
    }
    let shown = findings_shown(area, attention.findings.len());
    let first = model.screens.overview.first_finding(&attention.findings, shown);
    for (index, finding) in attention.findings[first..first + shown].iter().enumerate() {
        let y = list.y + index as u16 * 2;
        let (sign, style) = match finding.severity {
            Severity::Error => ("✗", theme.bad),
            Severity::Warning => ("⚠", theme.warn),
            Severity::Info => ("·", theme.dim),
        };
        canvas.text(list.x + 1, y, 2, sign, style);
        canvas.text(list.x + 3, y, list.width.saturating_sub(3), &finding.message, style);
        canvas.text(list.x + 5, y + 1, list.width.saturating_sub(5), &format!("→ {}", finding.next), theme.dim);
        if current == Some(&item_of(finding)) {
            select(list, index * 2, true, canvas);
        }
    }
    let y = list.y + shown as u16 * 2;
    if y >= list.y + list.height {
        return;
    }
    let hidden = attention.findings.len() - shown;
    let (all, folded) = (attention.streams, attention.streams_folded);
    let counted = format::count(folded, "stream", "streams");
    let (text, style) = if hidden > 0 {
        let below = hidden - first;
        let more = if below > 0 { format!("… and {below} more") } else { format!("… and {first} above") };
        (format!("{more}: {}", crate::app::command::same_overview(model)), theme.warn)
    } else if let Some(reason) = &attention.unavailable {
        (format!("◌ no state here: {reason}"), theme.dim)
    } else if all == 0 && attention.without_reducer > 0 {
        let streams = format::number(attention.without_reducer);
        (format!("◌ no reducer here folds any of the {streams} streams"), theme.dim)
    } else if attention.findings.is_empty() && folded == all {
        (format!("✓ {counted} fold, and no invariant is broken"), theme.good)
    } else if folded == all {
        (format!("✓ {counted} looked at"), theme.dim)
    } else {
        let check = model.key(Action::CheckAll, theme.ascii);
        (format!("{counted} of {} looked at; {check} looks at all of them", format::number(all)), theme.dim)
    };
    canvas.text(list.x + 1, y, list.width.saturating_sub(1), &text, style);
}

fn store(model: &Model, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let doing = if of_another_time(model) && totals(model).is_some() { "counting …" } else { "" };
    let list = title(area, "STORE", doing, false, canvas);
    let Some(glance) = &model.facts.glance else { return };
    let about = model.facts.events().filter(|_| !of_another_time(model)).map_or(String::new(), |(events, exact)| {
        let about = if exact { "" } else { "~" };
        format!("{about}{} · ", format::count(events, "event", "events"))
    });
    let mut counts = format!("{about}{}", uncounted(model, theme.ascii));
    if let Some(totals) = totals(model) {
        let parts = [
            format::count(totals.events, "event", "events"),
            format::count(totals.streams, "stream", "streams"),
            format::count(totals.event_types.len() as u64, "type", "types"),
            format::count(totals.categories.len() as u64, "category", "categories"),
        ];
        counts.clear();
        for part in parts {
            // What does not fit whole is left out: the lists below say it too.
            if canvas.width(&counts) + canvas.width(&part) + 2 <= list.width {
                counts += if counts.is_empty() { "" } else { "  " };
                counts += &part;
            }
        }
    }
    canvas.text(list.x, list.y, list.width, &counts, counted(model, theme));
    let first = glance.first.as_ref().and_then(|head| head.created_at);
    let last = glance.newest.first().and_then(|head| head.created_at);
    if let (Some(first), Some(last)) = (first, last) {
        let text = format!("{} – {}", format::moment(first), format::moment(last));
        let used = canvas.text(list.x, list.y + 1, list.width, &text, theme.plain);
        let newest = format!("  newest {}", format::ago(model.then(), last));
        canvas.text(list.x + used, list.y + 1, list.width.saturating_sub(used), &newest, theme.dim);
    }
    let state = match model.setup.source.capabilities.state.reason() {
        None if model.setup.source.own => ("✓ state by the embedded domain".to_owned(), theme.good),
        None => ("✓ state by the reducers that were given".to_owned(), theme.good),
        Some(reason) => (format!("◌ no state: {reason}"), theme.dim),
    };
    canvas.text(list.x, list.y + 2, list.width, &state.0, state.1);
}

/// Whether what was counted is of another time than the clock's.
fn of_another_time(model: &Model) -> bool {
    model.clock.as_of.is_some() && model.facts.totals_are_old
}

/// What was counted. That of another time stays, dim, while it is counted anew, so that nothing jumps, and no longer.
fn totals(model: &Model) -> Option<&Totals> {
    let counting = model.desk.pending(Slot::Totals).is_some();
    model.facts.totals.as_ref().filter(|_| counting || !of_another_time(model))
}

/// How a number that was counted looks.
fn counted(model: &Model, theme: &Theme) -> Style {
    if of_another_time(model) { theme.dim } else { theme.plain }
}

/// Why there is no count, and how to come by one.
fn uncounted(model: &Model, ascii: bool) -> String {
    match model.facts.uncounted {
        Some(budget) if model.desk.pending(Slot::Totals).is_none() => {
            let check = model.key(Action::CheckAll, ascii);
            format!("not counted within {} s; {check} counts", budget.as_secs())
        }
        _ => "counting …".to_owned(),
    }
}

fn categories(model: &Model, area: Area, current: Option<&Item>, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let focused = matches!(current, Some(Item::Category(_)));
    let list = title(area, "CATEGORIES", "", focused, canvas);
    let numbers = |of: fn(&CategoryTotal) -> u64| {
        let totals = model.facts.totals.iter().flat_map(|totals| &totals.categories);
        totals.map(|total| format::number(of(total)).len() as u16 + 2).max().unwrap_or(0).max(9)
    };
    let streams_at = 13 + numbers(|total| total.streams);
    let events_at = streams_at + numbers(|total| total.events);
    let wide = area.width >= events_at + 9;
    if wide {
        canvas.right(area.x, area.y, streams_at, "streams", theme.dim);
        canvas.right(area.x, area.y, events_at, "events", theme.dim);
    }
    if failure(model, Slot::Totals, list, canvas) {
        return;
    }
    let Some(totals) = totals(model) else {
        canvas.text(list.x, list.y, list.width, &uncounted(model, theme.ascii), theme.dim);
        return;
    };
    let most = totals.categories.iter().map(|total| total.events).max().unwrap_or(1).max(1);
    for (row, total) in totals.categories.iter().take(list.rows()).enumerate() {
        let y = list.y + row as u16;
        let name_width = if wide { 13 } else { list.width.saturating_sub(10) };
        canvas.text(list.x, y, name_width, total.category.as_str(), theme.plain);
        if wide {
            canvas.right(list.x, y, streams_at, &format::number(total.streams), counted(model, theme));
            canvas.right(list.x, y, events_at, &format::number(total.events), counted(model, theme));
            let room = list.width.saturating_sub(events_at + 2);
            canvas.text(list.x + events_at + 2, y, room, &bar(total.events, most, room), theme.bar);
        } else {
            canvas.right(list.x, y, list.width, &format::number(total.events), counted(model, theme));
        }
        if current == Some(&Item::Category(total.category.clone())) {
            select(list, row, true, canvas);
        }
    }
}

/// A bar of eighths of cells.
fn bar(part: u64, most: u64, width: u16) -> String {
    let eighths = (u128::from(part) * u128::from(width) * 8 / u128::from(most.max(1))) as usize;
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    let text = format!("{}{rest}", "█".repeat(eighths / 8));
    if text.is_empty() && part > 0 { "▏".to_owned() } else { text }
}

fn longest(model: &Model, area: Area, current: Option<&Item>, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let list = title(area, "LONGEST STREAMS", "", matches!(current, Some(Item::Stream(_))), canvas);
    let Some(glance) = &model.facts.glance else {
        canvas.text(list.x, list.y, list.width, "reading …", theme.dim);
        return;
    };
    if glance.longest.is_empty() {
        canvas.text(list.x, list.y, list.width, &uncounted(model, theme.ascii), theme.dim);
    }
    for (row, stream) in glance.longest.iter().take(list.rows()).enumerate() {
        let y = list.y + row as u16;
        let numbers = format!(
            "{:>7}  {:>7}",
            format::number(stream.events),
            stream.version.map_or(String::new(), |version| format!("v{version}"))
        );
        let ago = stream.last_at.filter(|_| list.width >= 50).map_or(String::new(), |at| format::ago(model.then(), at));
        let right = canvas.width(&numbers) + if ago.is_empty() { 0 } else { 15 };
        canvas.text(list.x, y, list.width.saturating_sub(right + 2), stream.stream_id.as_str(), theme.plain);
        canvas.text(list.x + list.width.saturating_sub(right), y, right, &numbers, theme.plain);
        canvas.right(list.x, y, list.width, &ago, theme.dim);
        if current == Some(&Item::Stream(stream.stream_id.clone())) {
            select(list, row, true, canvas);
        }
    }
}

fn newest(model: &Model, area: Area, current: Option<&Item>, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let list = title(area, "NEWEST EVENTS", "", matches!(current, Some(Item::Event(_))), canvas);
    let Some(glance) = &model.facts.glance else { return };
    let rest = list.width.saturating_sub(10);
    let shown = glance.newest.iter().take(list.rows());
    let kind = shown.clone().map(|head| canvas.width(&head.event_type)).max().unwrap_or(0).min(rest * 3 / 5);
    for (row, head) in shown.enumerate() {
        let y = list.y + row as u16;
        let time = head.created_at.map_or(String::new(), |at| format::clock(at)[..8].to_owned());
        canvas.text(list.x, y, 8, &time, theme.dim);
        canvas.event_type(list.x + 10, y, kind, &head.event_type, theme.plain);
        canvas.text(list.x + 12 + kind, y, rest.saturating_sub(kind + 2), head.stream_id.as_str(), theme.dim);
        if head.global_position.is_some_and(|position| current == Some(&Item::Event(position))) {
            select(list, row, true, canvas);
        }
    }
}
