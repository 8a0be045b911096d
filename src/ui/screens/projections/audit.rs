//! The audit of a read model as cells: the rows that differ, and what differs in the selected one.

use super::canvas_text;
use crate::analysis::audit::Kind;
use crate::app::Action;
use crate::app::document::Tone;
use crate::app::effect::Slot;
use crate::app::format;
use crate::app::geometry::Area;
use crate::app::highlight;
use crate::app::model::Model;
use crate::app::screens::projections::audit::{Audit, Audited, Row};
use crate::app::screens::projections::table;
use crate::ui::canvas::Canvas;
use crate::ui::screens::{failure, more_sign, select, sentence, title};
use foldback_domain::event::Position;
use serde_json::Value;

/// How wide a position is.
const POSITION: u16 = 11;
/// How wide the kind of a difference is.
const KIND: u16 = 11;

/// Draws the audit.
pub(super) fn draw(model: &Model, audit: &Audit, body: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let about = match &audit.found {
        Some(found) if !found.rows.is_empty() => summary(found),
        _ => String::new(),
    };
    let below = title(body, &format!("AUDIT of {}", audit.name), &about, true, canvas);
    if failure(model, Slot::Audit, below, canvas) {
        return;
    }
    let Some(found) = &audit.found else {
        let back = model.key(Action::Back, theme.ascii);
        let text = format!("folding the read model again, aside; nothing is written · {back} stops");
        return canvas_text(below, &text, theme.dim, canvas);
    };
    if let Some(why) = &found.unavailable {
        return sentence(below, &format!("◌ {why}"), theme.plain, canvas);
    }
    if found.rows.is_empty() {
        let rows = format::count(found.compared, "row", "rows");
        let text = format!("✓ no difference: {rows} at {} are what the events make", place(found.checkpoint));
        canvas_text(below, &text, theme.tone(Tone::Good), canvas);
        if let Some(text) = beside(found) {
            sentence(below.top(1).1, &text, theme.dim, canvas);
        }
        return;
    }
    let area = table(body, found.rows.len());
    let shown = audit.at.visible(found.rows.len(), area.rows());
    let rows = &found.rows[shown.clone()];
    let widest = rows.iter().map(|row| canvas.width(&row.key)).max().unwrap_or(0);
    let key = widest.clamp(3, (area.width / 3).max(3)) + 2;
    line(area, area.y - 1, key, ["key", "row", "parted at", "event", "stream"], [theme.dim; 2], canvas);
    for (n, row) in rows.iter().enumerate() {
        let event = row.event.as_ref();
        let stream = event.map_or(String::new(), |head| {
            let version = head.stream_version.map_or(String::new(), |version| format!("@{version}"));
            format!("{}{version}", head.stream_id)
        });
        let at = place(row.parting.parted);
        let kind = row.parting.kind.name();
        let event = event.map_or("–", |head| head.event_type.as_ref());
        let texts = [row.key.as_str(), kind, &at, event, &stream];
        let style = theme.tone(if row.parting.kind == Kind::Different { Tone::Warn } else { Tone::Bad });
        line(area, area.y + n as u16, key, texts, [theme.plain, style], canvas);
    }
    select(area, audit.at.cursor.saturating_sub(shown.start), model.modal.is_none(), canvas);
    more_sign(area, shown.start > 0, shown.end < found.rows.len(), canvas);
    if let Some(row) = audit.selected() {
        let top = area.y + area.height;
        details(model, found, row, Area { y: top, height: (body.y + body.height) - top, ..body }, canvas);
    }
}

/// One line of the table.
fn line(
    area: Area,
    y: u16,
    key: u16,
    texts: [&str; 5],
    [plain, kind]: [ratatui::style::Style; 2],
    canvas: &mut Canvas<'_>,
) {
    let mut x = area.x;
    canvas.text(x, y, key - 1, texts[0], plain);
    x += key;
    canvas.text(x, y, KIND - 1, texts[1], kind);
    x += KIND;
    canvas.right(x, y, POSITION, texts[2], plain);
    x += POSITION + 2;
    let room = (area.x + area.width).saturating_sub(x);
    let event = (room / 2).min(28);
    canvas.text(x, y, event.saturating_sub(1), texts[3], plain);
    canvas.text(x + event, y, room.saturating_sub(event + 1), texts[4], plain);
}

/// What differs in a row, and what that means.
fn details(model: &Model, found: &Audited, row: &Row, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let rule = u16::from(area.height >= 4);
    if rule > 0 {
        canvas.rule(area);
    }
    let mut rest = area.top(rule).1;
    let why = row.parting.sentence(&place(row.parting.parted), row.untouched);
    let used = canvas.text(rest.x, rest.y, rest.width, &row.key, theme.title);
    let room = Area { x: rest.x + used + 2, width: rest.width.saturating_sub(used + 2), ..rest };
    let lines = canvas.paragraph_rows(&why, room.width).clamp(1, rest.height.max(1));
    canvas.paragraph(room.top(lines).0, &why, theme.plain);
    rest = rest.top(lines).1;
    let fields = &row.parting.fields;
    let last = usize::from(rest.height).saturating_sub(1);
    for field in fields.iter().take(if fields.len() > last { last.saturating_sub(1) } else { last }) {
        let side = |value: &Option<Value>| {
            value.as_ref().map_or("nothing".to_owned(), |value| {
                highlight::inline(value, 40).into_iter().map(|(_, text)| text).collect()
            })
        };
        let (events, live) = (side(&field.change.before), side(&field.change.after));
        let parted = match field.agreed {
            true => format!("right until {}", place(field.parted)),
            false => "never right".to_owned(),
        };
        let path = &field.change.path;
        let text = format!("~ {path}  {live} in the read model, {events} by its events · {parted}");
        canvas.text(rest.x + 1, rest.y, rest.width.saturating_sub(1), &text, theme.tone(Tone::Warn));
        rest = rest.top(1).1;
    }
    if fields.len() > last {
        let text = format!("and {} more", fields.len() - last.saturating_sub(1));
        canvas.text(rest.x + 1, rest.y, rest.width.saturating_sub(1), &text, theme.dim);
        rest = rest.top(1).1;
    }
    if rest.height > 0 {
        let mut text = format!("mend: foldback rebuild {} {}", model.setup.source_arg, name(model));
        if found.more > 0 {
            text = format!("{} rows more: foldback audit prints them · {text}", format::number(found.more));
        }
        canvas.text(rest.x, rest.y, rest.width, &text, theme.dim);
        rest = rest.top(1).1;
    }
    if let Some(text) = beside(found).filter(|_| rest.height > 0) {
        canvas.text(rest.x, rest.y, rest.width, &text, theme.dim);
    }
}

fn name(model: &Model) -> &str {
    model.screens.projections.audit.as_ref().map_or("", |audit| &audit.name)
}

fn summary(found: &Audited) -> String {
    let differing = found.missing + found.surplus + found.different;
    let kinds = [(found.missing, "missing"), (found.surplus, "surplus"), (found.different, "different")];
    let kinds = kinds.iter().filter(|(rows, _)| *rows > 0);
    let kinds = kinds.map(|(rows, kind)| format!("{} {kind}", format::number(*rows))).collect::<Vec<_>>();
    let rows = format::count(found.compared, "row", "rows");
    format!("{} of {rows} at {} differ: {}", format::number(differing), place(found.checkpoint), kinds.join(", "))
}

/// What is to be known beside the rows.
fn beside(found: &Audited) -> Option<String> {
    let mut said = Vec::new();
    if found.skipped > 0 {
        let events = format::count(found.skipped, "event", "events");
        said.push(format!("{events} that the projection cannot handle passed over, as it did"));
    }
    if found.is_behind {
        said.push("what waits behind the checkpoint is not missing here".to_owned());
    }
    (!said.is_empty()).then(|| said.join(" · "))
}

fn place(position: Option<Position>) -> String {
    position.map_or("–".to_owned(), |position| format::place(position.number()))
}
