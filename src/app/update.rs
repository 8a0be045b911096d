//! `update`: what a message means. It is a fold: the same messages always lead to the same model and effects.

mod answers;
mod input;

use super::action::Action;
use super::clock;
use super::command;
use super::effect::{self, Effect, Slot};
use super::find;
use super::geometry::Size;
use super::marks;
use super::message::Message;
use super::modals::Modal;
use super::modals::help::Help;
use super::modals::palette::Palette;
use super::model::{Asked, Model};
use super::navigate;
use super::place::{Place, Screen};
use super::screens::overview;
use super::tour::{self, Tour};
use super::work;
use std::time::Duration;

/// The model after a message, and what should happen in the world.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Start => start(model),
        Message::Clock(now) => model.now = now,
        Message::Size(size) => resize(model, size),
        Message::Key(key) => input::press(model, key),
        Message::Paste(text) => input::paste(model, &text),
        Message::Mouse(mouse) => input::point(model, mouse),
        Message::Tick => on_screen(model, |screens, screen, cx| {
            if screen == Screen::Travel {
                screens.travel.tick(cx);
            }
        }),
        Message::Changed => answers::changed(model),
        Message::ReducersChanged => answers::refold(model),
        Message::Replied { slot, ticket, cost, reply } => {
            if model.desk.accept(slot, ticket) {
                model.desk.cost = cost;
                answers::replied(model, *reply);
            }
        }
        Message::Progressed { slot, ticket, progress } => model.desk.progressed(slot, ticket, progress),
        Message::Failed { slot, ticket, why } => {
            if model.desk.accept(slot, ticket) && !(slot == Slot::Work && work::failed(model, &why)) {
                model.desk.fail(slot, why);
            }
        }
        Message::Notice(text) => model.notice = Some(text),
    }
    if let Some(next) = model.tour.as_ref().and_then(|tour| tour.advanced(model)) {
        model.tour = Some(next);
    }
    model.desk.take_effects()
}

/// Runs a screen's update and does what it asks of the whole.
pub(super) fn on_screen(
    model: &mut Model,
    update: impl FnOnce(&mut super::model::Screens, Screen, &mut super::context::Context<'_>),
) {
    let screen = model.screen;
    let ((), asked) = model.with_screens(|screens, cx| update(screens, screen, cx));
    settle(model, asked);
}

fn settle(model: &mut Model, asked: Asked) {
    if asked.notice.is_some() {
        model.notice = asked.notice;
    }
    if let Some(mut modal) = asked.modal {
        if let Modal::Detail(detail) = &mut modal {
            detail.resize(model.size);
        }
        model.modal = Some(modal);
    }
    if let Some(place) = asked.go {
        navigate::go(model, place);
    }
}

fn start(model: &mut Model) {
    // The glance first: what it says is on screen before anything is counted.
    on_screen(model, |_, _, cx| cx.run(Slot::Glance, effect::Ask::Overview(overview::Ask::Glance)));
    if let Some(place) = model.setup.start.take() {
        navigate::go(model, place);
    }
    if let Some(position) = model.setup.as_of.take() {
        // What is drawn at the foot is the whole log, wherever the clock stands.
        let histogram = effect::Ask::Overview(overview::Ask::Histogram { parts: overview::PARTS });
        model.desk.run(model.now, Slot::Histogram, Duration::ZERO, histogram);
        model.desk.run(model.now, Slot::Head, Duration::ZERO, effect::Ask::Clock(clock::Ask::Head));
        on_screen(model, |_, _, cx| overview::read_failures(cx, Duration::ZERO));
        clock::begin(model, position);
    }
}

fn resize(model: &mut Model, size: Size) {
    model.size = size;
    if let Some(Modal::Detail(detail)) = &mut model.modal {
        detail.resize(size);
    }
    on_screen(model, |screens, screen, cx| {
        screens.streams.resize(cx);
        screens.log.resize(cx);
        screens.travel.resize(cx);
        // A larger screen may show rows, and panes, that were not read.
        match screen {
            Screen::Overview => screens.overview.enter(cx),
            Screen::Streams => screens.streams.enter(cx),
            Screen::Log => screens.log.enter(cx),
            Screen::Travel => screens.travel.enter(cx),
            Screen::Projections => screens.projections.enter(cx),
            Screen::Sagas => screens.sagas.enter(cx),
            Screen::Trace => screens.trace.enter(cx),
            Screen::DeadLetters => screens.dead_letters.enter(cx),
        }
    });
}

/// Does what an action says: here what concerns the whole, in the screen what concerns the screen.
pub(super) fn act(model: &mut Model, action: Action) {
    match action {
        Action::Quit | Action::ForceQuit => model.desk.effect(Effect::Quit),
        Action::Suspend => model.desk.effect(Effect::Suspend),
        Action::Help => model.modal = Some(Modal::Help(Help::new(model.scopes(), &model.setup.keymap))),
        Action::Palette => model.modal = Some(Modal::Palette(palette(model))),
        Action::Back => navigate::back(model),
        Action::Overview => navigate::go(model, Place::Screen(Screen::Overview)),
        Action::Streams => navigate::go(model, Place::Screen(Screen::Streams)),
        Action::Log => navigate::go(model, Place::Screen(Screen::Log)),
        Action::Travel => navigate::go(model, Place::Screen(Screen::Travel)),
        Action::Projections => navigate::go(model, Place::Screen(Screen::Projections)),
        Action::Sagas => navigate::go(model, Place::Screen(Screen::Sagas)),
        Action::Trace => navigate::go(model, Place::Screen(Screen::Trace)),
        Action::DeadLetters => navigate::go(model, Place::Screen(Screen::DeadLetters)),
        Action::Copy => {
            let command = command::same(model);
            model.notice = Some(format!("copied: {command}"));
            model.desk.effect(Effect::Copy(command));
        }
        Action::Earlier
        | Action::Later
        | Action::EarlierPart
        | Action::LaterPart
        | Action::Live
        | Action::ClockTo
        | Action::JustAfter
        | Action::JustBefore => clock::act(model, action),
        Action::Bookmark => marks::toggle(model),
        Action::PreviousMark | Action::NextMark => marks::jump(model, action == Action::NextMark),
        Action::BisectAll | Action::BisectStreams | Action::BisectStream => find::ask_for(model),
        Action::History => find::history(model),
        Action::AuditSnapshots => find::snapshots(model),
        Action::Tour => tour(model),
        Action::LivePause | Action::LiveFaster | Action::LiveSlower => pace(model, action),
        _ => on_screen(model, |screens, screen, cx| match screen {
            Screen::Overview => screens.overview.act(action, cx),
            Screen::Streams => screens.streams.act(action, cx),
            Screen::Log => screens.log.act(action, cx),
            Screen::Travel => screens.travel.act(action, cx),
            Screen::Projections => screens.projections.act(action, cx),
            Screen::Sagas => screens.sagas.act(action, cx),
            Screen::Trace => screens.trace.act(action, cx),
            Screen::DeadLetters => screens.dead_letters.act(action, cx),
        }),
    }
}

/// The palette, with the projections and sagas that were read; those that need somebody are known from the start.
fn palette(model: &Model) -> Palette {
    let findings = || model.facts.attention.iter().flat_map(|attention| &attention.findings);
    let about = |codes: [&str; 2]| -> Vec<String> {
        findings().filter(|is| codes.contains(&is.code.as_str())).filter_map(|is| is.about.clone()).collect()
    };
    let mut projections = about(["projection-stalled", "projection-skipped"]);
    let mut sagas = about(["compensation-failed", "saga-stuck"]);
    let read = model.screens.projections.found.iter().flat_map(|found| &found.list);
    projections.extend(read.map(|health| health.checkpoint.name.clone()));
    let read = model.screens.sagas.found.iter().flat_map(|found| &found.list);
    sagas.extend(read.map(|listed| listed.summary.saga_id.clone()));
    for names in [&mut projections, &mut sagas] {
        names.sort();
        names.dedup();
    }
    Palette::new(model.scopes(), &model.setup.commands, model.now)
        .numbered(model.setup.source.numbering)
        .knowing(projections, sagas)
        .and_branches(model.screens.travel.branches.all())
        .marked(&marks::marks(model))
}

fn pace(model: &mut Model, action: Action) {
    let Some(pace) = model.pace else {
        model.notice = Some("no shop is at work here; foldback demo --live has one".to_owned());
        return;
    };
    let pace = match action {
        Action::LiveFaster => pace.turned(true),
        Action::LiveSlower => pace.turned(false),
        _ => super::model::Pace { paused: !pace.paused, ..pace },
    };
    model.pace = Some(pace);
    model.desk.effect(Effect::Pace { paused: pace.paused, speed: pace.speed });
}

fn tour(model: &mut Model) {
    if model.tour.take().is_some() {
        return;
    }
    if !model.setup.demo {
        model.notice = Some("the tour goes through the sample data: foldback demo".to_owned());
        return;
    }
    model.tour = Some(Tour::begin());
    navigate::go(model, Place::Screen(Screen::Overview));
    if let Some(finding) = tour::finding(model) {
        model.screens.overview.selected = Some(overview::item_of(finding));
    }
}
