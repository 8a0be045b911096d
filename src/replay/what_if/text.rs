//! Edits as they are written: `45`, `45={…}`, `45=TYPE:{…}`, `45=start`; and as they are told.

use super::Edit;
use foldback_domain::event::Version;
use serde::de::IgnoredAny;
use std::fmt;

impl Edit {
    /// Reads `V`.
    pub fn read_skip(text: &str) -> Result<Edit, String> {
        Ok(Edit::Skip(version(text)?))
    }

    /// Reads `V=JSON`.
    pub fn read_change(text: &str) -> Result<Edit, String> {
        let (place, data) = text.split_once('=').ok_or("V=JSON is expected, such as 3={\"amount\":500}")?;
        Ok(Edit::Change { version: version(place)?, data: json(data)? })
    }

    /// Reads `V=TYPE:JSON`. A type may have colons in it: the JSON begins where the rest is JSON.
    pub fn read_insert(text: &str) -> Result<Edit, String> {
        const EXPECTED: &str = "V=TYPE:JSON is expected, such as 3=MoneyDeposited:{\"amount\":500}";
        let (place, rest) = text.split_once('=').ok_or(EXPECTED)?;
        let begins = |(at, _): &(usize, &str)| serde_json::from_str::<IgnoredAny>(&rest[at + 1..]).is_ok();
        let (at, _) = rest.match_indices(':').find(begins).ok_or_else(|| match rest.split_once(':') {
            Some((_, data)) => json(data).err().unwrap_or_default(),
            None => EXPECTED.to_owned(),
        })?;
        if rest[..at].trim().is_empty() {
            return Err(EXPECTED.to_owned());
        }
        let event_type = rest[..at].trim().to_owned();
        Ok(Edit::Insert { behind: behind(place)?, event_type, data: rest[at + 1..].trim().to_owned() })
    }

    /// Reads `V=V`: the event, and the one behind which it is to stand.
    pub fn read_move(text: &str) -> Result<Edit, String> {
        let (moved, place) = text.split_once('=').ok_or("V=V is expected, such as 5=2: v5 right behind v2")?;
        Ok(Edit::Move { version: version(moved)?, behind: behind(place)? })
    }
}

fn version(text: &str) -> Result<Version, String> {
    text.trim().trim_start_matches('v').parse().map(Version).map_err(|_| format!("{text:?} is not a version"))
}

fn behind(text: &str) -> Result<Option<Version>, String> {
    if text.trim() == "start" { Ok(None) } else { version(text).map(Some) }
}

fn json(text: &str) -> Result<String, String> {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Ok(text.trim().to_owned()),
        Err(error) => Err(format!("the payload is not JSON: {error}")),
    }
}

/// What is done, without payloads: `skip v45`.
impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let behind = |place: &Option<Version>| match place {
            Some(version) => format!("behind v{version}"),
            None => "before the first event".to_owned(),
        };
        match self {
            Edit::Skip(version) => write!(f, "skip v{version}"),
            Edit::Change { version, .. } => write!(f, "edit v{version}"),
            Edit::Insert { behind: place, event_type, .. } => write!(f, "insert {event_type} {}", behind(place)),
            Edit::Move { version, behind: place } => write!(f, "move v{version} {}", behind(place)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_read_as_they_are_written() {
        let v = |version| Some(Version(version));
        assert_eq!(Edit::read_skip("45"), Ok(Edit::Skip(Version(45))));
        assert_eq!(
            Edit::read_insert("v3=Warehouse::Stock:{\"a\":\"b:c\"}"),
            Ok(Edit::Insert { behind: v(3), event_type: "Warehouse::Stock".into(), data: "{\"a\":\"b:c\"}".into() })
        );
        assert_eq!(Edit::read_move("5=start"), Ok(Edit::Move { version: Version(5), behind: None }));
        assert_eq!(
            Edit::read_change("-1={\"x\":\"=\"}"),
            Ok(Edit::Change { version: Version(-1), data: "{\"x\":\"=\"}".into() })
        );
        for wrong in ["x", "3=Type", "3=Type:{", "=A:{}", "3=:{}"] {
            assert!(Edit::read_insert(wrong).is_err(), "{wrong}");
        }
        assert!(Edit::read_change("3={a}").unwrap_err().starts_with("the payload is not JSON: "));
    }
}
