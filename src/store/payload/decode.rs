//! Payloads that are packed, or JSON's like in bytes: told apart by their first bytes, and only believed when all of them fit.

use ciborium::Value as Cbor;
use flate2::read::{GzDecoder, ZlibDecoder};
use foldback_domain::event::Payload;
use rmpv::Value as Pack;
use serde_json::{Map, Value};
use std::io::{Cursor, Read};

/// How large a payload may become when it is unpacked; a larger one stays as it is.
const MOST: u64 = 64 << 20;

/// How deep a value of another form may be nested, as JSON's own parser has it.
const DEPTH: usize = 128;

/// The payload as JSON or text, where its bytes are a packed or another form of that.
pub fn decode(stored: Payload) -> Payload {
    let Payload::Bytes(bytes) = &stored else { return stored };
    let found = match bytes.as_slice() {
        [0x1f, 0x8b, ..] => unpacked(GzDecoder::new(bytes.as_slice())),
        [0x78, second, ..] if (0x7800 + u16::from(*second)).is_multiple_of(31) => {
            unpacked(ZlibDecoder::new(bytes.as_slice()))
        }
        _ => None,
    };
    found.or_else(|| cbor(bytes)).or_else(|| message_pack(bytes)).unwrap_or(stored)
}

fn unpacked(packed: impl Read) -> Option<Payload> {
    let mut bytes = Vec::new();
    let length = packed.take(MOST + 1).read_to_end(&mut bytes).ok()?;
    if length as u64 > MOST {
        return None;
    }
    Some(match Payload::sniff(bytes) {
        Payload::Bytes(bytes) => cbor(&bytes).or_else(|| message_pack(&bytes)).unwrap_or(Payload::Bytes(bytes)),
        other => other,
    })
}

/// CBOR that is a map or a list, to its last byte.
fn cbor(bytes: &[u8]) -> Option<Payload> {
    if !matches!(bytes.first()?, 0x80..=0xbf | 0xd9) {
        return None;
    }
    let mut rest = Cursor::new(bytes);
    let value: Cbor = ciborium::de::from_reader_with_recursion_limit(&mut rest, DEPTH).ok()?;
    if rest.position() != bytes.len() as u64 {
        return None;
    }
    let json = from_cbor(value)?;
    matches!(json, Value::Object(_) | Value::Array(_)).then(|| Payload::Json(json.to_string()))
}

fn from_cbor(value: Cbor) -> Option<Value> {
    Some(match value {
        Cbor::Null => Value::Null,
        Cbor::Bool(is) => is.into(),
        Cbor::Text(text) => text.into(),
        Cbor::Float(number) => serde_json::Number::from_f64(number)?.into(),
        Cbor::Integer(number) => serde_json::from_str(&i128::from(number).to_string()).ok()?,
        Cbor::Bytes(bytes) => hex(&bytes).into(),
        Cbor::Tag(_, inner) => from_cbor(*inner)?,
        Cbor::Array(items) => items.into_iter().map(from_cbor).collect::<Option<Vec<_>>>()?.into(),
        Cbor::Map(pairs) => {
            let mut map = Map::with_capacity(pairs.len());
            for (key, value) in pairs {
                map.insert(key_text(from_cbor(key)?), from_cbor(value)?);
            }
            map.into()
        }
        _ => return None,
    })
}

/// MessagePack that is a map or a list, to its last byte.
fn message_pack(bytes: &[u8]) -> Option<Payload> {
    if !matches!(bytes.first()?, 0x80..=0x9f | 0xdc..=0xdf) {
        return None;
    }
    let mut rest = bytes;
    let value = rmpv::decode::read_value_with_max_depth(&mut rest, DEPTH).ok()?;
    if !rest.is_empty() {
        return None;
    }
    from_pack(value).map(|json| Payload::Json(json.to_string()))
}

fn from_pack(value: Pack) -> Option<Value> {
    Some(match value {
        Pack::Nil => Value::Null,
        Pack::Boolean(is) => is.into(),
        Pack::Integer(number) => serde_json::from_str(&number.to_string()).ok()?,
        Pack::F32(number) => serde_json::Number::from_f64(number.into())?.into(),
        Pack::F64(number) => serde_json::Number::from_f64(number)?.into(),
        Pack::String(text) => text.into_str()?.into(),
        Pack::Binary(bytes) | Pack::Ext(_, bytes) => hex(&bytes).into(),
        Pack::Array(items) => items.into_iter().map(from_pack).collect::<Option<Vec<_>>>()?.into(),
        Pack::Map(pairs) => {
            let mut map = Map::with_capacity(pairs.len());
            for (key, value) in pairs {
                map.insert(key_text(from_pack(key)?), from_pack(value)?);
            }
            map.into()
        }
    })
}

fn key_text(key: Value) -> String {
    match key {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use std::io::Write;

    const JSON: &str = r#"{"order":"o-1","lines":[{"n":2}]}"#;

    fn json(text: &str) -> Payload {
        Payload::Json(text.to_owned())
    }

    #[test]
    fn packed_json_is_unpacked() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(JSON.as_bytes()).unwrap();
        assert_eq!(decode(Payload::Bytes(gzip.finish().unwrap())), json(JSON));
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(JSON.as_bytes()).unwrap();
        let packed = zlib.finish().unwrap();
        assert_eq!(decode(Payload::Bytes(packed.clone())), json(JSON));
        let cut = Payload::Bytes(packed[..packed.len() - 6].to_vec());
        assert_eq!(decode(cut.clone()), cut, "what is cut off is not half believed");
    }

    #[test]
    fn a_bomb_stays_packed() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        let block = vec![b' '; 1 << 20];
        (0..=MOST >> 20).for_each(|_| gzip.write_all(&block).unwrap());
        let bomb = Payload::Bytes(gzip.finish().unwrap());
        assert_eq!(decode(bomb.clone()), bomb);
    }

    #[test]
    fn other_forms_of_json_are_read() {
        // {"a": [1, -2, "é"], "b": 1.5} in CBOR and in MessagePack.
        let cbor = b"\xa2\x61a\x83\x01\x21\x62\xc3\xa9\x61b\xf9\x3e\x00";
        let pack = b"\x82\xa1a\x93\x01\xfe\xa2\xc3\xa9\xa1b\xcb\x3f\xf8\0\0\0\0\0\0";
        for bytes in [&cbor[..], &pack[..]] {
            assert_eq!(decode(Payload::Bytes(bytes.to_vec())), json(r#"{"a":[1,-2,"é"],"b":1.5}"#));
            let more = Payload::Bytes([bytes, b"\xff"].concat());
            assert_eq!(decode(more.clone()), more, "to the last byte, or not at all");
        }
        for bytes in [&b"\xff\xfe\x00"[..], b"\x83h\x02", b"\x04\x08[\x06\xff", b"\x9f\x9f\x9f", &[0x81; 5_000]] {
            let stored = Payload::Bytes(bytes.to_vec());
            assert_eq!(decode(stored.clone()), stored, "{bytes:?}");
        }
    }
}
