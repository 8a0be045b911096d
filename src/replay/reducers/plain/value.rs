//! Values of the expressions' language, and what is asked of them without the engine.

use super::{Binary, Step};
use foldback_domain::Member;
use serde_json::{Map, Value as Json};

/// A value of the expression's language.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'v> {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(&'v str),
    /// An object or array.
    Thing(&'v Json),
    /// An array, or else an object, of which nothing is known but its size.
    Sized {
        array: bool,
        size: usize,
    },
    /// The keys, values or entries of an object.
    View(View, &'v Map<String, Json>),
}

/// An array that is made of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Keys,
    Values,
    Entries,
}

pub(super) fn same(left: Value<'_>, right: Value<'_>) -> Option<bool> {
    Some(match (left, right) {
        (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Number(left), Value::Number(right)) => left == right,
        (Value::Text(left), Value::Text(right)) => left == right,
        // Two things are the same where they are one thing: that only the engine knows.
        (left, right) if left.is_thing() && right.is_thing() => return None,
        _ => false,
    })
}

pub(super) fn equal(left: Value<'_>, right: Value<'_>) -> Option<bool> {
    use Value::{Bool, Null, Number, Text, Undefined};
    match (left, right) {
        (Null | Undefined, Null | Undefined) => Some(true),
        (Null | Undefined, _) | (_, Null | Undefined) => Some(false),
        (Bool(_), Bool(_)) | (Number(_), Number(_)) | (Text(_), Text(_)) => same(left, right),
        _ => None,
    }
}

pub(super) fn compared(sign: Binary, left: Value<'_>, right: Value<'_>) -> Option<bool> {
    let order = match (left, right) {
        // Texts are compared by the units of UTF-16.
        (Value::Text(left), Value::Text(right)) => Some(left.encode_utf16().cmp(right.encode_utf16())),
        _ => left.number()?.partial_cmp(&right.number()?),
    };
    Some(match sign {
        Binary::Less => order.is_some_and(|order| order.is_lt()),
        Binary::AtMost => order.is_some_and(|order| order.is_le()),
        Binary::More => order.is_some_and(|order| order.is_gt()),
        _ => order.is_some_and(|order| order.is_ge()),
    })
}

impl<'v> Value<'v> {
    pub(super) fn is_true(&self) -> bool {
        match self {
            Value::Undefined | Value::Null => false,
            Value::Bool(is) => *is,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Text(text) => !text.is_empty(),
            Value::Thing(_) | Value::Sized { .. } | Value::View(..) => true,
        }
    }

    pub(super) fn is_nullish(&self) -> bool {
        matches!(self, Value::Undefined | Value::Null)
    }

    fn is_thing(&self) -> bool {
        matches!(self, Value::Thing(_) | Value::Sized { .. } | Value::View(..))
    }

    pub(super) fn is_array(&self) -> bool {
        matches!(self, Value::Thing(Json::Array(_)) | Value::Sized { array: true, .. } | Value::View(..))
    }

    /// What `typeof` says of it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::Undefined => "undefined",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Text(_) => "string",
            Value::Null | Value::Thing(_) | Value::Sized { .. } | Value::View(..) => "object",
        }
    }

    /// Its keys, values or entries, where it is a thing.
    pub(super) fn view(self, view: View) -> Option<Value<'v>> {
        Some(match self {
            Value::Thing(Json::Object(members)) => Value::View(view, members),
            Value::Thing(array) if view == View::Values => Value::Thing(array),
            Value::Thing(Json::Array(items)) => Value::Sized { array: true, size: items.len() },
            Value::Sized { size, .. } => Value::Sized { array: true, size },
            _ => return None,
        })
    }

    /// The elements of an array, and whether they stand in the order in which the engine has them.
    pub(super) fn elements(self) -> Option<(Vec<Value<'v>>, bool)> {
        match self {
            Value::Thing(Json::Array(items)) => {
                Some((items.iter().map(|item| of_json(Some(item))).collect::<Option<_>>()?, true))
            }
            Value::View(View::Keys, members) => Some((members.keys().map(|key| Value::Text(key)).collect(), false)),
            Value::View(View::Values, members) => {
                Some((members.values().map(|value| of_json(Some(value))).collect::<Option<_>>()?, false))
            }
            _ => None,
        }
    }

    /// The value as a number, where that asks for no conversion of texts or things.
    pub(super) fn number(self) -> Option<f64> {
        match self {
            Value::Undefined => Some(f64::NAN),
            Value::Null => Some(0.0),
            Value::Bool(is) => Some(f64::from(u8::from(is))),
            Value::Number(number) => Some(number),
            Value::Text(_) | Value::Thing(_) | Value::Sized { .. } | Value::View(..) => None,
        }
    }
}

/// The largest number up to which every integer is a number of the language.
const SAFE: u64 = (1 << 53) - 1;

pub(super) fn of_member(member: &Member) -> Option<Value<'_>> {
    Some(match member {
        Member::Missing => Value::Undefined,
        Member::Null => Value::Null,
        Member::Bool(is) => Value::Bool(*is),
        Member::Integer(number) if number.unsigned_abs() <= SAFE => Value::Number(*number as f64),
        Member::Integer(_) => return None,
        Member::Decimal(number) => Value::Number(*number),
        Member::Text(text) => Value::Text(text),
        Member::Elements(size) => Value::Sized { array: true, size: *size },
        Member::Members(size) => Value::Sized { array: false, size: *size },
        Member::Other(value) => of_json(Some(value))?,
    })
}

pub(super) fn of_json(value: Option<&Json>) -> Option<Value<'_>> {
    Some(match value {
        None => Value::Undefined,
        Some(Json::Null) => Value::Null,
        Some(Json::Bool(is)) => Value::Bool(*is),
        Some(Json::String(text)) => Value::Text(text),
        Some(Json::Number(number)) => Value::Number(exact(number.as_str())?),
        Some(thing) => Value::Thing(thing),
    })
}

/// A number that the language holds as it is written; the others the engine treats with care.
fn exact(text: &str) -> Option<f64> {
    let number: f64 = text.parse().ok()?;
    if text.len() <= 15 && !text.contains(['e', 'E']) {
        return Some(number);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return (number.abs() <= SAFE as f64).then_some(number);
    }
    let digits = |text: &str| -> String {
        let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        digits.trim_matches('0').to_owned()
    };
    (number.is_finite() && digits(text) == digits(&number.to_string())).then_some(number)
}

/// The value at the end of a way; what throws is left to the engine, which says it best.
pub(super) fn walk<'v>(mut value: Value<'v>, steps: &[Step]) -> Option<Value<'v>> {
    for step in steps {
        value = match value {
            Value::Null | Value::Undefined if step.optional => return Some(Value::Undefined),
            Value::Thing(Json::Object(members)) => of_json(members.get(&step.name))?,
            Value::Thing(Json::Array(items)) if step.name == "length" => Value::Number(items.len() as f64),
            Value::Thing(Json::Array(items)) => of_json(items.get(index(&step.name)?))?,
            Value::Sized { array: true, size } if step.name == "length" => Value::Number(size as f64),
            Value::View(_, members) if step.name == "length" => Value::Number(members.len() as f64),
            Value::Text(text) if step.name == "length" => Value::Number(text.encode_utf16().count() as f64),
            _ => return None,
        };
    }
    Some(value)
}

fn index(name: &str) -> Option<usize> {
    let plain = name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    if plain { name.parse().ok() } else { None }
}
