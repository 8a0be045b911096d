//! `UserRegistered` 2 -> 3: an e-mail address became one of several ways to reach somebody.

use super::{Fields, Upcaster, take};
use crate::aggregate::DecodeError;
use serde_json::json;

pub(super) const UPCASTER: Upcaster = Upcaster { event_type: "UserRegistered", from: 2, lift };

fn lift(mut fields: Fields) -> Result<Fields, DecodeError> {
    let email = take(&mut fields, "email")?;
    fields.insert("contact".into(), json!({ "email": email }));
    Ok(fields)
}
