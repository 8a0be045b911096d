//! One read on one connection: the map that it reads by, and the count of what it read.

use super::table_map::TableMap;
use super::value::{self, Bound};
use foldback_domain::event::StreamName;
use rusqlite::{CachedStatement, Connection, Row, ToSql};
use std::sync::atomic::{AtomicU64, Ordering};

/// How many splits of a name are tried where a stream is identified by several columns.
const SPLITS: usize = 16;

/// How many items a page has at most, whatever is asked: the next page is one more call.
const MOST: usize = 100_000;

/// How many items a page is to have.
pub fn page_limit(asked: usize) -> usize {
    asked.clamp(1, MOST)
}

/// What can be found by an index, so that reading it needs no budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Indexes {
    /// Events by type.
    pub event_type: bool,
    /// Events by correlation id.
    pub correlation: bool,
    /// Events by time.
    pub time: bool,
    /// Streams in order of their names.
    pub streams: bool,
}

/// What a read works with.
#[derive(Clone, Copy)]
pub struct Session<'a> {
    /// The connection, which is this read's alone.
    pub connection: &'a Connection,
    /// Where things stand.
    pub map: &'a TableMap,
    /// What is indexed.
    pub indexes: Indexes,
    /// Counts rows.
    pub rows: &'a AtomicU64,
}

/// The key of a stream: for each part the value that stands in its column.
pub type Key = Vec<Bound>;

impl<'a> Session<'a> {
    /// The statement, prepared at most once for each connection.
    pub fn prepare(&self, sql: &str) -> rusqlite::Result<CachedStatement<'a>> {
        self.connection.prepare_cached(sql)
    }

    /// Adds to the count of rows.
    pub fn count(&self, rows: usize) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// Finds out what is indexed, from SQLite's own plans.
    pub fn indexes(connection: &Connection, map: &TableMap) -> rusqlite::Result<Indexes> {
        let searched = |condition: &str| -> rusqlite::Result<bool> {
            let mut plan = connection.prepare(&format!(
                "EXPLAIN QUERY PLAN SELECT {} {} AND {condition}",
                map.position,
                map.rows()
            ))?;
            let details = plan.query_map([], |row| row.get::<_, String>(3))?.collect::<Result<Vec<_>, _>>()?;
            Ok(!details.is_empty() && details.iter().all(|detail| detail.starts_with("SEARCH")))
        };
        let time = map.time.as_ref().and_then(|time| time.form.comparable(&time.sql));
        Ok(Indexes {
            event_type: searched(&format!("{} = 'x'", map.event_type))?,
            correlation: match &map.correlation_id {
                Some(sql) => searched(&format!("{sql} = 'x'"))?,
                None => false,
            },
            time: match time {
                Some(sql) => searched(&format!("{sql} >= 'x'"))?,
                None => false,
            },
            streams: searched(&format!("{} > 'x'", map.stream[0].column))?,
        })
    }

    /// The key of the stream that is shown by this name; `None` where there is no such stream. Names are shown as
    /// text, so the value behind one is looked for: the text itself first, then what else is shown like it.
    pub fn key(&self, stream: &StreamName) -> rusqlite::Result<Option<Key>> {
        let sql = format!("SELECT {} {} AND {} LIMIT 1", self.map.key_columns(), self.map.rows(), self.map.is_shown());
        let mut probe = self.prepare(&sql)?;
        for key in self.candidates(stream.as_str()) {
            if let Some(row) = probe.query(rusqlite::params_from_iter(&key))?.next()? {
                return key_of(row, self.map.stream.len()).map(Some);
            }
        }
        Ok(None)
    }

    fn candidates(&self, name: &str) -> Vec<Key> {
        let splits = match self.map.stream.len() {
            1 => vec![vec![name]],
            parts => splits(name, parts),
        };
        let mut keys = Vec::new();
        for split in &splits {
            keys.push(split.iter().map(|part| Bound::text(part)).collect());
        }
        for split in &splits {
            keys.push(split.iter().map(|part| raw(part)).collect());
        }
        // Bytes are only looked for where a name is one column: the combinations would be too many.
        if let [_] = self.map.stream.as_slice() {
            keys.push(vec![Bound::Blob(value::unshow(name).unwrap_or_else(|| name.as_bytes().to_vec()))]);
            keys.extend(name.parse().ok().map(|number| vec![Bound::Integer(number)]));
            keys.extend(name.parse().ok().map(|number| vec![Bound::Real(number)]));
        }
        keys.dedup();
        keys
    }
}

fn raw(part: &str) -> Bound {
    if part.is_empty() { Bound::Null } else { Bound::behind(part) }
}

/// The ways to cut a name at slashes into so many parts; the leftmost cut first.
fn splits(name: &str, parts: usize) -> Vec<Vec<&str>> {
    if parts == 1 {
        return vec![vec![name]];
    }
    let mut found = Vec::new();
    for (at, _) in name.match_indices('/') {
        for mut rest in splits(&name[at + 1..], parts - 1) {
            rest.insert(0, &name[..at]);
            found.push(rest);
            if found.len() == SPLITS {
                return found;
            }
        }
    }
    found
}

/// A row's key, from its first columns.
pub fn key_of(row: &Row<'_>, parts: usize) -> rusqlite::Result<Key> {
    (0..parts).map(|i| row.get_ref(i).map(Bound::from)).collect()
}

/// Parameters of a statement: a stream's key, and what follows it.
pub fn with_key<'p>(key: &'p [Bound], rest: &[&'p dyn ToSql]) -> Vec<&'p dyn ToSql> {
    key.iter().map(|part| part as &dyn ToSql).chain(rest.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::splits;

    #[test]
    fn a_name_of_several_parts_is_cut_at_every_slash() {
        assert_eq!(splits("order/1", 2), [["order", "1"]]);
        assert_eq!(splits("a/b/c", 2), [["a", "b/c"], ["a/b", "c"]]);
        assert_eq!(splits("a/b/c", 3), [["a", "b", "c"]]);
        assert!(splits("plain", 2).is_empty());
    }
}
