//! How a column tells a value of the state, and whether what it holds is that value.
//!
//! What is left unsaid is lenient where nothing is lost by it: a number may stand as text and a truth value as 0 or 1,
//! a time in any zone, JSON with other spaces. NULL is what the state has not, or has as null.

use super::number::{moved, number, within};
use crate::analysis::values::plain;
use foldback_domain::event::parse_time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;

/// As what two values are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    /// By what they are.
    #[default]
    Any,
    /// As text, character by character.
    Text,
    /// As numbers, exactly.
    Number,
    /// As truth values, also in words.
    Bool,
    /// As points in time.
    Time,
    /// As days, in UTC.
    Date,
    /// As JSON, by value.
    Json,
}

impl Form {
    /// The words for them.
    pub const ALL: [(&str, Form); 7] = [
        ("text", Form::Text),
        ("number", Form::Number),
        ("decimal", Form::Number),
        ("bool", Form::Bool),
        ("time", Form::Time),
        ("date", Form::Date),
        ("json", Form::Json),
    ];
}

/// How a column tells a value of the state.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rule {
    /// As what it is compared.
    pub form: Form,
    /// By how many places the state's number is finer than the column's: 2 where 1999 stands as 19.99.
    pub minor_units: Option<i32>,
    /// The column's words for the state's.
    pub words: BTreeMap<String, Value>,
    /// What the column holds where the state has nothing.
    pub absent: Option<Value>,
    /// Whether large and small letters are the same.
    pub any_case: bool,
    /// How far apart numbers may be, or seconds of times.
    pub within: Option<f64>,
}

impl Rule {
    /// What the column is to hold for a value of the state.
    pub fn told(&self, state: Option<&Value>) -> Value {
        let state = match state {
            None | Some(Value::Null) => return self.absent.clone().unwrap_or(Value::Null),
            Some(state) => state,
        };
        if let Some(word) = self.words.get(&text(state)) {
            return word.clone();
        }
        self.minor_units.and_then(|places| moved(state, places)).unwrap_or_else(|| state.clone())
    }

    /// Whether what a column holds is what it is to hold.
    pub fn agrees(&self, told: &Value, held: &Value) -> bool {
        if told.is_null() || held.is_null() {
            return told.is_null() && held.is_null();
        }
        let same = |of: fn(&Value) -> Option<Value>| match (of(told), of(held)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        };
        match self.form {
            Form::Any => self.any(told, held),
            Form::Text => self.texts(&text(told), &text(held)),
            Form::Number => self.numbers(told, held),
            Form::Bool => same(truth),
            Form::Time => self.times(told, held).unwrap_or_else(|| told == held),
            Form::Date => same(day) || told == held,
            Form::Json => same(json),
        }
    }

    fn any(&self, told: &Value, held: &Value) -> bool {
        match (told, held) {
            (Value::String(a), Value::String(b)) => self.texts(a, b),
            (Value::Bool(_), _) | (_, Value::Bool(_)) => match (truth(told), truth(held)) {
                (Some(a), Some(b)) => a == b,
                _ => false,
            },
            (Value::Number(_), _) | (_, Value::Number(_)) => self.numbers(told, held),
            _ => matches!((json(told), json(held)), (Some(a), Some(b)) if a == b),
        }
    }

    fn texts(&self, a: &str, b: &str) -> bool {
        a == b || (self.any_case && a.to_lowercase() == b.to_lowercase())
    }

    fn numbers(&self, a: &Value, b: &Value) -> bool {
        match (number(a), number(b)) {
            (Some(x), Some(y)) => x == y || self.within.is_some_and(|most| within(a, b, most)),
            _ => false,
        }
    }

    /// `None` where one of them is no time.
    fn times(&self, a: &Value, b: &Value) -> Option<bool> {
        let apart = time(a)?.duration_since(time(b)?).abs();
        // No database keeps more than microseconds.
        let most = self.within.and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok());
        Some(apart <= most.unwrap_or(SignedDuration::from_nanos(999)))
    }
}

/// A value as text: a text itself, anything else as JSON has it.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => plain(other).to_string(),
    }
}

fn truth(value: &Value) -> Option<Value> {
    let is = match value {
        Value::Bool(is) => *is,
        other => match text(other).to_lowercase().as_str() {
            "1" | "t" | "true" | "y" | "yes" | "on" => true,
            "0" | "f" | "false" | "n" | "no" | "off" => false,
            _ => return None,
        },
    };
    Some(Value::Bool(is))
}

/// A point in time: a text, or a number since 1970 in the unit that makes it a time of our days.
fn time(value: &Value) -> Option<Timestamp> {
    let text = text(value);
    match text.parse::<i64>() {
        Ok(number) => match number.unsigned_abs() {
            0..100_000_000_000 => Timestamp::from_second(number).ok(),
            100_000_000_000..100_000_000_000_000 => Timestamp::from_millisecond(number).ok(),
            100_000_000_000_000..100_000_000_000_000_000 => Timestamp::from_microsecond(number).ok(),
            _ => Timestamp::from_nanosecond(i128::from(number)).ok(),
        },
        Err(_) => parse_time(text.trim()),
    }
}

fn day(value: &Value) -> Option<Value> {
    time(value).map(|at| Value::String(at.to_zoned(TimeZone::UTC).date().to_string()))
}

/// The JSON that a value is, or that its text holds.
fn json(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => serde_json::from_str(text).ok().map(|value| plain(&value)),
        other => Some(plain(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn agrees(rule: &Rule, state: Value, held: Value) -> bool {
        rule.agrees(&rule.told(Some(&state)), &held)
    }

    #[test]
    fn what_loses_nothing_needs_no_word() {
        let rule = Rule::default();
        for (state, held) in [
            (json!("kim"), json!("kim")),
            (json!(19.9), json!("19.90")),
            (json!("19.90"), json!(19.9)),
            (json!(true), json!(1)),
            (json!(false), json!("f")),
            (json!(1), json!(true)),
            (json!({"a": [1]}), json!("{ \"a\": [1.0] }")),
            (Value::Null, Value::Null),
        ] {
            assert!(agrees(&rule, state.clone(), held.clone()), "{state} {held}");
        }
        for (state, held) in [
            (json!("kim"), json!("Kim")),
            (json!("7"), json!("007")),
            (json!(1), json!("one")),
            (json!(true), json!(2)),
            (json!(0), Value::Null),
            (Value::Null, json!("")),
            (json!({"a": 1}), json!("{\"a\": 2}")),
        ] {
            assert!(!agrees(&rule, state.clone(), held.clone()), "{state} {held}");
        }
        assert!(rule.agrees(&rule.told(None), &Value::Null));
    }

    #[test]
    fn what_is_said_is_done() {
        let rule = |form| Rule { form, ..Rule::default() };
        assert!(agrees(&rule(Form::Time), json!("2026-01-05T09:12:44Z"), json!("2026-01-05 10:12:44+01:00")));
        assert!(agrees(&rule(Form::Time), json!(1_767_604_364_120_i64), json!("2026-01-05T09:12:44.120Z")));
        assert!(!agrees(&rule(Form::Time), json!("2026-01-05T09:12:44Z"), json!("2026-01-05T09:12:45Z")));
        assert!(agrees(&rule(Form::Date), json!("2026-01-05T09:12:44Z"), json!("2026-01-05")));
        assert!(agrees(&rule(Form::Bool), json!(true), json!("Y")));
        assert!(agrees(&rule(Form::Text), json!(7), json!("7")));
        assert!(agrees(&rule(Form::Json), json!("[1]"), json!([1])));
        let coarse = Rule { form: Form::Time, within: Some(1.0), ..Rule::default() };
        assert!(agrees(&coarse, json!("2026-01-05T09:12:44.9Z"), json!("2026-01-05T09:12:44Z")));
        let cents = Rule { minor_units: Some(2), ..Rule::default() };
        assert!(agrees(&cents, json!(1999), json!("19.99")) && !agrees(&cents, json!(1999), json!(1999)));
        let words = Rule { words: [("PAID".to_owned(), json!(3))].into(), ..Rule::default() };
        assert!(agrees(&words, json!("PAID"), json!(3)) && agrees(&words, json!("OPEN"), json!("OPEN")));
        let absent = Rule { absent: Some(json!(0)), ..Rule::default() };
        assert!(absent.agrees(&absent.told(None), &json!(0)) && !absent.agrees(&absent.told(None), &Value::Null));
        assert!(agrees(&Rule { any_case: true, ..Rule::default() }, json!("PAID"), json!("paid")));
        assert!(agrees(&Rule { within: Some(0.01), ..Rule::default() }, json!(0.3), json!(0.301)));
    }
}
