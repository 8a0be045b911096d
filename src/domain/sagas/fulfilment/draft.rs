//! A transition while it is being made: the state as it changes, and the lines that are written on the way.

use super::state::{FulfilmentState, Phase, Step, Waiting};
use super::steps::{operations, order_id};
use crate::event::StreamName;
use crate::processes::SagaStatus;
use crate::saga::{At, Due, GivenUp, Line, Patience, Transition};
use serde_json::json;

/// A transition that is being made.
pub struct Draft<'a> {
    saga_id: &'a str,
    next_line: i64,
    patience: &'a Patience,
    cause: String,
    lines: Vec<Line<FulfilmentState>>,
    due: Due,
    given_up: Option<GivenUp>,
    /// What the saga remembers by now.
    pub state: FulfilmentState,
    /// How it is doing by now.
    pub status: SagaStatus,
    /// The last error.
    pub error: Option<String>,
    /// Whether somebody has taken up what it had given up on.
    pub taken_up: bool,
}

/// What a line says beside the state.
#[derive(Default)]
pub struct Says {
    /// How the step is doing.
    pub step_status: Option<SagaStatus>,
    /// What went wrong.
    pub error: Option<String>,
}

impl<'a> Draft<'a> {
    /// Begins with the state as it is.
    pub fn new(at: &At<'a, FulfilmentState>, state: FulfilmentState, cause: String) -> Draft<'a> {
        let status = match state.phase {
            Phase::Waiting => SagaStatus::Started,
            Phase::Doing => SagaStatus::Executing,
            Phase::Undoing => SagaStatus::Compensating,
            Phase::Stuck => SagaStatus::CompensationFailed,
            Phase::Over => SagaStatus::of(state.ended.as_deref().unwrap_or_default()),
        };
        Draft {
            saga_id: at.saga_id,
            next_line: at.sequence + 1,
            patience: at.patience,
            cause,
            lines: Vec::new(),
            due: Due::Unchanged,
            given_up: None,
            error: state.failure.clone(),
            state,
            status,
            taken_up: false,
        }
    }

    /// How often a call is tried.
    pub fn attempts(&self) -> u32 {
        self.patience.attempts
    }

    /// Writes a line about the step that the saga is at.
    pub fn line(&mut self, says: Says) {
        self.write(says, false);
    }

    fn write(&mut self, says: Says, sends: bool) {
        let undoing = matches!(self.state.phase, Phase::Undoing | Phase::Stuck);
        let step = self.step();
        let sent = if sends { self.state.outstanding(self.saga_id) } else { None };
        self.lines.push(Line {
            status: self.status,
            step: step.map(|step| if undoing { step.undo_name() } else { step.name() }.to_owned()),
            step_status: says.step_status,
            compensates: step.filter(|_| undoing).map(|step| step.name().to_owned()),
            // Somebody who takes it up again has asked for nothing yet: the first attempt is still to come.
            attempt: self.state.attempt.max(1),
            cause: self.cause.clone(),
            sent,
            error: says.error,
            state: self.state.clone(),
        });
        self.next_line += 1;
    }

    /// The step that it is at; while undoing the one that is undone.
    fn step(&self) -> Option<Step> {
        match self.state.phase {
            Phase::Undoing | Phase::Stuck => self.state.undo.first().map(|undo| undo.step),
            _ => Some(self.state.step),
        }
    }

    /// Asks for what the saga is at, and waits for the answer.
    pub fn ask(&mut self) {
        self.state.waiting = Waiting::Reply;
        self.state.asked_at = self.next_line;
        self.due = Due::After(self.patience.answer);
        let doing = if self.state.phase == Phase::Undoing { SagaStatus::Compensating } else { SagaStatus::Executing };
        self.status = doing;
        self.write(Says { step_status: Some(doing), error: None }, true);
    }

    /// Waits before the next attempt.
    pub fn pause(&mut self) {
        self.state.waiting = Waiting::Pause;
        self.due = Due::After(self.patience.pause(self.state.attempt));
    }

    /// Goes on at once with what somebody else's process is to do: a runner finds it as due.
    pub fn go_on_soon(&mut self) {
        self.state.waiting = Waiting::Pause;
        self.due = Due::After(std::time::Duration::ZERO);
    }

    /// Waits for nothing that can be late.
    pub fn rest(&mut self) {
        self.state.waiting = Waiting::Nothing;
        self.due = Due::Never;
    }

    /// The next operation, or the next step, or the end.
    pub fn advance(&mut self) {
        self.state.doubt = false;
        self.state.operation += 1;
        if self.state.operation >= operations(&self.state).len() {
            self.state.waiting = Waiting::Nothing;
            self.line(Says { step_status: Some(SagaStatus::Completed), error: None });
            match self.state.step.next() {
                Some(step) => (self.state.step, self.state.operation) = (step, 0),
                None => return self.end(SagaStatus::Completed),
            }
        }
        self.state.attempt = 1;
        self.ask();
    }

    /// Nothing more will happen. The last line says so.
    pub fn end(&mut self, status: SagaStatus) {
        self.state.phase = Phase::Over;
        self.state.undo.clear();
        self.state.ended = Some(status.name().to_owned());
        self.rest();
        self.status = status;
        if let Some(last) = self.lines.last_mut() {
            last.status = status;
            last.state = self.state.clone();
        }
    }

    /// Gives up on undoing what it is at: a person has to see to it.
    pub fn give_up(&mut self, error: String) {
        let Some(undo) = self.state.undo.first().cloned() else { return };
        let asked = undo.ask.outgoing(self.saga_id, self.state.attempt);
        self.given_up = Some(GivenUp {
            payload: json!({
                "saga_id": self.saga_id,
                "step": undo.step.undo_name(),
                "compensates": undo.step.name(),
                "tried": asked.shown(),
                "fields": asked.body,
                "because": self.state.failure,
            }),
            error: error.clone(),
            attempts: self.state.attempt,
            blocks: StreamName::of("order", order_id(&self.state)),
        });
        self.state.phase = Phase::Stuck;
        self.rest();
        self.status = SagaStatus::CompensationFailed;
        self.error = Some(error.clone());
        self.line(Says { step_status: Some(SagaStatus::CompensationFailed), error: Some(error) });
    }

    /// The transition.
    pub fn done(self) -> Transition<FulfilmentState> {
        let step = self.lines.last().and_then(|line| line.step.clone());
        Transition {
            state: self.state,
            status: self.status,
            step,
            error: self.error,
            lines: self.lines,
            due: self.due,
            given_up: self.given_up,
            taken_up: self.taken_up,
        }
    }
}
