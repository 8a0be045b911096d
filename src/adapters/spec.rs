//! What a source is called on the command line.

use super::mysql;
use crate::store::postgres::{Address, encoded};
use foldback_domain::event::safe_text;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A source, named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceSpec {
    /// A SQLite file; its layout is found out.
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Which of several stores in it.
        store: Option<String>,
    },
    /// A PostgreSQL database.
    Postgres(Address),
    /// A MySQL or MariaDB database.
    Mysql(mysql::Address),
    /// A file with one JSON event a line.
    Jsonl(PathBuf),
    /// JSON events, one a line, from standard input.
    Stdin,
    /// The bundled sample data.
    Demo,
    /// A profile of the config file.
    Profile(String),
}

/// Why a word names no source.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum SpecError {
    /// It looks like none.
    #[error(
        "{0} is neither a verb nor a source: there is no such file, and it has none of / . : @; \
         `foldback --help` lists the verbs"
    )]
    NotASource(String),
    /// It is empty.
    #[error("the source is empty; give a file, a URL, `demo` or `-`")]
    Empty,
    /// It is one of PostgreSQL's, and cannot be read.
    #[error("the PostgreSQL URL cannot be read: {0}; it looks like postgres://user@host:5432/database?schema=NAME")]
    BadUrl(String),
    /// It is one of MySQL's, and cannot be read.
    #[error("the MySQL URL cannot be read: {0}; it looks like mysql://user@host:3306/database")]
    BadMysqlUrl(String),
    /// This program cannot open such servers yet.
    #[error(
        "{0}:// cannot be opened by this version of foldback; it opens SQLite files, postgres:// and mysql:// databases, .jsonl files, `-` and `demo`"
    )]
    NotYet(String),
    /// Nobody has heard of it.
    #[error(
        "{0}:// is no kind of source; foldback opens SQLite files, postgres:// and mysql:// databases, .jsonl files, `-` and `demo`"
    )]
    UnknownScheme(String),
}

/// What a PostgreSQL database's URL begins with.
const POSTGRES: [&str; 2] = ["postgres", "postgresql"];

/// What a MySQL or MariaDB database's URL begins with.
const MYSQL: [&str; 2] = ["mysql", "mariadb"];

/// Servers that a later version opens.
const LATER: [&str; 8] = ["kurrentdb", "esdb", "axon", "nats", "kafka", "rabbitmq", "amqp", "amqps"];

impl SourceSpec {
    /// Whether its tables are found out, so that a layout can be named.
    pub fn is_database(&self) -> bool {
        matches!(self, SourceSpec::Sqlite { .. } | SourceSpec::Postgres(_) | SourceSpec::Mysql(_))
    }

    /// Reads the word. Files are looked at only to tell a file's name from a verb that is misspelt.
    pub fn parse(word: &str) -> Result<Self, SpecError> {
        match word {
            "" => return Err(SpecError::Empty),
            "demo" => return Ok(SourceSpec::Demo),
            "-" => return Ok(SourceSpec::Stdin),
            _ => {}
        }
        if let Some(name) = word.strip_prefix('@') {
            return Ok(SourceSpec::Profile(name.to_owned()));
        }
        // A URL may hold a password: of a refused one only the scheme is repeated.
        if let Some((scheme, rest)) = word.split_once("://") {
            let scheme = scheme.to_ascii_lowercase();
            return match scheme.as_str() {
                "sqlite" | "file" => Ok(Self::file(rest)),
                known if POSTGRES.contains(&known) => {
                    Address::parse(word).map(SourceSpec::Postgres).map_err(SpecError::BadUrl)
                }
                known if MYSQL.contains(&known) => {
                    mysql::Address::parse(word).map(SourceSpec::Mysql).map_err(SpecError::BadMysqlUrl)
                }
                known if LATER.contains(&known) => Err(SpecError::NotYet(scheme)),
                _ => Err(SpecError::UnknownScheme(safe_text(&scheme).into_owned())),
            };
        }
        if let Some(scheme) = server_scheme(word) {
            let lacks = format!("{scheme}: lacks its //");
            return Err(match scheme.as_str() {
                known if POSTGRES.contains(&known) => SpecError::BadUrl(lacks),
                known if MYSQL.contains(&known) => SpecError::BadMysqlUrl(lacks),
                _ => SpecError::NotYet(scheme),
            });
        }
        if let Some(path) = word.strip_prefix("sqlite:") {
            let (path, store) = split_store(path);
            return Ok(SourceSpec::Sqlite { path: path.into(), store });
        }
        if !word.contains(['/', '.', ':', '@', '\\']) && !Path::new(word).exists() {
            return Err(SpecError::NotASource(safe_text(word).into_owned()));
        }
        Ok(Self::file(word))
    }

    /// Which of several stores is meant.
    pub fn store(&self) -> Option<&str> {
        match self {
            SourceSpec::Sqlite { store, .. } => store.as_deref(),
            SourceSpec::Postgres(address) => address.store(),
            SourceSpec::Mysql(address) => address.store(),
            _ => None,
        }
    }

    /// The words for one of several stores in what these words name.
    pub fn words_for_store(word: &str, store: &str) -> String {
        let file = ["sqlite:", "file:"].iter().any(|scheme| word.starts_with(scheme)) || !word.contains("://");
        match (file, word.contains('?')) {
            (true, _) => format!("{word}?store={store}"),
            (false, true) => format!("{word}&store={}", encoded(store)),
            (false, false) => format!("{word}?store={}", encoded(store)),
        }
    }

    /// The words that name it again, without a password.
    pub fn words(&self, word: &str) -> String {
        match self {
            SourceSpec::Postgres(address) => address.words(),
            SourceSpec::Mysql(address) => address.words(),
            _ => word.to_owned(),
        }
    }

    /// Whether a word is a URL, so that it may hold a password and must not be repeated.
    pub fn is_url(word: &str) -> bool {
        word.contains("://") || server_scheme(word).is_some()
    }

    fn file(word: &str) -> Self {
        let (path, store) = split_store(word);
        let lines = path
            .rsplit_once('.')
            .is_some_and(|(_, end)| ["jsonl", "ndjson"].iter().any(|known| end.eq_ignore_ascii_case(known)));
        if lines { SourceSpec::Jsonl(path.into()) } else { SourceSpec::Sqlite { path: path.into(), store } }
    }
}

/// The scheme of a server's URL that lacks its slashes, unless a file is really called so.
fn server_scheme(word: &str) -> Option<String> {
    let scheme = word.split_once(':')?.0.to_ascii_lowercase();
    let known = [&LATER[..], &POSTGRES, &MYSQL].iter().any(|schemes| schemes.contains(&scheme.as_str()));
    (known && !Path::new(word).exists()).then_some(scheme)
}

/// Cuts `?store=NAME` off, unless a file is really called so.
fn split_store(word: &str) -> (&str, Option<String>) {
    match word.rsplit_once("?store=") {
        Some((path, store)) if !Path::new(word).exists() => (path, Some(store.to_owned())),
        _ => (word, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sqlite(path: &str, store: Option<&str>) -> Result<SourceSpec, SpecError> {
        Ok(SourceSpec::Sqlite { path: path.into(), store: store.map(str::to_owned) })
    }

    #[test]
    fn every_form() {
        assert_eq!(SourceSpec::parse("demo"), Ok(SourceSpec::Demo));
        assert_eq!(SourceSpec::parse("-"), Ok(SourceSpec::Stdin));
        assert_eq!(SourceSpec::parse("@prod"), Ok(SourceSpec::Profile("prod".into())));
        assert_eq!(SourceSpec::parse("shop.db"), sqlite("shop.db", None));
        assert_eq!(SourceSpec::parse("./demo"), sqlite("./demo", None));
        assert_eq!(SourceSpec::parse("sqlite:shop"), sqlite("shop", None));
        assert_eq!(SourceSpec::parse("sqlite:///tmp/shop.db"), sqlite("/tmp/shop.db", None));
        assert_eq!(SourceSpec::parse("shop.db?store=orders"), sqlite("shop.db", Some("orders")));
        assert_eq!(SourceSpec::parse("a/b.JSONL"), Ok(SourceSpec::Jsonl("a/b.JSONL".into())));
    }

    #[test]
    fn what_is_no_source_is_said_without_secrets() {
        assert_eq!(SourceSpec::parse("overvieww"), Err(SpecError::NotASource("overvieww".into())));
        assert_eq!(SourceSpec::parse("kafka://ann:secret@host/db"), Err(SpecError::NotYet("kafka".into())));
        assert_eq!(SourceSpec::parse("gopher://x"), Err(SpecError::UnknownScheme("gopher".into())));
        assert_eq!(SourceSpec::parse(""), Err(SpecError::Empty));
        for word in [
            "kafka://ann:secret@host/db",
            "mysql://ann:secret@host:x/db",
            "mariadb:ann:secret@host/db",
            "postgres://ann:secret@host:x/db",
            "postgres:ann:secret@host/db",
        ] {
            let said = SourceSpec::parse(word).unwrap_err().to_string();
            assert!(!said.contains("secret"), "{said}");
        }
        let spec = SourceSpec::parse("postgres://ann:secret@host/db?schema=shop").unwrap();
        assert_eq!(spec.words("as typed"), "postgres://ann@host:5432/db?schema=shop");
        let spec = SourceSpec::parse("mariadb://ann:secret@host/db").unwrap();
        assert_eq!(spec.words("as typed"), "mysql://ann@host:3306/db");
    }
}
