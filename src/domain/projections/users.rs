//! `users`: who is registered and how they can be reached.

use crate::aggregates::user::{UserEvent, UserStatus};
use crate::event::format_time;
use crate::fact::Fact;
use crate::projection::{Halt, Happened, Projection, Rows};
use serde::{Deserialize, Serialize};

/// The projection.
#[derive(Debug)]
pub struct Users;

/// A row. Of somebody who was deleted only the id and that they were is left.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Which user.
    pub user_id: String,
    /// Whether they are with us.
    pub status: UserStatus,
    /// What they are called.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Their country, by its two letters.
    pub country: Option<String>,
    /// Where they live.
    pub city: Option<String>,
    /// When they signed up.
    pub registered_at: Option<String>,
}

impl Projection for Users {
    fn name(&self) -> &'static str {
        "users"
    }

    fn about(&self) -> &'static str {
        "who is registered and how they can be reached"
    }

    fn indexed(&self) -> &'static [&'static str] {
        &["name", "email"]
    }

    fn event_types(&self) -> &'static [&'static str] {
        &["UserRegistered", "UserRelocated", "ContactChanged", "UserDeleted"]
    }

    fn apply(&self, event: &Happened<'_>, rows: &mut Rows) -> Result<(), Halt> {
        let Fact::User(user) = event.fact else { return Ok(()) };
        let key = match user {
            UserEvent::UserRegistered(event) => event.user_id.as_str(),
            UserEvent::UserRelocated(event) => event.user_id.as_str(),
            UserEvent::ContactChanged(event) => event.user_id.as_str(),
            UserEvent::UserDeleted(event) => event.user_id.as_str(),
        };
        let mut row = rows.get::<Row>(key)?.unwrap_or(Row { user_id: key.to_owned(), ..Row::default() });
        match user {
            UserEvent::UserRegistered(registered) => {
                row.status = UserStatus::Active;
                row.name = Some(registered.name.clone());
                row.country = Some(registered.country.clone());
                row.email = Some(registered.contact.email.clone());
                row.phone.clone_from(&registered.contact.phone);
                row.registered_at = event.at.map(format_time);
            }
            UserEvent::UserRelocated(relocated) => {
                row.country = Some(relocated.address.country.clone());
                row.city = Some(relocated.address.city.clone());
            }
            UserEvent::ContactChanged(changed) => {
                row.email = Some(changed.contact.email.clone());
                row.phone.clone_from(&changed.contact.phone);
            }
            UserEvent::UserDeleted(_) => {
                row = Row { user_id: row.user_id, status: UserStatus::Deleted, ..Row::default() };
            }
        }
        rows.put(key, &row);
        Ok(())
    }
}
