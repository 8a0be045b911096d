//! What a layout file speaks of: the tables, and one telling column of each table that may be called anything.

use crate::adapters::tables::{Wanted, normal};
use toml::{Table, Value};

/// Columns that tables of all kinds have.
const EVERYDAY: [&str; 22] = [
    "id",
    "uuid",
    "type",
    "data",
    "name",
    "version",
    "status",
    "state",
    "payload",
    "metadata",
    "position",
    "time",
    "timestamp",
    "created",
    "createdat",
    "createdon",
    "updatedat",
    "updatedon",
    "description",
    "category",
    "content",
    "tags",
];

/// What a layout file wants to see of a database.
pub fn wants(file: &Table) -> Wanted {
    let mut wanted = Wanted::default();
    walk(file, &mut wanted);
    wanted
}

fn walk(table: &Table, wanted: &mut Wanted) {
    let name = table.get("table").and_then(Value::as_str);
    if let Some(name) = name {
        add(name, wanted);
    }
    // A table that is known by its name needs no column; of one that is not, the longest name says most.
    if name.is_none_or(|name| name.contains('*'))
        && let Some(columns) = table.get("columns").and_then(Value::as_array)
    {
        let columns = columns.iter().filter_map(Value::as_str).map(|column| normal(column, true));
        wanted.columns.extend(columns.max_by_key(|column| (!EVERYDAY.contains(&column.as_str()), column.len())));
    }
    for (key, value) in table {
        if let ("beside" | "one_of", Value::Table(others)) = (key.as_str(), value) {
            others.keys().for_each(|name| add(name, wanted));
        }
        look(value, wanted);
    }
}

fn look(value: &Value, wanted: &mut Wanted) {
    match value {
        Value::Table(table) => walk(table, wanted),
        Value::Array(values) => values.iter().for_each(|value| look(value, wanted)),
        // `{other}` in an expression is a table.
        Value::String(text) => {
            let names = text.split('{').skip(1).filter_map(|behind| behind.split_once('}'));
            names.for_each(|(name, _)| add(name, wanted));
        }
        _ => {}
    }
}

fn add(name: &str, wanted: &mut Wanted) {
    let name = normal(name, true);
    if !name.chars().all(|c| c.is_alphanumeric() || "*{}$%".contains(c)) {
        return;
    }
    if !name.contains(['*', '{']) {
        wanted.tables.insert(name);
        return;
    }
    let mut pattern = String::new();
    let mut inside = false;
    for c in name.chars() {
        match c {
            '{' | '*' => {
                inside = c == '{';
                pattern.push('%');
            }
            '}' => inside = false,
            _ if inside => {}
            '%' | '\\' => pattern.extend(['\\', c]),
            _ => pattern.push(c),
        }
    }
    if pattern.chars().any(|c| c != '%') {
        wanted.patterns.insert(pattern);
    }
}
