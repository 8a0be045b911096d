//! Stored events from one list: the enum, its names, its schema versions, and strict reading with upcasting.

use crate::aggregate::DecodeError;
use crate::event::Payload;
use serde::de::DeserializeOwned;

/// Reads a payload as a strict record of the domain; the error names what is missing, surplus or of the wrong form.
/// The text goes straight into the record: no JSON value is built on the way, since folds read millions of these.
pub fn decode_record<T: DeserializeOwned>(data: &Payload) -> Result<T, DecodeError> {
    let text = data.json_text().map_err(|e| DecodeError::Malformed(e.to_string()))?;
    // Serde would take a list for the fields in their order.
    if text.trim_start().starts_with('[') {
        return Err(DecodeError::Malformed("fields with their names are expected, found an array".to_owned()));
    }
    serde_json::from_str(text).map_err(|e| DecodeError::Malformed(e.to_string()))
}

/// Makes an enum of stored events, and all of [`DomainEvent`](crate::DomainEvent) for it, from one list.
///
/// Every variant is stored under its own name and holds a record of that payload. `@ 2` says that the record is the
/// payload's second schema; the chain after `upcast by` then has to hold an [`Upcaster`](crate::upcasters::Upcaster)
/// from each older schema to the next.
///
/// Serde's own tagged, untagged and flattened forms are not used on purpose: they buffer the payload, and numbers that
/// are kept as they were written (serde_json's `arbitrary_precision`) do not come out of that buffer.
#[macro_export]
macro_rules! events {
    (
        $(#[$meta:meta])*
        pub enum $enum:ident upcast by $chain:expr => {
            $($(#[$variant_meta:meta])* $name:ident($record:ty) $(@ $schema:literal)?,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $enum {
            $($(#[$variant_meta])* $name($record),)+
        }

        impl $enum {
            /// The schema version that is written today; `None` for a type that is not of this domain.
            fn newest(event_type: &str) -> Option<u32> {
                match event_type {
                    $(stringify!($name) => Some($crate::events!(@schema $($schema)?)),)+
                    _ => None,
                }
            }
        }

        impl $crate::DomainEvent for $enum {
            const TYPES: &'static [&'static str] = &[$(stringify!($name)),+];

            fn event_type(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => stringify!($name),)+
                }
            }

            fn schema_version(&self) -> u32 {
                match self {
                    $(Self::$name(_) => $crate::events!(@schema $($schema)?),)+
                }
            }

            fn encode(&self) -> ::serde_json::Value {
                match self {
                    $(Self::$name(record) => ::serde_json::to_value(record),)+
                }
                .expect("a record of plain fields is JSON")
            }

            fn decode(
                event_type: &str,
                schema_version: u32,
                data: &$crate::event::Payload,
            ) -> Result<Self, $crate::DecodeError> {
                let newest = Self::newest(event_type).ok_or($crate::DecodeError::UnknownType)?;
                let upcast;
                let data = if schema_version == newest {
                    data
                } else {
                    let value = $crate::upcasters::upcast($chain, event_type, schema_version, newest, data)?;
                    upcast = $crate::event::Payload::Json(value.to_string());
                    &upcast
                };
                match event_type {
                    $(stringify!($name) => $crate::decode_record(data).map(Self::$name),)+
                    _ => Err($crate::DecodeError::UnknownType),
                }
            }

            fn upcast(
                event_type: &str,
                schema_version: u32,
                data: &$crate::event::Payload,
            ) -> Option<Result<::serde_json::Value, $crate::DecodeError>> {
                let Some(newest) = Self::newest(event_type) else {
                    return Some(Err($crate::DecodeError::UnknownType));
                };
                (schema_version != newest)
                    .then(|| $crate::upcasters::upcast($chain, event_type, schema_version, newest, data))
            }
        }
    };
    (
        $(#[$meta:meta])*
        pub enum $enum:ident { $($variants:tt)+ }
    ) => {
        $crate::events! { $(#[$meta])* pub enum $enum upcast by &[] => { $($variants)+ } }
    };
    (@schema) => { 1 };
    (@schema $schema:literal) => { $schema };
}
