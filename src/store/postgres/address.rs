//! Where a database is: a URL, read once and repeated without its password.

use super::service;
use foldback_domain::event::safe_text;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::str::FromStr;

/// What may follow the `?` of a URL.
const KEYS: [&str; 14] = [
    "schema",
    "store",
    "service",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "statement-cache-capacity",
];

/// Where a PostgreSQL database is, and which schema of it is meant.
#[derive(Clone)]
pub struct Address {
    // Boxed, because it is large and stands in an enum beside small things.
    options: Box<PgConnectOptions>,
    schema: Option<String>,
    store: Option<String>,
    /// How it is reached safely: as it was said, and without secrets.
    tls: Vec<String>,
}

impl Address {
    /// Reads `postgres://user:password@host:port/database?schema=NAME`. What is left out comes from the environment, as
    /// PostgreSQL's own programs have it (`PGHOST`, `PGUSER`, `PGPASSWORD`, `~/.pgpass`), and what a service says
    /// (`?service=NAME`, `PGSERVICE`) stands before that. The error is a sentence without secrets.
    pub fn parse(url: &str) -> Result<Address, String> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut kept, mut schema, mut store, mut tls) = (Vec::new(), None, None, Vec::new());
        let mut service = std::env::var("PGSERVICE").ok().filter(|name| !name.is_empty());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !KEYS.contains(&key) {
                // It is not repeated: a password with a ? in it would end up here.
                return Err(format!("a key after the ? is not known; known are {}", KEYS.join(", ")));
            }
            match key {
                "schema" if value.is_empty() => return Err("schema is empty".to_owned()),
                "schema" => schema = Some(decoded(value)?),
                "store" if value.is_empty() => return Err("store is empty".to_owned()),
                "store" => store = Some(decoded(value)?),
                "service" => service = Some(decoded(value)?),
                _ => kept.push(pair.to_owned()),
            }
            if key.starts_with("ssl") {
                tls.push(pair.to_owned());
            }
        }
        for (key, value) in service.as_deref().map(service::read).transpose()?.unwrap_or_default() {
            if !is_said(place, &kept, &key) {
                let pair = format!("{key}={}", encoded(&value));
                tls.extend(key.starts_with("ssl").then(|| pair.clone()));
                kept.push(pair);
            }
        }
        if schema.as_ref().is_some_and(|schema: &String| schema.contains('\0')) {
            return Err("schema holds a NUL".to_owned());
        }
        let url = if kept.is_empty() { place.to_owned() } else { format!("{place}?{}", kept.join("&")) };
        let options = PgConnectOptions::from_str(&url).map_err(|error| match error {
            sqlx::Error::Configuration(why) => why.to_string(),
            _ => "it is no URL".to_owned(),
        })?;
        let named = options.get_application_name().is_some();
        let options = if named { options } else { options.application_name("foldback") };
        // An address of version 6 stands in brackets in a URL and nowhere else.
        let host = options.get_host().trim_matches(['[', ']']).to_owned();
        // A pooler refuses who asks for digits when connecting; numbers come as they are stored anyhow.
        let options = options.host(&host).extra_float_digits(None);
        Ok(Address { options: Box::new(options.disable_statement_logging()), schema, store, tls })
    }

    /// How to connect.
    pub(super) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// The schema that was named; `None`: the first of the user's search path that has what is looked for.
    pub fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    /// Which of several stores in it is meant.
    pub fn store(&self) -> Option<&str> {
        self.store.as_deref()
    }

    /// What it is called: without the password and without what follows the `?`, safe to show.
    pub fn label(&self) -> String {
        let options = &self.options;
        let host = match options.get_socket() {
            Some(socket) => socket.to_string_lossy().replace('/', "%2F"),
            None if options.get_host().contains(':') && !options.get_host().starts_with('[') => {
                format!("[{}]", options.get_host())
            }
            None => options.get_host().to_owned(),
        };
        let database = options.get_database().unwrap_or(options.get_username());
        let label = format!("postgres://{}@{host}:{}/{database}", options.get_username(), options.get_port());
        safe_text(&label).into_owned()
    }

    /// The words that open it again, without the password: that comes from `PGPASSWORD` or `~/.pgpass`.
    pub fn words(&self) -> String {
        let schema = self.schema.as_ref().map(|schema| format!("schema={}", encoded(schema)));
        let store = self.store.as_ref().map(|store| format!("store={}", encoded(store)));
        let tls = self.tls.iter().map(|pair| safe_text(pair).into_owned());
        let query = [schema, store].into_iter().flatten().chain(tls).collect::<Vec<_>>().join("&");
        if query.is_empty() { self.label() } else { format!("{}?{query}", self.label()) }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({})", self.words())
    }
}

/// Two addresses are the same when they lead to the same place, whatever the password.
impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.words() == other.words()
    }
}

impl Eq for Address {}

/// Whether a URL says something by itself, in its place or behind its `?`.
fn is_said(place: &str, kept: &[String], key: &str) -> bool {
    let place = place.split_once("://").map_or(place, |(_, place)| place);
    let (server, database) = place.split_once('/').unwrap_or((place, ""));
    let (user, host) = server.rsplit_once('@').unwrap_or(("", server));
    let (host, port) = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).unwrap_or((host, ""));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let parts = [("host", host), ("port", port), ("dbname", database), ("user", user), ("password", password)];
    let named = |pair: &String| pair.split_once('=').is_some_and(|(said, _)| said == key);
    parts.iter().any(|(part, said)| *part == key && !said.is_empty()) || kept.iter().any(named)
}

/// What a text in a URL behind the `?` means.
pub fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (first, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).map_err(|_| "schema or store is no UTF-8 text".to_owned())
}

/// A text as a URL has it behind the `?`.
pub fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn a_url_is_repeated_without_its_secrets() {
        let address =
            Address::parse("postgresql://ann:s%40cret@db.example:5433/shop?schema=a%20b&sslmode=disable").unwrap();
        assert_eq!(address.label(), "postgres://ann@db.example:5433/shop");
        assert_eq!(address.words(), "postgres://ann@db.example:5433/shop?schema=a%20b&sslmode=disable");
        assert_eq!(address.schema(), Some("a b"));
        assert!(!format!("{address:?}").contains("cret"));
        let in_query = Address::parse("postgres://db.example/shop?user=ann&password=secret").unwrap();
        assert!(!format!("{in_query:?} {} {}", in_query.label(), in_query.words()).contains("secret"));
        assert_eq!(Address::parse(&address.words()).unwrap(), address);
    }

    #[test]
    fn what_a_url_says_itself_a_service_does_not_change() {
        let said = |url: &str| {
            let keys = ["host", "port", "dbname", "user", "password"];
            keys.into_iter().filter(|key| super::is_said(url, &["password=x".to_owned()], key)).collect::<Vec<_>>()
        };
        assert_eq!(said("postgres://"), ["password"]);
        assert_eq!(said("postgres:///shop"), ["dbname", "password"]);
        assert_eq!(said("postgres://ann@[::1]/shop"), ["host", "dbname", "user", "password"]);
        assert_eq!(said("postgres://db:5433"), ["host", "port", "password"]);
        assert_eq!(
            super::Address::parse("postgres://ann@[::1]/shop").unwrap().label(),
            "postgres://ann@[::1]:5432/shop"
        );
        let url = "postgres://ann@db/shop?sslmode=verify-full&sslrootcert=/etc/ca%20a.pem";
        assert_eq!(super::Address::parse(url).unwrap().words(), url.replace("db/", "db:5432/"));
    }

    #[test]
    fn what_is_wrong_is_said_without_secrets() {
        for (url, said) in [
            ("postgres://ann:secret@host:port/db", "invalid port number"),
            ("postgres://ann:secret@host/db?shcema=a", "a key after the ? is not known; known are schema, store"),
            ("postgres://ann:secret@host/db?schema=", "schema is empty"),
            ("postgres://ann:secret@host/db?sslmode=maybe", "unknown value"),
            ("postgres://ann:secret@host/db?service=no-such-one", "there is no service no-such-one in "),
        ] {
            let error = Address::parse(url).unwrap_err();
            assert!(error.contains(said) && !error.contains("secret"), "{url}: {error}");
        }
    }
}
