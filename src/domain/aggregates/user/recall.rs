//! From an event of a user back to the command that it comes of.

use super::command::*;
use super::event::UserEvent;

/// The command that an event comes of.
pub fn command_for(event: &UserEvent) -> Option<UserCommand> {
    Some(match event.clone() {
        UserEvent::UserRegistered(event) => UserCommand::RegisterUser(RegisterUser {
            user_id: event.user_id,
            name: event.name,
            email: event.contact.email,
            phone: event.contact.phone,
            country: event.country,
        }),
        UserEvent::UserRelocated(event) => {
            UserCommand::RelocateUser(RelocateUser { user_id: event.user_id, address: event.address })
        }
        UserEvent::ContactChanged(event) => UserCommand::ChangeContact(ChangeContact {
            user_id: event.user_id,
            email: Some(event.contact.email),
            phone: event.contact.phone,
        }),
        UserEvent::UserDeleted(event) => {
            UserCommand::DeleteUser(DeleteUser { user_id: event.user_id, reason: event.reason })
        }
    })
}
