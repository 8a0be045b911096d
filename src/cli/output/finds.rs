//! Differences, printed as they are found: items of a document, or rows of a table of which the first are told in full behind
//! it.

use super::super::failure::Failure;
use super::{List, Output, Table};
use serde_json::Value;

/// How many are told in full.
const SHOWN: usize = 20;

/// What was found so far.
pub struct Finds<'a, T> {
    list: List<'a>,
    table: Table,
    shown: Vec<T>,
    written: Result<(), Failure>,
}

impl<'a, T> Finds<'a, T> {
    /// Nothing yet; they are the `differing` of a document.
    pub fn begin(out: &'a mut Output, schema: &str, table: Table) -> Finds<'a, T> {
        Finds { list: out.list(schema, "differing"), table, shown: Vec::new(), written: Ok(()) }
    }

    /// Takes one, as a document or as cells; whether more are wanted.
    pub fn take(&mut self, found: T, document: fn(&T) -> Value, cells: fn(&T) -> Vec<String>) -> bool {
        if self.list.output.is_json() {
            self.written = self.list.item(&document(&found));
        } else {
            self.written = self.list.row(&mut self.table, cells(&found));
            if self.shown.len() < SHOWN {
                self.shown.push(found);
            }
        }
        self.written.is_ok()
    }

    /// Ends the document with its further fields, or the table; those that are to be told in full.
    pub fn end(self, rest: &Value) -> Result<Vec<T>, Failure> {
        let Finds { mut list, table, shown, written } = self;
        written?;
        if !shown.is_empty() {
            list.table(&table)?;
            list.output.line("")?;
        }
        list.end(rest)?;
        Ok(shown)
    }
}
