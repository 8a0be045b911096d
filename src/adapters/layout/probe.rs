//! Asks a database whether it takes the SQL of a layout that a user wrote, so that what it refuses is said by its key.

use crate::adapters::tables::{Engine, Map, Order, Word, refuses};
use crate::store::StoreError;

/// What the database refuses, as `events.key: why`; nothing where it takes everything. One question where all is well.
pub async fn probe(engine: &dyn Engine, map: &Map) -> Result<Option<String>, StoreError> {
    let parts = parts(map);
    let all: Vec<&str> = parts.iter().map(|(_, sql)| sql.as_str()).collect();
    let Some(first) = refuses(engine, &all.join(", "), &map.rows()).await else { return Ok(None) };
    // Where the database does not answer at all, the layout is not to blame.
    if let Some(error) = refuses(engine, "1", "").await {
        return Err(error);
    }
    if let Some(error) = refuses(engine, "1", &format!("FROM {}", map.from)).await {
        return Ok(Some(refused("from", &error)));
    }
    if let Some(error) = refuses(engine, "1", &map.rows()).await {
        return Ok(Some(refused("where", &error)));
    }
    for (key, sql) in &parts {
        if let Some(error) = refuses(engine, sql, &map.rows()).await {
            return Ok(Some(refused(key, &error)));
        }
    }
    Err(first)
}

fn refused(key: &str, error: &StoreError) -> String {
    format!("events.{key}: the database refuses its SQL: {}", error.why())
}

/// Each key with its SQL.
fn parts(map: &Map) -> Vec<(&'static str, String)> {
    let mut parts = Vec::new();
    match &map.order {
        Order::Number(sql) => parts.push(("position", sql.clone())),
        Order::Shared { number, index } => parts.extend([("position", number.clone()), ("index", index.clone())]),
        Order::Time(_) | Order::Rank => {}
    }
    parts.extend(map.stream.iter().map(|part| ("stream", part.sql.clone())));
    parts.push(("category", map.category.clone()));
    parts.extend([("event_type", map.event_type.clone()), ("data", map.data.clone())]);
    for (key, sql) in [
        ("version", &map.version),
        ("event_id", &map.event_id),
        ("schema_version", &map.schema_version),
        ("metadata", &map.metadata),
        ("archived or deleted", &map.mark),
    ] {
        parts.extend(sql.iter().map(|sql| (key, sql.clone())));
    }
    for (key, word) in [
        ("correlation_id", &map.correlation_id),
        ("causation_id", &map.causation_id),
        ("actor", &map.actor),
        ("time", &map.time),
    ] {
        parts.extend(word.as_ref().and_then(Word::sql).map(|sql| (key, sql.to_owned())));
    }
    parts
}
