//! A layout's expressions turned into SQL for the tables that are there. What a table lacks is said by name.

use super::file::{Field, Pick};
use crate::adapters::tables::{Catalog, Column, Dialect, Kind, Table, normal, picked_path};
use std::collections::BTreeMap;

/// What an expression may speak of.
pub struct Scope<'a> {
    /// Which SQL is spoken.
    pub dialect: Dialect,
    /// All tables.
    pub catalog: &'a Catalog,
    /// The table that was found.
    pub table: &'a Table,
    /// Other tables whose columns may be named.
    pub others: Vec<&'a Table>,
    /// The part that is being written, where events are spread over tables.
    pub part: Option<&'a Table>,
    /// What follows FROM for the events, for what stands around them.
    pub events: Option<&'a str>,
    /// Whether names are compared without underscores.
    pub loose: bool,
    /// Pieces of SQL.
    pub pieces: &'a BTreeMap<String, String>,
}

/// An expression in SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sql {
    /// The SQL.
    pub text: String,
    /// What it holds, where it is a column.
    pub kind: Option<Kind>,
}

/// What an expression became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// SQL.
    Sql(Sql),
    /// A value to be picked out of a payload.
    Pick {
        /// `data`, `metadata`, or an expression.
        of: String,
        /// The paths.
        at: Vec<Vec<String>>,
    },
}

/// What expressions may call.
const FUNCTIONS: [&str; 14] = [
    "@before",
    "@after",
    "@last",
    "@bytes",
    "@up",
    "@cut",
    "@concat",
    "@text",
    "@int",
    "@hex",
    "@json",
    "@jsontext",
    "@maybe",
    "@others",
];

/// How deep expressions may stand in one another.
const DEPTH: usize = 8;

/// Whether an expression is one word, which is a column.
pub fn is_word(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !text.eq_ignore_ascii_case("null")
}

impl Scope<'_> {
    /// A table's name, quoted, with its schema.
    pub fn name(&self, table: &Table) -> String {
        let name = self.dialect.quote(&table.name);
        match &table.schema {
            Some(schema) => format!("{}.{name}", self.dialect.quote(schema)),
            None => name,
        }
    }

    /// The first alternative whose tables and columns are there. The error says what is missing.
    pub fn field(&self, field: &Field) -> Result<Resolved, String> {
        match field {
            Field::Sql(text) => self.sql(text).map(Resolved::Sql),
            Field::First(fields) => {
                let mut missing = Vec::new();
                for field in fields {
                    match self.field(field) {
                        Ok(found) => return Ok(found),
                        Err(why) => missing.push(why),
                    }
                }
                Err(missing.join(", "))
            }
            Field::Pick(Pick { of, at }) => {
                if of != "data" && of != "metadata" {
                    self.sql(of)?;
                }
                Ok(Resolved::Pick { of: of.clone(), at: at.iter().map(|path| picked_path(path)).collect() })
            }
        }
    }

    /// An expression in SQL. The error names what is missing.
    pub fn sql(&self, text: &str) -> Result<Sql, String> {
        let word = text.trim();
        if is_word(word) {
            return self.column(word);
        }
        let quoted = word.strip_prefix('`').and_then(|word| word.strip_suffix('`'));
        if let Some(name) = quoted.filter(|name| !name.contains('`')) {
            return self.column(name);
        }
        // A column of an alias is a column, too.
        let alone = word.split_once(".`").and_then(|(alias, name)| {
            let name = name.strip_suffix('`').filter(|name| !name.contains('`'))?;
            alias.chars().all(|c| c.is_alphanumeric() || c == '_').then_some((alias, name))
        });
        match alone {
            Some((alias, name)) => {
                let column = self.column(name)?;
                Ok(Sql { text: format!("{alias}.{}", column.text), ..column })
            }
            None => Ok(Sql { text: self.expand(word, 0)?, kind: None }),
        }
    }

    fn column(&self, name: &str) -> Result<Sql, String> {
        if name == "rowid" && self.dialect == Dialect::Sqlite && self.table.rowid {
            return Ok(Sql { text: "rowid".to_owned(), kind: Some(Kind::Int) });
        }
        let column = self.find(name)?;
        Ok(Sql { text: self.dialect.quote(&column.name), kind: Some(column.kind) })
    }

    fn find(&self, name: &str) -> Result<&Column, String> {
        self.part
            .into_iter()
            .chain([self.table])
            .chain(self.others.iter().copied())
            .find_map(|table| table.column(name, self.loose))
            .ok_or_else(|| format!("there is no column {name}"))
    }

    fn of<'t>(&self, table: &'t Table, name: &str) -> Result<&'t Column, String> {
        table.column(name, self.loose).ok_or_else(|| format!("there is no column {name} in {}", table.name))
    }

    /// The table that the alias before a column stands for, where the expression itself gives it that name: `{table} t`.
    fn meant(&self, text: &str, before: &str) -> Option<&Table> {
        let alias = before.strip_suffix('.')?;
        let alias = &alias[alias.rfind(|c: char| !c.is_ascii_lowercase()).map_or(0, |at| at + 1)..];
        text.split('{').skip(1).find_map(|piece| {
            let (name, behind) = piece.split_once("} ")?;
            let named = behind.split(|c: char| !c.is_ascii_lowercase()).next()?;
            let schema = self.table.schema.as_deref();
            (!alias.is_empty() && named == alias).then(|| self.catalog.beside(schema, name, self.loose)).flatten()
        })
    }

    /// SQL with columns, tables, pieces and functions in their places.
    fn expand(&self, text: &str, depth: usize) -> Result<String, String> {
        if depth > DEPTH {
            return Err("its pieces stand in one another without end".to_owned());
        }
        let mut out = String::with_capacity(text.len() + 32);
        let mut rest = text;
        while let Some(at) = rest.find(['`', '{', '@', '\'']) {
            out.push_str(&rest[..at]);
            let sign = rest.as_bytes()[at];
            rest = &rest[at + 1..];
            match sign {
                // A text is left as it is.
                b'\'' => {
                    let end = rest.find('\'').ok_or("a text has no end")?;
                    out.push('\'');
                    out.push_str(&rest[..=end]);
                    rest = &rest[end + 1..];
                }
                b'`' => {
                    let (name, behind) = rest.split_once('`').ok_or("a ` has no second one")?;
                    match self.meant(text, &out) {
                        Some(table) => out.push_str(&self.dialect.quote(&self.of(table, name)?.name)),
                        None => out.push_str(&self.column(name)?.text),
                    }
                    rest = behind;
                }
                b'{' => {
                    let (name, behind) = rest.split_once('}').ok_or("a { has no }")?;
                    out.push_str(&self.place(name, depth)?);
                    rest = behind;
                }
                _ => {
                    let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase()).collect();
                    let inside = rest[name.len()..].strip_prefix('(');
                    match inside.filter(|_| !name.is_empty()) {
                        Some(inside) => {
                            let (args, behind) = arguments(inside)?;
                            out.push_str(&self.function(&name, &args, depth)?);
                            rest = behind;
                        }
                        None => out.push('@'),
                    }
                }
            }
        }
        out.push_str(rest);
        Ok(out)
    }

    /// What stands for `{name}`.
    fn place(&self, name: &str, depth: usize) -> Result<String, String> {
        match (name, self.part) {
            ("table", _) => return Ok(self.name(self.table)),
            ("events_table", _) => return Ok(self.name(self.others.last().unwrap_or(&self.table))),
            ("table_name", _) => return Ok(self.dialect.literal(&self.table.name)),
            ("stem", _) => {
                let name = &self.others.last().unwrap_or(&self.table).name;
                return Ok(self.dialect.literal(stem(name)));
            }
            ("events", _) if self.events.is_some() => return Ok(self.events.unwrap_or_default().to_owned()),
            ("part", Some(part)) => return Ok(self.name(part)),
            ("part_name", Some(part)) => return Ok(self.dialect.literal(&part.name)),
            _ => {}
        }
        if let Some(piece) = self.pieces.get(name) {
            return Ok(format!("({})", self.expand(piece, depth + 1)?));
        }
        let schema = self.table.schema.as_deref();
        let table = self.catalog.beside(schema, name, self.loose);
        table.map(|table| self.name(table)).ok_or_else(|| format!("there is no table {name}"))
    }

    fn function(&self, name: &str, args: &[&str], depth: usize) -> Result<String, String> {
        let sql = |i: usize| -> Result<String, String> {
            let arg = args.get(i).ok_or_else(|| format!("@{name} lacks an argument"))?.trim();
            let word = arg.chars().all(|c| c.is_alphanumeric() || c == '_') && !arg.is_empty();
            match word {
                true => Ok(self.column(arg)?.text),
                false => self.expand(arg, depth + 1),
            }
        };
        let kind = |i: usize| args.get(i).and_then(|arg| self.sql(arg).ok()?.kind);
        let text = |i: usize| -> Result<String, String> {
            let arg = args.get(i).ok_or_else(|| format!("@{name} lacks an argument"))?.trim();
            let inside = arg.strip_prefix('\'').and_then(|arg| arg.strip_suffix('\''));
            inside.map(str::to_owned).ok_or_else(|| format!("@{name} wants a text in '' and has {arg}"))
        };
        let dialect = self.dialect;
        Ok(match name {
            "before" => dialect.before(&sql(0)?, &text(1)?),
            "after" => dialect.after(&sql(0)?, &text(1)?),
            "last" => dialect.last(&sql(0)?, &text(1)?),
            "text" => dialect.text(&sql(0)?),
            "int" => dialect.integer(&sql(0)?),
            "hex" => dialect.hex(&sql(0)?),
            "bytes" => {
                let arg = args.first().ok_or("@bytes lacks an argument")?;
                let Sql { text, kind } = self.sql(arg)?;
                if kind == Some(Kind::Int) { dialect.large_object(&text) } else { text }
            }
            "jsontext" => {
                let arg = args.first().ok_or("@jsontext lacks an argument")?;
                let Sql { text, kind } = self.sql(arg)?;
                dialect.json_text(&text, kind == Some(Kind::Bytes))
            }
            "json" => {
                let path = (1..args.len()).map(text).collect::<Result<Vec<_>, _>>()?;
                // Text may be anything: PostgreSQL has no way to look into it that cannot fail.
                let native = !matches!(kind(0), Some(Kind::Text | Kind::Bytes));
                dialect.json(&sql(0)?, &path, native).ok_or("JSON in a column of text cannot be looked into here")?
            }
            "up" => dialect.up(&sql(0)?, &text(1)?),
            "cut" => dialect.cut(&sql(0)?, &text(1)?),
            "concat" => {
                let parts = (0..args.len()).map(|i| sql(i).map(|sql| dialect.text(&sql)));
                dialect.concat(&parts.collect::<Result<Vec<_>, _>>()?)
            }
            "maybe" => sql(0).unwrap_or_else(|_| "NULL".to_owned()),
            "others" => self.others(&text(0)?, &args[1..])?,
            other => {
                return Err(format!("@{other} is unknown; there are {}", FUNCTIONS.join(", ")));
            }
        })
    }

    /// The first of the table's columns but those named that is set, as `column/value`. A name that ends as an id's does
    /// comes before others, and what was added later, and so is in fewer events, before what is older.
    fn others(&self, ending: &str, named: &[&str]) -> Result<String, String> {
        let table = self.part.unwrap_or(self.table);
        let is_named = |column: &&Column| {
            named.iter().any(|name| normal(name.trim(), self.loose) == normal(&column.name, self.loose))
        };
        let (mut ids, others): (Vec<_>, Vec<_>) =
            table.columns.iter().filter(|column| !is_named(column)).partition(|column| column.name.ends_with(ending));
        ids.reverse();
        ids.extend(others);
        if ids.is_empty() {
            return Err("there are no other columns".to_owned());
        }
        let cases = ids.iter().map(|column| {
            let (name, sql) =
                (column.name.strip_suffix(ending).unwrap_or(&column.name), self.dialect.quote(&column.name));
            let shown = self.dialect.concat(&[self.dialect.literal(&format!("{name}/")), self.dialect.text(&sql)]);
            format!("WHEN {sql} IS NOT NULL THEN {shown}")
        });
        Ok(format!("(CASE {} END)", cases.collect::<Vec<_>>().join(" ")))
    }
}

/// The name of a table without its last word: `shop` of `shop_events`.
pub fn stem(name: &str) -> &str {
    name.rsplit_once('_').map_or(name, |(stem, _)| stem)
}

/// The arguments up to the closing bracket, and what follows it.
fn arguments(text: &str) -> Result<(Vec<&str>, &str), String> {
    let (mut args, mut depth, mut begin, mut quoted) = (Vec::new(), 0, 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' if depth == 0 => {
                args.push(&text[begin..at]);
                return Ok((args, &text[at + 1..]));
            }
            ')' => depth -= 1,
            ',' if depth == 0 => {
                args.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    Err("a ( has no )".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope<'a>(catalog: &'a Catalog, dialect: Dialect, pieces: &'a BTreeMap<String, String>) -> Scope<'a> {
        let table = &catalog.tables[0];
        Scope { dialect, catalog, table, others: Vec::new(), part: None, events: None, loose: true, pieces }
    }

    fn catalog() -> Catalog {
        let column = |name: &str, kind| Column { name: name.into(), kind, numbered: false };
        let columns = vec![column("Global_Index", Kind::Int), column("type", Kind::Text)];
        let table = Table { schema: Some("s".into()), name: "Entry".into(), columns, ..Table::default() };
        Catalog { tables: vec![table], unseen: 0 }
    }

    #[test]
    fn columns_are_found_however_they_are_written() {
        let (catalog, pieces) = (catalog(), BTreeMap::from([("kind".into(), "lower(`TYPE`)".into())]));
        let scope = scope(&catalog, Dialect::Postgres, &pieces);
        assert_eq!(scope.sql("globalIndex"), Ok(Sql { text: "\"Global_Index\"".into(), kind: Some(Kind::Int) }));
        let text = |sql: &str| scope.sql(sql).map(|sql| sql.text);
        assert_eq!(text("{kind} || ' {x} `y`'").unwrap(), "(lower(\"type\")) || ' {x} `y`'");
        let aliased = scope.sql("e.`globalIndex`").unwrap();
        assert_eq!(aliased, Sql { text: "e.\"Global_Index\"".into(), kind: Some(Kind::Int) });
        assert_eq!(text("@before(type, '-')").unwrap(), "split_part(\"type\", '-', 1)");
        assert_eq!(text("SELECT 1 FROM {entry}").unwrap(), "SELECT 1 FROM \"s\".\"Entry\"");
        assert_eq!(text("nope").unwrap_err(), "there is no column nope");
        assert_eq!(text("e.`nope`").unwrap_err(), "there is no column nope");
        assert_eq!(text("x FROM {others}").unwrap_err(), "there is no table others");
        assert!(text("@upper(type)").unwrap_err().contains("@upper is unknown"));
    }

    #[test]
    fn an_alias_in_an_expression_says_which_table_is_meant() {
        let (mut catalog, pieces) = (catalog(), BTreeMap::new());
        let columns = vec![Column { name: "Tag".into(), kind: Kind::Int, numbered: false }];
        catalog.tables.push(Table { schema: Some("s".into()), name: "Tags".into(), columns, ..Table::default() });
        let scope = scope(&catalog, Dialect::Postgres, &pieces);
        let text = |sql: &str| scope.sql(sql).map(|sql| sql.text);
        assert_eq!(text("(SELECT t.`tag` FROM {tags} t)").unwrap(), "(SELECT t.\"Tag\" FROM \"s\".\"Tags\" t)");
        assert_eq!(text("(SELECT t.`type` FROM {tags} t)").unwrap_err(), "there is no column type in Tags");
        // A column of numbers can only name a large object, which is read where that cannot fail.
        assert!(text("@bytes(globalIndex)").unwrap().contains("pg_largeobject_metadata"));
        assert_eq!(text("@bytes(type)").unwrap(), "\"type\"");
    }

    #[test]
    fn columns_that_only_the_user_knows_are_found_and_missing_ones_may_be() {
        let (mut catalog, pieces) = (catalog(), BTreeMap::new());
        for name in ["order_id", "sku", "payment_id"] {
            catalog.tables[0].columns.push(Column { name: name.into(), kind: Kind::Text, numbered: false });
        }
        let scope = scope(&catalog, Dialect::Sqlite, &pieces);
        let text = |sql: &str| scope.sql(sql).map(|sql| sql.text);
        let first = text("@others('_id', global_index, type)").unwrap();
        let places = ["'payment/'", "'order/'", "'sku/'"].map(|name| first.find(name).unwrap());
        assert!(places.is_sorted() && !first.contains("Global_Index"), "{first}");
        assert_eq!(text("@maybe(`nope`)").unwrap(), "NULL");
        assert_eq!(text("@maybe(`sku`)").unwrap(), "\"sku\"");
        assert_eq!(scope.sql("e.`TYPE`"), Ok(Sql { text: "e.\"type\"".into(), kind: Some(Kind::Text) }));
        assert!(text("@json(type, 'a')").is_ok());
        let postgres = Scope { dialect: Dialect::Postgres, ..scope };
        assert!(postgres.sql("@json(type, 'a')").unwrap_err().contains("text cannot be looked into"));
    }

    #[test]
    fn the_first_alternative_that_is_there_counts() {
        let (catalog, pieces) = (catalog(), BTreeMap::new());
        let scope = scope(&catalog, Dialect::Sqlite, &pieces);
        let field = Field::First(vec![Field::Sql("nope".into()), Field::Sql("type".into())]);
        assert_eq!(scope.field(&field), Ok(Resolved::Sql(Sql { text: "\"type\"".into(), kind: Some(Kind::Text) })));
    }
}
