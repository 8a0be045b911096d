//! Correlation, causation and actor live in an event's metadata. What stands beside it is put into it.

use foldback_domain::event::{Payload, safe_text};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

const KEYS: [&str; 3] = ["correlation_id", "causation_id", "actor"];

#[derive(Deserialize)]
struct Known<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    correlation_id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    causation_id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    actor: Option<&'a RawValue>,
}

/// A key that is there with `null` is there.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}

/// The metadata with correlation id, causation id and actor in it, in this order. Metadata that has them already
/// stays as it is, byte for byte; the error is a sentence for metadata that says otherwise, or that cannot hold them.
pub fn with_ids(metadata: Option<Payload>, ids: [Option<&str>; 3]) -> Result<Option<Payload>, String> {
    if ids.iter().all(Option::is_none) {
        return Ok(metadata);
    }
    let refused = || "its metadata is not a JSON object, so it cannot hold a correlation id".to_owned();
    let text = match &metadata {
        None => "{}",
        Some(Payload::Json(text)) if text == "null" => "{}",
        Some(Payload::Json(text)) if text.trim_start().starts_with('{') => text.as_str(),
        Some(_) => return Err(refused()),
    };
    let known: Known<'_> = serde_json::from_str(text).map_err(|_| refused())?;
    let mut added = String::new();
    for ((key, given), present) in
        KEYS.into_iter().zip(ids).zip([known.correlation_id, known.causation_id, known.actor])
    {
        let Some(given) = given else { continue };
        match present {
            None => {
                added += if added.is_empty() { "" } else { "," };
                added += &format!("\"{key}\":{}", serde_json::Value::from(given));
            }
            Some(present) if same(present, given) => {}
            Some(present) => {
                return Err(format!(
                    "{key} is {} beside the metadata and {} in it",
                    safe_text(given),
                    safe_text(present.get())
                ));
            }
        }
    }
    if added.is_empty() {
        return Ok(metadata);
    }
    let open = text.trim_end().strip_suffix('}').unwrap_or_default();
    let comma = if open.trim_end().ends_with('{') { "" } else { "," };
    Ok(Some(Payload::Json(format!("{open}{comma}{added}}}"))))
}

fn same(present: &RawValue, given: &str) -> bool {
    match serde_json::from_str::<String>(present.get()) {
        Ok(text) => text == given,
        Err(_) => present.get() == given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Option<Payload> {
        Some(Payload::Json(text.into()))
    }

    #[test]
    fn what_is_there_stays_and_what_is_missing_is_added() {
        let ids = [Some("c"), None, Some("ann")];
        assert_eq!(with_ids(None, ids), Ok(json(r#"{"correlation_id":"c","actor":"ann"}"#)));
        assert_eq!(
            with_ids(json(r#"{ "x": 1.10 }"#), ids),
            Ok(json(r#"{ "x": 1.10 ,"correlation_id":"c","actor":"ann"}"#))
        );
        let whole = json(r#"{"actor" : "ann","correlation_id":"\u0063"}"#);
        assert_eq!(with_ids(whole.clone(), ids), Ok(whole));
        assert_eq!(with_ids(json(r#"{"actor":7}"#), [None, None, Some("7")]), Ok(json(r#"{"actor":7}"#)));
        assert_eq!(with_ids(json("[1]"), [None; 3]), Ok(json("[1]")));
    }

    #[test]
    fn contradictions_are_refused() {
        let error = with_ids(json(r#"{"actor":"bob"}"#), [None, None, Some("ann")]).unwrap_err();
        assert_eq!(error, "actor is ann beside the metadata and \"bob\" in it");
        assert!(with_ids(Some(Payload::Text("yaml: yes".into())), [Some("c"), None, None]).is_err());
        assert!(with_ids(json("[1]"), [Some("c"), None, None]).is_err());
    }
}
