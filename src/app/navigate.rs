//! Going somewhere and coming back: to the same screen, the same row and the same scroll.

use super::action::Action;
use super::effect::Slot;
use super::model::Model;
use super::place::{Crumb, Place, Screen};
use super::screens::log::Log;
use super::screens::trace::Trace;
use super::screens::travel::Travel;
use super::update::on_screen;
use foldback_domain::event::{StreamName, Version};

/// How many steps of the way back are remembered.
const STEPS: usize = 16;

/// Goes somewhere; Esc leads back here.
pub(super) fn go(model: &mut Model, place: Place) {
    let screen = match &place {
        Place::Screen(screen) => *screen,
        Place::Category(_) => Screen::Streams,
        Place::Position(_) | Place::Log(_) => Screen::Log,
        Place::Stream(..) | Place::Branch(..) => Screen::Travel,
        Place::Projection(_) => Screen::Projections,
        Place::Saga(_) => Screen::Sagas,
        Place::Trace(_) => Screen::Trace,
        Place::DeadLetter(_) => Screen::DeadLetters,
    };
    if place == Place::Screen(model.screen) {
        return;
    }
    let same_stream = matches!(&place, Place::Stream(stream, _) | Place::Branch(stream, _) if model.screens.travel.stream.as_ref() == Some(stream));
    if !(same_stream && model.screen == Screen::Travel) {
        let crumb = here(model);
        model.crumbs.push(crumb);
        let surplus = model.crumbs.len().saturating_sub(STEPS);
        model.crumbs.drain(..surplus);
    }
    model.screen = screen;
    match place {
        Place::Screen(_) => {}
        Place::Projection(name) => model.screens.projections.show(name),
        Place::Saga(id) => {
            model.desk.cancel(Slot::Saga);
            model.screens.sagas.show(id);
        }
        Place::Trace(id) => {
            model.desk.cancel(Slot::Trace);
            model.screens.trace = Trace::of(id);
        }
        Place::DeadLetter(id) => model.screens.dead_letters.show(id),
        Place::Category(category) => {
            on_screen(model, |screens, _, cx| screens.streams.show_category(Some(category), cx));
        }
        Place::Position(position) => on_screen(model, |screens, _, cx| {
            if !screens.log.filters.is_empty() {
                screens.log = Log { newest_first: screens.log.newest_first, ..Log::default() };
            }
            screens.log.go_to(position, cx);
        }),
        Place::Log(filter) => on_screen(model, |screens, _, cx| {
            screens.log = Log { newest_first: screens.log.newest_first, ..Log::default() };
            screens.log.resize(cx);
            screens.log.show(filter, cx);
        }),
        Place::Stream(stream, at) => {
            if same_stream {
                // It keeps its tree as it was unfolded, its pin and its watch.
                on_screen(model, |screens, _, cx| screens.travel.visit(at, cx));
            } else {
                travel_to(model, stream, at);
            }
        }
        Place::Branch(stream, name) => {
            if same_stream {
                on_screen(model, |screens, _, cx| screens.travel.show_branch(name, cx));
            } else {
                travel_to(model, stream, None);
                model.screens.travel.branches.choose(name);
            }
        }
    }
    enter(model);
}

/// Another stream to travel in. What is known of branches goes along.
fn travel_to(model: &mut Model, stream: StreamName, at: Option<Version>) {
    forget_travel_work(model);
    let branches = model.screens.travel.branches.elsewhere();
    model.screens.travel = Travel::to(stream, at);
    model.screens.travel.branches = branches;
}

/// Goes one step back. What is in the way of it goes first.
pub(super) fn back(model: &mut Model) {
    if let Some((slot, _)) = model.desk.long(model.now)
        && (!slot.is_background() || (slot == Slot::Attention && model.screen == Screen::Overview))
    {
        model.desk.cancel(slot);
        model.desk.fail(slot, "cancelled".to_owned());
        return;
    }
    match model.screen {
        Screen::Log if model.screens.log.mark.take().is_some() => return,
        Screen::Travel if model.screens.travel.play.take().is_some() => return,
        Screen::Travel if std::mem::take(&mut model.screens.travel.blaming) => return,
        Screen::Projections if model.screens.projections.audit.take().is_some() => return,
        Screen::Projections if model.screens.projections.rows.take().is_some() => return,
        Screen::Sagas if std::mem::take(&mut model.screens.sagas.opened) => return,
        _ => {}
    }
    if model.screen == Screen::Travel && model.screens.travel.branches.current().is_some() {
        return on_screen(model, |screens, _, cx| screens.travel.leave_branch(cx));
    }
    match model.crumbs.pop() {
        Some(crumb) => restore(model, crumb),
        None if model.screen != Screen::Overview => model.screen = Screen::Overview,
        None => {
            let quit = model.key(Action::Quit, true);
            model.notice = Some(format!("this is where you began; {quit} leaves foldback"));
        }
    }
}

fn here(model: &Model) -> Crumb {
    match model.screen {
        Screen::Overview => Crumb::Overview,
        Screen::Streams => Crumb::Streams,
        Screen::Log => Crumb::Log(Box::new(model.screens.log.clone())),
        Screen::Travel => Crumb::Travel(Box::new(model.screens.travel.clone())),
        Screen::Projections => Crumb::Projections,
        Screen::Sagas => Crumb::Sagas(Box::new(model.screens.sagas.clone())),
        Screen::Trace => Crumb::Trace(Box::new(model.screens.trace.clone())),
        Screen::DeadLetters => Crumb::DeadLetters,
    }
}

fn restore(model: &mut Model, crumb: Crumb) {
    model.screen = crumb.screen();
    match crumb {
        Crumb::Overview | Crumb::Streams | Crumb::Projections | Crumb::DeadLetters => {}
        Crumb::Sagas(sagas) => model.screens.sagas = *sagas,
        Crumb::Trace(trace) => {
            model.desk.cancel(Slot::Trace);
            model.screens.trace = *trace;
        }
        Crumb::Log(log) => {
            model.desk.cancel(Slot::Log);
            model.screens.log = *log;
        }
        Crumb::Travel(travel) => {
            forget_travel_work(model);
            let branches = model.screens.travel.branches.elsewhere();
            model.screens.travel = *travel;
            model.screens.travel.branches.knowing(&branches);
        }
    }
    enter(model);
}

/// Reads what the screen shows, where it was not read, or was read as of another time.
pub(super) fn enter(model: &mut Model) {
    // What stands beside the streams is not worth folding for a screen that is not seen.
    if model.screen != Screen::Streams {
        model.desk.cancel(Slot::Preview);
    }
    on_screen(model, |screens, screen, cx| match screen {
        Screen::Overview => screens.overview.enter(cx),
        Screen::Streams => screens.streams.enter(cx),
        Screen::Log => screens.log.enter(cx),
        Screen::Travel => screens.travel.enter(cx),
        Screen::Projections => screens.projections.enter(cx),
        Screen::Sagas => screens.sagas.enter(cx),
        Screen::Trace => screens.trace.enter(cx),
        Screen::DeadLetters => screens.dead_letters.enter(cx),
    });
}

/// Answers about one stream must not reach another.
fn forget_travel_work(model: &mut Model) {
    use Slot::{Blame, Branch, BranchEnd, Change, Fold, Open, Step, Tallies, VersionAt, Versions};
    for slot in [Open, Fold, Versions, Step, Tallies, Blame, Change, VersionAt, Branch, BranchEnd] {
        model.desk.cancel(slot);
    }
}
