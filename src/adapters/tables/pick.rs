//! Values that stand inside JSON and are found once a row is read: what does not parse has none, and nothing fails.

use foldback_domain::event::Payload;
use serde_json::Value;

/// Where a value may stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// In which payload.
    pub of: PickOf,
    /// The paths; the first that has something counts.
    pub at: Vec<Vec<String>>,
}

/// A payload that a row has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickOf {
    /// The event's own.
    Data,
    /// Its metadata.
    Metadata,
}

/// Reads `a.b` as two keys, and `a\.b` as one.
pub fn path(text: &str) -> Vec<String> {
    let mut keys = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '.' => keys.push(String::new()),
            '\\' => keys.last_mut().expect("there is a key").extend(chars.next()),
            other => keys.last_mut().expect("there is a key").push(other),
        }
    }
    keys
}

/// The first of the paths at which a payload has a text, a number or a truth value. In XML, where Axon keeps metadata as a
/// list of entries, a path's last key is an entry's name.
pub fn pick(payload: &Payload, paths: &[Vec<String>]) -> Option<String> {
    match payload {
        Payload::Json(text) => {
            let value: Value = serde_json::from_str(text).ok()?;
            paths.iter().find_map(|path| word(path.iter().try_fold(&value, |value, key| inside(value, key))?))
        }
        Payload::Text(text) if text.trim_start().starts_with('<') => {
            paths.iter().find_map(|path| entry(text, path.last()?))
        }
        _ => None,
    }
}

fn inside<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        other => other.get(key),
    }
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        _ => None,
    }
}

/// The text of `<string>KEY</string><string>TEXT</string>`, as XStream writes an entry of two strings.
fn entry(xml: &str, key: &str) -> Option<String> {
    let behind = xml.split_once(&format!("<string>{key}</string>"))?.1.trim_start();
    let text = behind.strip_prefix("<string>")?.split_once("</string>")?.0;
    Some(
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&amp;", "&"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(paths: &[&str]) -> Vec<Vec<String>> {
        paths.iter().map(|text| path(text)).collect()
    }

    #[test]
    fn a_value_is_found_at_the_first_path_that_has_one() {
        let json = Payload::Json(r#"{"a":{"b":"x"},"c.d":7,"e":[{"f":true}],"g":null}"#.into());
        assert_eq!(pick(&json, &at(&["z", "a.b"])).as_deref(), Some("x"));
        assert_eq!(pick(&json, &at(&["c\\.d"])).as_deref(), Some("7"));
        assert_eq!(pick(&json, &at(&["e.0.f"])).as_deref(), Some("true"));
        assert_eq!(pick(&json, &at(&["g", "a", "e"])), None);
        assert_eq!(pick(&Payload::Json("{".into()), &at(&["a"])), None);
    }

    #[test]
    fn entries_of_xml_are_found() {
        let xml = "<meta-data><entry>\n<string>traceId</string><string>a&amp;b</string></entry></meta-data>";
        assert_eq!(pick(&Payload::Text(xml.into()), &at(&["traceId"])).as_deref(), Some("a&b"));
        assert_eq!(pick(&Payload::Text(xml.into()), &at(&["correlationId"])), None);
    }
}
