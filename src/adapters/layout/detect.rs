//! Which layouts a database's tables have. Columns decide; every layout that does not fit says why.

use super::Layout;
use super::file::{Detect, Section};
use super::generic;
use super::map::{left_out, map};
use super::scope::Scope;
use crate::adapters::tables::{Catalog, Dialect, Map, Table, normal};
use foldback_domain::event::safe_text;
use foldback_domain::reading::matches_pattern;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What stores a database holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The stores that were found.
    pub stores: Vec<Found>,
    /// The layouts that it does not have.
    pub rejected: Vec<Rejected>,
    /// Its tables, safe to show.
    pub tables: Vec<String>,
    /// Its tables, as they are.
    pub catalog: Arc<Catalog>,
    /// Which SQL it speaks.
    pub dialect: Dialect,
}

/// A store that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name in this database.
    pub name: String,
    /// Its layout.
    pub layout: String,
    /// The table that its events are in.
    pub events_table: String,
    /// What it was known by.
    pub why: String,
    /// Whether it was guessed from the columns, because no layout fits.
    pub guess: bool,
    /// Why it may be no store at all; it is then opened only where somebody asks for it.
    pub doubt: Option<String>,
    /// What the layout says of events that the tables lack.
    pub left_out: Vec<String>,
    /// How it is read; `None` for a store that foldback made.
    pub tables: Option<Tables>,
}

/// How a foreign store is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Where its events stand.
    pub map: Map,
    /// What the layout says on this engine.
    pub section: Arc<Section>,
    /// The table that was found.
    pub table: Table,
    /// All tables.
    pub catalog: Arc<Catalog>,
}

/// A layout that the database does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Which.
    pub layout: String,
    /// Why not.
    pub why: String,
}

impl Tables {
    /// What the layout's other expressions may speak of.
    pub fn scope(&self, dialect: Dialect) -> Scope<'_> {
        let detect = self.section.detect.as_ref();
        Scope {
            dialect,
            catalog: &self.catalog,
            table: &self.table,
            others: Vec::new(),
            part: None,
            events: None,
            loose: detect.is_some_and(|detect| detect.loose),
            pieces: &self.section.pieces,
        }
    }
}

impl Survey {
    /// The stores that are meant where nobody says which: where foldback's own is, nothing is guessed.
    pub fn meant(&self) -> impl Iterator<Item = &Found> {
        let own = self.stores.iter().any(|found| found.tables.is_none());
        self.stores.iter().filter(move |found| found.doubt.is_none() && !(own && found.guess))
    }

    /// Adds foldback's own store, or why there is none; it stands first.
    pub fn add_own(&mut self, missing: Option<String>, events_table: &str, why: &str) {
        let layout = crate::store::sqlite::own::LAYOUT.to_owned();
        match missing {
            Some(why) => self.rejected.insert(0, Rejected { layout, why }),
            None => {
                let (name, events_table, why) = ("events".to_owned(), events_table.to_owned(), why.to_owned());
                self.stores.insert(
                    0,
                    Found {
                        name,
                        layout,
                        events_table,
                        why,
                        guess: false,
                        doubt: None,
                        left_out: Vec::new(),
                        tables: None,
                    },
                );
                tell_apart(&mut self.stores);
            }
        }
    }
}

/// Looks at a database's tables. `mine` are tables that foldback made: they are nobody else's.
pub fn survey(catalog: Arc<Catalog>, dialect: Dialect, layouts: &[Layout], mine: &[&str]) -> Survey {
    let alone = in_one_schema(&catalog);
    let tables = catalog.tables.iter().map(|table| named(table, alone)).collect();
    let mut survey = Survey { stores: Vec::new(), rejected: Vec::new(), tables, catalog: catalog.clone(), dialect };
    for layout in layouts {
        let rejected = |why: String| Rejected { layout: layout.name.clone(), why };
        if layout.is_guess() {
            // The last of all: only where nothing is known is anything guessed.
            if survey.stores.is_empty() {
                match generic::search(&catalog, dialect, mine) {
                    Ok(stores) => survey.stores = stores,
                    Err(rejected) => survey.rejected.push(rejected),
                }
            }
            continue;
        }
        let Some(section) = layout.on(dialect) else {
            let engines = layout.engines().map(Dialect::name).collect::<Vec<_>>().join(", ");
            survey.rejected.push(rejected(format!("it is known on {engines}, not on {}", dialect.name())));
            continue;
        };
        let search = Search { catalog: &catalog, dialect, section, mine };
        match search.stores(&layout.name) {
            Ok(mut stores) => {
                for found in &mut stores {
                    // Where the layout came with the program, it knows tables that are older or newer.
                    found.left_out.retain(|_| layout.is_a_file());
                    found.left_out.iter_mut().for_each(|left| *left = layout.located(left));
                }
                survey.stores.extend(stores);
            }
            Err(why) => survey.rejected.push(rejected(layout.located(&why))),
        }
    }
    tell_apart(&mut survey.stores);
    survey
}

/// Gives stores names that are easy to type and tell them apart: the table's; with its schema where two are the same; with
/// the layout where two layouts claim one table.
fn tell_apart(stores: &mut [Found]) {
    let with_schema = |found: &Found| {
        let schema = found.tables.as_ref()?.table.schema.as_deref()?;
        Some(safe_text(&format!("{schema}.{}", found.tables.as_ref()?.table.name)).into_owned())
    };
    let with_layout = |found: &Found| Some(format!("{}:{}", found.layout, found.name));
    for longer in [&with_schema as &dyn Fn(&Found) -> Option<String>, &with_layout] {
        let mut names = BTreeMap::new();
        for found in stores.iter() {
            *names.entry(found.name.clone()).or_insert(0) += 1;
        }
        for found in stores.iter_mut().filter(|found| names[&found.name] > 1) {
            found.name = longer(found).unwrap_or_else(|| found.name.clone());
        }
    }
}

/// A table's name, safe to show; with its schema where that tells it from another.
pub(super) fn shown(table: &Table, catalog: &Catalog) -> String {
    named(table, in_one_schema(catalog))
}

fn in_one_schema(catalog: &Catalog) -> bool {
    catalog.tables.windows(2).all(|two| two[0].schema == two[1].schema)
}

fn named(table: &Table, alone: bool) -> String {
    match &table.schema {
        Some(schema) if !alone => safe_text(&format!("{schema}.{}", table.name)).into_owned(),
        _ => safe_text(&table.name).into_owned(),
    }
}

/// A layout that is looked for among a database's tables.
pub(super) struct Search<'a> {
    /// The tables.
    pub catalog: &'a Arc<Catalog>,
    /// Which SQL is spoken.
    pub dialect: Dialect,
    /// What the layout says on this engine.
    pub section: &'a Section,
    /// Tables that foldback made.
    pub mine: &'a [&'a str],
}

impl Search<'_> {
    /// The stores of this layout, or why there is none.
    fn stores(&self, layout: &str) -> Result<Vec<Found>, String> {
        let detect = self.section.detect.as_ref().ok_or("the layout says nothing of how it is known")?;
        let (mut fitting, mut nearest) = (Vec::new(), None);
        for table in &self.catalog.tables {
            if self.mine.contains(&table.name.as_str()) {
                continue;
            }
            match self.fits(detect, table) {
                Some(missing) if missing.is_empty() => fitting.push(table),
                // The nearest miss tells most.
                Some(missing)
                    if nearest.as_ref().is_none_or(|(_, least): &(_, Vec<_>)| missing.len() < least.len()) =>
                {
                    nearest = Some((table, missing));
                }
                _ => {}
            }
        }
        // What is merged is merged within its schema.
        let mut groups: Vec<Vec<&Table>> = Vec::new();
        for table in fitting {
            match groups.iter_mut().find(|group| detect.merge && group[0].schema == table.schema) {
                Some(group) => group.push(table),
                None => groups.push(vec![table]),
            }
        }
        let (mut stores, mut unread) = (Vec::new(), None);
        for group in groups {
            match self.store(layout, detect, &group) {
                Ok(found) => stores.push(found),
                Err(why) => unread = unread.or(Some(format!("table {}: {why}", shown(group[0], self.catalog)))),
            }
        }
        if stores.is_empty() {
            let missed = |(table, missing): (&Table, Vec<String>)| {
                format!("table {} {}", shown(table, self.catalog), missing.join(", "))
            };
            return Err(unread.or_else(|| nearest.map(missed)).unwrap_or_else(|| match &detect.table {
                Some(table) => format!("there is no table {table}"),
                None => "there is no table".to_owned(),
            }));
        }
        Ok(stores)
    }

    /// The store whose events stand in these tables, or why they do not.
    pub fn store(&self, layout: &str, detect: &Detect, group: &[&Table]) -> Result<Found, String> {
        let events = self.section.events.as_ref().ok_or("the layout says nothing of events")?;
        let table = group[0];
        let parts: Vec<&Table> = match &events.parts {
            Some(parts) => self
                .catalog
                .tables
                .iter()
                .filter(|part| {
                    part.schema == table.schema && self.fits(parts, part).is_some_and(|wrong| wrong.is_empty())
                })
                .collect(),
            None => group.to_vec(),
        };
        let others = detect.beside.keys().chain(detect.one_of.keys());
        let others =
            others.filter_map(|name| self.catalog.beside(table.schema.as_deref(), name, detect.loose)).collect();
        let part = events.part.as_ref().and_then(|_| parts.first().copied());
        let scope = Scope {
            dialect: self.dialect,
            catalog: self.catalog,
            table,
            others,
            part,
            events: None,
            loose: detect.loose,
            pieces: &self.section.pieces,
        };
        let read = parts.iter().chain(group).chain(&scope.others);
        if let Some(closed) = read.into_iter().find(|table| !table.readable) {
            let name = shown(closed, self.catalog);
            return Err(format!("{name} may not be read by this user: GRANT SELECT ON {name} TO that user"));
        }
        let map = map(self.section, &scope, &parts)?;
        let shown = shown(table, self.catalog);
        let mut why = format!("table {shown} has {}", detect.columns.join(", "));
        if parts.len() > 1 {
            why += &format!("; {} tables of events are read as one", parts.len());
        }
        Ok(Found {
            events_table: shown,
            name: safe_text(&table.name).into_owned(),
            layout: layout.to_owned(),
            why,
            guess: false,
            doubt: None,
            left_out: left_out(self.section, &scope),
            tables: Some(Tables {
                map,
                section: Arc::new(self.section.clone()),
                table: table.clone(),
                catalog: self.catalog.clone(),
            }),
        })
    }

    /// What keeps a table from having a layout; nothing when it has it, `None` when it does not have even the name.
    fn fits(&self, detect: &Detect, table: &Table) -> Option<Vec<String>> {
        let loose = detect.loose;
        if let Some(pattern) = &detect.table
            && !matches_pattern(&normal(pattern, loose), &normal(&table.name, loose))
        {
            return None;
        }
        let mut wrong = Vec::new();
        let lacks = |table: &Table, name: &String| table.column(name, loose).is_none();
        wrong.extend(detect.columns.iter().filter(|c| lacks(table, c)).map(|c| format!("has no {c}")));
        wrong.extend(detect.without.iter().filter(|c| !lacks(table, c)).map(|c| format!("has {c}")));
        // What stands beside it is looked for only where the table itself fits: there may be very many.
        if !wrong.is_empty() {
            return Some(wrong);
        }
        let beside = |name: &String, columns: &Vec<String>| -> Vec<String> {
            if name.contains('*') {
                let pattern = normal(name, loose);
                let has = |other: &Table| {
                    matches_pattern(&pattern, &normal(&other.name, loose)) && !columns.iter().any(|c| lacks(other, c))
                };
                let found = self.catalog.tables.iter().any(|other| other.schema == table.schema && has(other));
                return if found {
                    Vec::new()
                } else {
                    vec![format!("stands beside no table with {}", columns.join(", "))]
                };
            }
            match self.catalog.beside(table.schema.as_deref(), name, loose) {
                None => vec![format!("stands without a table {name}")],
                Some(other) => columns
                    .iter()
                    .filter(|c| lacks(other, c))
                    .map(|c| format!("stands beside {name} without {c}"))
                    .collect(),
            }
        };
        wrong.extend(detect.beside.iter().flat_map(|(name, columns)| beside(name, columns)));
        if !detect.one_of.is_empty() && detect.one_of.iter().all(|(name, columns)| !beside(name, columns).is_empty()) {
            let names = detect.one_of.keys().cloned().collect::<Vec<_>>().join(", ");
            wrong.push(format!("stands beside none of {names}"));
        }
        Some(wrong)
    }
}
