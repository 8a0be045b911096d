//! The rules of a user.

use super::command::UserCommand;
use super::event::*;
use super::refusal::UserRefusal;
use super::state::{UserState, UserStatus};

/// The events that a command leads to, or the rule that refuses it.
pub fn decide(state: &UserState, command: UserCommand) -> Result<Vec<UserEvent>, UserRefusal> {
    let registering = matches!(command, UserCommand::RegisterUser(_));
    match state.status {
        UserStatus::New if !registering => return Err(UserRefusal::NotRegistered),
        UserStatus::Active if registering => return Err(UserRefusal::AlreadyRegistered),
        UserStatus::Deleted => return Err(UserRefusal::Deleted),
        UserStatus::New | UserStatus::Active => {}
    }
    let event = match command {
        UserCommand::RegisterUser(register) => {
            if register.name.trim().is_empty() {
                return Err(UserRefusal::NoName);
            }
            UserEvent::UserRegistered(UserRegistered {
                user_id: register.user_id,
                name: register.name,
                country: register.country,
                contact: Contact { email: plausible(register.email)?, phone: register.phone },
            })
        }
        UserCommand::RelocateUser(relocate) => {
            if state.address.as_ref() == Some(&relocate.address) {
                return Err(UserRefusal::NothingChanged);
            }
            UserEvent::UserRelocated(UserRelocated { user_id: relocate.user_id, address: relocate.address })
        }
        UserCommand::ChangeContact(change) => {
            let known = state.contact.as_ref().ok_or(UserRefusal::NotRegistered)?;
            let user_id = change.user_id.clone();
            let contact = change.over(known);
            if contact == *known {
                return Err(UserRefusal::NothingChanged);
            }
            let contact = Contact { email: plausible(contact.email)?, phone: contact.phone };
            UserEvent::ContactChanged(ContactChanged { user_id, contact })
        }
        UserCommand::DeleteUser(delete) => {
            UserEvent::UserDeleted(UserDeleted { user_id: delete.user_id, reason: delete.reason })
        }
    };
    Ok(vec![event])
}

/// Whether mail reaches somebody is for a mail to find out; here only what cannot be an address is refused.
fn plausible(email: String) -> Result<String, UserRefusal> {
    match email.split_once('@') {
        Some((local, domain)) if !local.is_empty() && !domain.is_empty() => Ok(email),
        _ => Err(UserRefusal::BadEmail { email }),
    }
}
