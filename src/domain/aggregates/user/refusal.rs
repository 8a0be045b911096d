//! Why a rule of a user refuses.

use crate::command::NamedRefusal;
use std::fmt;

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserRefusal {
    /// There is no such user yet.
    NotRegistered,
    /// The user exists already.
    AlreadyRegistered,
    /// The user was deleted, and the id is not given again.
    Deleted,
    /// An e-mail address has no `@`.
    BadEmail {
        /// The address.
        email: String,
    },
    /// A name has no letters.
    NoName,
    /// Nothing would change.
    NothingChanged,
}

impl fmt::Display for UserRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UserRefusal::NotRegistered => write!(f, "the user does not exist; register them first"),
            UserRefusal::AlreadyRegistered => write!(f, "the user exists already"),
            UserRefusal::Deleted => write!(f, "the user was deleted"),
            UserRefusal::BadEmail { email } => write!(f, "an e-mail address has an @ inside; this one is {email:?}"),
            UserRefusal::NoName => write!(f, "a user needs a name"),
            UserRefusal::NothingChanged => write!(f, "nothing would change"),
        }
    }
}

impl NamedRefusal for UserRefusal {
    fn is_absence(&self) -> bool {
        matches!(self, UserRefusal::NotRegistered)
    }
}
