//! What a signal leads to while an order is fulfilled.

use super::draft::{Draft, Says};
use super::state::{FulfilmentState, Phase, Step, Waiting};
use super::undo;
use crate::aggregate::Aggregate;
use crate::aggregates::Order;
use crate::aggregates::order::OrderEvent;
use crate::fact::Fact;
use crate::processes::SagaStatus;
use crate::saga::{At, Outcome, Reply, Signal, Transition};
use serde_json::Value;

type Decision = Option<Transition<FulfilmentState>>;

/// What a signal leads to; `None` where it changes nothing.
pub fn decide(at: &At<'_, FulfilmentState>, signal: &Signal<'_>) -> Decision {
    let Some(state) = at.state else { return begin(at, signal) };
    match signal {
        Signal::Event { fact: Fact::Order(event), event_type } => take_event(at, state, event, event_type),
        Signal::Event { .. } => None,
        Signal::Reply(reply) => take_reply(at, state, reply),
        Signal::Timeout => take_timeout(at, state),
        Signal::Retry { by } => undo::retry(at, state, by),
        Signal::Skip { by } => undo::skip(at, state, by),
    }
}

fn begin(at: &At<'_, FulfilmentState>, signal: &Signal<'_>) -> Decision {
    let Signal::Event { fact: Fact::Order(event @ OrderEvent::OrderPlaced(_)), event_type } = signal else {
        return None;
    };
    let state = FulfilmentState {
        phase: Phase::Waiting,
        step: Step::CreateOrder,
        operation: 0,
        attempt: 1,
        waiting: Waiting::Nothing,
        asked_at: -1,
        doubt: false,
        done: Vec::new(),
        undo: Vec::new(),
        paid_elsewhere: false,
        order_cancelled: false,
        authorization_code: None,
        tracking_number: None,
        failure: None,
        ended: None,
        order: Order::evolve(Order::initial(), event.clone()),
    };
    let mut draft = Draft::new(at, state, (*event_type).to_owned());
    // A customer may take any time to confirm.
    draft.rest();
    draft.line(Says { step_status: Some(SagaStatus::Completed), error: None });
    Some(draft.done())
}

fn take_event(at: &At<'_, FulfilmentState>, state: &FulfilmentState, event: &OrderEvent, event_type: &str) -> Decision {
    let mut draft = Draft::new(at, state.clone(), event_type.to_owned());
    if let OrderEvent::OrderCancelled(cancelled) = event {
        return undo::cancelled(draft, &cancelled.reason);
    }
    if state.phase != Phase::Waiting {
        return None;
    }
    draft.state.order = Order::evolve(draft.state.order, event.clone());
    match event {
        OrderEvent::OrderPlaced(_) => return None,
        OrderEvent::OrderConfirmed(_) => start(&mut draft, Step::ProcessPayment),
        // Somebody took the money by other means: there is nothing to charge, and nothing to give back.
        OrderEvent::PaymentCompleted(_) => {
            draft.state.paid_elsewhere = true;
            start(&mut draft, Step::ReserveInventory);
        }
        _ => draft.line(Says::default()),
    }
    Some(draft.done())
}

fn start(draft: &mut Draft<'_>, step: Step) {
    draft.state.phase = Phase::Doing;
    (draft.state.step, draft.state.operation) = (step, 0);
    draft.ask();
}

fn take_reply(at: &At<'_, FulfilmentState>, state: &FulfilmentState, reply: &Reply) -> Decision {
    let cause = if reply.is_call { format!("reply of {}", reply.from) } else { reply.from.clone() };
    let Some(asked) = state.outstanding(at.saga_id) else { return late(at, state, reply) };
    // What an earlier attempt did is done, whenever it says so. What it could not do, the attempt under way may still.
    let is_answer = match reply.outcome {
        Outcome::Done(_) => reply.key == asked.key,
        Outcome::Refused(_) | Outcome::Failed(_) => reply.id == asked.id,
    };
    if !is_answer {
        return late(at, state, reply);
    }
    let mut draft = Draft::new(at, state.clone(), cause);
    let outcome = match refused_by_event(&reply.outcome) {
        Some(why) => Outcome::Refused(why),
        None => reply.outcome.clone(),
    };
    if state.phase == Phase::Undoing {
        undo::take_outcome(&mut draft, outcome);
    } else {
        take_outcome(&mut draft, outcome);
    }
    Some(draft.done())
}

/// Too little stock is an event, not a refused command: the saga acts on it all the same.
fn refused_by_event(outcome: &Outcome) -> Option<String> {
    let Outcome::Done(Value::Array(events)) = outcome else { return None };
    let refusal = events.iter().find(|event| event["type"] == "StockReservationRefused")?;
    let data = &refusal["data"];
    let sku = data["sku"].as_str().unwrap_or("the stock");
    Some(format!("{sku}: {} wanted, {} available", data["quantity"], data["available"]))
}

fn take_outcome(draft: &mut Draft<'_>, outcome: Outcome) {
    let Some(ask) = draft.state.current() else { return };
    match outcome {
        Outcome::Done(answer) => {
            let text = |key: &str| answer.get(key).and_then(Value::as_str).map(str::to_owned);
            draft.state.authorization_code = text("authorization_code").or(draft.state.authorization_code.take());
            draft.state.tracking_number = text("tracking_number").or(draft.state.tracking_number.take());
            draft.state.done.push(ask.name);
            match &draft.state.failure {
                None => draft.advance(),
                Some(why) => undo::begin(draft, why.clone(), SagaStatus::Completed),
            }
        }
        Outcome::Refused(why) => {
            // The same key would have been answered as the first time: no attempt was carried out.
            draft.state.doubt = false;
            let why = draft.state.failure.clone().unwrap_or(why);
            undo::begin(draft, why, SagaStatus::Failed);
        }
        // Nothing is in flight, and the order is cancelled already: there is no reason to ask again.
        Outcome::Failed(_) if draft.state.failure.is_some() && !ask.is_command() => {
            let why = draft.state.failure.clone().unwrap_or_default();
            undo::begin(draft, why, SagaStatus::Failed);
        }
        Outcome::Failed(why) if ask.is_command() || draft.state.attempt < draft.attempts() => {
            draft.pause();
            draft.error = Some(why.clone());
            draft.line(Says { step_status: Some(SagaStatus::Failed), error: Some(why) });
        }
        Outcome::Failed(why) => undo::begin(draft, why, SagaStatus::Failed),
    }
}

fn take_timeout(at: &At<'_, FulfilmentState>, state: &FulfilmentState) -> Decision {
    let ask = state.current()?;
    match state.waiting {
        Waiting::Nothing => return None,
        Waiting::Pause => {
            let mut draft = Draft::new(at, state.clone(), "end of the pause".to_owned());
            draft.state.attempt = state.attempt.saturating_add(1);
            draft.ask();
            return Some(draft.done());
        }
        Waiting::Reply => {}
    }
    let mut draft = Draft::new(at, state.clone(), "timeout".to_owned());
    let why = format!("{} did not answer within {} s", ask.name, at.patience.answer.as_secs_f64());
    let undoing = state.phase == Phase::Undoing;
    draft.state.doubt = true;
    draft.error = Some(why.clone());
    let again = ask.is_command() || (state.attempt < at.patience.attempts && (undoing || state.failure.is_none()));
    if again {
        draft.status = SagaStatus::TimedOut;
        draft.line(Says { step_status: Some(SagaStatus::TimedOut), error: Some(why) });
        draft.state.attempt = state.attempt.saturating_add(1);
        draft.ask();
    } else if undoing {
        draft.give_up(why);
    } else {
        let why = state.failure.clone().unwrap_or(why);
        undo::begin(&mut draft, why, SagaStatus::TimedOut);
    }
    Some(draft.done())
}

/// An answer that nobody waits for any more, or the second one: it is noted, and changes nothing.
fn late(at: &At<'_, FulfilmentState>, state: &FulfilmentState, reply: &Reply) -> Decision {
    if !reply.is_call {
        return None;
    }
    let mut draft = Draft::new(at, state.clone(), format!("late reply of {}", reply.from));
    let error = match &reply.outcome {
        Outcome::Done(_) => None,
        Outcome::Refused(why) | Outcome::Failed(why) => Some(why.clone()),
    };
    draft.line(Says { step_status: None, error });
    Some(draft.done())
}
