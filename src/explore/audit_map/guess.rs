//! Which place of a state a column may hold, by its name and by what stands there.

use crate::analysis::audit_map::{Form, Rule};
use crate::replay::pointer::escape;
use foldback_domain::event::Version;
use serde_json::Value;

/// How many places of a state are looked at, and how deep.
const LEAVES: usize = 200;
const DEPTH: usize = 3;

/// A place of a state.
pub struct Leaf {
    /// Its path.
    pub path: String,
    /// The last part of it, as names are compared.
    last: String,
    /// All of it, as names are compared.
    whole: String,
    value: Value,
}

/// What a column may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guess {
    /// A place of the state, as a mapping says it; and what is to be known of that.
    Leaf {
        /// As TOML.
        said: String,
        /// Why it is a guess.
        why: Option<String>,
    },
    /// A place of the state that is called so, and holds something of another kind.
    Unlike {
        /// As TOML.
        said: String,
        /// What is unlike.
        why: String,
    },
    /// The version of the stream.
    Version,
    /// A position in the log.
    Position,
}

/// A name as names are compared: letters and digits alone, in small letters.
pub fn plain_name(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The places of a state: members of members, and lists as a whole.
pub fn leaves(state: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    add(state, String::new(), "", 0, &mut found);
    found
}

fn add(value: &Value, path: String, last: &str, depth: usize, found: &mut Vec<Leaf>) {
    if found.len() >= LEAVES {
        return;
    }
    match value {
        Value::Object(map) if depth < DEPTH => {
            if depth > 0 {
                found.push(Leaf {
                    whole: plain_name(&path),
                    last: plain_name(last),
                    value: value.clone(),
                    path: path.clone(),
                });
            }
            for (name, value) in map {
                add(value, format!("{path}/{}", escape(name)), name, depth + 1, found);
            }
        }
        other if depth > 0 => {
            found.push(Leaf { whole: plain_name(&path), last: plain_name(last), value: other.clone(), path });
        }
        _ => {}
    }
}

/// The members of the JSON object that a column holds, as a mapping names them; none where it holds something else.
pub fn members(name: &str, held: &Value) -> Vec<(String, Value)> {
    let object = match held {
        Value::String(text) if text.starts_with('{') => serde_json::from_str(text).ok(),
        other => Some(other.clone()),
    };
    let Some(Value::Object(map)) = object else { return Vec::new() };
    map.into_iter().take(LEAVES).map(|(member, value)| (format!("{name}/{}", escape(&member)), value)).collect()
}

/// What a column may be that holds this; `None` where nothing tells.
pub fn column(name: &str, held: &Value, known: &[Leaf], last: Option<Version>) -> Option<Guess> {
    // Of a place in JSON the last part is its name.
    let short = plain_name(name.rsplit('/').next().unwrap_or(name));
    let by_name = known.iter().filter(|leaf| leaf.whole == short || leaf.last == short);
    if let Some(leaf) = by_name.min_by_key(|leaf| (leaf.whole != short, leaf.path.len())) {
        return Some(told(leaf, held));
    }
    let number = held.as_i64();
    match short.as_str() {
        "version" | "streamversion" | "aggregateversion" | "revision" | "sequence" | "sequencenumber"
            if number.is_some() && number <= last.map(|last| last.0) =>
        {
            return Some(Guess::Version);
        }
        "position" | "globalposition" | "lastposition" | "eventposition" | "lasteventposition" | "checkpoint"
            if number.is_some() =>
        {
            return Some(Guess::Position);
        }
        _ => {}
    }
    let telling = match held {
        Value::String(text) => text.chars().count() >= 4,
        Value::Number(_) => number.is_none_or(|number| number.abs() >= 100),
        _ => false,
    };
    let mut by_value = known.iter().filter(|leaf| telling && Rule::default().agrees(&leaf.value, held));
    match (by_value.next(), by_value.next()) {
        (Some(leaf), None) => {
            let why = Some("by its value in one row: is it that?".to_owned());
            Some(Guess::Leaf { said: quoted(&leaf.path), why })
        }
        _ => None,
    }
}

/// A place of the state as a mapping says it, with what its column needs to tell it.
fn told(leaf: &Leaf, held: &Value) -> Guess {
    let path = quoted(&leaf.path);
    let form = |form| Rule { form, ..Rule::default() };
    let units = |places| Rule { minor_units: Some(places), ..Rule::default() };
    let ways = [
        (Rule::default(), path.clone()),
        (units(2), format!("{{ path = {path}, minor_units = 2 }}")),
        (units(-2), format!("{{ path = {path}, minor_units = -2 }}")),
        (form(Form::Time), format!("{{ path = {path}, as = \"time\" }}")),
        (form(Form::Bool), format!("{{ path = {path}, as = \"bool\" }}")),
        (form(Form::Date), format!("{{ path = {path}, as = \"date\" }}")),
        (Rule { any_case: true, ..Rule::default() }, format!("{{ path = {path}, case = \"any\" }}")),
    ];
    for (rule, said) in ways {
        if rule.agrees(&rule.told(Some(&leaf.value)), held) {
            return Guess::Leaf { said, why: None };
        }
    }
    let short = |value: &Value| value.to_string().chars().take(40).collect::<String>();
    let why = format!("by its name: a row holds {}, the state {}", short(held), short(&leaf.value));
    let many = |value: &Value| match value {
        Value::String(text) => text.starts_with(['[', '{']),
        other => other.is_array() || other.is_object(),
    };
    match many(held) == many(&leaf.value) || held.is_null() || leaf.value.is_null() {
        true => Guess::Leaf { said: path, why: Some(why) },
        false => Guess::Unlike { said: path, why },
    }
}

/// A text, or a key, as TOML has it, on one line whatever is in it: JSON's form of it is one of TOML's.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(name: &str, held: Value, state: Value) -> Option<String> {
        match column(name, &held, &leaves(&state), Some(Version(3)))? {
            Guess::Leaf { said, why } => Some(format!("{said}{}", why.map_or("", |_| " ?"))),
            other => Some(format!("{other:?}")),
        }
    }

    #[test]
    fn columns_are_known_by_name_and_told_as_they_need_it() {
        let state = json!({"customerId": "kim", "total": 1999, "status": "PAID", "address": {"city": "Seoul"}, "paidAt": "2026-01-05T09:12:44Z", "id": "17"});
        let said = |name: &str, held| said(name, held, state.clone());
        assert_eq!(said("customer_id", json!("kim")).as_deref(), Some("\"/customerId\""));
        assert_eq!(said("total", json!("19.99")).as_deref(), Some("{ path = \"/total\", minor_units = 2 }"));
        assert_eq!(said("status", json!("paid")).as_deref(), Some("{ path = \"/status\", case = \"any\" }"));
        assert_eq!(said("status", json!("open")).as_deref(), Some("\"/status\" ?"));
        assert_eq!(said("address_city", json!("Seoul")).as_deref(), Some("\"/address/city\""));
        assert_eq!(said("city", json!("Seoul")).as_deref(), Some("\"/address/city\""));
        assert_eq!(
            said("paid_at", json!("2026-01-05 09:12:44+00")).as_deref(),
            Some("{ path = \"/paidAt\", as = \"time\" }")
        );
        assert_eq!(said("town", json!("Seoul")).as_deref(), Some("\"/address/city\" ?"));
        assert_eq!(said("version", json!(3)).as_deref(), Some("Version"));
        assert_eq!(said("version", json!(4)), None);
        assert_eq!(said("last_position", json!(99)).as_deref(), Some("Position"));
        assert_eq!(said("note", json!("hm")), None);
    }
}
