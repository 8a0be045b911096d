//! Where answers are printed: aligned text, or JSON.

mod as_of;
mod finds;
mod json;
mod spool;
mod style;
mod table;
mod waiting;

pub use as_of::AsOf;
pub use finds::Finds;
pub use json::event_document;
pub use spool::Spool;
pub use style::{Style, safe};
pub use table::{Align, Table, count, place, span, thousands};
pub use waiting::Waiting;

use super::args::{ColorWhen, Common, Format};
use super::failure::Failure;
use crate::explore::Reporter;
use serde::Serialize;
use serde_json::Value;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::{Arc, OnceLock};

/// How many rows of a long table are aligned with each other and printed at once.
const ROWS: usize = 500;

/// Standard output, with the form that was asked for.
pub struct Output {
    /// The form.
    pub format: Format,
    terminal: bool,
    color: bool,
    waiting: Waiting,
    /// The moment that the answer is about, once the source is open.
    then: Arc<OnceLock<AsOf>>,
    /// Whether a table still has to say so.
    unsaid: bool,
    out: BufWriter<io::Stdout>,
}

impl Output {
    /// Output in the form that the arguments ask for; coloured on a terminal, unless NO_COLOR or the arguments say not.
    pub fn new(common: &Common) -> Self {
        let terminal = io::stdout().is_terminal();
        let color = match common.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        let format = if common.json { Format::Json } else { common.format.unwrap_or(Format::Table) };
        Output {
            format,
            terminal,
            color,
            waiting: Waiting::new(),
            then: common.then.clone(),
            unsaid: format == Format::Table,
            out: BufWriter::with_capacity(1 << 16, io::stdout()),
        }
    }

    /// Whether an answer is JSON.
    pub fn is_json(&self) -> bool {
        self.format != Format::Table
    }

    /// The styles of this output; all empty where it is not coloured.
    pub fn style(&self) -> Style {
        Style::new(self.color)
    }

    /// Says on standard error how far work is that takes its time, until something is printed.
    pub fn reporter(&self, doing: &'static str) -> Reporter {
        self.waiting.reporter(doing)
    }

    /// Prints a line of text.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.waiting.clear();
        if std::mem::take(&mut self.unsaid)
            && let Some(then) = self.then.get()
        {
            writeln!(self.out, "{}", self.style().dim(then.line()))?;
        }
        self.out.write_all(text.as_bytes())?;
        Ok(self.out.write_all(b"\n")?)
    }

    /// Prints a table.
    pub fn table(&mut self, table: &Table) -> Result<(), Failure> {
        let style = self.style();
        for line in table.lines(style) {
            self.line(&line)?;
        }
        Ok(())
    }

    /// Prints a JSON document: on a terminal over many lines and with nothing in it that could steer the terminal.
    pub fn document(&mut self, document: &impl Serialize) -> Result<(), Failure> {
        let pretty = self.terminal && self.format == Format::Json;
        let text = match self.then.get() {
            None => written(document, pretty),
            Some(then) => serde_json::to_value(document).and_then(|mut document| {
                if let Some(fields) = document.as_object_mut() {
                    fields.insert("as_of".to_owned(), then.document());
                }
                written(&document, pretty)
            }),
        };
        let text = text.map_err(|e| Failure::Source(format!("the answer cannot be written as JSON: {e}")))?;
        self.json_text(&text)?;
        self.line("")
    }

    /// Prints a piece of JSON text as it is; on a terminal with control characters escaped.
    pub fn json_text(&mut self, text: &str) -> Result<(), Failure> {
        self.waiting.clear();
        let guarded = if self.terminal { json::guard(text) } else { text.into() };
        Ok(self.out.write_all(guarded.as_bytes())?)
    }

    /// Prints the items of a list that may be long, as they come: a document with one list, or a line each.
    pub fn list<'a>(&'a mut self, schema: &str, key: &str) -> List<'a> {
        let head = (self.format == Format::Json).then(|| format!("{{\"schema\":\"{schema}\",\"{key}\":["));
        List { output: self, head, open: false, empty: true }
    }

    /// Adds a row to a table that may be long, and prints what it has when that is many.
    pub fn row(&mut self, table: &mut Table, cells: Vec<String>) -> Result<(), Failure> {
        table.row(cells);
        if table.len() < ROWS {
            return Ok(());
        }
        self.table(table)?;
        table.go_on();
        Ok(())
    }

    /// Makes what was printed visible now.
    pub fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }
}

fn written(document: &impl Serialize, pretty: bool) -> serde_json::Result<String> {
    if pretty { serde_json::to_string_pretty(document) } else { serde_json::to_string(document) }
}

/// A list that is being printed. What goes wrong before its first item leaves nothing on standard output; a document
/// that breaks off later is ended all the same, and says that it is partial.
pub struct List<'a> {
    output: &'a mut Output,
    /// How the document begins, until that is printed.
    head: Option<String>,
    /// Whether the document was begun and not ended.
    open: bool,
    empty: bool,
}

impl List<'_> {
    /// Prints one item.
    pub fn item(&mut self, item: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(item).map_err(|e| Failure::Source(e.to_string()))?;
        if self.output.format == Format::Jsonl {
            self.output.json_text(&text)?;
            return self.output.line("");
        }
        self.begin()?;
        self.output.json_text(if self.empty { "\n" } else { ",\n" })?;
        self.empty = false;
        self.output.json_text(&text)
    }

    fn begin(&mut self) -> Result<(), Failure> {
        if let Some(head) = self.head.take() {
            self.output.json_text(&head)?;
            self.open = true;
        }
        Ok(())
    }

    /// Adds a row, where the answer is a table that may be long.
    pub fn row(&mut self, table: &mut Table, cells: Vec<String>) -> Result<(), Failure> {
        self.output.row(table, cells)
    }

    /// Prints rows, where the answer is a table.
    pub fn table(&mut self, table: &Table) -> Result<(), Failure> {
        self.output.table(table)
    }

    /// Makes what was printed visible now.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.output.flush()
    }

    /// Ends the list; `rest` is an object with the further fields of the document, or null.
    pub fn end(mut self, rest: &Value) -> Result<(), Failure> {
        self.begin()?;
        if std::mem::take(&mut self.open) {
            self.output.json_text("]")?;
            let then = self.output.then.get().map(|then| then.document());
            let fields = rest.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value));
            for (name, value) in fields.chain(then.as_ref().map(|then| ("as_of", then))) {
                self.output.json_text(&format!(",{}:{value}", Value::from(name)))?;
            }
            self.output.json_text("}")?;
            self.output.line("")?;
        }
        Ok(())
    }
}

impl Drop for List<'_> {
    fn drop(&mut self) {
        if self.open {
            // Standard error says why, and the exit code that it was not all.
            let _ = self.output.json_text("],\"outcome\":\"partial\"}\n");
        }
    }
}
