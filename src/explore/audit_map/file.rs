//! Reads a mapping from its file.

use crate::analysis::audit_map::{Claim, Form, Mapped, Mapping, Naming, Part, Rule};
use crate::replay::reducers::Expr;
use foldback_domain::event::{Category, safe_text};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// A file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    database: Option<String>,
    schema: Option<String>,
    table: String,
    key: Option<Names>,
    stream: Option<String>,
    category: Option<String>,
    when: Option<String>,
    version: Option<String>,
    position: Option<String>,
    checkpoint: Option<String>,
    columns: toml::Table,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Several(Vec<String>),
}

/// What is said of a column, where that is more than a path.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    path: String,
    #[serde(rename = "as")]
    form: Option<String>,
    minor_units: Option<i32>,
    #[serde(default, rename = "enum")]
    words: BTreeMap<String, toml::Value>,
    absent: Option<toml::Value>,
    case: Option<String>,
    within: Option<toml::Value>,
}

/// Reads a mapping file; what is wrong is said with the file and, where that is known, the line.
pub fn read(path: &Path) -> Result<Mapping, String> {
    let shown = path.to_string_lossy();
    let shown = safe_text(&shown);
    let text = std::fs::read_to_string(path).map_err(|error| {
        format!("{shown}: {error}; `foldback audit SOURCE --draft TABLE > {shown}` writes one to begin with")
    })?;
    parse(&text).map_err(|why| format!("{shown}:{why}"))
}

/// Reads a mapping; what is wrong begins with its line, or with a space.
pub fn parse(text: &str) -> Result<Mapping, String> {
    // The parser's own report repeats the line, and the database may hold a password.
    let file: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| text.as_bytes()[..span.start.min(text.len())].iter());
        let line = line.map_or(1, |bytes| bytes.filter(|byte| **byte == b'\n').count() + 1);
        format!("{line}: {}", safe_text(&error.message().replace('\n', ", ")))
    })?;
    let key = file.key.map(|names| match names {
        Names::One(name) => vec![name],
        Names::Several(names) => names,
    });
    let named = match (&file.stream, &file.category, &key) {
        (Some(stream), ..) => stream.clone(),
        (None, Some(category), Some(key)) => {
            let columns = key.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>();
            format!("{category}-{}", columns.join("-"))
        }
        _ => {
            return Err(" it does not say which stream a row belongs to; give stream = \"order-{order_id}\"".to_owned());
        }
    };
    let naming = Naming::parse(&named).map_err(|why| format!("{} stream: {why}", line_of(text, "stream")))?;
    let columns_of_name: Vec<String> = naming.columns().map(str::to_owned).collect();
    let key = key.unwrap_or_else(|| columns_of_name.clone());
    if let Some(name) = columns_of_name.iter().find(|name| !key.contains(name)) {
        let (line, name) = (line_of(text, "stream"), safe_text(name));
        return Err(format!("{line} stream: {name} is no part of the key; it is {}", safe_text(&key.join(", "))));
    }
    if !naming.has_beginning() && file.category.is_none() {
        let line = line_of(text, "stream");
        return Err(format!("{line} stream: every stream has such a name; give category = \"order\" too"));
    }
    if let Some(when) = &file.when {
        Expr::parse(when).map_err(|trouble| format!("{} when: {}", line_of(text, "when"), trouble.why))?;
    }
    let claim = match (file.version, file.position, file.checkpoint) {
        (None, None, None) => Claim::Nothing,
        (Some(column), None, None) => Claim::Version(column),
        (None, Some(column), None) => Claim::Position(column),
        (None, None, Some(name)) => Claim::Checkpoint(name),
        _ => return Err(" of version, position and checkpoint only one can be said".to_owned()),
    };
    let columns = file.columns.into_iter().map(|(name, said)| {
        let line = line_of(text, &name);
        column(name.clone(), said).map_err(|why| format!("{line} columns.{}: {}", safe_text(&name), safe_text(&why)))
    });
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    if columns.is_empty() {
        return Err(" columns is empty; give a line such as total = \"/total\"".to_owned());
    }
    Ok(Mapping {
        database: file.database,
        schema: file.schema,
        table: file.table,
        key,
        naming,
        category: file.category.map(Category),
        when: file.when,
        claim,
        columns,
    })
}

/// `12:` of a key that stands at the beginning of a line; nothing where it does not.
fn line_of(text: &str, key: &str) -> String {
    let is_key = |line: &str| {
        let line = line.trim_start();
        let behind = line.strip_prefix(key).or_else(|| line.strip_prefix(&format!("\"{key}\"")));
        behind.is_some_and(|behind| behind.trim_start().starts_with(['=', '.']))
    };
    text.lines().position(is_key).map_or(String::new(), |line| format!("{}:", line + 1))
}

fn column(name: String, said: toml::Value) -> Result<Mapped, String> {
    let said = match said {
        toml::Value::String(path) => Said { path, ..Said::default() },
        other => other.try_into::<Said>().map_err(|error| error.message().replace('\n', ", "))?,
    };
    let part = match said.path.as_str() {
        "@version" => Part::Version,
        "@stream" => Part::Stream,
        path if path.is_empty() || path.starts_with('/') => Part::State(path.to_owned()),
        path => {
            let path = safe_text(path);
            return Err(format!("{path} is no path of the state, such as /total, and not @version or @stream"));
        }
    };
    let form = match &said.form {
        None => Form::Any,
        Some(word) => {
            let known = Form::ALL.iter().find(|(name, _)| name == word);
            known.ok_or("as is one of text, number, decimal, bool, time, date, json")?.1
        }
    };
    let any_case = match said.case.as_deref() {
        None => false,
        Some("any") => true,
        Some(_) => return Err("case can only be \"any\"".to_owned()),
    };
    let within = match said.within {
        None => None,
        Some(toml::Value::Float(most)) => Some(most),
        Some(toml::Value::Integer(most)) => Some(most as f64),
        Some(toml::Value::String(span)) => {
            let span: SignedDuration = span.parse().map_err(|_| "within is a number, or a span such as \"1s\"")?;
            Some(span.as_secs_f64())
        }
        Some(_) => return Err("within is a number, or a span such as \"1s\"".to_owned()),
    };
    let words = said.words.into_iter().map(|(word, value)| (word, json(value))).collect();
    let absent = said.absent.map(json);
    let rule = Rule { form, minor_units: said.minor_units, words, absent, any_case, within };
    Ok(Mapped { name, part, rule })
}

fn json(value: toml::Value) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const WHOLE: &str = r#"
        table = "orders"
        key = "order_id"
        stream = "order-{order_id}"
        category = "order"
        when = "state.status !== 'DELETED'"
        version = "v"
        [columns]
        total = { path = "/total", minor_units = 2, absent = 0 }
        status = { path = "/status", enum = { PAID = "paid" } }
        placed_at = { path = "/placed_at", as = "time", within = "1s" }
        "row/name" = "/name"
        v = "@version"
    "#;

    #[test]
    fn everything_that_can_be_said() {
        let mapping = parse(WHOLE).unwrap();
        assert_eq!((mapping.table.as_str(), mapping.key.as_slice()), ("orders", ["order_id".to_owned()].as_slice()));
        assert_eq!(mapping.claim, Claim::Version("v".into()));
        let column = |name: &str| mapping.columns.iter().find(|column| column.name == name).unwrap();
        assert_eq!((column("total").rule.minor_units, column("total").rule.absent.clone()), (Some(2), Some(json!(0))));
        assert_eq!(column("status").rule.words["PAID"], json!("paid"));
        assert_eq!(column("placed_at").rule.within, Some(1.0));
        assert_eq!((&column("row/name").part, &column("v").part), (&Part::State("/name".into()), &Part::Version));
        let short = parse("table = \"t\"\nstream = \"order-{id}\"\ncolumns.total = \"/total\"").unwrap();
        assert_eq!((short.key, short.claim), (vec!["id".to_owned()], Claim::Nothing));
        let category = parse("table = \"t\"\nkey = \"id\"\ncategory = \"order\"\ncolumns.total = \"/total\"").unwrap();
        assert_eq!(category.naming.name(|_| Some("7")).as_deref(), Some("order-7"));
    }

    #[test]
    fn mistakes_name_their_line_and_repeat_no_secrets() {
        for (text, said) in [
            ("database = \"postgres://u:secret@h/d\"\ntabel = \"t\"", "2: unknown field"),
            ("table = \"t\"\nstream = \"{id}\"\ncolumns.a = \"/a\"", "2: stream: every stream"),
            ("table = \"t\"\nkey = \"id\"\nstream = \"o-{no}\"\ncolumns.a = \"/a\"", "3: stream: no is no part"),
            ("table = \"t\"\ncolumns.a = \"/a\"", "which stream"),
            ("table = \"t\"\nstream = \"o-{id}\"\nwhen = \"state.(\"\ncolumns.a = \"/a\"", "3: when:"),
            ("table = \"t\"\nstream = \"o-{id}\"\n[columns]\na = \"total\"", "4: columns.a: total is no path"),
            ("table = \"t\"\nstream = \"o-{id}\"\n[columns]\na = { path = \"/a\", as = \"money\" }", "as is one of"),
            ("table = \"t\"\nstream = \"o-{id}\"\n[columns]\na = { pth = \"/a\" }", "unknown field"),
            ("table = \"t\"\nstream = \"o-{id}\"\n[columns]\n", "columns is empty"),
            ("table = \"t\"\nstream = \"o-{id}\"\nversion = \"v\"\nposition = \"p\"\ncolumns.a = \"/a\"", "only one"),
        ] {
            let why = parse(text).unwrap_err();
            assert!(why.contains(said), "{why} lacks {said}");
            assert!(!why.contains("secret"), "{why}");
        }
    }
}
