//! What a user's events add up to.

use super::event::{Contact, UserEvent};
use crate::address::Address;
use crate::ids::UserId;
use serde::{Deserialize, Serialize};

/// A user. What is not known is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserState {
    /// Whether they are with us.
    pub status: UserStatus,
    /// Which user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// What they are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their country, by its two letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// How they can be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Where they live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// How often they moved.
    pub relocations: u64,
    /// Why they were deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_reason: Option<String>,
}

/// Whether a user is with us.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UserStatus {
    /// Not registered yet.
    #[default]
    New,
    /// With us.
    Active,
    /// Gone.
    Deleted,
}

/// The state after one more event.
pub fn evolve(mut state: UserState, event: UserEvent) -> UserState {
    match event {
        UserEvent::UserRegistered(registered) => {
            state.status = UserStatus::Active;
            state.user_id = Some(registered.user_id);
            state.name = Some(registered.name);
            state.country = Some(registered.country);
            state.contact = Some(registered.contact);
        }
        UserEvent::UserRelocated(relocated) => {
            state.country = Some(relocated.address.country.clone());
            state.address = Some(relocated.address);
            state.relocations = state.relocations.saturating_add(1);
        }
        UserEvent::ContactChanged(changed) => state.contact = Some(changed.contact),
        UserEvent::UserDeleted(deleted) => {
            // Who is deleted is forgotten: the state keeps nothing that says who it was.
            return UserState {
                status: UserStatus::Deleted,
                user_id: state.user_id,
                relocations: state.relocations,
                delete_reason: Some(deleted.reason),
                ..UserState::default()
            };
        }
    }
    state
}
