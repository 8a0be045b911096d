//! One saga as lanes over time: a lane for each step, with its attempts and the waits between them; below it the
//! selected attempt: what came in, how the saga's state changed, what went out.

use super::super::{failure, not_yet, sentence, title};
use super::sign;
use crate::analysis::sagas::{SagaStory, Step};
use crate::app::Action;
use crate::app::document::{Line, Tone};
use crate::app::effect::Slot;
use crate::app::format;
use crate::app::geometry::Area;
use crate::app::highlight;
use crate::app::model::Model;
use crate::app::screens::sagas::words::meaning;
use crate::replay::{Change, ChangeOp};
use crate::ui::canvas::Canvas;
use foldback_domain::processes::SagaStatus;
use jiff::Timestamp;
use serde_json::Value;

/// How wide the names of the steps are.
const NAMES: u16 = 20;

/// Draws the selected saga.
pub(super) fn draw(model: &Model, area: Area, canvas: &mut Canvas<'_>) {
    let screen = &model.screens.sagas;
    let theme = canvas.theme;
    if failure(model, Slot::Saga, area, canvas) {
        return;
    }
    if screen.is_missing {
        let id = screen.picked.name.as_deref().unwrap_or_default();
        if model.clock.as_of.is_some() {
            let text = not_yet(model, &format!("{id} had not begun"), theme.ascii);
            return sentence(area, &text, theme.branch, canvas);
        }
        let text = format!("✗ this source has no saga {id}; {} goes back", model.key(Action::Back, theme.ascii));
        return sentence(area, &text, theme.bad, canvas);
    }
    let Some(story) = &screen.story else { return sentence(area, "reading …", theme.dim, canvas) };
    let overdue = screen.selected().is_some_and(|listed| listed.overdue);
    let rest = head(model, story, overdue, area, canvas);
    let (axis, rest) = rest.top(1);
    let Some(scale) = Scale::of(story, axis) else {
        let text = match model.setup.source.own {
            true => "its log says nothing of steps yet".to_owned(),
            false if story.steps.is_empty() => format!("the layout {} tells of no steps", model.setup.source.layout),
            false => "none of its steps has a time".to_owned(),
        };
        return sentence(rest, &text, theme.dim, canvas);
    };
    scale.draw(axis, canvas);
    let details = if area.height >= 12 { 5 } else { 2 };
    let lanes = (story.steps.len() as u16).min(rest.height.saturating_sub(details));
    let (lane_area, rest) = rest.top(lanes);
    let chosen = screen.attempts().get(screen.attempt).copied();
    // Where there are more steps than lanes, those about the selected one are shown.
    let first = chosen.map_or(0, |(step, _)| (step + 1).saturating_sub(lane_area.rows()));
    for (row, step) in story.steps.iter().enumerate().skip(first).take(lane_area.rows()) {
        let line = Area { y: lane_area.y + (row - first) as u16, height: 1, ..lane_area };
        let chosen = chosen.filter(|(step, _)| *step == row).map(|(_, attempt)| attempt);
        lane(step, chosen, &scale, line, screen.opened, canvas);
    }
    let rest = if rest.height > 4 { rest.top(1).1 } else { rest };
    attempt(model, rest, canvas);
}

fn head(model: &Model, story: &SagaStory, overdue: bool, area: Area, canvas: &mut Canvas<'_>) -> Area {
    let theme = canvas.theme;
    let saga = &story.summary;
    let (sign, style) = sign(saga.status, overdue, theme);
    let used = canvas.width(&saga.saga_id) + 3;
    let rest = title(area, &saga.saga_id, "", model.screens.sagas.opened, canvas);
    let mut x = area.x + used;
    let status = if overdue { format!("{sign} {} overdue", saga.status) } else { format!("{sign} {}", saga.status) };
    x += canvas.text(x, area.y, (area.x + area.width).saturating_sub(x), &status, style) + 3;
    let mut about = vec![meaning(saga.status, overdue).to_owned()];
    about.extend(saga.started_at.map(|at| format!("started {}", format::day_and_time(at))));
    about.extend(saga.updated_at.map(|at| format!("last sign {}", format::ago(model.then(), at))));
    about.push(saga.saga_type.clone());
    about.extend(saga.derived.then(|| "made out from its events".to_owned()));
    canvas.text(x, area.y, (area.x + area.width).saturating_sub(x), &about.join(" · "), theme.dim);
    rest
}

/// From times to columns.
struct Scale {
    first: Timestamp,
    seconds: f64,
    x: u16,
    width: u16,
}

impl Scale {
    fn of(story: &SagaStory, area: Area) -> Option<Scale> {
        let attempts = || story.steps.iter().flat_map(|step| &step.attempts);
        let first = attempts().map(|attempt| attempt.started_at).min()?;
        let last = attempts().map(|attempt| attempt.finished_at.unwrap_or(attempt.started_at)).max()?;
        let x = area.x + NAMES.min(area.width / 3);
        // What went wrong is written behind the last sign of a lane: a part is kept free for it.
        let width = (area.x + area.width).saturating_sub(x) * 7 / 10;
        Some(Scale { first, seconds: last.duration_since(first).as_secs_f64(), x, width })
    }

    fn column(&self, at: Timestamp) -> u16 {
        let part = at.duration_since(self.first).as_secs_f64();
        let part = if self.seconds > 0.0 { (part / self.seconds).clamp(0.0, 1.0) } else { 0.0 };
        self.x + (part * f64::from(self.width.saturating_sub(2))).round() as u16
    }

    /// The times along the lanes: at both ends, and between them where there is room.
    fn draw(&self, area: Area, canvas: &mut Canvas<'_>) {
        let parts: u16 = (self.width / 24).clamp(1, 4);
        let mut end = 0;
        for part in 0..=parts {
            let seconds = self.seconds * f64::from(part) / f64::from(parts);
            let later = jiff::SignedDuration::try_from_secs_f64(seconds).unwrap_or_default();
            let at = self.first.checked_add(later).unwrap_or(self.first);
            let text = if self.seconds > 300.0 {
                format::clock(at)[..5].to_owned()
            } else {
                format::clock(at)[..8].to_owned()
            };
            let x = self.column(at);
            if x >= end {
                canvas.text(x, area.y, area.width, &text, canvas.theme.dim);
                end = x + 9;
            }
        }
    }
}

fn ending(status: SagaStatus) -> &'static str {
    match status {
        SagaStatus::Completed => "✓",
        SagaStatus::Compensated => "↺",
        SagaStatus::Failed | SagaStatus::CompensationFailed | SagaStatus::TimedOut => "✗",
        _ => "●",
    }
}

fn lane(step: &Step, chosen: Option<usize>, scale: &Scale, area: Area, focused: bool, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let names = (scale.x - area.x).saturating_sub(1);
    let name = if step.compensates.is_some() { format!("↺ {}", step.name) } else { step.name.clone() };
    let plain = if step.status.is_none() { theme.dim } else { theme.plain };
    canvas.text(area.x, area.y, names, &name, plain);
    let end = area.x + area.width;
    if step.attempts.is_empty() {
        canvas.text(scale.x, area.y, end.saturating_sub(scale.x), "╌ expected", theme.dim);
        return;
    }
    let mut behind = scale.x;
    let mut before: Option<u16> = None;
    for (index, attempt) in step.attempts.iter().enumerate() {
        let from = before.map_or(0, |before| before + 1).max(scale.column(attempt.started_at));
        let to = attempt.finished_at.map_or(from, |at| scale.column(at)).max(from + 1);
        let (_, style) = sign(attempt.status, false, theme);
        // The wait since the attempt before.
        for x in before.map_or(from, |before| before + 1)..from {
            canvas.text(x, area.y, 1, "┄", theme.rule);
        }
        canvas.text(from, area.y, 1, "├", style);
        for x in from + 1..to {
            canvas.text(x, area.y, 1, "─", style);
        }
        canvas.text(to, area.y, 1, ending(attempt.status), style);
        if chosen == Some(index) {
            let reverse = if focused { theme.selection } else { theme.selection_elsewhere };
            canvas.style(Area { x: from, y: area.y, width: to + 1 - from, height: 1 }, reverse);
            canvas.style(Area { width: names, ..area }, reverse);
        }
        before = Some(to);
        behind = to + 2;
    }
    if step.attempts.last().is_some_and(|last| last.finished_at.is_none()) {
        canvas.text(behind, area.y, end.saturating_sub(behind), "waiting", theme.accent);
    } else if let Some(error) = step.error().filter(|_| step.status != Some(SagaStatus::Completed)) {
        canvas.text(behind, area.y, end.saturating_sub(behind), error, theme.bad);
    }
}

/// The selected attempt in words.
fn attempt(model: &Model, area: Area, canvas: &mut Canvas<'_>) {
    let screen = &model.screens.sagas;
    let (Some(story), Some((line, _))) = (&screen.story, screen.line()) else { return };
    let Some((step, which)) = screen.attempts().get(screen.attempt).copied() else { return };
    let (step, attempt) = (&story.steps[step], &story.steps[step].attempts[which]);
    let mut lines = Vec::new();
    let of = step.attempts.len();
    let took = attempt.finished_at.map(|end| end.duration_since(attempt.started_at));
    let took = took.and_then(|took| std::time::Duration::try_from(took).ok());
    let took = took.map_or("goes on".to_owned(), |took| format!("took {}", format::span(took)));
    let mut what = Line::of(Tone::Title, step.name.clone())
        .and(Tone::Dim, format!("  attempt {} of {of} · {} · {took}", attempt.number, attempt.status));
    if let Some(error) = &attempt.error {
        what = what.and(Tone::Bad, format!(" · {error}"));
    }
    lines.push(what);
    let position = line.position.map_or(String::new(), |at| format!(" {}", format::place(at.number())));
    let cause = line.cause.as_deref().unwrap_or("nothing");
    lines.push(Line::of(Tone::Dim, "in     ").and(Tone::Plain, format!("{cause}{position}")));
    let changes = screen.changes();
    let mut state = Line::of(Tone::Dim, "state  ");
    if changes.is_empty() {
        state = state.and(Tone::Dim, if line.state.is_some() { "as before" } else { "not kept" });
    }
    for (index, change) in changes.iter().take(6).enumerate() {
        state.0.extend((index > 0).then(|| (Tone::Dim, "  ".to_owned())));
        state.0.extend(changed(change));
    }
    lines.push(state);
    let out = line.sent.as_ref().and_then(|sent| sent.parse().ok()).map_or(String::new(), |sent| sent_words(&sent));
    let out = if out.is_empty() { "nothing".to_owned() } else { out };
    lines.push(Line::of(Tone::Dim, "out    ").and(Tone::Plain, out));
    if let Some(due) = line.due_at {
        lines.push(Line::of(Tone::Dim, "due    ").and(Tone::Plain, format::ago(model.then(), due)));
    }
    for (row, line) in lines.iter().take(area.rows()).enumerate() {
        canvas.line(area.x, area.y + row as u16, area.width, line);
    }
}

fn changed(change: &Change) -> Vec<(Tone, String)> {
    let (tone, sign) = match change.op {
        ChangeOp::Add => (Tone::Good, "+"),
        ChangeOp::Remove => (Tone::Bad, "-"),
        ChangeOp::Replace | ChangeOp::Move { .. } => (Tone::Warn, "~"),
    };
    let mut pieces = vec![(tone, format!("{sign} {} ", change.path))];
    if let Some(before) = &change.before {
        pieces.extend(highlight::inline(before, 24).into_iter().map(|(_, text)| (Tone::Dim, text)));
    }
    if let Some(after) = &change.after {
        pieces.extend(change.before.is_some().then(|| (Tone::Dim, " → ".to_owned())));
        pieces.extend(highlight::inline(after, 24));
    }
    pieces
}

/// What went out, in words: `call charge → payment`.
fn sent_words(sent: &Value) -> String {
    let text = |item: &Value, key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let items = sent.as_array().map_or(&[][..], Vec::as_slice);
    let words = |item: &Value| {
        let (kind, name, to) = (text(item, "kind"), text(item, "name"), text(item, "to"));
        let to = if to.is_empty() { String::new() } else { format!(" → {to}") };
        format!("{kind} {name}{to}").replace('_', " ")
    };
    items.iter().map(words).collect::<Vec<_>>().join(" · ")
}
