//! JSON out of any bytes in PostgreSQL, where a cast of what is no JSON ends the whole question: what is cast is looked at
//! first, with regular expressions alone.

use super::dialect::Dialect;

/// How deep JSON may be nested. What is deeper is not cast.
const DEPTH: usize = 24;

/// UTF-8 without a zero, in hexadecimal digits.
const UTF8: &str = "^(?:0[1-9a-f]|[1-7][0-9a-f]|(?:c[2-9a-f]|d[0-9a-f])[89ab][0-9a-f]|e0[ab][0-9a-f][89ab][0-9a-f]\
    |e[1-9a-cef](?:[89ab][0-9a-f]){2}|ed[89][0-9a-f][89ab][0-9a-f]|f0[9ab][0-9a-f](?:[89ab][0-9a-f]){2}\
    |f[123](?:[89ab][0-9a-f]){3}|f48[0-9a-f](?:[89ab][0-9a-f]){2})*$";

/// A string. The escapes that PostgreSQL cannot read are no part of one: zero, and halves of a pair.
const STRING: &str = r#""(?:[^"\\\x01-\x1f]|\\["\\/bfnrt]|\\u0(?:[1-9a-fA-F][0-9a-fA-F]{2}|0[1-9a-fA-F][0-9a-fA-F]|00[1-9a-fA-F])|\\u[1-9a-cA-CeEfF][0-9a-fA-F]{3}|\\u[dD][0-7][0-9a-fA-F]{2}|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})*""#;

/// A number that PostgreSQL can hold, or a word.
const WORD: &str = r"-?(?:0|[1-9][0-9]{0,200})(?:\.[0-9]{1,200})?(?:[eE][+-]?[0-9]{1,2})?|true|false|null";

/// An array or an object of nothing but strings (`\x01`) and other values (`0`).
const FLAT: &str = r"\[(?:[0\x01](?:,[0\x01])*)?\]|\{(?:\x01:[0\x01](?:,\x01:[0\x01])*)?\}";

/// SQL for the text of an expression that is JSON, and NULL otherwise.
pub fn checked(sql: &str, bytes: bool) -> String {
    let [utf8, mark] = [UTF8, r"\xefbbbf"].map(literal);
    let text = if bytes {
        // Some writers put the mark of UTF-8 in front.
        let bare = format!("CASE WHEN substr({sql}, 1, 3) = {mark}::bytea THEN substr({sql}, 4) ELSE {sql} END");
        format!(
            "(SELECT CASE WHEN getdatabaseencoding() = 'UTF8' AND encode(raw, 'hex') ~ {utf8} \
             THEN convert_from(raw, 'UTF8') END FROM (SELECT {bare} AS raw OFFSET 0) bare)"
        )
    } else {
        format!("CASE WHEN getdatabaseencoding() = 'UTF8' THEN ({sql})::text END")
    };
    let replaced =
        |text: String, pattern: &str, by: &str| format!("regexp_replace({text}, {}, {by}, 'g')", literal(pattern));
    // Strings first, because anything may stand in them; then from the inside out, until one value is left.
    let mut left = replaced("said".to_owned(), STRING, "E'\\x01'");
    left = replaced(left, WORD, "'0'");
    left = replaced(left, r"[ \t\r\n]+", "''");
    for _ in 0..DEPTH {
        left = replaced(left, FLAT, "'0'");
    }
    let (strange, one) = (literal(r"[\x01-\x08\x0b\x0c\x0e-\x1f]"), literal(r"^[0\x01]$"));
    format!(
        "(SELECT CASE WHEN said !~ {strange} AND {left} ~ {one} THEN said END FROM (SELECT {text} AS said OFFSET 0) said)"
    )
}

fn literal(text: &str) -> String {
    Dialect::Postgres.literal(text)
}
