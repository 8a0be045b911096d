//! What a filter still asks of a row once an index has found it: tested on the columns as they are, without a copy.

use super::table_map::TableMap;
use super::value;
use foldback_domain::reading::{LogFilter, matches_pattern};
use jiff::Timestamp;
use rusqlite::Row;

/// The conditions that rows are still to be tested for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest<'a> {
    /// The category.
    pub category: Option<&'a str>,
    /// The pattern of the type.
    pub event_type: Option<&'a str>,
    /// The correlation id.
    pub correlation_id: Option<&'a str>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Not after.
    pub until: Option<Timestamp>,
}

impl<'a> Rest<'a> {
    /// All that a filter asks but the stream and the positions.
    pub fn of(filter: &'a LogFilter) -> Self {
        Rest {
            category: filter.category.as_ref().map(|category| category.as_str()),
            event_type: filter.event_type.as_deref(),
            correlation_id: filter.correlation_id.as_deref(),
            since: filter.since,
            until: filter.until,
        }
    }

    /// Whether nothing is left to be tested.
    pub fn is_empty(&self) -> bool {
        *self == Rest { category: None, event_type: None, correlation_id: None, since: None, until: None }
    }

    /// The type, where the pattern is one type.
    pub fn exact_type(&self) -> Option<&'a str> {
        self.event_type.filter(|pattern| !pattern.contains(['*', '?']))
    }

    /// The position and the columns that [`Rest::passes`] looks at; the others are not computed.
    pub fn columns(&self, map: &TableMap) -> String {
        let asked = |asked: bool, sql: Option<&str>| if asked { sql.unwrap_or("NULL") } else { "NULL" }.to_owned();
        [
            map.position.clone(),
            asked(self.category.is_some(), Some(&map.category)),
            asked(self.event_type.is_some(), Some(&map.event_type)),
            asked(self.correlation_id.is_some(), map.correlation_id.as_deref()),
            asked(self.since.is_some() || self.until.is_some(), map.time.as_ref().map(|time| time.sql.as_str())),
        ]
        .join(", ")
    }

    /// Whether a row of [`Rest::columns`] meets the conditions. What is not there meets none.
    pub fn passes(&self, row: &Row<'_>, map: &TableMap) -> rusqlite::Result<bool> {
        if let Some(category) = self.category
            && value::shown(row.get_ref(1)?).unwrap_or_default() != category
        {
            return Ok(false);
        }
        if let Some(pattern) = self.event_type
            && !matches_pattern(pattern, &value::shown(row.get_ref(2)?).unwrap_or_default())
        {
            return Ok(false);
        }
        if let Some(id) = self.correlation_id
            && value::shown(row.get_ref(3)?).as_deref() != Some(id)
        {
            return Ok(false);
        }
        if self.since.is_none() && self.until.is_none() {
            return Ok(true);
        }
        let Some(time) = &map.time else { return Ok(false) };
        let Some(at) = time.form.read(row.get_ref(4)?) else { return Ok(false) };
        Ok(self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at <= until))
    }
}
