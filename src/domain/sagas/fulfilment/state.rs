//! What the fulfilment of an order remembers.

use crate::aggregates::order::OrderState;
use crate::saga::Outgoing;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The fulfilment of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FulfilmentState {
    /// Which part of its life it is in.
    pub phase: Phase,
    /// The step that it is at, or was at when it failed.
    pub step: Step,
    /// The operation of the step, from 0.
    pub operation: usize,
    /// Which attempt at the operation, from 1.
    pub attempt: u32,
    /// What it waits for.
    pub waiting: Waiting,
    /// The line of the log that asked for what it waits for.
    pub asked_at: i64,
    /// Whether an attempt at the operation was never answered: it may have been carried out.
    pub doubt: bool,
    /// The operations that were carried out, or may have been, in order.
    pub done: Vec<String>,
    /// What is still to be undone, the next one first.
    pub undo: Vec<Undo>,
    /// Whether somebody else has paid for the order.
    pub paid_elsewhere: bool,
    /// Whether the order is cancelled.
    pub order_cancelled: bool,
    /// The bank's word for the charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_code: Option<String>,
    /// The carrier's number of the parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking_number: Option<String>,
    /// Why it is undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// How it ended, by the contract's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// The order as it was when the fulfilment began to work on it.
    pub order: OrderState,
}

/// A part of its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Phase {
    /// The customer has not confirmed.
    Waiting,
    /// Step after step.
    Doing,
    /// Undoing what was done.
    Undoing,
    /// Something could not be undone.
    Stuck,
    /// Nothing more will happen.
    Over,
}

/// What it waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Waiting {
    /// Nothing that can be late.
    Nothing,
    /// An answer.
    Reply,
    /// The end of a pause before the next attempt.
    Pause,
}

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Step {
    /// The customer ordered.
    CreateOrder,
    /// Money comes in.
    ProcessPayment,
    /// Stock is set aside.
    ReserveInventory,
    /// A parcel goes out.
    Ship,
}

impl Step {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Step::CreateOrder => "create order",
            Step::ProcessPayment => "process payment",
            Step::ReserveInventory => "reserve inventory",
            Step::Ship => "ship",
        }
    }

    /// The name of what undoes it.
    pub fn undo_name(self) -> &'static str {
        match self {
            Step::CreateOrder => "cancel order",
            Step::ProcessPayment => "refund payment",
            Step::ReserveInventory => "release stock",
            Step::Ship => "cancel shipment",
        }
    }

    /// The one behind it.
    pub fn next(self) -> Option<Step> {
        match self {
            Step::CreateOrder => Some(Step::ProcessPayment),
            Step::ProcessPayment => Some(Step::ReserveInventory),
            Step::ReserveInventory => Some(Step::Ship),
            Step::Ship => None,
        }
    }
}

/// Something that is to be undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    /// The step that it belongs to.
    pub step: Step,
    /// What is asked for.
    pub ask: Ask,
}

/// Something that is asked for: once, however many attempts it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Its name within the saga: `charge`, `ReserveStock SKU-7`.
    pub name: String,
    /// The service that is called; `None` for a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The call's operation, or the command's name.
    pub what: String,
    /// The stream that decides a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// The fields.
    pub body: Value,
}

impl FulfilmentState {
    /// What it waits for an answer to, as it is sent: the same ids every time.
    pub fn outstanding(&self, saga_id: &str) -> Option<Outgoing> {
        (self.waiting == Waiting::Reply).then(|| self.current())?.map(|ask| ask.outgoing(saga_id, self.attempt))
    }

    /// What it is at: the next operation of a step, or the next thing to undo.
    pub fn current(&self) -> Option<Ask> {
        match self.phase {
            Phase::Doing => super::steps::operations(self).into_iter().nth(self.operation),
            Phase::Undoing | Phase::Stuck => self.undo.first().map(|undo| undo.ask.clone()),
            Phase::Waiting | Phase::Over => None,
        }
    }
}
