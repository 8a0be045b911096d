//! A user: registered, moved, reached differently, deleted.

mod command;
mod decide;
mod event;
mod recall;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use command::*;
pub use event::*;
pub use refusal::UserRefusal;
pub use state::{UserState, UserStatus};

use crate::aggregate::Aggregate;
use crate::command::{CommandError, NamedCommand};

/// The aggregate of the streams `user-…`.
#[derive(Debug)]
pub struct User;

impl Aggregate for User {
    const CATEGORY: &'static str = "user";
    type State = UserState;
    type Event = UserEvent;
    type Command = UserCommand;
    type Refusal = UserRefusal;

    fn initial() -> UserState {
        UserState::default()
    }

    fn evolve(state: UserState, event: UserEvent) -> UserState {
        state::evolve(state, event)
    }

    fn decide(state: &UserState, command: UserCommand) -> Result<Vec<UserEvent>, UserRefusal> {
        decide::decide(state, command)
    }

    fn command_for(event: &UserEvent) -> Option<UserCommand> {
        recall::command_for(event)
    }

    fn parse_command(name: &str, json: &str) -> Result<UserCommand, CommandError> {
        UserCommand::parse(name, json)
    }
}
