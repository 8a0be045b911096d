//! RFC 6901 pointers as text: how a path is put together and taken apart.

use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Write;

/// An object's key as a token of a pointer: `~` becomes `~0`, `/` becomes `~1`.
pub fn escape(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) { Cow::Owned(key.replace('~', "~0").replace('/', "~1")) } else { Cow::Borrowed(key) }
}

/// The key that a token stands for.
pub fn unescape(token: &str) -> Cow<'_, str> {
    // The order matters: `~01` is the key `~1`, not `/`.
    if token.contains('~') { Cow::Owned(token.replace("~1", "/").replace("~0", "~")) } else { Cow::Borrowed(token) }
}

/// The tokens of a pointer, still escaped; `None` where it is no pointer. The empty one is the whole value.
pub fn tokens(path: &str) -> Option<impl Iterator<Item = &str>> {
    if !path.is_empty() && !path.starts_with('/') {
        return None;
    }
    Some(path.split('/').skip(1))
}

/// An element's index; `None` where the token is none (`01`, `-`, `+1`).
pub fn index(token: &str) -> Option<usize> {
    let canonical = token == "0" || !token.starts_with(['0', '+']);
    if canonical { token.parse().ok() } else { None }
}

/// What stands in a value under one escaped token.
pub fn child<'v>(value: &'v Value, token: &str) -> Option<&'v Value> {
    match value {
        Value::Object(map) => map.get(unescape(token).as_ref()),
        Value::Array(items) => items.get(index(token)?),
        _ => None,
    }
}

pub(crate) fn push_key(path: &mut String, key: &str) {
    path.push('/');
    path.push_str(&escape(key));
}

pub(crate) fn push_index(path: &mut String, index: usize) {
    write!(path, "/{index}").expect("a text takes any number");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_the_way_through_a_token() {
        for key in ["a", "", "a/b", "m~n", "~1", "~0", "/~/~", "é"] {
            assert_eq!(unescape(&escape(key)), key);
            assert!(!escape(key).contains('/'));
        }
    }

    #[test]
    fn tokens_of_pointers() {
        let of = |path| tokens(path).map(|found| found.collect::<Vec<_>>());
        assert_eq!(of(""), Some(vec![]));
        assert_eq!(of("/"), Some(vec![""]));
        assert_eq!(of("/a/0"), Some(vec!["a", "0"]));
        assert_eq!(of("a"), None);
    }

    #[test]
    fn an_index_is_written_one_way() {
        assert_eq!(["0", "10", "01", "+1", "-", ""].map(index), [Some(0), Some(10), None, None, None, None]);
    }
}
