//! What can be asked of a user.

use super::event::Contact;
use crate::address::Address;
use crate::ids::UserId;
use serde::Deserialize;

crate::command::commands! {
    /// What can be asked of a user.
    pub enum UserCommand of super::User, by user_id {
        /// Sign up.
        RegisterUser(RegisterUser),
        /// Move.
        RelocateUser(RelocateUser),
        /// Be reached differently.
        ChangeContact(ChangeContact),
        /// Leave.
        DeleteUser(DeleteUser),
    }
}

/// The fields of [`UserCommand::RegisterUser`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterUser {
    /// Which user; it must be new.
    pub user_id: UserId,
    /// What they are called.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Telephone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// Their country, by its two letters.
    #[serde(default = "korea")]
    pub country: String,
}

fn korea() -> String {
    "KR".to_owned()
}

/// The fields of [`UserCommand::RelocateUser`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelocateUser {
    /// Which user.
    pub user_id: UserId,
    /// Where they live now.
    pub address: Address,
}

/// The fields of [`UserCommand::ChangeContact`]. What is not said stays.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeContact {
    /// Which user.
    pub user_id: UserId,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(default)]
    pub phone: Option<String>,
}

/// The fields of [`UserCommand::DeleteUser`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteUser {
    /// Which user.
    pub user_id: UserId,
    /// Why.
    pub reason: String,
}

impl ChangeContact {
    /// The contact as it would be.
    pub(super) fn over(self, known: &Contact) -> Contact {
        Contact {
            email: self.email.unwrap_or_else(|| known.email.clone()),
            phone: self.phone.or_else(|| known.phone.clone()),
        }
    }
}
