//! `OrderPlaced` 1 -> 2: the shop sold in won only, and had one way of shipping.

use super::{Fields, Upcaster};
use crate::aggregate::DecodeError;

pub(super) const UPCASTER: Upcaster = Upcaster { event_type: "OrderPlaced", from: 1, lift };

fn lift(mut fields: Fields) -> Result<Fields, DecodeError> {
    fields.insert("currency".into(), "KRW".into());
    fields.insert("shipping_method".into(), "STANDARD".into());
    Ok(fields)
}
