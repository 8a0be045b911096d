//! Travel as cells: versions, state or blame, event.

mod blame;
mod state;

use super::{failure, more_sign, not_yet, select, sentence, title};
use crate::app::Action;
use crate::app::effect::Slot;
use crate::app::format;
use crate::app::geometry::{self, Area};
use crate::app::model::Model;
use crate::app::screens::travel::{Pane, Travel};
use crate::replay::{Mark, Place, Tally};
use crate::ui::canvas::Canvas;
use crate::ui::theme::Theme;
use foldback_domain::Verdict;
use foldback_domain::event::Version;
use ratatui::style::Style;

/// Draws travel.
pub(in crate::ui) fn draw(model: &Model, body: Area, canvas: &mut Canvas<'_>) {
    let travel = &model.screens.travel;
    let Some(stream) = &travel.stream else {
        let key = |action| model.key(action, canvas.theme.ascii);
        let text = format!(
            "No stream is open. Choose one among the streams ({}) or the events ({}) and press {}, or type its name after \
             {} — with @ and a version to land there.",
            key(Action::Streams),
            key(Action::Log),
            key(Action::Open),
            key(Action::Palette),
        );
        return sentence(body, &text, canvas.theme.plain, canvas);
    };
    if travel.is_missing {
        let key = |action| model.key(action, canvas.theme.ascii);
        let (back, palette) = (key(Action::Back), key(Action::Palette));
        if model.clock.as_of.is_some() {
            let text = not_yet(model, &format!("{stream} did not exist"), canvas.theme.ascii);
            return sentence(body, &text, canvas.theme.branch, canvas);
        }
        let text = format!("✗ this source has no stream {stream}; {back} goes back, {palette} looks for another");
        return sentence(body, &text, canvas.theme.bad, canvas);
    }
    if failure(model, Slot::Open, body, canvas) {
        return;
    }
    let layout = geometry::travel(body, travel.pane == Pane::Event, travel.blaming);
    versions(model, travel, layout.versions, canvas);
    canvas.rule_left_of(Area { height: body.height, ..layout.state });
    if layout.state.height > 0 {
        if travel.blaming {
            blame::draw(model, travel, layout.state, canvas);
        } else {
            state::draw(model, travel, layout.state, canvas);
        }
    }
    if layout.event.height > 0 {
        if layout.event_is_right {
            canvas.rule_left_of(layout.event);
        }
        event(model, travel, layout.event, canvas);
    }
}

fn versions(model: &Model, travel: &Travel, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let summary = travel.opened.as_ref().map(|opened| &opened.summary);
    let mut about = summary.map_or(String::new(), |summary| format::number(summary.events));
    if let Some(version) = travel.yet_to_come() {
        about += &format!("  v{version} is yet to come");
    }
    if let Some(play) = &travel.play {
        about += &format!("  ▶ {} ms", play.interval().as_millis());
    }
    let list = title(area, "VERSIONS", &about, travel.pane == Pane::Versions, canvas);
    if failure(model, Slot::Versions, list, canvas) {
        return;
    }
    let window = &travel.window;
    let numbers = window.visible().iter().map(|row| row.version.to_string().len()).max().unwrap_or(1) as u16 + 1;
    for (row, entry) in window.visible().iter().enumerate() {
        let y = list.y + row as u16;
        let pinned = travel.pin == Some(entry.version);
        let style = if pinned { theme.branch } else { theme.dim };
        let is_stored = travel.opened.as_ref().is_some_and(|opened| opened.snapshots.contains_key(&entry.version));
        let (own, behind) = travel.branches.marks(entry.version);
        let sign = sign(own, behind).or(pinned.then_some("="));
        canvas.text(list.x, y, 1, sign.unwrap_or_default(), theme.branch);
        canvas.right(list.x + 1, y, numbers, &format!("v{}", entry.version), style);
        let mut x = list.x + numbers + 2;
        x += canvas.text(x, y, 2, format::mark(entry.head.mark), theme.warn);
        // Where there is room, when it was; the tallies stand at the right in any case.
        let age = entry.head.created_at.filter(|_| list.width >= 44).map(|at| format::ago(model.then(), at));
        let tally = travel.tallies.get(&entry.version).map_or(0, |tally| tally_cells(*tally));
        let verdict = own.and_then(|mark| verdict(mark, theme));
        let tally = verdict.map_or(tally, |(text, _)| canvas.width(text) + 1);
        let tally = if age.is_some() { 11 + 13 } else { tally };
        let room = (list.x + list.width).saturating_sub(x + tally + 1);
        canvas.right(list.x, y, list.width.saturating_sub(12), age.as_deref().unwrap_or_default(), theme.dim);
        let later = travel.at.is_none_or(|at| entry.version > at);
        let style = match own.map(|mark| mark.place) {
            Some(Place::Skipped) => theme.branch.crossed_out(),
            Some(Place::Changed | Place::Moved) => theme.branch,
            _ if later => theme.dim,
            _ => theme.plain,
        };
        // What would stand behind an event is told beside it.
        let inserted = behind.map_or(String::new(), |mark| format!("+{} ", mark.event_type));
        let used = canvas.text(x, y, room / 2, &inserted, theme.branch);
        let stored = match is_stored {
            true if room >= 36 => "◆ snapshot",
            true => "◆",
            false => "",
        };
        let cells = if is_stored { canvas.width(stored) + 1 } else { 0 };
        canvas.event_type(x + used, y, room.saturating_sub(used + cells), &entry.head.event_type, style);
        canvas.right(x, y, room, stored, theme.dim);
        match verdict {
            Some((text, style)) => canvas.right(list.x, y, list.width.saturating_sub(1), text, style),
            None => {
                // What all events of a version changed stands at the last of them.
                let next = window.rows().get(window.rows_above() + row + 1);
                if next.is_none_or(|next| next.version != entry.version) {
                    draw_tally(travel, entry.version, list, y, canvas);
                }
            }
        }
    }
    if let Some(row) = window.cursor_on_screen().filter(|_| travel.at.is_some()) {
        select(list, row, travel.pane == Pane::Versions, canvas);
    }
    if travel.at.is_none() && window.is_filled() {
        canvas.right(area.x, area.y, area.width, "at the start", theme.accent);
    }
    let below = !window.at_end() || window.rows_above() + window.visible().len() < window.rows().len();
    more_sign(list, window.rows_above() > 0 || !window.at_start(), below, canvas);
}

/// How an event stands on the branch that is looked at.
fn sign(own: Option<&Mark>, behind: Option<&Mark>) -> Option<&'static str> {
    match own.map(|mark| mark.place) {
        Some(Place::Skipped) => Some("-"),
        Some(Place::Changed) => Some("~"),
        Some(Place::Moved) => Some(">"),
        Some(Place::Recorded | Place::Inserted) | None => behind.map(|_| "+"),
    }
}

/// What became of an event on the branch: what the rules say, where they object.
fn verdict(mark: &Mark, theme: &Theme) -> Option<(&'static str, Style)> {
    Some(match &mark.verdict {
        Verdict::Refuses(_) if mark.also_on_main() => ("✗ main too", theme.dim),
        Verdict::Differs(_) if mark.also_on_main() => ("~ main too", theme.dim),
        Verdict::Refuses(_) => ("✗ refused", theme.bad),
        Verdict::Differs(_) => ("~ differs", theme.warn),
        Verdict::Unknown if mark.place == Place::Skipped => ("skipped", theme.branch),
        Verdict::Agrees | Verdict::Unknown => return None,
    })
}

fn tally_parts(tally: Tally) -> [(char, usize); 3] {
    [('+', tally.added), ('~', tally.changed), ('-', tally.removed)]
}

fn tally_cells(tally: Tally) -> u16 {
    let cells = |n: usize| if n == 0 { 0 } else { n.to_string().len() as u16 + 2 };
    tally_parts(tally).iter().map(|(_, n)| cells(*n)).sum()
}

fn draw_tally(travel: &Travel, version: Version, list: Area, y: u16, canvas: &mut Canvas<'_>) {
    let Some(tally) = travel.tallies.get(&version) else { return };
    let mut x = (list.x + list.width).saturating_sub(tally_cells(*tally) + 1);
    for (sign, n) in tally_parts(*tally) {
        if n > 0 {
            let style = match sign {
                '+' => canvas.theme.good,
                '~' => canvas.theme.warn,
                _ => canvas.theme.bad,
            };
            x += canvas.text(x + 1, y, 8, &format!("{sign}{n}"), style) + 1;
        }
    }
}

fn event(model: &Model, travel: &Travel, area: Area, canvas: &mut Canvas<'_>) {
    let step = travel.step.as_ref();
    let head = step.and_then(|step| step.event.as_ref()).map(|event| &event.head);
    let about = head.map_or("", |head| head.event_type.as_str());
    let list = title(area, "EVENT", about, travel.pane == Pane::Event, canvas);
    if failure(model, Slot::Step, list, canvas) {
        return;
    }
    for (row, line) in travel.event.visible(list.rows()).iter().enumerate() {
        canvas.line(list.x, list.y + row as u16, list.width.saturating_sub(1), line);
    }
    more_sign(list, travel.event.top > 0, travel.event.top + list.rows() < travel.event.lines.len(), canvas);
}
