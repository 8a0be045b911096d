//! Given events, when a command, then events: a rule of an aggregate as a test reads best.

use crate::aggregate::Aggregate;
use std::fmt::Debug;

/// Begins a test: the history that an aggregate has.
pub fn given<A: Aggregate>(events: impl IntoIterator<Item = A::Event>) -> Given<A> {
    Given { state: events.into_iter().fold(A::initial(), A::evolve) }
}

/// An aggregate with a history.
pub struct Given<A: Aggregate> {
    state: A::State,
}

/// What became of a command.
pub struct When<A: Aggregate> {
    outcome: Result<Vec<A::Event>, A::Refusal>,
}

impl<A: Aggregate> Given<A> {
    /// Decides a command.
    pub fn when(&self, command: A::Command) -> When<A> {
        When { outcome: A::decide(&self.state, command) }
    }

    /// The state that the history adds up to.
    pub fn state(&self) -> &A::State {
        &self.state
    }

    /// The codes of the invariants that the history broke.
    pub fn violations(&self) -> Vec<&'static str> {
        A::violations(&self.state).into_iter().map(|violation| violation.code).collect()
    }
}

impl<A: Aggregate> When<A>
where
    A::Event: Debug + PartialEq,
{
    /// Expects exactly these events. Panics where others came, or a refusal.
    #[track_caller]
    pub fn then(self, events: impl IntoIterator<Item = A::Event>) {
        match self.outcome {
            Ok(found) => assert_eq!(found, events.into_iter().collect::<Vec<_>>()),
            Err(refusal) => panic!("expected events, but the command was refused: {refusal}"),
        }
    }

    /// Expects that a rule refuses, in these words. Panics where it does not.
    #[track_caller]
    pub fn refused(self, words: &str) {
        match self.outcome {
            Ok(events) => panic!("expected a refusal, but this happened: {events:?}"),
            Err(refusal) => assert_eq!(refusal.to_string(), words),
        }
    }
}
