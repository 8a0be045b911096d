//! The fields of a command's JSON, as they were written.

use foldback_domain::event::{Payload, safe_text};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;

/// The fields in order. A name stands among them once.
#[derive(Debug)]
pub(in crate::engine) struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    /// Reads an object; the error is a sentence.
    pub fn read(json: &str) -> Result<Fields, String> {
        let text = json.trim();
        if text.is_empty() {
            return Err("there is no JSON; the fields are expected as an object".to_owned());
        }
        if !text.starts_with('{') {
            return Err(format!("the fields are expected as a JSON object, not as {}", kind(text)));
        }
        let mut read = serde_json::Deserializer::from_str(text);
        let fields = read.deserialize_map(Object).and_then(|fields| read.end().map(|()| fields));
        fields.map_err(|error| match error.is_syntax() || error.is_eof() {
            true => format!("the JSON is not valid: {error}"),
            false => super::place::without_place(&error.to_string()).to_owned(),
        })
    }

    /// Takes a text out, where it is there and not null; the error is a sentence.
    pub fn take_text(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(place) = self.0.iter().position(|(known, _)| known == name) else { return Ok(None) };
        let (_, raw) = self.0.remove(place);
        let wrong = |what: &str| Err(format!("{name} is expected to be a text{what}"));
        match serde_json::from_str::<Option<String>>(raw.get()) {
            Ok(Some(text)) if text.trim().is_empty() => wrong(" that is not empty"),
            Ok(text) => Ok(text),
            Err(_) => wrong(&format!(", not {}", kind(raw.get()))),
        }
    }

    /// Takes a whole number from a range out, where it is there and not null; the error is a sentence.
    pub fn take_number(&mut self, name: &str, range: std::ops::RangeInclusive<u64>) -> Result<Option<u64>, String> {
        let Some(place) = self.0.iter().position(|(known, _)| known == name) else { return Ok(None) };
        let (_, raw) = self.0.remove(place);
        match serde_json::from_str::<Option<u64>>(raw.get()) {
            Ok(number) if number.is_none_or(|number| range.contains(&number)) => Ok(number),
            _ => Err(format!("{name} is expected to be a whole number from {} to {}", range.start(), range.end())),
        }
    }

    /// Holds every text against a rule, those inside lists and objects too; the error is the rule's.
    pub fn check_texts(&self, rule: impl Fn(&str, &str) -> Result<(), String> + Copy) -> Result<(), String> {
        self.0.iter().try_for_each(|(name, raw)| match serde_json::from_str(raw.get()) {
            Ok(value) => check_texts(name, &value, rule),
            Err(_) => Ok(()),
        })
    }

    /// The name of a field that nobody took out.
    pub fn left(&self) -> Option<&str> {
        self.0.first().map(|(name, _)| name.as_str())
    }

    /// The object again, on one line.
    pub fn text(&self) -> String {
        let fields: Vec<String> = self.0.iter().map(|(name, raw)| pair(name, one_line(raw))).collect();
        format!("{{{}}}", fields.join(","))
    }

    /// The object with all fields in order of their names, whichever order they were written in.
    pub fn canonical(&self) -> String {
        match serde_json::from_str::<Value>(&self.text()) {
            Ok(value) => sorted(&value),
            Err(_) => self.text(),
        }
    }
}

fn check_texts(
    name: &str,
    value: &Value,
    rule: impl Fn(&str, &str) -> Result<(), String> + Copy,
) -> Result<(), String> {
    match value {
        Value::String(text) => rule(name, text),
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(n, item)| check_texts(&format!("{name}[{n}]"), item, rule))
        }
        Value::Object(fields) => {
            fields.iter().try_for_each(|(key, value)| check_texts(&format!("{name}.{key}"), value, rule))
        }
        _ => Ok(()),
    }
}

fn pair(name: &str, value: impl fmt::Display) -> String {
    format!("{}:{value}", Value::from(name))
}

fn one_line(raw: &RawValue) -> Box<RawValue> {
    Payload::Json(raw.get().to_owned()).to_raw()
}

fn sorted(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<&String, String> = fields.iter().map(|(name, value)| (name, sorted(value))).collect();
            let fields: Vec<String> = fields.into_iter().map(|(name, value)| pair(name, value)).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// What a JSON text is, in words.
fn kind(text: &str) -> &'static str {
    match serde_json::from_str::<&RawValue>(text).map(|raw| raw.get().as_bytes()[0]) {
        Ok(b'{') => "an object",
        Ok(b'[') => "a list",
        Ok(b'"') => "a text",
        Ok(b't' | b'f') => "true or false",
        Ok(b'n') => "null",
        Ok(_) => "a number",
        Err(_) => "something that is no JSON",
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields: Vec<(String, Box<RawValue>)> = Vec::new();
        while let Some((name, raw)) = map.next_entry::<String, Box<RawValue>>()? {
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom(format!("the field {} stands there twice", safe_text(&name))));
            }
            fields.push((name, raw));
        }
        Ok(Fields(fields))
    }
}
