//! Payloads and values as lines with meaning: JSON laid out and coloured, anything else as it is.

use super::document::{Line, Piece, Tone};
use super::format;
use foldback_domain::event::{Payload, PayloadError};
use serde_json::Value;

/// A larger payload is cut on screens.
pub const PAYLOAD_LIMIT: usize = 1 << 20;

/// How wide an object or array of plain values may be to stand on one line.
const INLINE: usize = 48;

/// A payload as lines, and a line in front where it is not what one would expect. `whole` is the command that
/// prints all of it.
pub fn payload(payload: &Payload, whole: &str) -> Vec<Line> {
    let cut = payload.len() > PAYLOAD_LIMIT;
    let note = |text: String| Line::of(Tone::Warn, text);
    let mut lines = Vec::new();
    if cut {
        lines.push(note(format!(
            "cut: the first {} of {}",
            format::bytes(PAYLOAD_LIMIT),
            format::bytes(payload.len())
        )));
        lines.push(Line::of(Tone::Dim, format!("all of it: {whole}")));
    }
    match payload {
        Payload::Json(text) if cut => lines.extend(raw(first_bytes(text))),
        Payload::Json(text) => match payload.parse() {
            Ok(parsed) => lines.extend(value(&parsed)),
            Err(error) => {
                lines.push(note(error.to_string()));
                lines.extend(raw(text));
            }
        },
        Payload::Text(text) => {
            lines.push(note(PayloadError::NotJson { bytes: text.len() }.to_string()));
            lines.extend(raw(first_bytes(text)));
        }
        Payload::Bytes(bytes) => {
            lines.push(note(format!("the payload is {} that are not text", format::bytes(bytes.len()))));
            lines.extend(hex(&bytes[..bytes.len().min(PAYLOAD_LIMIT / 16)]));
        }
    }
    lines
}

fn first_bytes(text: &str) -> &str {
    let mut end = text.len().min(PAYLOAD_LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A line of text may be a megabyte long: it is broken so that drawing never walks it whole.
fn raw(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut rest = line;
        while rest.len() > 4_096 {
            let mut end = 4_096;
            while !rest.is_char_boundary(end) {
                end -= 1;
            }
            lines.push(Line::of(Tone::Plain, &rest[..end]));
            rest = &rest[end..];
        }
        lines.push(Line::of(Tone::Plain, rest));
    }
    lines
}

fn hex(bytes: &[u8]) -> impl Iterator<Item = Line> {
    bytes.chunks(16).enumerate().map(|(index, chunk)| {
        let digits: Vec<String> = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
        let text: String = chunk.iter().map(|b| if (32..127).contains(b) { char::from(*b) } else { '.' }).collect();
        Line::of(Tone::Dim, format!("{:06x}  ", index * 16))
            .and(Tone::Number, format!("{:<48}", digits.join(" ")))
            .and(Tone::Text, text)
    })
}

/// A JSON value, laid out.
pub fn value(value: &Value) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    lay_out(value, 0, &mut lines);
    lines
}

/// A JSON value on one line, cut when it is long; keys without quotes, as trees show them.
pub fn inline(value: &Value, width: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    // One more than there is room for: then it is seen whether anything has to be cut.
    flat(value, false, &mut pieces, &mut (width + 1));
    if pieces.iter().map(|(_, text)| text.chars().count()).sum::<usize>() <= width {
        return pieces;
    }
    // The sign that something was cut needs a place too.
    let mut room = width.saturating_sub(1);
    for (_, text) in &mut pieces {
        *text = text.chars().take(room).collect();
        room -= text.chars().count();
    }
    pieces.retain(|(_, text)| !text.is_empty());
    pieces.push((Tone::Dim, "…".to_owned()));
    pieces
}

fn scalar(value: &Value) -> Option<Piece> {
    Some(match value {
        Value::Null => (Tone::Word, "null".to_owned()),
        Value::Bool(b) => (Tone::Word, b.to_string()),
        Value::Number(n) => (Tone::Number, n.to_string()),
        Value::String(text) => (Tone::Text, quoted(text)),
        Value::Array(items) if items.is_empty() => (Tone::Dim, "[]".to_owned()),
        Value::Object(fields) if fields.is_empty() => (Tone::Dim, "{}".to_owned()),
        Value::Array(_) | Value::Object(_) => return None,
    })
}

/// A text as JSON has it.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| text.to_owned())
}

fn flat(value: &Value, quote: bool, pieces: &mut Vec<Piece>, room: &mut usize) {
    let mut push = |tone: Tone, text: String, room: &mut usize| {
        let length = text.chars().count();
        if length > *room {
            pieces.push((tone, text.chars().take(*room).collect()));
            *room = 0;
        } else {
            *room -= length;
            pieces.push((tone, text));
        }
    };
    // A text may be megabytes long, and this is asked for with every frame: only what has room is quoted.
    if let Value::String(text) = value {
        let end = text.char_indices().nth(*room + 1).map_or(text.len(), |(end, _)| end);
        return push(Tone::Text, quoted(&text[..end]), room);
    }
    if let Some((tone, text)) = scalar(value) {
        return push(tone, text, room);
    }
    match value {
        Value::Array(items) => {
            push(Tone::Dim, "[".into(), room);
            for (index, item) in items.iter().enumerate() {
                if *room == 0 {
                    return;
                }
                if index > 0 {
                    pieces.push((Tone::Dim, ", ".into()));
                    *room = room.saturating_sub(2);
                }
                flat(item, quote, pieces, room);
            }
            pieces.push((Tone::Dim, "]".into()));
        }
        Value::Object(fields) => {
            push(Tone::Dim, "{ ".into(), room);
            for (index, (key, item)) in fields.iter().enumerate() {
                if *room == 0 {
                    return;
                }
                let comma = if index > 0 { ", " } else { "" };
                let label = if quote { format!("{comma}{}: ", quoted(key)) } else { format!("{comma}{key}: ") };
                *room = room.saturating_sub(label.chars().count());
                pieces.push((Tone::Key, label));
                flat(item, quote, pieces, room);
            }
            pieces.push((Tone::Dim, " }".into()));
        }
        _ => {}
    }
}

fn fits_one_line(value: &Value) -> bool {
    let plain = match value {
        Value::Array(items) => items.len() <= 8 && items.iter().all(|item| scalar(item).is_some()),
        Value::Object(fields) => fields.len() <= 4 && fields.values().all(|item| scalar(item).is_some()),
        _ => true,
    };
    plain && {
        let mut room = INLINE;
        flat(value, true, &mut Vec::new(), &mut room);
        room > 0
    }
}

fn lay_out(value: &Value, depth: usize, lines: &mut Vec<Line>) {
    let last = |lines: &mut Vec<Line>, piece: Piece| {
        if let Some(line) = lines.last_mut() {
            line.0.push(piece);
        }
    };
    if let Some(piece) = scalar(value) {
        return last(lines, piece);
    }
    // The outermost object is always laid out: its fields are what one looks for.
    if depth > 0 && fits_one_line(value) {
        let mut pieces = Vec::new();
        flat(value, true, &mut pieces, &mut { INLINE });
        return pieces.into_iter().for_each(|piece| last(lines, piece));
    }
    let indent = "  ".repeat(depth + 1);
    let (open, close, length) = match value {
        Value::Array(items) => ("[", "]", items.len()),
        Value::Object(fields) => ("{", "}", fields.len()),
        _ => return,
    };
    last(lines, (Tone::Dim, open.to_owned()));
    let mut add = |key: Option<&str>, item: &Value, index: usize| {
        let mut line = Line::of(Tone::Plain, indent.clone());
        if let Some(key) = key {
            line = line.and(Tone::Key, quoted(key)).and(Tone::Dim, ": ");
        }
        lines.push(line);
        lay_out(item, depth + 1, lines);
        if index + 1 < length {
            last(lines, (Tone::Dim, ",".to_owned()));
        }
    };
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| add(None, item, index)),
        Value::Object(fields) => {
            fields.iter().enumerate().for_each(|(index, (key, item))| add(Some(key), item, index));
        }
        _ => {}
    }
    lines.push(Line::of(Tone::Dim, format!("{}{close}", "  ".repeat(depth))));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(lines: &[Line]) -> String {
        lines.iter().map(Line::text).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn small_parts_stand_on_one_line_and_it_is_still_json() {
        let example = json!({"id": "pay-88", "items": [{"sku": "p-12", "n": 2}], "none": {}, "big": 1.10});
        let lines = value(&example);
        assert!(text(&lines).contains("{ \"sku\": \"p-12\", \"n\": 2 }"));
        assert_eq!(lines.len(), 8);
    }

    #[test]
    fn what_is_not_json_is_shown_as_it_is_and_says_so() {
        let lines = payload(&Payload::Text("hello\nworld".into()), "");
        assert_eq!(text(&lines), "the payload is 11 bytes that are not JSON\nhello\nworld");
        let lines = payload(&Payload::Json("{oops".into()), "");
        assert!(text(&lines).starts_with("the payload is not valid JSON"));
        assert!(text(&payload(&Payload::Bytes(vec![0, 65]), "")).contains("00 41"));
    }

    #[test]
    fn a_large_payload_is_cut_and_says_how_to_get_the_rest() {
        let large = Payload::Json(format!("\"{}\"", "é".repeat(PAYLOAD_LIMIT)));
        let lines = payload(&large, "foldback log x --from 1 --to 1 --json");
        assert!(text(&lines[..2]).contains("all of it: foldback log x"));
        assert!(lines.iter().all(|line| line.text().len() <= 4_096));
    }

    #[test]
    fn inline_values_are_cut() {
        let pieces = inline(&json!(["abcdef", "ghi"]), 7);
        let text: String = pieces.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(text, "[\"abcd…");
        for value in [json!(342_000), json!("OPEN"), json!([1, 2]), json!({"a": 1})] {
            let text = |width| inline(&value, width).into_iter().map(|(_, text)| text).collect::<String>();
            let whole = text(99);
            let width = whole.chars().count();
            assert_eq!(text(width), whole, "what just fits is whole");
            assert_eq!(text(width - 1), whole.chars().take(width - 2).chain(['…']).collect::<String>());
        }
    }
}
