//! A statement and its values, which stand in it as `$1`, `$2` and so on: in any order, each as often as it likes.

use crate::store::database::Row;
use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, Error, Result, ToSql};

/// Runs a statement that answers with nothing; how many rows it changed.
pub fn run(connection: &Connection, sql: &str, values: &[impl ToSql]) -> Result<u64> {
    prepare(connection, sql, values)?.raw_execute().map(|changed| changed as u64)
}

/// The rows of a question.
pub fn rows(connection: &Connection, sql: &str, values: &[impl ToSql]) -> Result<Vec<Row>> {
    let mut statement = prepare(connection, sql, values)?;
    let columns = statement.column_count();
    let (mut answer, mut rows) = (Vec::new(), statement.raw_query());
    while let Some(row) = rows.next()? {
        answer.push(Row::Sqlite((0..columns).map(|column| row.get(column)).collect::<Result<Vec<Value>>>()?));
    }
    Ok(answer)
}

fn prepare<'c>(connection: &'c Connection, sql: &str, values: &[impl ToSql]) -> Result<CachedStatement<'c>> {
    let mut statement = connection.prepare_cached(sql)?;
    for index in 1..=statement.parameter_count() {
        // To SQLite `$7` is a name like any other, and it counts names as they come.
        let number = statement.parameter_name(index).and_then(|name| name.get(1..)?.parse::<usize>().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let value = value.ok_or(Error::InvalidParameterCount(values.len(), index))?;
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(statement)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rows: &[Row]) -> String {
        rows[0].text(0).unwrap().unwrap()
    }

    #[test]
    fn a_value_stands_where_its_number_is() {
        let connection = Connection::open_in_memory().unwrap();
        let asked =
            rows(&connection, "SELECT $2 || $10 || $1 || $2 || '$3'", &["a", "b", "", "", "", "", "", "", "", "j"]);
        assert_eq!(text(&asked.unwrap()), "bjab$3");
        let asked = rows(&connection, "SELECT $1 || $3", &["a", "b"]);
        assert!(asked.is_err(), "there is no third value");
    }

    #[test]
    fn a_statement_that_is_asked_again_has_forgotten_its_values() {
        let connection = Connection::open_in_memory().unwrap();
        run(&connection, "CREATE TABLE t (a TEXT)", &[] as &[&str]).unwrap();
        for value in ["x", "y"] {
            assert_eq!(run(&connection, "INSERT INTO t VALUES ($1)", &[value]).unwrap(), 1);
        }
        assert_eq!(text(&rows(&connection, "SELECT group_concat(a) FROM t", &[] as &[&str]).unwrap()), "x,y");
        assert_eq!(run(&connection, "UPDATE t SET a = $2 WHERE a <> $1", &["z", "w"]).unwrap(), 2);
    }
}
