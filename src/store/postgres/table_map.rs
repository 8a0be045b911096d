//! Where a store keeps what an event is: SQL expressions, as data. foldback's own store is one such map.

/// Where each part of an event stands. Every field but `streams` and `channel` holds SQL over the rows of `from`, of the
/// type that is named; a version stands once in a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableMap {
    /// What follows FROM: a quoted table, or a join.
    pub from: String,
    /// A condition that every event's row meets; the others are bookkeeping.
    pub condition: Option<String>,
    /// The global position: a BIGINT, unique, rising, found by an index.
    pub position: String,
    /// The stream's name: TEXT.
    pub stream: String,
    /// The category: TEXT.
    pub category: String,
    /// The version in the stream: BIGINT.
    pub version: String,
    /// The event's id: TEXT.
    pub event_id: String,
    /// The event's type: TEXT.
    pub event_type: String,
    /// The version of the type's schema: BIGINT.
    pub schema_version: String,
    /// The payload: JSON as TEXT.
    pub data: String,
    /// The metadata: JSON as TEXT.
    pub metadata: String,
    /// The correlation id: TEXT.
    pub correlation_id: String,
    /// The causation id: TEXT.
    pub causation_id: String,
    /// Who did it: TEXT.
    pub actor: String,
    /// When it was recorded: TIMESTAMPTZ.
    pub time: String,
    /// A table with one row for each stream.
    pub streams: StreamsMap,
    /// Which parts an index finds, so that reading by them needs no budget.
    pub indexed: Indexed,
    /// The channel on which the store tells of new events, and what it says there.
    pub channel: Option<(String, String)>,
}

/// What can be found by an index, in order of position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indexed {
    /// Events by stream.
    pub stream: bool,
    /// Events by type.
    pub event_type: bool,
    /// Events by correlation id.
    pub correlation: bool,
    /// Events by time, in any order.
    pub time: bool,
}

/// A table with one row for each stream: expressions over its rows, of the same types as in the events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamsMap {
    /// What follows FROM.
    pub from: String,
    /// The stream's name.
    pub stream: String,
    /// The category.
    pub category: String,
    /// The version of the first event.
    pub first_version: String,
    /// The version of the last event.
    pub version: String,
    /// The number of events.
    pub events: String,
    /// The time of the first event.
    pub first_at: String,
    /// The time of the last event.
    pub last_at: String,
    /// The position of the last event.
    pub last_position: String,
}

impl TableMap {
    /// FROM and the conditions that always hold, up to where more can be added with AND.
    pub fn rows(&self) -> String {
        format!("FROM {} WHERE {}", self.from, self.condition.as_deref().unwrap_or("TRUE"))
    }
}

/// A name as SQL has it, whatever is in it.
pub fn quote_ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::quote_ident;

    #[test]
    fn a_name_stays_a_name() {
        assert_eq!(quote_ident("shop"), "\"shop\"");
        assert_eq!(quote_ident("a\"; DROP TABLE b"), "\"a\"\"; DROP TABLE b\"");
    }
}
