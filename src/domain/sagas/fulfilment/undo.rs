//! How what was done is undone: the last step first, each thing by the retry policy, and by hand where that fails.

use super::draft::{Draft, Says};
use super::state::{FulfilmentState, Phase, Step, Waiting};
use super::steps::undoing;
use crate::processes::SagaStatus;
use crate::saga::{At, Outcome, Transition};

/// Begins to undo. The step that it was at ended so.
pub fn begin(draft: &mut Draft<'_>, why: String, step_status: SagaStatus) {
    let doubtful = draft.state.current().filter(|_| draft.state.doubt);
    draft.state.done.extend(doubtful.map(|ask| ask.name));
    draft.state.doubt = false;
    draft.state.failure = Some(why.clone());
    draft.error = Some(why.clone());
    draft.state.waiting = Waiting::Nothing;
    draft.state.undo = undoing(&draft.state);
    let error = Some(why).filter(|_| step_status != SagaStatus::Completed);
    // The line is about the step that was being done: it is written before the phase changes.
    draft.status = SagaStatus::Compensating;
    draft.line(Says { step_status: Some(step_status), error });
    if draft.state.undo.is_empty() {
        let nothing_was_done = draft.state.done.is_empty();
        return draft.end(if nothing_was_done { SagaStatus::Failed } else { SagaStatus::Compensated });
    }
    draft.state.phase = Phase::Undoing;
    draft.state.attempt = 1;
    draft.ask();
}

/// What an answer to an undoing leads to.
pub fn take_outcome(draft: &mut Draft<'_>, outcome: Outcome) {
    let Some(ask) = draft.state.current() else { return };
    match outcome {
        Outcome::Done(_) => next(draft, SagaStatus::Compensated, None),
        // The customer was faster.
        Outcome::Refused(_) | Outcome::Failed(_) if draft.state.order_cancelled && at_order(draft) => {
            next(draft, SagaStatus::Compensated, None)
        }
        Outcome::Refused(why) | Outcome::Failed(why) if draft.state.attempt < draft.attempts() => pause(draft, why),
        // The log that would take the command also holds the saga: when it is back, so is the saga.
        Outcome::Failed(why) if ask.is_command() => pause(draft, why),
        Outcome::Refused(why) | Outcome::Failed(why) => draft.give_up(why),
    }
}

fn pause(draft: &mut Draft<'_>, why: String) {
    draft.pause();
    draft.error = Some(why.clone());
    draft.line(Says { step_status: Some(SagaStatus::Failed), error: Some(why) });
}

fn at_command(draft: &Draft<'_>) -> bool {
    draft.state.current().is_some_and(|ask| ask.is_command())
}

fn at_order(draft: &Draft<'_>) -> bool {
    draft.state.undo.first().is_some_and(|undo| undo.step == Step::CreateOrder)
}

/// The next thing to undo, or the end. A step is told to be undone with the last of its things.
fn next(draft: &mut Draft<'_>, step_status: SagaStatus, error: Option<String>) {
    let step = draft.state.undo.first().map(|undo| undo.step);
    let more_of_it = draft.state.undo.get(1).map(|undo| undo.step) == step;
    if !more_of_it || error.is_some() {
        draft.status = SagaStatus::Compensating;
        draft.line(Says { step_status: Some(step_status), error });
    }
    if !draft.state.undo.is_empty() {
        draft.state.undo.remove(0);
    }
    draft.state.attempt = 1;
    draft.state.doubt = false;
    if draft.state.undo.is_empty() {
        return draft.end(SagaStatus::Compensated);
    }
    draft.state.phase = Phase::Undoing;
    draft.ask();
}

/// The order is cancelled: by its customer on the way, or by the saga itself.
pub fn cancelled(mut draft: Draft<'_>, reason: &str) -> Option<Transition<FulfilmentState>> {
    if draft.state.order_cancelled {
        return None;
    }
    draft.state.order_cancelled = true;
    let why = format!("the order was cancelled: {reason}");
    match draft.state.phase {
        Phase::Over => return None,
        Phase::Waiting => begin(&mut draft, why, SagaStatus::Failed),
        // What was asked for may be carried out any moment: it is undone when that is known. A command is asked for
        // until it is known.
        Phase::Doing if draft.state.waiting == Waiting::Reply || at_command(&draft) => {
            draft.state.failure = Some(why.clone());
            draft.error = Some(why);
            draft.line(Says::default());
        }
        Phase::Doing => begin(&mut draft, why, SagaStatus::Failed),
        Phase::Undoing if at_order(&draft) && draft.state.waiting == Waiting::Pause => {
            next(&mut draft, SagaStatus::Compensated, None);
        }
        Phase::Undoing if at_order(&draft) => draft.line(Says::default()),
        Phase::Undoing | Phase::Stuck => {
            let first = draft.state.phase == Phase::Stuck && at_order(&draft);
            // A dead letter stays one until somebody takes it up; then it turns out to be seen to.
            if !first {
                draft.state.undo.retain(|undo| undo.step != Step::CreateOrder);
            }
            draft.line(Says::default());
        }
    }
    Some(draft.done())
}

/// Somebody takes up what could not be undone: it is tried again from the first attempt.
pub fn retry(at: &At<'_, FulfilmentState>, state: &FulfilmentState, by: &str) -> Option<Transition<FulfilmentState>> {
    let mut draft = taken_up(at, state, format!("retry by {by}"))?;
    draft.state.phase = Phase::Undoing;
    // A runner in another process finds it as due, and counts from there.
    draft.state.attempt = 0;
    draft.go_on_soon();
    draft.status = SagaStatus::Compensating;
    draft.line(Says { step_status: Some(SagaStatus::Compensating), error: None });
    Some(draft.done())
}

/// Somebody has seen to what could not be undone: it goes on with the rest.
pub fn skip(at: &At<'_, FulfilmentState>, state: &FulfilmentState, by: &str) -> Option<Transition<FulfilmentState>> {
    let mut draft = taken_up(at, state, format!("skipped by {by}"))?;
    draft.status = SagaStatus::Compensating;
    draft.line(Says { step_status: Some(SagaStatus::Compensated), error: Some(format!("skipped by {by}")) });
    draft.state.undo.remove(0);
    if draft.state.undo.is_empty() {
        draft.end(SagaStatus::Compensated);
        return Some(draft.done());
    }
    draft.state.phase = Phase::Undoing;
    draft.state.attempt = 0;
    draft.go_on_soon();
    draft.line(Says { step_status: Some(SagaStatus::Compensating), error: None });
    Some(draft.done())
}

fn taken_up<'a>(at: &At<'a, FulfilmentState>, state: &FulfilmentState, cause: String) -> Option<Draft<'a>> {
    let stuck = state.phase == Phase::Stuck && !state.undo.is_empty();
    let mut draft = Draft::new(at, state.clone(), cause);
    draft.taken_up = true;
    draft.error = state.failure.clone();
    stuck.then_some(draft)
}
