//! The projections as cells: a table, and what is to be said of the selected one; or the rows of one.

mod audit;

use super::{empty, failure, more_sign, not_yet, select, sentence, title};
use crate::analysis::projections::{Condition, Health};
use crate::analysis::read_models::Which;
use crate::app::Action;
use crate::app::document::Line;
use crate::app::effect::Slot;
use crate::app::format;
use crate::app::geometry::Area;
use crate::app::highlight;
use crate::app::model::Model;
use crate::app::screens::projections::words::{sentences, sign};
use crate::app::screens::projections::{PAGE, Rows, table};
use crate::ui::canvas::Canvas;
use foldback_domain::event::Position;
use foldback_domain::processes::{ConsumerKind, DeadLetter};
use ratatui::style::Style;

const BARS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Draws the projections.
pub(in crate::ui) fn draw(model: &Model, body: Area, canvas: &mut Canvas<'_>) {
    let screen = &model.screens.projections;
    if let Some(held) = &screen.audit {
        return audit::draw(model, held, body, canvas);
    }
    if let Some(rows) = &screen.rows {
        return model_rows(model, rows, body, canvas);
    }
    let below = title(body, "PROJECTIONS", &about(model), true, canvas);
    if failure(model, Slot::Projections, below, canvas) {
        return;
    }
    let Some(found) = &screen.found else {
        return canvas_text(below, "reading …", canvas.theme.dim, canvas);
    };
    if let Some(reason) = &found.unavailable {
        return sentence(below, &format!("◌ no projections here: {reason}"), canvas.theme.plain, canvas);
    }
    if found.list.is_empty() {
        let now = match model.setup.source.own {
            true => format!(
                "No projections have run on this store yet. Run them with: foldback run {}",
                model.setup.source_arg
            ),
            false => "this store has no checkpoints: its tables for them are empty".to_owned(),
        };
        let text = empty(model, &now, canvas);
        return sentence(below, &text, canvas.theme.plain, canvas);
    }
    let area = table(body, found.list.len());
    let columns = columns(&found.list, area.width, canvas);
    head(&columns, Area { y: area.y - 1, height: 1, ..area }, canvas);
    let shown = screen.picked.at.visible(found.list.len(), area.rows());
    for (row, health) in found.list[shown.clone()].iter().enumerate() {
        line(health, &columns, Area { y: area.y + row as u16, height: 1, ..area }, canvas);
    }
    if !screen.picked.is_lost() {
        select(area, screen.picked.at.cursor - shown.start, model.modal.is_none(), canvas);
    }
    more_sign(area, shown.start > 0, shown.end < found.list.len(), canvas);
    if let Some(name) = screen.picked.name.as_ref().filter(|_| screen.picked.is_lost()) {
        let text = not_yet(model, &format!("{name} had not run"), canvas.theme.ascii);
        let rest = Area { y: area.y + area.height, height: (body.y + body.height) - (area.y + area.height), ..body };
        return sentence(rest.top(1).1, &text, canvas.theme.branch, canvas);
    }
    if let Some(health) = screen.selected() {
        let top = area.y + area.height;
        details(model, health, Area { y: top, height: (body.y + body.height) - top, ..body }, canvas);
    }
}

fn canvas_text(area: Area, text: &str, style: Style, canvas: &mut Canvas<'_>) {
    canvas.text(area.x + 1, area.y, area.width.saturating_sub(1), text, style);
}

fn about(model: &Model) -> String {
    let Some(found) = &model.screens.projections.found else { return String::new() };
    if found.list.is_empty() {
        return String::new();
    }
    let healthy = found.list.iter().filter(|health| health.condition == Condition::Current).count();
    let head = found.head.map_or("–".to_owned(), |head| format::place(head.number()));
    format!("{healthy} of {} current · head {head}", found.list.len())
}

/// What stands in a column, and how wide it is; 0: there is no room for it.
struct Columns {
    name: u16,
    behind: u16,
    rate: u16,
    trend: u16,
    left: u16,
    error: u16,
}

const CONDITION: u16 = 12;
const CHECKPOINT: u16 = 11;
const LAG: u16 = 10;

fn columns(list: &[Health], width: u16, canvas: &Canvas<'_>) -> Columns {
    let names = list.iter().map(|health| canvas.width(&health.checkpoint.name)).max().unwrap_or(0);
    let name = names.clamp(10, 28.min(width / 3)) + 2;
    let mut room = width.saturating_sub(2 + name + CONDITION + CHECKPOINT + LAG);
    let mut take = |wanted: u16| {
        let given = if room >= wanted { wanted } else { 0 };
        room -= given;
        given
    };
    let (behind, trend, rate, left) = (take(14), take(10), take(10), take(12));
    let error = if room >= 16 { room } else { 0 };
    Columns { name, behind, rate, trend, left, error }
}

fn head(columns: &Columns, area: Area, canvas: &mut Canvas<'_>) {
    let style = canvas.theme.dim;
    let mut x = area.x + 2;
    canvas.text(x, area.y, columns.name, "projection", style);
    x += columns.name;
    canvas.text(x, area.y, CONDITION, "condition", style);
    x += CONDITION;
    for (width, name) in [(CHECKPOINT, "checkpoint"), (LAG, "lag"), (columns.behind, "behind"), (columns.rate, "rate")]
    {
        canvas.right(x, area.y, width, name, style);
        x += width;
    }
    canvas.text(x + 2, area.y, columns.trend.saturating_sub(2), "trend", style);
    x += columns.trend;
    canvas.right(x, area.y, columns.left, "left", style);
}

fn line(health: &Health, columns: &Columns, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let (sign, tone) = sign(health);
    let style = theme.tone(tone);
    let checkpoint = &health.checkpoint;
    let dash = || "–".to_owned();
    let mut x = area.x;
    canvas.text(x, area.y, 1, sign, style);
    x += 2;
    let runner = checkpoint.kind != ConsumerKind::Projection;
    canvas.text(x, area.y, columns.name - 1, &checkpoint.name, if runner { theme.dim } else { theme.plain });
    x += columns.name;
    canvas.text(x, area.y, CONDITION - 1, health.word(), style);
    x += CONDITION;
    let lagging = health.lag_events.is_some_and(|lag| lag > 0);
    let lag = if lagging { style } else { theme.dim };
    for (width, text, style) in [
        (CHECKPOINT, checkpoint.position.map_or_else(dash, |at| format::place(at.number())), theme.plain),
        (LAG, health.lag_events.map_or_else(dash, format::number), lag),
        (columns.behind, health.lag.map_or_else(dash, format::span), lag),
        (columns.rate, rate(health.rate), theme.plain),
    ] {
        canvas.right(x, area.y, width, &text, style);
        x += width;
    }
    canvas.text(x + 2, area.y, columns.trend.saturating_sub(2), &trend(&health.trend), theme.bar);
    x += columns.trend;
    canvas.right(x, area.y, columns.left, &health.left.map_or_else(dash, format::span), theme.plain);
    x += columns.left;
    let error = health.reason.as_deref().unwrap_or_default();
    canvas.text(x + 3, area.y, columns.error.saturating_sub(4), error, style);
}

fn rate(rate: Option<f64>) -> String {
    match rate {
        None => "–".to_owned(),
        Some(rate) if rate < 10.0 => format!("{rate:.1}/s"),
        Some(rate) => format!("{}/s", format::number(rate as u64)),
    }
}

/// Lag over the last samples. A lag that never changes is a flat line.
fn trend(lags: &[u64]) -> String {
    let most = lags.iter().copied().max().unwrap_or(0);
    let bar = |lag: &u64| if most == 0 { 0 } else { (lag * 7).div_ceil(most).min(7) as usize };
    lags.iter().map(|lag| BARS[bar(lag)]).collect()
}

/// What the condition of the selected one means, what to do, and what the keys open.
fn details(model: &Model, health: &Health, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let rule = u16::from(area.height >= 4);
    if rule > 0 {
        canvas.rule(area);
    }
    let (mark, tone) = sign(health);
    let checkpoint = &health.checkpoint;
    let moved =
        checkpoint.updated_at.map_or(String::new(), |at| format!("last sign {}", format::ago(model.then(), at)));
    let rest = area.top(rule).1;
    let name = format!("{mark} {}", checkpoint.name);
    let mut rest = match area.height {
        4.. => {
            let used = canvas.text(rest.x, rest.y, rest.width, &name, theme.tone(tone));
            canvas.text(rest.x + used + 2, rest.y, rest.width.saturating_sub(used + 2), &moved, theme.dim);
            rest.top(1).1
        }
        _ => rest,
    };
    for (tone, text) in sentences(health, &model.setup.source_arg, model.setup.source.own, letter(model, health)) {
        let rows = canvas.paragraph_rows(&text, rest.width).min(rest.height);
        canvas.paragraph(rest.top(rows).0, &text, theme.tone(tone));
        rest = rest.top(rows).1;
    }
}

/// The id of its dead letter, where that was read.
fn letter<'a>(model: &'a Model, health: &Health) -> Option<&'a str> {
    let groups = model.screens.dead_letters.found.iter().flat_map(|found| &found.groups);
    let mut letters = groups.flat_map(|group| &group.letters);
    let is_its = |letter: &&DeadLetter| {
        letter.consumer == health.checkpoint.name && letter.position == health.checkpoint.failed_position
    };
    letters.find(is_its).map(|letter| letter.id.as_str())
}

/// The rows of a read model, each on one line.
fn model_rows(model: &Model, rows: &Rows, body: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let key = |action: Action| model.key(action, theme.ascii);
    let about = match model.clock.as_of.is_some() {
        false => format!("rows as they are now · {} the event that changed it last", key(Action::Open)),
        true => past(rows, &key(Action::AsSeen)),
    };
    let below = title(body, &format!("ROWS of {}", rows.name), &about, true, canvas);
    if failure(model, Slot::Rows, below, canvas) {
        return;
    }
    let Some(page) = &rows.page else { return canvas_text(below, "reading …", theme.dim, canvas) };
    if let Some(why) = &rows.then.unavailable {
        return sentence(below, &format!("◌ {why}"), theme.dim, canvas);
    }
    if page.is_empty() {
        let when = if model.clock.as_of.is_some() { "had no rows then" } else { "has no rows" };
        return sentence(below, &format!("this read model {when}"), theme.dim, canvas);
    }
    let area = table(body, PAGE);
    let shown = rows.at.visible(page.len(), area.rows());
    let keys = page[shown.clone()].iter().map(|row| canvas.width(&row.key)).max().unwrap_or(0).min(area.width / 3);
    let at = area.width.saturating_sub(11);
    canvas.text(area.x, area.y - 1, keys.max(3), "key", theme.dim);
    canvas.text(area.x + keys.max(3) + 2, area.y - 1, 8, "row", theme.dim);
    canvas.right(area.x + at, area.y - 1, 10, "changed at", theme.dim);
    for (line, row) in page[shown.clone()].iter().enumerate() {
        let y = area.y + line as u16;
        canvas.text(area.x, y, keys.max(3), &row.key, theme.plain);
        let room = at.saturating_sub(keys.max(3) + 4);
        let x = area.x + keys.max(3) + 2;
        match row.row.parse() {
            Ok(value) => drop(canvas.line(x, y, room, &Line(highlight::inline(&value, usize::from(room))))),
            Err(error) => drop(canvas.text(x, y, room, &error.to_string(), theme.bad)),
        }
        let position = row.position.map_or("–".to_owned(), |position| format::place(position.number()));
        canvas.right(area.x + at, y, 10, &position, theme.dim);
    }
    select(area, rows.at.cursor.saturating_sub(shown.start), model.modal.is_none(), canvas);
    let (above, below) = (shown.start > 0 || !rows.before.is_empty(), shown.end < page.len() || page.len() == PAGE);
    more_sign(area, above, below, canvas);
    let foot = Area { y: area.y + area.height, height: 1, ..body };
    if let Some((at, why)) = &rows.then.stopped {
        let text = format!("▲ it cannot go on at {}: {why}; these are the rows before it", format::place(at.number()));
        canvas.text(foot.x, foot.y, foot.width, &text, theme.warn);
        return;
    }
    let text = "a page at a time: going on at its end reads the next one";
    canvas.text(foot.x, foot.y, foot.width, if page.len() == PAGE { text } else { "" }, theme.dim);
}

/// Which rows of the past are shown.
fn past(rows: &Rows, other: &str) -> String {
    let place = |at: Option<Position>| at.map_or("the start".to_owned(), |at| format::place(at.number()));
    match rows.which {
        Which::Should => format!("as they should have been at {} · {other} as users saw them", place(rows.then.shown)),
        Which::Seen => {
            format!("as users saw them: it was at {} · {other} as they should have been", place(rows.then.checkpoint))
        }
    }
}
