//! The frame about every screen: what am I in, where am I, how did I come here, which keys work, what did it cost.

use super::canvas::Canvas;
use super::clock as bar;
use crate::analysis::overview::Severity;
use crate::app::action::{Action, Scope, TABLE};
use crate::app::clock::{self, AsOf};
use crate::app::context::waited;
use crate::app::format;
use crate::app::geometry::{Area, Frame, tabs};
use crate::app::model::Model;
use crate::app::place::Screen;
use crate::app::screens::travel::Pane;
use crate::app::tour;
use foldback_domain::event::safe_text;
use std::time::Duration;

/// Draws the frame.
pub(super) fn draw(model: &Model, frame: &Frame, canvas: &mut Canvas<'_>) {
    header(model, frame.header, canvas);
    tabs_line(model, frame.tabs, canvas);
    crumbs(model, frame.crumbs, canvas);
    for rule in [frame.rule, frame.foot_rule] {
        if rule.height > 0 {
            canvas.rule(rule);
        }
    }
    bar::draw(model, frame.clock, canvas);
    bar::marks(model, frame, canvas);
    hints(model, frame.hints, canvas);
    if let Some(tour) = &model.tour {
        let area = if frame.foot_rule.height > 0 { frame.foot_rule } else { frame.clock };
        canvas.fill(area, canvas.theme.plain);
        let step = (tour.step + 1).min(tour::STEPS);
        let used = canvas.text(
            area.x,
            area.y,
            area.width,
            &format!("▸ TOUR {step} of {}  ", tour::STEPS),
            canvas.theme.accent,
        );
        canvas.text(area.x + used, area.y, area.width - used, &tour.sentence(model), canvas.theme.title);
    }
}

fn header(model: &Model, area: Area, canvas: &mut Canvas<'_>) {
    if let Some(as_of) = &model.clock.as_of {
        return header_then(model, as_of, area, canvas);
    }
    let theme = canvas.theme;
    let counts = counts(model);
    let counted = canvas.width(&counts);
    let live = model.setup.source.capabilities.follow.is_available();
    let recent = model.facts.changed_at.is_some_and(|at| waited(model.now, at).as_secs() < 30);
    let paced;
    let sign = match (live, recent) {
        _ if model.pace.is_some_and(|pace| pace.paused) => " · ■ paused",
        (true, true) if model.pace.is_some_and(|pace| pace.speed > 1) => {
            paced = format!(" · ● live ×{}", model.pace.map_or(1, |pace| pace.speed));
            &paced
        }
        (true, true) => " · ● live",
        (true, false) => " · ◌ idle",
        (false, _) => "",
    };
    let right = counted + canvas.width(sign);
    let name = canvas.text(area.x, area.y, area.width, "foldback", theme.accent) + 2;
    let room = area.width.saturating_sub(right + 2 + name);
    let source = &model.setup.source;
    let layout = if source.own { "foldback's own" } else { source.layout.as_str() };
    let label = canvas.text(area.x + name, area.y, room, &source.label, theme.title);
    let mut about = format!("  {} · {layout}", source.kind);
    if let Some(store) = &source.store {
        about += &format!(" · {store}");
    }
    if model.setup.unwritable.is_some() {
        about += " · read-only";
    }
    canvas.text(area.x + name + label, area.y, room.saturating_sub(label), &about, theme.dim);
    let x = area.x + area.width.saturating_sub(right);
    canvas.text(x, area.y, counted, &counts, theme.plain);
    let style = if recent { theme.good } else { theme.dim };
    canvas.text(x + counted, area.y, area.width, sign, style);
}

/// The header while the clock stands in the past: nobody may forget that. The whole line is another colour, or turned
/// round where there are none, from edge to edge; what says so is never cut for the sake of the source's name.
fn header_then(model: &Model, as_of: &AsOf, area: Area, canvas: &mut Canvas<'_>) {
    let style = canvas.theme.past;
    let line = Area { x: area.x.saturating_sub(1), width: area.width + 2, ..area };
    canvas.fill(line, style);
    let live = model.key(Action::Live, canvas.theme.ascii);
    let place = clock::place(&model.clock);
    let at = as_of.at.map_or(String::new(), |at| format!(" · {}", format::moment(at)));
    let nothing = if as_of.happened { "" } else { ": nothing had happened yet" };
    let text = format!("as of {place}{at}{nothing} · {live} back to live");
    let cells = canvas.width(&text).min(area.width);
    canvas.text(area.x + area.width - cells, area.y, cells, &text, style);
    let room = area.width.saturating_sub(cells + 2);
    let used = canvas.text(area.x, area.y, room, "foldback  ", style);
    canvas.text(area.x + used, area.y, room.saturating_sub(used), &model.setup.source.label, style);
}

/// How much there is; `~` until it was counted.
fn counts(model: &Model) -> String {
    let Some((events, exact)) = model.facts.events() else { return String::new() };
    let about = if exact { "" } else { "~" };
    let events = format!("{about}{}", format::count(events, "event", "events"));
    match &model.facts.totals {
        Some(totals) => format!("{events} · {about}{}", format::count(totals.streams, "stream", "streams")),
        None => events,
    }
}

fn tabs_line(model: &Model, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    for (screen, at, text) in tabs(area.width, model.screen) {
        let style = match (screen == model.screen, unavailable(model, screen)) {
            (true, _) => theme.accent,
            (false, true) => theme.rule,
            (false, false) => theme.dim,
        };
        let used = canvas.text(area.x + at, area.y, area.width.saturating_sub(at), &text, style);
        let (count, worst) = needs(model, screen);
        if count > 0 {
            // A name that needs attention says so from every screen; two cells behind a tab are free.
            let sign = if count > 9 { "+".to_owned() } else { count.to_string() };
            let style = if worst == Severity::Error { theme.bad } else { theme.warn };
            canvas.text(area.x + at + used, area.y, 2, &format!(" {sign}"), style);
        }
    }
}

/// Whether this source cannot serve a screen; the screen itself says why.
fn unavailable(model: &Model, screen: Screen) -> bool {
    let capabilities = &model.setup.source.capabilities;
    let capability = match screen {
        Screen::Projections => &capabilities.projections,
        Screen::Sagas => &capabilities.sagas,
        Screen::DeadLetters => &capabilities.dead_letters,
        Screen::Overview | Screen::Streams | Screen::Log | Screen::Travel | Screen::Trace => return false,
    };
    !capability.is_available()
}

/// How many findings a screen has to say something about, and how bad the worst of them is.
fn needs(model: &Model, screen: Screen) -> (usize, Severity) {
    let findings = model.facts.attention.iter().flat_map(|attention| &attention.findings);
    let wanted = |code: &str| match screen {
        Screen::Overview => true,
        Screen::Projections => matches!(code, "projection-stalled" | "projection-skipped"),
        Screen::Sagas => matches!(code, "saga-stuck" | "compensation-failed"),
        Screen::DeadLetters => matches!(code, "dead-letter"),
        Screen::Streams | Screen::Log | Screen::Travel | Screen::Trace => false,
    };
    let found = findings.filter(|finding| wanted(&finding.code) && finding.severity > Severity::Info);
    found.fold((0, Severity::Info), |(count, worst), finding| (count + 1, worst.max(finding.severity)))
}

fn crumbs(model: &Model, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    let taken = long_work(model, area, canvas);
    let mut way: Vec<String> = model.crumbs.iter().map(|crumb| safe_text(&crumb.title()).into_owned()).collect();
    let here = match model.screen {
        Screen::Travel => model.screens.travel.title(),
        Screen::Sagas => model.screens.sagas.title(),
        Screen::Trace => model.screens.trace.title(),
        other => other.title().to_owned(),
    };
    let here = safe_text(&here).into_owned();
    let room = area.width.saturating_sub(taken + 2);
    // The last steps matter: those that Esc takes first.
    let length = |way: &[String]| way.iter().map(|step| canvas.width(step) + 3).sum::<u16>();
    let mut left_out = false;
    while !way.is_empty() && length(&way) + canvas.width(&here) + 4 > room {
        way.remove(0);
        left_out = true;
    }
    let mut x = area.x;
    if left_out {
        x += canvas.text(x, area.y, room, "… › ", theme.dim);
    }
    for step in &way {
        x += canvas.text(x, area.y, room, &format!("{step} › "), theme.dim);
    }
    let on_branch = model.screen == Screen::Travel && model.screens.travel.branches.current().is_some();
    let style = if on_branch { theme.branch } else { theme.plain };
    x += canvas.text(x, area.y, (area.x + room).saturating_sub(x), &here, style);
    if model.setup.demo && model.screen == Screen::Overview && taken == 0 {
        let text = "this is sample data; open yours with: foldback shop.db";
        let room = (area.x + area.width).saturating_sub(x);
        if canvas.width(text) + 4 <= room {
            canvas.right(x, area.y, room.saturating_sub(1), text, theme.dim);
        }
    }
}

/// What takes long, how far it is and how fast; answers how many cells that took.
fn long_work(model: &Model, area: Area, canvas: &mut Canvas<'_>) -> u16 {
    let Some((slot, pending)) = model.desk.long(model.now) else { return 0 };
    let waited = waited(model.now, pending.since);
    let spinner = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇"][(waited.as_millis() / 100 % 6) as usize];
    let spinner = if canvas.theme.ascii { "*" } else { spinner };
    let far = pending.progress.map_or(String::new(), |progress| {
        let of = progress.total.map_or(String::new(), |total| format!(" of {}", format::number(total)));
        let rate = (progress.done as f64 / waited.as_secs_f64().max(0.001)) as u64;
        let left = progress.total.filter(|_| rate > 0).map(|total| total.saturating_sub(progress.done) / rate);
        let left = left.map_or(String::new(), |left| format!(" · {} left", format::span(Duration::from_secs(left))));
        format!(" · {}{of} · {}/s{left}", format::number(progress.done), format::number(rate))
    });
    let escape = if slot.is_background() { "" } else { " · Esc cancels" };
    let text = format!("{spinner} {}{far} · {}{escape}", slot.doing(), format::span(waited));
    let width = canvas.width(&text).min(area.width * 2 / 3);
    canvas.text(area.x + area.width - width, area.y, width, &text, canvas.theme.warn);
    width
}

fn hints(model: &Model, area: Area, canvas: &mut Canvas<'_>) {
    let theme = canvas.theme;
    if let Some(notice) = &model.notice {
        canvas.text(area.x, area.y, area.width, &format!("▸ {notice}"), theme.accent);
        return;
    }
    let cost = model.desk.cost;
    let cost = match cost.rows {
        0 => String::new(),
        rows => format!("{} · {} ms", format::count(rows, "row read", "rows read"), cost.took.as_millis()),
    };
    let help = hint(model, Action::Help, canvas.theme.ascii);
    let reserved = canvas.width(&cost) + canvas.width(&help.0) + canvas.width(help.1) + 5;
    let end = area.x + area.width.saturating_sub(reserved);
    let mut x = area.x;
    for action in actions(model) {
        let (key, name) = hint(model, action, canvas.theme.ascii);
        let cells = canvas.width(&key) + canvas.width(name) + 1;
        if key.is_empty() || x + cells > end {
            continue;
        }
        x += canvas.text(x, area.y, cells, &key, theme.accent) + 1;
        x += canvas.text(x, area.y, cells, name, theme.dim) + 3;
    }
    let used = canvas.text(x, area.y, 8, &help.0, theme.accent) + 1;
    canvas.text(x + used, area.y, 8, help.1, theme.dim);
    canvas.right(area.x, area.y, area.width, &cost, theme.dim);
}

fn hint(model: &Model, action: Action, ascii: bool) -> (String, &'static str) {
    let sign = |action: Action| model.setup.keymap.keys(action).first().map_or(String::new(), |key| key.sign(ascii));
    let key = match action {
        // Keys that go two ways stand together.
        Action::Previous => format!("{} {}", sign(Action::Previous), sign(Action::Next)),
        Action::PreviousChange => format!("{} {}", sign(Action::PreviousChange), sign(Action::NextChange)),
        other => sign(other),
    };
    (key, action.entry().hint)
}

/// The actions worth a hint, here and now.
fn actions(model: &Model) -> Vec<Action> {
    if model.screen == Screen::Streams && model.screens.streams.typing {
        return vec![Action::Accept, Action::Cancel];
    }
    let scope = model.scopes()[0];
    let mut actions = vec![Action::Open];
    let travel = &model.screens.travel;
    let nothing = model.screen == Screen::Travel && travel.stream.is_none();
    let wanted = |action: Action| match action {
        Action::Next | Action::NextChange | Action::First | Action::Last => false,
        Action::Faster | Action::Slower => travel.play.is_some(),
        Action::UnfoldAll | Action::FoldAll => travel.pane == Pane::State && !travel.has_no_state(),
        Action::RunBack => false,
        Action::Parting => travel.branches.current().is_some(),
        Action::RunOn => !(travel.watched.is_empty() && travel.stops.is_empty()),
        Action::Break | Action::History => !travel.has_no_state(),
        Action::PreviousChange | Action::Blame | Action::Pin | Action::Watch | Action::Raw => !travel.has_no_state(),
        Action::FailingEvent => {
            model.screens.projections.selected().is_some_and(|is| is.checkpoint.failed_position.is_some())
        }
        Action::StillToCome => {
            model.screens.projections.selected().is_some_and(|is| is.lag_events.is_some_and(|lag| lag > 0))
        }
        Action::AuditModel => model.clock.as_of.is_none() && model.screens.projections.audit.is_none(),
        Action::AsSeen => model.clock.as_of.is_some() && model.screens.projections.rows.is_some(),
        Action::Retry => model.screens.dead_letters.selected().is_none_or(|letter| letter.retry.is_some()),
        Action::ClearLast => !model.screens.log.filters.is_empty(),
        Action::ClearAll => false,
        Action::ClearStreams => model.screens.streams.filter().is_some() || model.screens.streams.category.is_some(),
        _ => true,
    };
    if !nothing {
        actions.extend(TABLE.iter().filter(|e| e.scope == scope && wanted(e.action)).map(|e| e.action));
    }
    // What takes a filter away must be seen while there is one; what works everywhere comes last.
    if let Some(clear) = actions.iter().position(|action| *action == Action::ClearLast) {
        actions[..=clear].rotate_right(1);
    }
    if !nothing && matches!(scope, Scope::Travel | Scope::Log | Scope::Overview) {
        actions.push(Action::NextPane);
    }
    if model.setup.demo && model.tour.is_none() {
        actions.insert(if scope == Scope::Overview { 1 } else { actions.len() }, Action::Tour);
    }
    actions.push(Action::Palette);
    if model.screen != Screen::Overview || !model.crumbs.is_empty() {
        actions.push(Action::Back);
    }
    actions
}
