//! A page of the rows that stood there at a position. An event later it is mostly the same page: then only what came between
//! is looked at.

use super::{LAST, RowVersions, behind, count, failed};
use crate::store::StoreError;
use foldback_domain::event::{Payload, Position};
use foldback_domain::processes::ModelRow;
use rusqlite::{OptionalExtension, params};

/// Up to how many keys are sorted rather than walked through in order, when few of them are there yet.
const FEW: i64 = 4_096;

/// How many versions may have come since a page was read for it to be brought up to date.
const CLOSE: usize = 64;

/// A page as it was handed out.
#[derive(Debug)]
pub(super) struct Shown {
    after: Option<String>,
    limit: usize,
    /// The last version at its position.
    number: i64,
    rows: Vec<ModelRow>,
}

/// What came of a row.
struct Came {
    number: i64,
    position: Position,
    key: String,
    row: Option<String>,
}

impl RowVersions {
    /// A page of the rows that stood there at a position, by key, behind a key.
    pub fn page(&self, at: Position, after: Option<&str>, limit: usize) -> Result<Vec<ModelRow>, StoreError> {
        let mut shown = self.shown.borrow_mut();
        if let Some(shown) = shown.as_mut().filter(|shown| shown.after.as_deref() == after && shown.limit == limit)
            && self.bring(shown, at).map_err(|error| failed(&error))?
        {
            return Ok(shown.rows.clone());
        }
        *shown = None;
        let read = || Ok((self.number_at(at)?, self.read_page(at, after, limit)?));
        let (number, rows) = read().map_err(|error| failed(&error))?;
        *shown = Some(Shown { after: after.map(str::to_owned), limit, number, rows: rows.clone() });
        Ok(rows)
    }

    /// Brings a page to a position a little later; false where it has to be read anew.
    fn bring(&self, shown: &mut Shown, at: Position) -> rusqlite::Result<bool> {
        let position = "SELECT position FROM versions WHERE number = ?1";
        let last = self.connection.prepare_cached(position)?.query_row([shown.number], |row| row.get(0)).optional()?;
        if last.is_some_and(|last: i64| last > at.0) {
            return Ok(false);
        }
        let mut since = self.connection.prepare_cached(
            "SELECT v.number, v.position, k.key, v.row FROM versions v CROSS JOIN keys k ON k.id = v.key_id \
             WHERE v.number > ?1 ORDER BY v.number LIMIT ?2",
        )?;
        let mut came = since.query(params![shown.number, count(CLOSE + 1)])?;
        let mut seen = 0;
        while let Some(row) = came.next()? {
            let position = Position(row.get(1)?);
            if position > at {
                return Ok(true);
            }
            seen += 1;
            let came = Came { number: row.get(0)?, position, key: row.get(2)?, row: row.get(3)? };
            if seen > CLOSE || !shown.take(came) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The number of the last version up to a position; 0 where there is none. Versions are numbered as they came, from 1.
    fn number_at(&self, at: Position) -> rusqlite::Result<i64> {
        let last = "SELECT coalesce(max(number), 0) FROM versions";
        let (mut low, mut high) = (0, self.connection.prepare_cached(last)?.query_row([], |row| row.get::<_, i64>(0))?);
        let mut position = self.connection.prepare_cached("SELECT position FROM versions WHERE number = ?1")?;
        while low < high {
            let middle = high - (high - low) / 2;
            if position.query_row([middle], |row| row.get::<_, i64>(0))? <= at.0 {
                low = middle
            } else {
                high = middle - 1
            }
        }
        Ok(low)
    }

    fn read_page(&self, at: Position, after: Option<&str>, limit: usize) -> rusqlite::Result<Vec<ModelRow>> {
        // Early in the log most keys are not there yet: those that are, are found by when they came.
        let few = "SELECT count(*) FROM (SELECT 1 FROM keys WHERE first <= ?1 LIMIT ?2)";
        let there: i64 = self.connection.prepare_cached(few)?.query_row(params![at.0, FEW], |row| row.get(0))?;
        let by = if there < FEW { "INDEXED BY keys_by_first" } else { "INDEXED BY sqlite_autoindex_keys_1" };
        let (is, key) = behind(after);
        let sql = format!(
            "SELECT keys.key, v.row, v.position FROM keys {by} CROSS JOIN versions v ON v.number = {LAST} \
             WHERE keys.first <= ?1 AND keys.key {is} ?2 AND v.row IS NOT NULL ORDER BY keys.key LIMIT ?3"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let row = |row: &rusqlite::Row| {
            let position = row.get::<_, Option<i64>>(2)?.map(Position);
            Ok(ModelRow { key: row.get(0)?, row: Payload::Json(row.get(1)?), position })
        };
        statement.query_map(params![at.0, key, count(limit)], row)?.collect()
    }
}

impl Shown {
    /// Takes in what came of a row; false where rows of the page come or go.
    fn take(&mut self, came: Came) -> bool {
        self.number = came.number;
        let key = came.key.as_str();
        let full = self.rows.len() >= self.limit;
        let is_elsewhere = self.after.as_deref().is_some_and(|after| key <= after)
            || (full && self.rows.last().is_some_and(|last| last.key.as_str() < key));
        if is_elsewhere {
            return true;
        }
        let place = self.rows.binary_search_by(|row| row.key.as_str().cmp(key));
        match (place, came.row) {
            (Ok(place), Some(row)) => {
                self.rows[place].row = Payload::Json(row);
                self.rows[place].position = Some(came.position);
                true
            }
            (Err(_), None) => true,
            (Ok(_), None) | (Err(_), Some(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::RowChange;
    use super::*;

    /// Rows that come, change and go, some keys in front of a page, in it and behind it.
    #[test]
    fn a_page_that_is_brought_on_is_the_page_that_is_read() {
        let mut versions = RowVersions::new().unwrap();
        let changes: Vec<RowChange> = (0..900_i64)
            .map(|n| {
                let key = (n * 7_919 % 31) as u8;
                let row = (n % 11 != 0).then(|| format!("{n}"));
                // Some events change several rows, and some positions change none.
                RowChange { key: char::from(b'A' + key).to_string(), row, position: Position(n / 3 * 2 + 1) }
            })
            .collect();
        versions.add(&changes).unwrap();
        for (after, limit) in [(None, 5), (Some("G"), 7), (Some("G"), 100), (Some("zz"), 3), (None, 1)] {
            for step in [1, 2, 50] {
                for at in (0..620).step_by(step).chain([3, 2, 9]) {
                    let page = versions.page(Position(at), after, limit).unwrap();
                    let read = versions.read_page(Position(at), after, limit).unwrap();
                    assert_eq!(page, read, "{at} behind {after:?}");
                }
            }
        }
        versions
            .add(&[RowChange { key: "A".to_owned(), row: Some("new".to_owned()), position: Position(700) }])
            .unwrap();
        assert_eq!(versions.page(Position(700), None, 1).unwrap()[0].row, Payload::Json("new".to_owned()));
    }
}
