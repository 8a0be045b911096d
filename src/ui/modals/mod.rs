//! What lies over a screen, as cells.

use super::canvas::Canvas;
use crate::app::Action;
use crate::app::action::Scope;
use crate::app::format;
use crate::app::geometry::{Area, Frame};
use crate::app::modals::help::Help;
use crate::app::modals::hits::Hits;
use crate::app::modals::palette::Palette;
use crate::app::modals::prompt::Prompt;
use crate::app::modals::typed::Typed;
use crate::app::modals::{Detail, Modal, over};
use crate::app::model::Model;
use ratatui::style::Style;

/// Draws what lies over the screen, if anything does.
pub(super) fn draw(model: &Model, frame: &Frame, canvas: &mut Canvas<'_>) {
    match &model.modal {
        None => {}
        Some(Modal::Help(help)) => draw_help(model, help, canvas),
        Some(Modal::Palette(palette)) => draw_palette(model, palette, canvas),
        Some(Modal::Prompt(prompt)) => draw_prompt(prompt, frame, canvas),
        Some(Modal::Detail(detail)) => draw_detail(model, detail, canvas),
        Some(Modal::Hits(hits)) => draw_hits(model, hits, canvas),
    }
}

/// A sheet over the screen with a title and a border that is one rule; answers the area inside.
fn sheet(model: &Model, title: &str, note: &str, canvas: &mut Canvas<'_>) -> Area {
    let area = over(model.size);
    let theme = canvas.theme;
    canvas.fill(area, theme.plain);
    let (corner, side, line) =
        if theme.ascii { (["+"; 4], "|", "-") } else { (["╭", "╮", "╰", "╯"], "│", "─") };
    // Drawn with the buffer's own cells: these signs are ours.
    let (right, bottom) = (area.x + area.width - 1, area.y + area.height - 1);
    for x in area.x + 1..right {
        canvas.text(x, area.y, 1, line, theme.rule);
        canvas.text(x, bottom, 1, line, theme.rule);
    }
    for y in area.y + 1..bottom {
        canvas.text(area.x, y, 1, side, theme.rule);
        canvas.text(right, y, 1, side, theme.rule);
    }
    for ((x, y), sign) in [(area.x, area.y), (right, area.y), (area.x, bottom), (right, bottom)].into_iter().zip(corner)
    {
        canvas.text(x, y, 1, sign, theme.rule);
    }
    canvas.text(area.x + 2, area.y, area.width.saturating_sub(4), &format!(" {title} "), theme.accent);
    let cells = canvas.width(note).min(area.width.saturating_sub(6));
    canvas.text((right - 1).saturating_sub(cells + 2), bottom, cells + 2, &format!(" {note} "), theme.dim);
    area.inside(2, 1)
}

fn typed_line(typed: &Typed, area: Area, style: Style, canvas: &mut Canvas<'_>) {
    let (before, after) = typed.parts();
    // A long text shows the part about the cursor.
    let mut start = 0;
    while canvas.width(&before[start..]) >= area.width && start < before.len() {
        start += before[start..].chars().next().map_or(1, char::len_utf8);
    }
    let used = canvas.text(area.x, area.y, area.width, &before[start..], style);
    let x = area.x + used;
    if x < area.x + area.width {
        canvas.text(x, area.y, area.width - used, after, style);
        canvas.style(Area { x, y: area.y, width: 1, height: 1 }, Style::new().reversed());
    }
}

fn draw_help(model: &Model, help: &Help, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let inside = sheet(model, "what can be done here", "type to filter · ⏎ does it · Esc", canvas);
    canvas.text(inside.x, inside.y, 2, "/ ", theme.dim);
    typed_line(
        &help.typed,
        Area { x: inside.x + 2, width: inside.width.saturating_sub(2), height: 1, ..inside },
        theme.plain,
        canvas,
    );
    let list = inside.top(2).1;
    if help.shown.is_empty() {
        canvas.text(list.x, list.y, list.width, "nothing fits; Backspace takes letters back", theme.dim);
    }
    let filtered = !help.typed.text().trim().is_empty();
    let mut before = help.at.top.checked_sub(1).and_then(|at| help.shown.get(at)).map(|a| group(a.entry().scope));
    for (row, index) in help.at.visible(help.shown.len(), list.rows()).enumerate() {
        let entry = help.shown[index].entry();
        let y = list.y + row as u16;
        let keys: Vec<String> =
            model.setup.keymap.keys(entry.action).iter().take(2).map(|key| key.sign(theme.ascii)).collect();
        canvas.right(list.x, y, 12, &keys.join(" "), theme.accent);
        let group = group(entry.scope);
        let note = if filtered || before != Some(group) { group } else { "" };
        before = Some(group);
        let room = list.width.saturating_sub(14 + 12);
        canvas.text(list.x + 14, y, room, entry.sentence, theme.plain);
        canvas.right(list.x, y, list.width, note, theme.dim);
        if index == help.at.cursor {
            canvas.style(Area { y, height: 1, ..list }, theme.selection);
        }
    }
}

fn group(scope: Scope) -> &'static str {
    match scope {
        Scope::Global => "everywhere",
        Scope::Move | Scope::List => "moving",
        Scope::Typing => "typing",
        Scope::Overview => "overview",
        Scope::Streams => "streams",
        Scope::Log => "log",
        Scope::Travel => "travel",
        Scope::Projections => "projections",
        Scope::Sagas => "sagas",
        Scope::Trace => "trace",
        Scope::DeadLetters => "dead letters",
    }
}

fn draw_palette(model: &Model, palette: &Palette, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let note = "stream · stream@3 · 1204 · 2h ago · as-of 2h ago · an action";
    let inside = sheet(model, "go to", note, canvas);
    canvas.text(inside.x, inside.y, 2, ": ", theme.dim);
    typed_line(
        &palette.typed,
        Area { x: inside.x + 2, width: inside.width.saturating_sub(2), height: 1, ..inside },
        theme.plain,
        canvas,
    );
    let list = inside.top(2).1;
    if palette.choices.is_empty() {
        let searching = model.desk.pending(crate::app::effect::Slot::Search).is_some();
        let text = if searching { "looking …" } else { "nothing goes by that name" };
        canvas.text(list.x, list.y, list.width, text, theme.dim);
    }
    for (row, index) in palette.at.visible(palette.choices.len(), list.rows()).enumerate() {
        let choice = &palette.choices[index];
        let y = list.y + row as u16;
        canvas.text(list.x, y, 9, choice.kind, theme.dim);
        let room = list.width.saturating_sub(10);
        let wide = canvas.width(&choice.title).max(room / 3).min(room);
        canvas.text(list.x + 10, y, wide, &choice.title, theme.plain);
        canvas.text(list.x + 12 + wide, y, room.saturating_sub(wide + 2), &choice.note, theme.dim);
        if index == palette.at.cursor {
            canvas.style(Area { y, height: 1, ..list }, theme.selection);
        }
    }
}

fn draw_prompt(prompt: &Prompt, frame: &Frame, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let (line, below) = (frame.clock, frame.hints);
    canvas.fill(line, theme.plain);
    canvas.fill(below, theme.plain);
    let used = canvas.text(line.x, line.y, line.width, &format!("{}: ", prompt.question()), theme.accent);
    typed_line(&prompt.typed, Area { x: line.x + used, width: line.width - used, ..line }, theme.plain, canvas);
    match &prompt.error {
        Some(error) => canvas.text(below.x, below.y, below.width, &format!("✗ {error}"), theme.bad),
        None => canvas.text(below.x, below.y, below.width, prompt.example(), theme.dim),
    };
}

fn draw_hits(model: &Model, hits: &Hits, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let found = &hits.found;
    let note = match found.more {
        0 => "⏎ goes there · Esc".to_owned(),
        more => format!("{} more: foldback {} prints them · ⏎ goes there · Esc", format::number(more), found.verb),
    };
    let inside = sheet(model, &found.title, &note, canvas);
    canvas.text(inside.x, inside.y, inside.width, &found.about, theme.dim);
    let list = inside.top(2).1;
    let (stream, wide) = (hits.streams.min(list.width / 4), hits.types.min(list.width / 4));
    for (row, index) in hits.at.visible(found.hits.len(), list.rows()).enumerate() {
        let hit = &found.hits[index];
        let y = list.y + row as u16;
        let position = hit.head.global_position.map_or("-".to_owned(), |at| format::place(at.number()));
        let version = hit.head.stream_version.map_or("-".to_owned(), |version| format!("v{version}"));
        canvas.right(list.x, y, 10, &position, theme.dim);
        canvas.text(list.x + 12, y, stream, hit.head.stream_id.as_str(), theme.plain);
        canvas.right(list.x + 12 + stream, y, 8, &version, theme.accent);
        let kind = list.x + 22 + stream;
        let room = (list.x + list.width).saturating_sub(kind);
        canvas.text(kind, y, wide.min(room), &hit.head.event_type, theme.plain);
        canvas.text(kind + wide + 2, y, room.saturating_sub(wide + 2), &hit.what, theme.dim);
        if index == hits.at.cursor {
            canvas.style(Area { y, height: 1, ..list }, theme.selection);
        }
    }
}

fn draw_detail(model: &Model, detail: &Detail, canvas: &mut Canvas<'_>) {
    let lines = detail.document.lines.len() as u64;
    let back = model.setup.keymap.keys(Action::Back).first().map_or(String::new(), |key| key.sign(canvas.theme.ascii));
    let note = format!("{} · {back} closes", format::count(lines, "line", "lines"));
    let inside = sheet(model, &detail.title, &note, canvas);
    for (row, line) in detail.document.visible(inside.rows()).iter().enumerate() {
        canvas.line(inside.x, inside.y + row as u16, inside.width, line);
    }
}
