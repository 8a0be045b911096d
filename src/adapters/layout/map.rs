//! The map of a store's tables, made of a layout for what is there.

use super::file::{Events, Field, Part, Section};
use super::scope::{Resolved, Scope, Sql};
use crate::adapters::tables::{Dialect, KeyPart, Kind, Map, Order, Pick, PickOf, Table, TableName, Word};
use crate::store::payload::Unwrap;
use crate::store::sqlite::{KeyPart as SqlitePart, TableMap, TimeColumn, TimeForm};
use foldback_domain::event::{Mark, Version};

/// The map of a table, or of several whose events are merged. The error says which part of the layout the tables lack.
pub fn map(section: &Section, scope: &Scope<'_>, parts: &[&Table]) -> Result<Map, String> {
    let events = section.events.as_ref().ok_or("the layout says nothing of events")?;
    let maker = Maker { scope, events };
    let time = maker.word("time", &events.time)?;
    let time_kind = maker.kind(&events.time);
    let order = maker.order(&time)?;
    let unordered = match (&order, &events.unordered) {
        (_, Some(why)) => Some(why.clone()),
        (Order::Time(_), None) => {
            Some("the store has no global position: events are in order of time, then stream, then version".to_owned())
        }
        (Order::Rank, None) => {
            Some("the store has neither a global position nor times: streams stand one behind the other".to_owned())
        }
        _ => None,
    };
    let data = maker.must("data", &events.data)?;
    let metadata = maker.optional(&events.metadata)?;
    Ok(Map {
        from: maker.from(parts)?,
        counted: maker.counted(parts),
        condition: events
            .condition
            .as_deref()
            .map(|sql| scope.sql(sql))
            .transpose()?
            .map(|sql| format!("({})", sql.text)),
        order,
        stream: maker.stream()?,
        category: maker.text(maker.must("category", &events.category)?),
        version: maker.optional(&events.version)?.map(|sql| maker.integer(sql)),
        unique: maker.unique(),
        numberless: events.numberless.unwrap_or(false),
        event_id: maker.optional(&events.event_id)?.map(|sql| maker.text(sql)),
        event_type: maker.text(maker.must("event_type", &events.event_type)?),
        schema_version: maker.optional(&events.schema_version)?.map(|sql| maker.text(sql)),
        data: maker.payload(data),
        unwrap: Unwrap::of(events.unwrap.as_deref().unwrap_or_default()),
        metadata: metadata.map(|sql| maker.payload(sql)),
        correlation_id: maker.word("correlation_id", &events.correlation_id)?,
        causation_id: maker.word("causation_id", &events.causation_id)?,
        actor: maker.word("actor", &events.actor)?,
        mark: maker.mark(),
        time,
        time_kind,
        unordered,
        channel: events
            .channel
            .as_ref()
            .map(|channel| channel.replace("{schema}", scope.table.schema.as_deref().unwrap_or_default())),
    })
}

/// What the layout says of events that these tables lack, by key: it is left out.
pub fn left_out(section: &Section, scope: &Scope<'_>) -> Vec<String> {
    let Some(events) = &section.events else { return Vec::new() };
    let missing = |(key, field): (&str, &Option<Field>)| {
        let why = scope.field(field.as_ref()?).err()?;
        Some(format!("events.{key}: {why}; it is left out"))
    };
    let fields = [
        ("position", &events.position),
        ("index", &events.index),
        ("version", &events.version),
        ("event_id", &events.event_id),
        ("schema_version", &events.schema_version),
        ("metadata", &events.metadata),
        ("correlation_id", &events.correlation_id),
        ("causation_id", &events.causation_id),
        ("actor", &events.actor),
        ("time", &events.time),
    ];
    fields.into_iter().filter_map(missing).collect()
}

/// The map as the faster reader of SQLite's files has it; `None` where it has no words for it.
pub fn table_map(map: &Map) -> Option<TableMap> {
    let Order::Number(position) = &map.order else { return None };
    if map.stream.iter().any(|part| part.unless.is_some()) {
        return None;
    }
    let word = |word: &Option<Word>| match word {
        Some(Word::Pick(_)) => None,
        Some(Word::Sql(sql)) => Some(Some(sql.clone())),
        None => Some(None),
    };
    let behind = format!("({} + {position})", Version::NUMBERLESS);
    Some(TableMap {
        from: map.from.clone(),
        condition: map.condition.clone(),
        position: position.clone(),
        stream: map.stream.iter().map(sqlite_part).collect(),
        category: map.category.clone(),
        version: match (&map.version, map.numberless) {
            (Some(version), false) => version.clone(),
            (Some(version), true) => format!("coalesce({version}, {behind})"),
            (None, _) => behind,
        },
        event_id: map.event_id.clone(),
        event_type: map.event_type.clone(),
        schema_version: map.schema_version.clone(),
        data: map.data.clone(),
        unwrap: map.unwrap.clone(),
        metadata: map.metadata.clone(),
        correlation_id: word(&map.correlation_id)?,
        causation_id: word(&map.causation_id)?,
        actor: word(&map.actor)?,
        mark: map.mark.clone(),
        time: word(&map.time)?.map(|sql| TimeColumn { sql, form: TimeForm::Any }),
        streams: None,
    })
}

fn sqlite_part(part: &KeyPart) -> SqlitePart {
    if part.kind == Kind::Bytes {
        let (show, bind) = (Dialect::Sqlite.hex(&part.sql), Dialect::Sqlite.unhex("?"));
        return SqlitePart { column: part.sql.clone(), show, bind };
    }
    SqlitePart::column(&part.sql)
}

/// SQL and nothing else.
fn plain(name: &str, found: Result<Resolved, String>) -> Result<String, String> {
    match found.map_err(|why| format!("{name}: {why}"))? {
        Resolved::Sql(sql) => Ok(sql.text),
        Resolved::Pick { .. } => Err(format!("{name} must be SQL")),
    }
}

struct Maker<'a> {
    scope: &'a Scope<'a>,
    events: &'a Events,
}

impl Maker<'_> {
    fn from(&self, parts: &[&Table]) -> Result<String, String> {
        let Some(part) = &self.events.part else {
            let from = self.events.from.clone().unwrap_or_else(|| Field::Sql("{table}".to_owned()));
            return plain("events.from", self.scope.field(&from));
        };
        let mut selects = Vec::with_capacity(parts.len());
        for table in parts {
            // Where the parts are the tables that were found, no column of another one is meant.
            let own = if parts.iter().any(|part| part == &self.scope.table) { table } else { self.scope.table };
            let scope = Scope { part: Some(table), table: own, others: self.scope.others.clone(), ..*self.scope };
            selects.push(plain("events.part", scope.field(part))?);
        }
        if selects.is_empty() {
            return Err("there is no table with events".to_owned());
        }
        Ok(format!("({}) e", selects.join(" UNION ALL ")))
    }

    /// What the source did to an event; deleted says more than archived.
    fn mark(&self) -> Option<String> {
        let when = |mark: Mark, field: &Option<Field>| {
            let sql = self.optional(field).ok().flatten()?.text;
            Some(format!(" WHEN {sql} THEN '{}'", mark.name()))
        };
        let marks = [when(Mark::Deleted, &self.events.deleted), when(Mark::Archived, &self.events.archived)];
        let marks: String = marks.into_iter().flatten().collect();
        (!marks.is_empty()).then(|| format!("CASE{marks} END"))
    }

    /// Whether a key of the table has no other columns than those of the stream and the version.
    fn unique(&self) -> bool {
        let texts: Vec<String> = match (self.stream(), self.optional(&self.events.version)) {
            (Ok(parts), Ok(Some(version))) => parts.into_iter().map(|part| part.sql).chain([version.text]).collect(),
            _ => return false,
        };
        let column = |name: &String| texts.iter().any(|text| text.ends_with(&self.scope.dialect.quote(name)));
        self.events.part.is_none() && self.scope.table.keys.iter().any(|key| key.iter().all(column))
    }

    /// The tables whose rows are the events.
    fn counted(&self, parts: &[&Table]) -> Vec<TableName> {
        let named = |table: &Table| TableName { schema: table.schema.clone(), name: table.name.clone() };
        match self.events.counted.as_deref() {
            Some("-") => Vec::new(),
            Some(name) => {
                let table = self.scope.catalog.beside(self.scope.table.schema.as_deref(), name, self.scope.loose);
                table.map(named).into_iter().collect()
            }
            None if self.events.part.is_some() => parts.iter().map(|table| named(table)).collect(),
            None => vec![named(self.scope.table)],
        }
    }

    /// An expression that every store of the layout has.
    fn must(&self, name: &str, field: &Option<Field>) -> Result<Sql, String> {
        let field = field.as_ref().ok_or_else(|| format!("the layout has no events.{name}"))?;
        match self.scope.field(field).map_err(|why| format!("events.{name}: {why}"))? {
            Resolved::Sql(sql) => Ok(sql),
            Resolved::Pick { .. } => Err(format!("events.{name} must be SQL")),
        }
    }

    /// An expression that a store may lack.
    fn optional(&self, field: &Option<Field>) -> Result<Option<Sql>, String> {
        match field.as_ref().map(|field| self.scope.field(field)) {
            Some(Ok(Resolved::Sql(sql))) => Ok(Some(sql)),
            Some(Ok(Resolved::Pick { .. })) => Err("only times and ids can be picked out of JSON".to_owned()),
            Some(Err(_)) | None => Ok(None),
        }
    }

    fn kind(&self, field: &Option<Field>) -> Kind {
        match field.as_ref().map(|field| self.scope.field(field)) {
            Some(Ok(Resolved::Sql(Sql { kind: Some(kind), .. }))) => kind,
            _ => Kind::Other,
        }
    }

    /// A text or a time: in a column, or inside a payload. In SQL wherever the database can look into JSON without failing.
    fn word(&self, name: &str, field: &Option<Field>) -> Result<Option<Word>, String> {
        let Some(field) = field else { return Ok(None) };
        let (of, at) = match self.scope.field(field) {
            Err(_) => return Ok(None),
            Ok(Resolved::Sql(sql)) if name == "time" => return Ok(Some(Word::Sql(sql.text))),
            Ok(Resolved::Sql(sql)) => return Ok(Some(Word::Sql(self.text(sql)))),
            Ok(Resolved::Pick { of, at }) => (of, at),
        };
        let (sql, place) = match of.as_str() {
            "data" => (self.optional(&self.events.data)?, Some(PickOf::Data)),
            "metadata" => (self.optional(&self.events.metadata)?, Some(PickOf::Metadata)),
            other => (Some(self.scope.sql(other)?), None),
        };
        let Some(sql) = sql else { return Ok(None) };
        let native = sql.kind == Some(Kind::Json);
        let found = at.iter().map(|path| self.scope.dialect.json(&sql.text, path, native)).collect::<Option<Vec<_>>>();
        match (found, place) {
            (Some(found), _) if found.len() == 1 => Ok(found.into_iter().next().map(Word::Sql)),
            (Some(found), _) => Ok(Some(Word::Sql(format!("coalesce({})", found.join(", "))))),
            (None, Some(of)) => Ok(Some(Word::Pick(Pick { of, at }))),
            (None, None) => Err(format!("events.{name}: only data and metadata can be looked into here")),
        }
    }

    fn order(&self, time: &Option<Word>) -> Result<Order, String> {
        let position = self.optional(&self.events.position)?.map(|sql| self.integer(sql));
        let index = self.optional(&self.events.index)?.map(|sql| self.integer(sql)).or_else(|| self.tied());
        Ok(match (position, index, time) {
            (Some(number), Some(index), _) => Order::Shared { number, index },
            (Some(number), None, _) => Order::Number(number),
            (None, _, Some(Word::Sql(time))) => Order::Time(time.clone()),
            (None, _, _) => Order::Rank,
        })
    }

    /// Which of the events that share a number one is, where a key of the table says that they may.
    fn tied(&self) -> Option<String> {
        let (dialect, table) = (self.scope.dialect, self.scope.table);
        let by = &table.column(self.events.tied_by.as_deref()?, self.scope.loose)?.name;
        let position = self.optional(&self.events.position).ok()??.text;
        let number = table.columns.iter().find(|column| position.ends_with(&dialect.quote(&column.name)))?;
        let alone = table.keys.iter().any(|key| *key == [number.name.clone()]);
        let both = table.keys.iter().any(|key| key.contains(&number.name) && key.contains(by));
        let (number, by, table) = (dialect.quote(&number.name), dialect.quote(by), self.scope.name(table));
        (both && !alone)
            .then(|| format!("(SELECT count(*) FROM {table} b WHERE b.{number} = e.{number} AND b.{by} < e.{by})"))
    }

    fn stream(&self) -> Result<Vec<KeyPart>, String> {
        let mut parts = Vec::new();
        for part in &self.events.stream {
            let (text, bytes, unless) = match part {
                Part::Sql(text) => (text.as_str(), None, None),
                Part::Hex { hex } => (hex.as_str(), Some(Kind::Bytes), None),
                Part::Unless { sql, unless } => (sql.as_str(), None, Some(unless.clone())),
            };
            let (text, may_lack) = text.strip_suffix('?').map_or((text, unless.is_some()), |text| (text, true));
            match self.scope.sql(text) {
                Ok(Sql { text, kind }) => {
                    parts.push(KeyPart { sql: text, kind: bytes.or(kind).unwrap_or(Kind::Text), unless });
                }
                Err(_) if may_lack => {}
                Err(why) => return Err(format!("events.stream: {why}")),
            }
        }
        if parts.is_empty() { Err("events.stream: nothing identifies a stream".to_owned()) } else { Ok(parts) }
    }

    /// SQLite's reader takes any value for text; other databases must be told.
    fn text(&self, sql: Sql) -> String {
        match (self.scope.dialect, sql.kind) {
            (Dialect::Sqlite, _) | (_, Some(Kind::Text)) => sql.text,
            (dialect, Some(Kind::Bytes)) => dialect.hex(&sql.text),
            (Dialect::Postgres, None) => format!("({})::text", sql.text),
            (_, None) => sql.text,
            (dialect, Some(_)) => dialect.text(&sql.text),
        }
    }

    fn integer(&self, sql: Sql) -> String {
        match (self.scope.dialect, sql.kind) {
            (Dialect::Sqlite, _) | (_, Some(Kind::Int)) => sql.text,
            (dialect, _) => dialect.integer(&sql.text),
        }
    }

    fn payload(&self, sql: Sql) -> String {
        match (self.scope.dialect, sql.kind) {
            (Dialect::Postgres, Some(Kind::Other)) => self.scope.dialect.text(&sql.text),
            _ => sql.text,
        }
    }
}
