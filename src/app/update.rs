//! `update`: what a message means. It is a fold: the same messages always lead to the same model and effects.

use super::action::{Action, Scope};
use super::clock;
use super::command;
use super::effect::{self, Effect, Slot};
use super::find;
use super::geometry::{self, Size};
use super::input::{Deed, Key, Mouse};
use super::marks;
use super::message::{Message, Reply};
use super::modals::help::Help;
use super::modals::palette::Palette;
use super::modals::prompt::Purpose;
use super::modals::{Modal, Outcome, over};
use super::model::{Asked, Model};
use super::navigate;
use super::place::{Place, Screen};
use super::screens::overview;
use super::screens::streams;
use super::tour::{self, Tour};
use super::work;
use std::time::Duration;

/// How long after a change the slow questions are asked again.
const SETTLING: Duration = Duration::from_secs(2);
/// How many rows the wheel turns.
const WHEEL: usize = 3;
/// How many texts a prompt remembers.
const REMEMBERED: usize = 50;

/// The model after a message, and what should happen in the world.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Start => start(model),
        Message::Clock(now) => model.now = now,
        Message::Size(size) => resize(model, size),
        Message::Key(key) => press(model, key),
        Message::Paste(text) => paste(model, &text),
        Message::Mouse(mouse) => point(model, mouse),
        Message::Tick => on_screen(model, |screens, screen, cx| {
            if screen == Screen::Travel {
                screens.travel.tick(cx);
            }
        }),
        Message::Changed => changed(model),
        Message::ReducersChanged => refold(model),
        Message::Replied { slot, ticket, cost, reply } => {
            if model.desk.accept(slot, ticket) {
                model.desk.cost = cost;
                replied(model, *reply);
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

fn press(model: &mut Model, key: Key) {
    let anywhere = model.setup.keymap.action(key, &[Scope::Global]);
    if let Some(action @ (Action::ForceQuit | Action::Suspend)) = anywhere
        && key.typed().is_none()
    {
        return act(model, action);
    }
    model.notice = None;
    if model.modal.is_some() {
        return press_modal(model, key);
    }
    if model.screen == Screen::Streams && model.screens.streams.typing {
        let action = model.setup.keymap.action(key, &[Scope::Typing]);
        return on_screen(model, |screens, _, cx| screens.streams.type_key(key, action, cx));
    }
    if let Some(action) = model.setup.keymap.action(key, model.scopes()) {
        act(model, action);
    }
}

fn press_modal(model: &mut Model, key: Key) {
    let action = model.setup.keymap.action(key, &[Scope::Typing]);
    let height = over(model.size).inside(2, 1).rows().saturating_sub(2);
    let outcome = match &mut model.modal {
        Some(Modal::Help(help)) => help.key(key, action, &model.setup.keymap, height),
        Some(Modal::Palette(palette)) => palette.key(key, action, model.now, height),
        Some(Modal::Prompt(prompt)) => {
            let history = model.history.get(&prompt.purpose).map_or(&[][..], Vec::as_slice);
            prompt.key(key, action, history)
        }
        Some(Modal::Detail(detail)) => {
            let scopes = &[Scope::List, Scope::Move, Scope::Global];
            let stays = model.setup.keymap.action(key, scopes).is_none_or(|action| detail.act(action, model.size));
            if stays { Outcome::Stay } else { Outcome::Close }
        }
        Some(Modal::Hits(hits)) => {
            let scopes = &[Scope::List, Scope::Move, Scope::Global];
            let action = model.setup.keymap.action(key, scopes);
            action.map_or(Outcome::Stay, |action| hits.act(action, model.size))
        }
        None => Outcome::Stay,
    };
    take(model, outcome);
}

fn take(model: &mut Model, outcome: Outcome) {
    match outcome {
        Outcome::Stay => {}
        Outcome::Close => {
            model.modal = None;
            model.desk.cancel(Slot::Search);
        }
        Outcome::Act(action) => {
            model.modal = None;
            act(model, action);
        }
        Outcome::Go(place) => {
            model.modal = None;
            navigate::go(model, place);
        }
        Outcome::Search(words) => {
            let ask = effect::Ask::Streams(streams::Ask::Search(words));
            model.desk.run(model.now, Slot::Search, Duration::from_millis(60), ask);
        }
        Outcome::AsOf(when) => {
            model.modal = None;
            clock::go_to(model, when);
        }
        Outcome::Run(name) => {
            model.modal = None;
            work::ask_for(model, &name);
        }
        Outcome::Typed(purpose @ (Purpose::Command | Purpose::Retry), text) => {
            let taken = work::typed(model, purpose, &text);
            if let (Err(why), Some(Modal::Prompt(prompt))) = (taken, &mut model.modal) {
                prompt.error = Some(why);
            }
            if purpose == Purpose::Command {
                remember(model, purpose, text);
            }
        }
        Outcome::Typed(Purpose::AsOf, text) => {
            clock::go_to(model, clock::When::read(&text));
            remember(model, Purpose::AsOf, text);
        }
        Outcome::Typed(Purpose::Bisect, text) => match find::typed(model, &text) {
            Ok(()) => remember(model, Purpose::Bisect, text),
            Err(why) => {
                if let Some(Modal::Prompt(prompt)) = &mut model.modal {
                    prompt.error = Some(why);
                }
            }
        },
        Outcome::Typed(purpose, text) => {
            let (taken, asked) = model.with_screens(|screens, cx| match purpose {
                Purpose::Break => screens.travel.stop_at(&text, cx),
                Purpose::TravelGoTo => screens.travel.prompted(&text, cx),
                Purpose::Branch => screens.travel.branch_prompted(&text, cx),
                Purpose::TraceOf => screens.trace.prompted(&text, cx),
                _ => screens.log.prompted(purpose, &text, cx),
            });
            match taken {
                Ok(()) => {
                    model.modal = None;
                    remember(model, purpose, text);
                }
                Err(why) => {
                    if let Some(Modal::Prompt(prompt)) = &mut model.modal {
                        prompt.error = Some(why);
                    }
                }
            }
            settle(model, asked);
        }
    }
}

fn remember(model: &mut Model, purpose: Purpose, text: String) {
    let history = model.history.entry(purpose).or_default();
    history.retain(|old| *old != text);
    history.push(text);
    history.drain(..history.len().saturating_sub(REMEMBERED));
}

fn paste(model: &mut Model, text: &str) {
    let outcome = match &mut model.modal {
        Some(Modal::Help(help)) => {
            help.paste(text, &model.setup.keymap);
            Outcome::Stay
        }
        Some(Modal::Palette(palette)) => palette.paste(text, model.now),
        Some(Modal::Prompt(prompt)) => {
            prompt.typed.paste(text);
            Outcome::Stay
        }
        Some(Modal::Detail(_) | Modal::Hits(_)) => Outcome::Stay,
        None => {
            return on_screen(model, |screens, screen, cx| {
                if screen == Screen::Streams && screens.streams.typing {
                    screens.streams.paste(text, cx);
                }
            });
        }
    };
    take(model, outcome);
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

fn point(model: &mut Model, mouse: Mouse) {
    let Some(frame) = geometry::frame(model.size) else { return };
    let (x, y) = (mouse.x, mouse.y);
    let wheel = match mouse.deed {
        Deed::WheelUp => Some(Action::Up),
        Deed::WheelDown => Some(Action::Down),
        Deed::Click | Deed::Drag => None,
    };
    if model.modal.is_some() {
        if let (Some(Modal::Detail(detail)), Some(action)) = (&mut model.modal, wheel) {
            for _ in 0..WHEEL {
                detail.act(action, model.size);
            }
        }
        if let (Some(Modal::Hits(hits)), Some(action)) = (&mut model.modal, wheel) {
            for _ in 0..WHEEL {
                hits.act(action, model.size);
            }
        }
        return;
    }
    if let Some(action) = wheel {
        for _ in 0..WHEEL {
            act(model, action);
        }
        return;
    }
    if frame.clock.row_at(x, y).is_some() {
        let bars = geometry::bars(frame.clock);
        if bars.row_at(x, y).is_some() {
            clock::point(model, usize::from(x - bars.x), bars.columns());
        }
        return;
    }
    if mouse.deed == Deed::Drag {
        return;
    }
    if frame.tabs.row_at(x, y).is_some() {
        if let Some(screen) = geometry::tab_at(frame.tabs, x, model.screen) {
            navigate::go(model, Place::Screen(screen));
        }
        return;
    }
    on_screen(model, |screens, screen, cx| match screen {
        Screen::Overview => screens.overview.click(x, y, cx),
        Screen::Streams => screens.streams.click(x, y, cx),
        Screen::Log => screens.log.click(x, y, cx),
        Screen::Travel => screens.travel.click(x, y, cx),
        Screen::Projections => screens.projections.click(x, y, cx),
        Screen::Sagas => screens.sagas.click(x, y, cx),
        Screen::Trace => screens.trace.click(x, y, cx),
        Screen::DeadLetters => screens.dead_letters.click(x, y, cx),
    });
}

/// A store says that it changed once too often rather than once too seldom: the glance tells whether it did.
fn changed(model: &mut Model) {
    // What happens now moves nothing that is as of then; the line above only says how much there is.
    if model.clock.as_of.is_some() {
        if model.desk.pending(Slot::Head).is_none() {
            model.desk.run(model.now, Slot::Head, Duration::ZERO, effect::Ask::Clock(clock::Ask::Head));
        }
        return;
    }
    on_screen(model, |_, _, cx| {
        if cx.desk.pending(Slot::Glance).is_none() {
            cx.run(Slot::Glance, effect::Ask::Overview(overview::Ask::Glance));
        }
    });
    // The books change without a new event: a checkpoint moves, a saga fails.
    on_screen(model, |screens, screen, cx| match screen {
        Screen::Projections => screens.projections.reload(cx),
        Screen::Sagas => screens.sagas.reload(cx),
        Screen::Trace => screens.trace.reload(cx),
        Screen::DeadLetters => screens.dead_letters.reload(cx),
        Screen::Overview | Screen::Streams | Screen::Log | Screen::Travel => {}
    });
}

/// States are other ones now, at the same versions.
fn refold(model: &mut Model) {
    on_screen(model, |screens, screen, cx| {
        screens.travel.refold(cx);
        if screen == Screen::Streams {
            screens.streams.reload(cx);
        }
        overview::read_slow(cx, SETTLING);
    });
}

/// There are new events.
fn grown(model: &mut Model) {
    model.facts.changed_at = Some(model.now);
    model.facts.totals_are_old = true;
    on_screen(model, |screens, screen, cx| {
        overview::read_slow(cx, SETTLING);
        match screen {
            Screen::Overview => {}
            Screen::Streams => screens.streams.reload(cx),
            Screen::Log => screens.log.reload(cx),
            Screen::Travel => screens.travel.reload(cx),
            Screen::Projections => screens.projections.reload(cx),
            Screen::Sagas => screens.sagas.reload(cx),
            Screen::Trace => screens.trace.reload(cx),
            Screen::DeadLetters => screens.dead_letters.reload(cx),
        }
    });
}

fn replied(model: &mut Model, reply: Reply) {
    match reply {
        Reply::Overview(overview::Reply::Glance(glance)) => {
            let head = glance.head;
            // Where the store does not rank its streams, the longest are those that were counted last.
            let mut glance = glance;
            if let (true, Some(before)) = (glance.longest.is_empty(), &model.facts.glance) {
                glance.longest.clone_from(&before.longest);
            }
            match model.facts.glance.replace(*glance) {
                _ if model.clock.as_of.is_some() => {}
                None => on_screen(model, |_, _, cx| overview::read_slow(cx, Duration::ZERO)),
                Some(before) if before.head != head => grown(model),
                // Something changed, and not the log: what goes on around it.
                Some(_) => on_screen(model, |_, _, cx| {
                    overview::read_failures(cx, SETTLING);
                    if cx.source.capabilities.projections.is_available() && cx.desk.pending(Slot::Needs).is_none() {
                        cx.desk.run(cx.now, Slot::Needs, SETTLING, effect::Ask::Overview(overview::Ask::Needs));
                    }
                }),
            }
        }
        Reply::Overview(overview::Reply::Totals { totals, longest }) => {
            model.facts.totals = Some(totals);
            model.facts.totals_are_old = false;
            model.facts.uncounted = None;
            if let (Some(glance), Some(longest)) = (&mut model.facts.glance, longest) {
                glance.longest = longest;
            }
        }
        Reply::Overview(overview::Reply::Uncounted { budget }) => model.facts.uncounted = Some(budget),
        Reply::Overview(overview::Reply::Needs(needs)) => {
            if let Some(attention) = &mut model.facts.attention {
                attention.renew(needs);
            }
        }
        Reply::Overview(overview::Reply::Attention(attention)) => model.facts.attention = Some(attention),
        Reply::Overview(overview::Reply::Histogram(histogram)) => model.facts.histogram = histogram,
        Reply::Clock(reply) => clock::replied(model, reply),
        Reply::Streams(streams::Reply::Found(found)) => {
            if let Some(Modal::Palette(palette)) = &mut model.modal {
                palette.found(found, model.now);
            }
        }
        Reply::Streams(reply) => on_screen(model, |screens, _, cx| screens.streams.replied(reply, cx)),
        Reply::Log(reply) => on_screen(model, |screens, _, cx| screens.log.replied(reply, cx)),
        Reply::Travel(reply) => on_screen(model, |screens, _, cx| screens.travel.replied(reply, cx)),
        Reply::Find(reply) => find::replied(model, reply),
        Reply::Work(reply) => work::replied(model, reply),
        Reply::Projections(reply) => on_screen(model, |screens, _, cx| screens.projections.replied(reply, cx)),
        Reply::Sagas(reply) => on_screen(model, |screens, _, cx| screens.sagas.replied(reply, cx)),
        Reply::Trace(reply) => on_screen(model, |screens, _, cx| screens.trace.replied(reply, cx)),
        Reply::DeadLetters(reply) => on_screen(model, |screens, _, cx| screens.dead_letters.replied(reply, cx)),
    }
}
