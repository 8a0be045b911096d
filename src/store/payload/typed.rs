//! Values in the form of Python's `eventsourcing`: `{"_type_": "datetime_iso", "_data_": "…"}` becomes what stands in `_data_`.
//! Done on the text, because a store has one such value in nearly every event.

/// How deep values may stand in one another.
const DEPTH: usize = 64;

const TYPE: &str = "{\"_type_\":";
const DATA: &str = "\"_data_\":";

/// The text with the wrappers taken off; `None` where it has none, or where it is not what it looks like.
pub fn plain(text: &str) -> Option<String> {
    if !text.contains(TYPE) {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let rest = copy(text, &mut out, DEPTH)?;
    rest.is_empty().then_some(out)
}

/// Copies one value behind white space, without wrappers; what follows it.
fn copy<'t>(text: &'t str, out: &mut String, depth: usize) -> Option<&'t str> {
    let depth = depth.checked_sub(1)?;
    let text = text.trim_start();
    if let Some(behind) = text.strip_prefix(TYPE) {
        let behind = behind.trim_start();
        let behind = behind.get(string(behind)?..)?.trim_start().strip_prefix(',')?.trim_start();
        let behind = behind.strip_prefix(DATA)?;
        return copy(behind, out, depth)?.trim_start().strip_prefix('}').map(str::trim_start);
    }
    let close = match text.as_bytes().first()? {
        b'{' => b'}',
        b'[' => b']',
        b'"' => {
            let end = string(text)?;
            out.push_str(&text[..end]);
            return Some(text[end..].trim_start());
        }
        _ => {
            let end = text.find([',', '}', ']']).unwrap_or(text.len());
            out.push_str(text[..end].trim_end());
            return Some(&text[end..]);
        }
    };
    out.push(char::from(text.as_bytes()[0]));
    let mut rest = text[1..].trim_start();
    while rest.as_bytes().first() != Some(&close) {
        if close == b'}' {
            let end = string(rest)?;
            out.push_str(&rest[..end]);
            out.push(':');
            rest = rest[end..].trim_start().strip_prefix(':')?;
        }
        rest = copy(rest, out, depth)?.trim_start();
        if let Some(behind) = rest.strip_prefix(',') {
            out.push(',');
            rest = behind.trim_start();
        } else if rest.as_bytes().first() != Some(&close) {
            return None;
        }
    }
    out.push(char::from(close));
    Some(rest[1..].trim_start())
}

/// Where a string that begins here ends.
fn string(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn typed_values_become_what_they_hold() {
        let text = r#"{"at":{"_type_":"datetime_iso","_data_":"2026-01-05"},"n":[1,{"_type_":"decimal_str","_data_":"1.10"}],"s":"{\"_type_\":"}"#;
        assert_eq!(plain(text).unwrap(), r#"{"at":"2026-01-05","n":[1,"1.10"],"s":"{\"_type_\":"}"#);
        let nested = r#"{"_type_":"set","_data_":{"_type_":"list","_data_":[{"a":null}, true]}}"#;
        assert_eq!(plain(nested).unwrap(), r#"[{"a":null},true]"#);
    }

    #[test]
    fn what_is_not_such_a_value_stays() {
        for text in [r#"{"a":1}"#, r#"{"_type_":"x"}"#, r#"{"_type_":"x","_data_":"#, r#"{"_type_":"x","more":1}"#] {
            assert_eq!(plain(text), None, "{text}");
        }
        assert_eq!(plain(&format!("{}1{}", "{\"_type_\":\"x\",\"_data_\":".repeat(1_000), "}".repeat(1_000))), None);
    }
}
