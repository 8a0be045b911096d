//! Whether two values mean the same, however a store writes numbers: `1`, `1.0` and `1e0` are one.

use serde_json::{Number, Value};
use std::str::FromStr;

/// The value with every number written in one way, so that equal numbers are equal texts.
pub fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(plain_number(number)),
        Value::Array(items) => Value::Array(items.iter().map(plain).collect()),
        Value::Object(map) => Value::Object(map.iter().map(|(key, value)| (key.clone(), plain(value))).collect()),
        other => other.clone(),
    }
}

/// How many digits a number without exponent has at most.
const LONGEST: i64 = 40;

fn plain_number(number: &Number) -> Number {
    let text = number.to_string();
    if text != "-0" && !text.contains(['.', 'e', 'E']) {
        return number.clone();
    }
    Number::from_str(&canonical(&text).unwrap_or(text)).unwrap_or_else(|_| number.clone())
}

/// A JSON number without zeros that say nothing; `None` where its exponent is beyond all measure.
fn canonical(text: &str) -> Option<String> {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{part}");
    let exponent = exponent.parse::<i64>().ok()?.checked_sub(part.len() as i64)?;
    let kept = digits.trim_start_matches('0').trim_end_matches('0');
    if kept.is_empty() {
        return Some("0".to_owned());
    }
    let exponent = exponent.checked_add((digits.len() - digits.trim_end_matches('0').len()) as i64)?;
    let length = kept.len() as i64;
    let written = match exponent {
        0.. if length.checked_add(exponent)? <= LONGEST => format!("{kept}{}", "0".repeat(exponent as usize)),
        ..0 if -exponent < length => {
            let (whole, part) = kept.split_at((length + exponent) as usize);
            format!("{whole}.{part}")
        }
        ..0 if -exponent <= LONGEST => format!("0.{}{kept}", "0".repeat((-exponent - length) as usize)),
        _ => format!("{kept}e{exponent}"),
    };
    Some(format!("{sign}{written}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_number_is_written_in_one_way() {
        for (text, expected) in [
            ("1.0", "1"),
            ("-0", "0"),
            ("0.00", "0"),
            ("1e2", "100"),
            ("100", "100"),
            ("1.50", "1.5"),
            ("15e-1", "1.5"),
            ("5E-3", "0.005"),
            ("-0.0050", "-0.005"),
            ("1e300", "1e+300"),
            ("10e299", "1e+300"),
            ("1e-300", "1e-300"),
            ("9007199254740993.0", "9007199254740993"),
        ] {
            assert_eq!(plain_number(&Number::from_str(text).unwrap()).to_string(), expected, "{text}");
        }
        assert_eq!(plain(&json!({"a": [1.0, "1.0"]})), json!({"a": [1, "1.0"]}));
    }
}
