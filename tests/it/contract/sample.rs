//! Events for the contract: several streams of several lengths, holes between positions, correlations, bad times.

use foldback::domain::event::{Category, EventHead, Payload, Position, RecordedEvent, StreamName, Version, parse_time};

/// `count` events over `streams` streams, deterministic.
pub fn events(count: i64, streams: i64) -> Vec<RecordedEvent> {
    let mut next = std::collections::BTreeMap::<String, i64>::new();
    (0..count)
        .map(|i| {
            let category = ["order", "payment", "stock"][(i * 7 % 3) as usize];
            let stream = format!("{category}-{}", i * i % streams);
            // One stream begins late, as one does whose beginning was cut off.
            let version = next.entry(stream.clone()).or_insert(if stream == "stock-1" { 40 } else { 0 });
            let at = *version;
            *version += 1;
            let correlation = (i % 4 != 0).then(|| format!("c-{}", i % 5));
            let metadata = correlation.as_ref().map(|id| Payload::Json(format!(r#"{{"correlation_id":"{id}"}}"#)));
            RecordedEvent {
                raw: None,
                head: EventHead {
                    // Every tenth position is a hole.
                    global_position: Some(Position(1 + i + i / 9)),
                    stream_id: StreamName(stream),
                    stream_version: Some(Version(at)),
                    category: Category::from(category),
                    event_id: Some(format!("id-{i}")),
                    event_type: ["Placed", "PlacedLate", "placed", "Pl[a]ced"][(i % 4) as usize].into(),
                    schema_version: (i % 3 != 0).then_some(1),
                    correlation_id: correlation,
                    causation_id: None,
                    actor: None,
                    mark: None,
                    // Times with three and six digits, not always rising, and some missing.
                    created_at: (i % 11 != 10).then(|| {
                        let micros = if i % 2 == 0 { "" } else { "001" };
                        parse_time(&format!("2026-01-05T09:{:02}:{:02}.120{micros}Z", i / 60 % 60, (i * 13) % 60))
                            .unwrap()
                    }),
                },
                data: match i % 5 {
                    4 => Payload::Text(format!("plain {i}")),
                    3 => Payload::Bytes(vec![0xff, i as u8]),
                    _ => Payload::Json(format!(r#"{{"i": {i}, "price": 1.10}}"#)),
                },
                metadata,
            }
        })
        .collect()
}
