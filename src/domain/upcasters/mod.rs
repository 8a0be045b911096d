//! Upcasters: pure functions that lift an old payload by one schema version. Stored events are never rewritten;
//! they are read as if they had been written today.

mod order_placed_v1;
mod user_registered_v1;
mod user_registered_v2;

use crate::aggregate::DecodeError;
use crate::event::Payload;
use serde_json::{Map, Value};

/// A payload's fields, in the order that they were stored in.
pub type Fields = Map<String, Value>;

/// One step of a chain: from one schema version of one event type to the next.
#[derive(Debug, Clone, Copy)]
pub struct Upcaster {
    /// The type that it lifts.
    pub event_type: &'static str,
    /// The schema version that it lifts from; it lifts to the one after.
    pub from: u32,
    /// The step itself. It gets the payload's fields and changes what changed.
    pub lift: fn(Fields) -> Result<Fields, DecodeError>,
}

/// The embedded domain's steps.
pub const CHAIN: &[Upcaster] = &[order_placed_v1::UPCASTER, user_registered_v1::UPCASTER, user_registered_v2::UPCASTER];

/// Lifts a payload step by step from the schema that was stored to the newest one.
/// A stored schema that is newer, or that no step begins at, is unknown.
pub fn upcast(
    chain: &[Upcaster],
    event_type: &str,
    found: u32,
    newest: u32,
    data: &Payload,
) -> Result<Value, DecodeError> {
    let unknown = DecodeError::UnknownSchema { found, newest };
    if found > newest {
        return Err(unknown);
    }
    let steps = (found..newest)
        .map(|from| chain.iter().find(|step| step.event_type == event_type && step.from == from))
        .collect::<Option<Vec<_>>>()
        .ok_or(unknown)?;
    let mut fields = match data.parse().map_err(|e| DecodeError::Malformed(e.to_string()))? {
        Value::Object(fields) => fields,
        _ => return Err(DecodeError::Malformed("the payload is not an object".to_owned())),
    };
    for step in steps {
        fields = (step.lift)(fields)?;
    }
    Ok(Value::Object(fields))
}

/// Takes a field out of an old payload, which cannot be lifted without it.
fn take(fields: &mut Fields, name: &str) -> Result<Value, DecodeError> {
    // Removed with a shift, so that the other fields keep their order.
    fields.shift_remove(name).ok_or_else(|| DecodeError::Malformed(format!("missing field `{name}`")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lift(event_type: &str, found: u32, newest: u32, data: Value) -> Result<Value, DecodeError> {
        upcast(CHAIN, event_type, found, newest, &Payload::Json(data.to_string()))
    }

    #[test]
    fn an_old_order_gets_the_currency_and_the_shipping_of_its_time() {
        assert_eq!(
            lift("OrderPlaced", 1, 2, json!({"order_id": "1", "total": 5})),
            Ok(json!({"order_id": "1", "total": 5, "currency": "KRW", "shipping_method": "STANDARD"}))
        );
    }

    #[test]
    fn steps_follow_one_another() {
        let newest = json!({"user_id": "kim", "name": "Kim", "country": "KR", "contact": {"email": "k@example.com"}});
        let second = json!({"user_id": "kim", "name": "Kim", "email": "k@example.com", "country": "KR"});
        let first = json!({"user_id": "kim", "name": "Kim", "mail": "k@example.com"});
        assert_eq!(lift("UserRegistered", 1, 2, first.clone()), Ok(second.clone()));
        assert_eq!(lift("UserRegistered", 2, 3, second), Ok(newest.clone()));
        assert_eq!(lift("UserRegistered", 1, 3, first), Ok(newest));
    }

    #[test]
    fn what_has_no_step_is_unknown() {
        for (found, newest) in [(3, 2), (0, 2), (u32::MAX, 2)] {
            assert_eq!(
                lift("OrderPlaced", found, newest, json!({})),
                Err(DecodeError::UnknownSchema { found, newest })
            );
        }
    }

    #[test]
    fn what_cannot_be_lifted_says_why() {
        let missing = lift("UserRegistered", 1, 3, json!({"name": "Kim"}));
        assert_eq!(missing, Err(DecodeError::Malformed("missing field `mail`".into())));
        let list = lift("UserRegistered", 1, 3, json!([]));
        assert_eq!(list, Err(DecodeError::Malformed("the payload is not an object".into())));
    }
}
