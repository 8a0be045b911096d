//! What came back from the world: answers, and word that the store has changed.

use super::super::clock;
use super::super::effect::{self, Slot};
use super::super::find;
use super::super::message::Reply;
use super::super::modals::Modal;
use super::super::model::Model;
use super::super::place::Screen;
use super::super::screens::{overview, streams};
use super::super::work;
use super::on_screen;
use std::time::Duration;

/// How long after a change the slow questions are asked again.
const SETTLING: Duration = Duration::from_secs(2);

pub(super) fn replied(model: &mut Model, reply: Reply) {
    match reply {
        Reply::Overview(overview::Reply::Glance(glance)) => {
            let head = glance.head;
            // Where the store does not rank its streams, the longest are those that were counted last.
            let mut glance = glance;
            if let (true, None, Some(before)) = (glance.longest.is_empty(), model.clock.as_of, &model.facts.glance) {
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

/// A store says that it changed once too often rather than once too seldom: the glance tells whether it did.
pub(super) fn changed(model: &mut Model) {
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
pub(super) fn refold(model: &mut Model) {
    on_screen(model, |screens, screen, cx| {
        screens.travel.refold(cx);
        if screen == Screen::Streams {
            screens.streams.reload(cx);
        }
        overview::read_slow(cx, SETTLING);
    });
}
