//! The queries for what stands around the log, made of a layout for the tables that are there.

use super::Layout;
use super::detect::Tables;
use super::file::{Checkpoints, DeadLetters, Field, Outbox, Sagas, Snapshots, Steps};
use super::scope::{Resolved, Scope, Sql, stem};
use crate::adapters::tables::{
    CheckpointQuery, Dialect, Kind, ProcessColumn as Column, Processes, Query, SagaQuery, Table, Written, normal,
};
use foldback_domain::reading::matches_pattern;

/// The queries of a layout, and of which file where a user wrote it. A section whose table is not there, or lacks what the section cannot do without, is left out.
pub fn processes(tables: &Tables, dialect: Dialect, file: Option<(&str, &Layout)>) -> Processes {
    let maker = Maker { tables, dialect, file };
    let section = &tables.section;
    Processes {
        snapshots: section.snapshots.iter().flat_map(|part| maker.snapshots(part)).collect(),
        checkpoints: section.checkpoints.iter().flat_map(|part| maker.checkpoints(part)).collect(),
        sagas: section.sagas.iter().flat_map(|part| maker.sagas(part)).collect(),
        dead_letters: section.dead_letters.iter().flat_map(|part| maker.dead_letters(part)).collect(),
        outbox: section.outbox.iter().flat_map(|part| maker.outbox(part)).collect(),
    }
}

/// The keys of each section, in the order in which their columns are asked for.
const SNAPSHOTS: &[&str] = &["stream", "version", "state", "time"];
const CHECKPOINTS: &[&str] =
    &["name", "segment", "position", "gaps", "lag", "status", "error", "failed_position", "attempts", "time"];
const SAGAS: &[&str] = &["id", "kind", "status", "correlation_id", "step", "error", "started", "time", "state"];
const STEPS: &[&str] = &["id", "number", "name", "status", "error", "time"];
const DEAD_LETTERS: &[&str] =
    &["id", "consumer", "event_id", "position", "stream", "correlation_id", "payload", "error", "attempts", "time"];
const OUTBOX: &[&str] = &[
    "number",
    "aggregate",
    "event_id",
    "kind",
    "payload",
    "correlation_id",
    "status",
    "attempts",
    "error",
    "time",
    "published",
];

struct Maker<'a> {
    tables: &'a Tables,
    dialect: Dialect,
    file: Option<(&'a str, &'a Layout)>,
}

/// One of the tables around the log, and what its expressions may speak of.
struct Part<'a> {
    scope: Scope<'a>,
    rows: String,
}

impl<'a> Maker<'a> {
    /// A query, and where the file says it.
    fn query(&self, section: &str, keys: &[&str], rows: String, columns: Vec<Column>) -> Query {
        let written = self.file.map(|(what, layout)| {
            let place = |key: &str| format!("{}{section}.{key}", layout.line_of(section, key));
            Written {
                what: what.to_owned(),
                rows: place("where").replace(".where", ""),
                columns: keys.iter().map(|key| place(key)).collect(),
            }
        });
        Query { rows, columns, written }
    }

    /// The part for each table that there is of a name. With a `*` there may be several: those that lack what the rows need
    /// are passed over.
    fn parts(&self, table: &str, from: Option<&str>, condition: Option<&str>, alias: &str) -> Vec<Part<'a>> {
        let detect = self.tables.section.detect.as_ref();
        let loose = detect.is_some_and(|detect| detect.loose);
        let events = &self.tables.table;
        let wanted = normal(&table.replace("{stem}", stem(&events.name)), loose);
        let fits = |other: &&Table| matches_pattern(&wanted, &normal(&other.name, loose)) && other.readable;
        let catalog = &self.tables.catalog.tables;
        let near = |other: &&Table| other.schema == events.schema && fits(other);
        let mut found: Vec<&Table> = catalog.iter().filter(near).collect();
        if found.is_empty() {
            found = catalog.iter().filter(fits).collect();
        }
        if !wanted.contains('*') {
            found.truncate(1);
        }
        let part = |found: &'a Table| -> Option<Part<'a>> {
            let scope = Scope {
                dialect: self.dialect,
                catalog: &self.tables.catalog,
                table: found,
                others: vec![events],
                part: None,
                events: Some(&self.tables.map.from),
                loose,
                pieces: &self.tables.section.pieces,
            };
            let from = match from {
                Some(from) => scope.sql(from).ok()?.text,
                None => format!("{} {alias}", scope.name(found)),
            };
            let condition = match condition {
                Some(condition) => scope.sql(condition).ok()?.text,
                None => "1 = 1".to_owned(),
            };
            Some(Part { scope, rows: format!("FROM {from} WHERE ({condition})") })
        };
        found.into_iter().filter_map(part).collect()
    }

    fn snapshots(&self, part: &Snapshots) -> Vec<Query> {
        let parts = self.parts(&part.table, part.from.as_deref(), part.condition.as_deref(), "n").into_iter();
        parts
            .map(|found| {
                let columns = found.columns(&[&part.stream, &part.version, &part.state, &part.time], &[2]);
                self.query("snapshots", SNAPSHOTS, found.rows, columns)
            })
            .collect()
    }

    fn checkpoints(&self, part: &Checkpoints) -> Vec<CheckpointQuery> {
        let parts = self.parts(&part.table, part.from.as_deref(), part.condition.as_deref(), "c").into_iter();
        parts
            .filter_map(|found| {
                let fields = [
                    &part.name,
                    &part.segment,
                    &part.position,
                    &part.gaps,
                    &part.lag,
                    &part.status,
                    &part.error,
                    &part.failed_position,
                    &part.attempts,
                    &part.time,
                ];
                let columns = found.columns(&fields, &[]);
                if columns[0] == Column::None {
                    return None;
                }
                Some(CheckpointQuery {
                    query: self.query("checkpoints", CHECKPOINTS, found.rows, columns),
                    next: part.meaning.as_deref() == Some("next"),
                    words: part.words.clone(),
                })
            })
            .collect()
    }

    fn sagas(&self, part: &Sagas) -> Vec<SagaQuery> {
        let parts = self.parts(&part.table, part.from.as_deref(), part.condition.as_deref(), "s").into_iter();
        parts
            .filter_map(|found| {
                let fields = [
                    &part.id,
                    &part.kind,
                    &part.status,
                    &part.correlation_id,
                    &part.step,
                    &part.error,
                    &part.started,
                    &part.time,
                    &part.state,
                ];
                let columns = found.columns(&fields, &[8]);
                if columns[0] == Column::None {
                    return None;
                }
                Some(SagaQuery {
                    query: self.query("sagas", SAGAS, found.rows, columns),
                    words: part.words.clone(),
                    steps: part.steps.as_ref().and_then(|steps| self.steps(steps)),
                })
            })
            .collect()
    }

    fn steps(&self, part: &Steps) -> Option<Query> {
        let found = self.parts(&part.table, part.from.as_deref(), None, "t").into_iter().next()?;
        let fields = [&part.id, &part.number, &part.name, &part.status, &part.error, &part.time];
        let columns = found.columns(&fields, &[]);
        (columns[0] != Column::None).then_some(self.query("steps", STEPS, found.rows, columns))
    }

    fn dead_letters(&self, part: &DeadLetters) -> Vec<(String, Query)> {
        let parts = self.parts(&part.table, part.from.as_deref(), part.condition.as_deref(), "d").into_iter();
        parts
            .map(|found| {
                let fields = [
                    &part.id,
                    &part.consumer,
                    &part.event_id,
                    &part.position,
                    &part.stream,
                    &part.correlation_id,
                    &part.payload,
                    &part.error,
                    &part.attempts,
                    &part.time,
                ];
                let columns = found.columns(&fields, &[6]);
                (found.scope.table.name.to_lowercase(), self.query("dead_letters", DEAD_LETTERS, found.rows, columns))
            })
            .collect()
    }

    fn outbox(&self, part: &Outbox) -> Vec<Query> {
        let parts = self.parts(&part.table, part.from.as_deref(), part.condition.as_deref(), "o").into_iter();
        parts
            .map(|found| {
                let fields = [
                    &part.number,
                    &part.aggregate,
                    &part.event_id,
                    &part.kind,
                    &part.payload,
                    &part.correlation_id,
                    &part.status,
                    &part.attempts,
                    &part.error,
                    &part.time,
                    &part.published,
                ];
                let columns = found.columns(&fields, &[4]);
                self.query("outbox", OUTBOX, found.rows, columns)
            })
            .collect()
    }
}

impl Part<'_> {
    /// The columns for the fields in their order; those at `payloads` are left as they are.
    fn columns(&self, fields: &[&Option<Field>], payloads: &[usize]) -> Vec<Column> {
        let column = |(place, field): (usize, &&Option<Field>)| {
            let Some(field) = field else { return Column::None };
            match self.scope.field(field) {
                Err(_) => Column::None,
                Ok(Resolved::Sql(sql)) => Column::Sql(self.shown(sql, payloads.contains(&place))),
                Ok(Resolved::Pick { of, at }) => match self.scope.sql(&of) {
                    Ok(sql) => Column::Pick(self.shown(sql, true), at),
                    Err(_) => Column::None,
                },
            }
        };
        fields.iter().enumerate().map(column).collect()
    }

    /// What the database must turn into text, because only it knows how.
    fn shown(&self, sql: Sql, payload: bool) -> String {
        let dialect = self.scope.dialect;
        match (dialect, sql.kind) {
            (Dialect::Postgres, Some(Kind::Other)) => dialect.text(&sql.text),
            (Dialect::Postgres, None) if !payload => dialect.text(&sql.text),
            (Dialect::MySql, Some(Kind::Time)) => format!("DATE_FORMAT({}, '%Y-%m-%d %H:%i:%s.%f')", sql.text),
            _ => sql.text,
        }
    }
}
