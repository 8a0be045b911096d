//! What can have happened to a user.

use crate::address::Address;
use crate::ids::UserId;
use serde::{Deserialize, Serialize};

crate::events! {
    /// What can have happened to a user.
    pub enum UserEvent upcast by crate::upcasters::CHAIN => {
        /// Somebody signed up.
        UserRegistered(UserRegistered) @ 3,
        /// They moved.
        UserRelocated(UserRelocated),
        /// They can be reached differently.
        ContactChanged(ContactChanged),
        /// They left, and are to be forgotten.
        UserDeleted(UserDeleted),
    }
}

/// How somebody can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// E-mail address.
    pub email: String,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// The payload of [`UserEvent::UserRegistered`], third schema: the first had `mail` and no country, the second `email`
/// outside of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserRegistered {
    /// Which user.
    pub user_id: UserId,
    /// What they are called.
    pub name: String,
    /// Their country, by its two letters.
    pub country: String,
    /// How they can be reached.
    pub contact: Contact,
}

/// The payload of [`UserEvent::UserRelocated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserRelocated {
    /// Which user.
    pub user_id: UserId,
    /// Where they live now.
    pub address: Address,
}

/// The payload of [`UserEvent::ContactChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactChanged {
    /// Which user.
    pub user_id: UserId,
    /// How they can be reached now.
    pub contact: Contact,
}

/// The payload of [`UserEvent::UserDeleted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserDeleted {
    /// Which user.
    pub user_id: UserId,
    /// Why.
    pub reason: String,
}
