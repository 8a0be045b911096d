//! What tables a database has: names, columns, keys. Detection looks at nothing else.

use std::collections::BTreeMap;

/// The tables of a database that can hold events: partitioned parents, never their partitions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    /// The tables.
    pub tables: Vec<Table>,
    /// How many more there are that no layout speaks of.
    pub unseen: usize,
}

/// A table or a view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The schema it is in, where the database has schemas.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether it is a view.
    pub view: bool,
    /// Whether its rows have a number of their own that SQLite gave them.
    pub rowid: bool,
    /// Whether its rows may be read.
    pub readable: bool,
    /// About how many rows it has, where the database keeps count.
    pub rows: Option<u64>,
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// The columns of its primary key and of every unique constraint or index over whole columns.
    pub keys: Vec<Vec<String>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Whether the database numbers it by itself.
    pub numbered: bool,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Int,
    /// Numbers with a fraction.
    Real,
    /// Text.
    Text,
    /// UUIDs of a type of their own.
    Uuid,
    /// Bytes.
    Bytes,
    /// JSON, of a type that holds nothing else.
    Json,
    /// Points in time.
    Time,
    /// Truth values.
    Bool,
    /// Anything else; as text it can be shown.
    Other,
}

impl Table {
    /// The column of a name, in any case; `loose` names are compared without underscores too.
    pub fn column(&self, name: &str, loose: bool) -> Option<&Column> {
        self.columns.iter().find(|column| same(&column.name, name, loose))
    }
}

impl Catalog {
    /// The table of a name beside another: in the same schema first, then in any.
    pub fn beside(&self, schema: Option<&str>, name: &str, loose: bool) -> Option<&Table> {
        let named = || self.tables.iter().filter(|table| same(&table.name, name, loose));
        named().find(|table| table.schema.as_deref() == schema).or_else(|| named().next())
    }

    /// Adds a column to its table, which is made where it is not there yet.
    pub fn add<'t>(tables: &'t mut BTreeMap<(String, String), Table>, schema: &str, name: &str) -> &'t mut Table {
        tables.entry((schema.to_owned(), name.to_owned())).or_insert_with(|| Table {
            schema: Some(schema.to_owned()),
            name: name.to_owned(),
            readable: true,
            ..Table::default()
        })
    }
}

/// Whether two names are the same as they are compared. Asked of every column of every table, so nothing is copied.
fn same(one: &str, other: &str, loose: bool) -> bool {
    fn plain(name: &str, loose: bool) -> impl Iterator<Item = char> + '_ {
        name.chars().filter(move |c| !loose || *c != '_').flat_map(char::to_lowercase)
    }
    plain(one, loose).eq(plain(other, loose))
}

/// A name as it is compared.
pub fn normal(name: &str, loose: bool) -> String {
    let name = name.to_lowercase();
    if loose { name.replace('_', "") } else { name }
}
