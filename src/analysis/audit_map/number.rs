//! Numbers as tables write them: exact, whatever their length, and some of them in minor units.

use crate::analysis::values::plain;
use serde_json::{Number, Value};
use std::str::FromStr;

/// The number that a value is, or that its text is, written in one way.
pub fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(plain(value)),
        Value::String(text) => {
            let text = text.trim();
            // What JSON calls no number is one for a table: +1, .5, 007.
            let (sign, digits) = match text.strip_prefix('-') {
                Some(digits) => ("-", digits),
                None => ("", text.strip_prefix('+').unwrap_or(text)),
            };
            if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
                return None;
            }
            let digits = digits.trim_start_matches('0');
            let zero = if digits.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
            let number = Number::from_str(&format!("{sign}{zero}{digits}")).ok()?;
            Some(plain(&Value::Number(number)))
        }
        _ => None,
    }
}

/// A number with its point moved to the left by so many places; to the right where they are below zero.
pub fn moved(value: &Value, places: i32) -> Option<Value> {
    let Value::Number(number) = number(value)? else { return None };
    let text = number.to_string();
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let exponent = exponent.parse::<i64>().ok()?.checked_sub(i64::from(places))?;
    // A point tells that it may be written anew.
    let digits = if digits.contains('.') { digits.to_owned() } else { format!("{digits}.0") };
    Number::from_str(&format!("{digits}e{exponent}")).ok().map(|number| plain(&Value::Number(number)))
}

/// Whether two numbers are no further apart than this.
pub fn within(a: &Value, b: &Value, most: f64) -> bool {
    let float = |value: &Value| number(value).and_then(|number| number.as_f64());
    matches!((float(a), float(b)), (Some(a), Some(b)) if (a - b).abs() <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_known_in_any_spelling() {
        for text in ["1.50", "+1.5", "01.5", "15e-1"] {
            assert_eq!(number(&json!(text)).map(|n| n.to_string()).as_deref(), Some("1.5"), "{text}");
        }
        assert_eq!(number(&json!(".5")).map(|n| n.to_string()).as_deref(), Some("0.5"));
        assert_eq!(number(&json!("0")).map(|n| n.to_string()).as_deref(), Some("0"));
        for text in ["", "-", "1,5", "kim", "0x10", "1 2", "NaN", "."] {
            assert_eq!(number(&json!(text)), None, "{text}");
        }
    }

    #[test]
    fn minor_units_are_exact() {
        let text = |value: Value, places| moved(&value, places).map(|n| n.to_string());
        assert_eq!(text(json!(1999), 2).as_deref(), Some("19.99"));
        assert_eq!(text(json!(9_007_199_254_740_993_i64), 2).as_deref(), Some("90071992547409.93"));
        assert_eq!(text(json!("19.99"), -2).as_deref(), Some("1999"));
        assert_eq!(text(json!(0), 2).as_deref(), Some("0"));
        assert_eq!(text(json!("kim"), 2), None);
    }
}
