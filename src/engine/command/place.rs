//! Says of a JSON error which field it is about. A decoder says only at which column it gave up.

use foldback_domain::event::safe_text;

/// A decoder's error about a text on one line, with the field's name before it.
pub(super) fn explain(text: &str, error: &str) -> String {
    let why = without_place(error)
        .replace("expected i64", "expected a whole number that fits into 64 bits")
        .replace("expected u64", "expected a whole number from 0 that fits into 64 bits")
        .replace("recursion limit exceeded", "it is nested deeper than 128 levels");
    let path = column(error).map(|column| path_at(text, column)).unwrap_or_default();
    let why = safe_text(&why).into_owned();
    if path.is_empty() { why } else { format!("{}: {why}", safe_text(&path)) }
}

/// The error without the line and the column at its end.
pub(super) fn without_place(error: &str) -> &str {
    error.rfind(" at line ").map_or(error, |at| &error[..at])
}

fn column(error: &str) -> Option<usize> {
    error.rsplit_once(" column ")?.1.parse().ok()
}

/// A level of nesting: what of it is being read.
enum Level {
    Object(String),
    List(usize),
}

/// The path of what stands at a column, such as `items[0].quantity`.
fn path_at(text: &str, column: usize) -> String {
    let (mut levels, mut last, mut rest) = (Vec::new(), String::new(), text.char_indices());
    while let Some((at, c)) = rest.next() {
        if at >= column {
            break;
        }
        match c {
            '{' => levels.push(Level::Object(String::new())),
            '[' => levels.push(Level::List(0)),
            // What ends at the column is what the error is about.
            '}' | ']' if at + 1 < column => drop(levels.pop()),
            '}' | ']' => {
                levels.pop();
                break;
            }
            ',' if at + 1 < column => match levels.last_mut() {
                Some(Level::List(index)) => *index += 1,
                Some(Level::Object(name)) => name.clear(),
                None => {}
            },
            ':' => {
                if let Some(Level::Object(name)) = levels.last_mut() {
                    name.clone_from(&last);
                }
            }
            '"' => last = string(&mut rest),
            _ => {}
        }
    }
    let mut path = String::new();
    for level in levels {
        match level {
            Level::Object(name) if path.is_empty() => path = name,
            Level::Object(name) if name.is_empty() => {}
            Level::Object(name) => path += &format!(".{name}"),
            Level::List(index) => path += &format!("[{index}]"),
        }
    }
    path
}

/// The rest of a string whose first quote has been read.
fn string(rest: &mut std::str::CharIndices<'_>) -> String {
    let mut out = String::new();
    while let Some((_, c)) = rest.next() {
        match c {
            '"' => break,
            '\\' => out.extend(rest.next().map(|(_, c)| c)),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_a_path() {
        let text = r#"{"a":1,"b":[{"c":"x"},{"d":2}],"e":{"f":3}}"#;
        for (until, path) in
            [("{", ""), ("\"a\"", ""), (":1", "a"), ("x", "b[0].c"), ("}", "b[0]"), (":2", "b[1].d"), ("3", "e.f")]
        {
            let column = text.find(until).unwrap() + until.len();
            assert_eq!(path_at(text, column), path, "{until}");
        }
    }

    #[test]
    fn what_cannot_be_placed_is_said_as_it_is() {
        assert_eq!(explain("{}", "sku is empty"), "sku is empty");
        assert_eq!(explain(r#"{"a\u001b[31m":1}"#, "odd at line 1 column 16"), "au001b[31m: odd");
    }
}
