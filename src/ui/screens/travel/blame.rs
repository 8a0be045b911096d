//! Blame as cells: for every path its value, and the event that last changed it.

use super::super::{failure, more_sign, select, sentence, title};
use crate::app::Action;
use crate::app::document::{Line, Tone};
use crate::app::effect::Slot;
use crate::app::format;
use crate::app::geometry::Area;
use crate::app::highlight;
use crate::app::model::Model;
use crate::app::screens::travel::{Pane, Travel};
use crate::replay::{BlameLine, Blamed, Outcome};
use crate::ui::canvas::Canvas;

/// Draws blame.
pub(super) fn draw(model: &Model, travel: &Travel, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let at = travel.at.map_or("the start".to_owned(), |version| format!("v{version}"));
    let key = |action| model.key(action, theme.ascii);
    let about = format!("{} goes to the event  {} state", key(Action::Open), key(Action::Blame));
    let rest = title(area, &format!("BLAME at {at}"), &about, travel.pane == Pane::State, canvas);
    if failure(model, Slot::Blame, rest, canvas) {
        return;
    }
    let Some(blame) = &travel.blame else {
        canvas.text(rest.x, rest.y, rest.width, "folding to see who changed what …", theme.dim);
        return;
    };
    match &blame.moment.outcome {
        Outcome::Unavailable(why) => return sentence(rest, &format!("◌ {why}"), theme.plain, canvas),
        Outcome::Partial(stop) => {
            let (foot, _) = rest.bottom(1);
            canvas.text(foot.x, foot.y, foot.width, &format!("⚠ {stop}"), theme.warn.reversed());
        }
        Outcome::Complete => {}
    }
    let rest = Area { height: rest.height.saturating_sub(1), ..rest };
    let shown = travel.blame_at.visible(blame.lines.len(), rest.rows());
    let lines = &blame.lines[shown.clone()];
    let path = lines.iter().map(|line| canvas.width(&line.path)).max().unwrap_or(0).min(rest.width / 3);
    let widest = lines.iter().map(|line| inline_width(&line.value, canvas)).max().unwrap_or(0);
    let whose: Vec<String> = lines.iter().map(|line| words(model, blame, line)).collect();
    let names = whose.iter().map(|words| canvas.width(words)).max().unwrap_or(0);
    // Who did it is what one came for; the value has what that leaves, but never too little to be known by.
    let value = rest.width.saturating_sub(path + 5 + names).max((rest.width - path) / 4).min(widest);
    for (row, (line, words)) in lines.iter().zip(&whose).enumerate() {
        let y = rest.y + row as u16;
        canvas.text(rest.x, y, path, &line.path, theme.tone(Tone::Key));
        let pieces = highlight::inline(&line.value, usize::from(value));
        canvas.line(rest.x + path + 2, y, value, &Line(pieces));
        let x = rest.x + path + value + 4;
        let room = (rest.x + rest.width).saturating_sub(x + 1);
        // What the version that one stands at did is what one looks for.
        let style = match line.version {
            None => theme.dim,
            at if at == travel.at => theme.warn,
            Some(_) => theme.plain,
        };
        canvas.text(x, y, room, words, style);
    }
    select(rest, travel.blame_at.cursor.saturating_sub(shown.start), travel.pane == Pane::State, canvas);
    more_sign(rest, shown.start > 0, shown.end < blame.lines.len(), canvas);
}

/// The version that last changed a path, its event, when and by whom.
fn words(model: &Model, blame: &Blamed, line: &BlameLine) -> String {
    let Some(turn) = line.turn else { return "from the start".to_owned() };
    let mut words = vec![];
    if let Some(head) = blame.events.get(&turn) {
        words.push(head.event_type.clone());
        words.extend(head.created_at.map(|at| format::ago(model.then(), at)));
        words.extend(head.actor.clone());
    }
    let nth = if turn.nth > 0 { format!("#{}", turn.nth + 1) } else { String::new() };
    format!("v{}{nth} {}", turn.version, words.join(" · "))
}

fn inline_width(value: &serde_json::Value, canvas: &Canvas<'_>) -> u16 {
    highlight::inline(value, 40).iter().map(|(_, text)| canvas.width(text)).sum()
}
