//! What somebody types, pastes and points at.

use super::super::action::{Action, Scope};
use super::super::clock;
use super::super::effect::{self, Slot};
use super::super::find;
use super::super::geometry;
use super::super::input::{Deed, Key, Mouse};
use super::super::modals::prompt::Purpose;
use super::super::modals::{Modal, Outcome, over};
use super::super::model::Model;
use super::super::navigate;
use super::super::place::{Place, Screen};
use super::super::screens::streams;
use super::super::work;
use super::{act, on_screen, settle};
use std::time::Duration;

/// How many rows the wheel turns.
const WHEEL: usize = 3;
/// How many texts a prompt remembers.
const REMEMBERED: usize = 50;

pub(super) fn press(model: &mut Model, key: Key) {
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
        Outcome::Typed(purpose @ (Purpose::Bisect | Purpose::Pattern), text) => {
            match find::typed(model, purpose, &text) {
                Ok(()) => remember(model, purpose, text),
                Err(why) => {
                    if let Some(Modal::Prompt(prompt)) = &mut model.modal {
                        prompt.error = Some(why);
                    }
                }
            }
        }
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

pub(super) fn paste(model: &mut Model, text: &str) {
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

pub(super) fn point(model: &mut Model, mouse: Mouse) {
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
