//! The dead letters as cells: causes with their letters, and the selected one in full.

use super::{failure, more_sign, not_yet, select, sentence, title};
use crate::app::Action;
use crate::app::document::{Line, Tone};
use crate::app::effect::Slot;
use crate::app::format;
use crate::app::geometry::{self, Area};
use crate::app::model::Model;
use crate::app::screens::dead_letters::{DeadLetters, Row, retry_command, rows};
use crate::ui::canvas::Canvas;
use foldback_domain::processes::DeadLetter;

/// Draws the dead letters.
pub(in crate::ui) fn draw(model: &Model, body: Area, canvas: &mut Canvas<'_>) {
    let screen = &model.screens.dead_letters;
    let layout = geometry::list(body);
    let theme = canvas.theme;
    title(layout.title, "DEAD LETTERS", &about(screen), true, canvas);
    let area = rows(body);
    if failure(model, Slot::DeadLetters, area, canvas) {
        return;
    }
    let Some(found) = &screen.found else { return sentence(area, "reading …", theme.dim, canvas) };
    if let Some(reason) = &found.unavailable {
        let whole = Area { width: body.width, ..area };
        return sentence(whole, &format!("◌ no dead letters here: {reason}"), theme.plain, canvas);
    }
    if found.groups.is_empty() {
        let text = match model.clock.as_of {
            Some(_) => "✓ nothing had been given up on by then",
            None => "✓ nothing was given up on: every consumer handles what it gets",
        };
        return sentence(area, text, theme.good, canvas);
    }
    let list = screen.list();
    let shown = screen.picked.at.visible(list.len(), area.rows());
    for (index, row) in list[shown.clone()].iter().enumerate() {
        draw_row(model, row, Area { y: area.y + index as u16, height: 1, ..area }, canvas);
    }
    if !screen.picked.is_lost() {
        select(area, screen.picked.at.cursor.saturating_sub(shown.start), model.modal.is_none(), canvas);
    }
    more_sign(area, shown.start > 0, shown.end < list.len(), canvas);
    if let (Some(side), true) = (layout.side, screen.picked.is_lost()) {
        let text = not_yet(model, "the selected letter was not there", theme.ascii);
        return sentence(side, &text, theme.branch, canvas);
    }
    if let (Some(side), Some(letter)) = (layout.side, screen.selected()) {
        if layout.side_is_right {
            canvas.rule_left_of(side);
        }
        details(model, letter, side, canvas);
    }
}

fn about(screen: &DeadLetters) -> String {
    let Some(found) = screen.found.as_ref().filter(|found| !found.groups.is_empty()) else { return String::new() };
    let letters = format::count(found.letters as u64, "letter", "letters");
    let causes = format::count(found.groups.len() as u64, "cause", "causes");
    let more = if found.more { " · ⚠ there are more" } else { "" };
    format!("{letters} · {causes}{more}")
}

fn draw_row(model: &Model, row: &Row<'_>, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    match row {
        Row::Cause(group) => {
            canvas.text(area.x, area.y, 1, "✗", theme.bad);
            let count = format!("{}  {}", group.consumer, format::number(group.letters.len() as u64));
            let right = canvas.width(&count).min(area.width / 2);
            canvas.text(area.x + 2, area.y, area.width.saturating_sub(right + 5), &group.cause, theme.title);
            canvas.right(area.x, area.y, area.width.saturating_sub(1), &count, theme.dim);
        }
        Row::Letter(letter) => {
            let ago = letter.at.map_or(String::new(), |at| format::ago(model.then(), at));
            canvas.text(area.x + 4, area.y, 14, &letter.id, theme.plain);
            let stream = letter.stream_id.as_ref().map_or("", |stream| stream.as_str());
            let right = canvas.width(&ago) + 3;
            canvas.text(area.x + 19, area.y, area.width.saturating_sub(19 + right), stream, theme.dim);
            canvas.right(area.x, area.y, area.width.saturating_sub(1), &ago, theme.dim);
        }
    }
}

fn details(model: &Model, letter: &DeadLetter, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let mut rest = title(area, &letter.id, &letter.consumer, false, canvas);
    let rows = canvas.paragraph_rows(&letter.error, rest.width).min(3);
    canvas.paragraph(rest.top(rows).0, &letter.error, theme.bad);
    rest = rest.top(rows).1;
    let mut lines = Vec::new();
    let mut field = |label: &str, value: Option<String>| {
        lines.extend(value.map(|value| Line::field(label, Tone::Plain, value)));
    };
    let event = letter.position.map(|at| format::place(at.number()));
    let stream = letter.stream_id.as_ref().map(ToString::to_string);
    field("event", event.or(letter.event_id.clone()));
    field("stream", stream);
    field("attempts", Some(letter.attempts.to_string()));
    field("at", letter.at.map(|at| format!("{} · {}", format::full(at), format::ago(model.then(), at))));
    let passed_over = || model.setup.source.own.then(|| "nothing: it was passed over".to_owned());
    field("blocks", letter.blocks.clone().or_else(passed_over));
    for line in &lines {
        if rest.height == 0 {
            return;
        }
        canvas.line(rest.x, rest.y, rest.width, line);
        rest = rest.top(1).1;
    }
    let retry = match &letter.retry {
        Some(does) => format!("{} retry: {does}", model.key(Action::Retry, theme.ascii)),
        None if model.setup.source.own => "it cannot be retried: a rebuild handles it again".to_owned(),
        None => "foldback only reads this store: whoever wrote it has to retry it".to_owned(),
    };
    let rows = canvas.paragraph_rows(&retry, rest.width).min(3);
    canvas.paragraph(rest.top(rows).0, &retry, if letter.retry.is_some() { theme.accent } else { theme.dim });
    rest = rest.top(rows).1;
    if letter.retry.is_some() && rest.height > 0 {
        let command = retry_command(letter, &model.setup.source_arg);
        canvas.text(rest.x, rest.y, rest.width, &format!("→ {command}"), theme.dim);
        rest = rest.top(1).1;
    }
    rest = rest.top(1).1;
    let payload = &model.screens.dead_letters.payload;
    if payload.lines.is_empty() || rest.height < 2 {
        return;
    }
    let below = title(rest, "PAYLOAD", "", false, canvas);
    for (row, line) in payload.visible(below.rows()).iter().enumerate() {
        canvas.line(below.x, below.y + row as u16, below.width.saturating_sub(1), line);
    }
    more_sign(below, false, below.rows() < payload.lines.len(), canvas);
}
