//! `UserRegistered` 1 -> 2: `mail` was renamed, and the shop went abroad; all earlier users are Korean.

use super::{Fields, Upcaster, take};
use crate::aggregate::DecodeError;

pub(super) const UPCASTER: Upcaster = Upcaster { event_type: "UserRegistered", from: 1, lift };

fn lift(mut fields: Fields) -> Result<Fields, DecodeError> {
    let mail = take(&mut fields, "mail")?;
    fields.insert("email".into(), mail);
    fields.insert("country".into(), "KR".into());
    Ok(fields)
}
