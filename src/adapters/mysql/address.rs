//! Where a database is: a URL, read once and repeated without its password.

use crate::store::postgres::{decoded, encoded};
use foldback_domain::event::safe_text;
use sqlx::ConnectOptions;
use sqlx::mysql::MySqlConnectOptions;
use std::fmt;
use std::str::FromStr;

/// What may follow the `?` of a URL.
const KEYS: [&str; 10] =
    ["store", "ssl-mode", "sslmode", "ssl-ca", "sslca", "ssl-cert", "sslcert", "ssl-key", "sslkey", "socket"];

/// Where a MySQL or MariaDB database is.
#[derive(Clone)]
pub struct Address {
    // Boxed, because it is large and stands in an enum beside small things.
    options: Box<MySqlConnectOptions>,
    /// What is said after the `?`: paths and modes, never secrets.
    query: String,
    store: Option<String>,
}

impl Address {
    /// Reads `mysql://user:password@host:port/database`, or the same with `mariadb`. A password that is left out comes
    /// from `MYSQL_PWD`; without a database all that the user may see are looked at. The error is a sentence without
    /// secrets.
    pub fn parse(url: &str) -> Result<Address, String> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let place = place.split_once("://").map_or(place, |(_, place)| place);
        let (mut kept, mut store) = (Vec::new(), None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !KEYS.contains(&key) {
                // It is not repeated: a password with a ? in it would end up here.
                return Err(format!("a key after the ? is not known; known are {}", KEYS.join(", ")));
            }
            kept.push(match key {
                "store" if value.is_empty() => return Err("store is empty".to_owned()),
                "store" => {
                    store = Some(decoded(value)?);
                    continue;
                }
                // `verify-ca` is what other programs call `verify_ca`.
                "ssl-mode" | "sslmode" => format!("{key}={}", value.replace('-', "_")),
                _ => pair.to_owned(),
            });
        }
        let query = kept.join("&");
        let url = if query.is_empty() { format!("mysql://{place}") } else { format!("mysql://{place}?{query}") };
        let options = MySqlConnectOptions::from_str(&url).map_err(|error| match error {
            sqlx::Error::Configuration(why) => why.to_string(),
            _ => "it is no URL".to_owned(),
        })?;
        // What the part before the @ holds beside the name is the password.
        let named = place.rsplit_once('@').map(|(user, _)| user);
        let options = match std::env::var("MYSQL_PWD") {
            Ok(password) if !named.is_some_and(|user| user.contains(':')) => options.password(&password),
            _ => options,
        };
        // An address of version 6 stands in brackets in a URL and nowhere else.
        let host = options.get_host().trim_matches(['[', ']']).to_owned();
        let options = options.host(&host);
        Ok(Address { options: Box::new(options.disable_statement_logging()), query, store })
    }

    /// How to connect.
    pub(super) fn options(&self) -> &MySqlConnectOptions {
        &self.options
    }

    /// The database that was named.
    pub fn database(&self) -> Option<&str> {
        self.options.get_database()
    }

    /// Which of several stores in it is meant.
    pub fn store(&self) -> Option<&str> {
        self.store.as_deref()
    }

    /// What it is called: without the password and without what follows the `?`, safe to show.
    pub fn label(&self) -> String {
        let options = &self.options;
        let host = options.get_host();
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        let place = format!("{}@{host}:{}", options.get_username(), options.get_port());
        safe_text(&format!("mysql://{place}/{}", self.database().unwrap_or_default())).into_owned()
    }

    /// The words that open it again, without the password: that comes from `MYSQL_PWD`.
    pub fn words(&self) -> String {
        let store = self.store.as_ref().map(|store| format!("store={}", encoded(store)));
        let query = Some(safe_text(&self.query).into_owned()).filter(|query| !query.is_empty());
        let query = [store, query].into_iter().flatten().collect::<Vec<_>>().join("&");
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

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn a_url_is_repeated_without_its_secrets() {
        let address = Address::parse("mariadb://ann:s%40cret@db.example:3307/shop?ssl-mode=verify-ca").unwrap();
        assert_eq!(address.label(), "mysql://ann@db.example:3307/shop");
        assert_eq!(address.words(), "mysql://ann@db.example:3307/shop?ssl-mode=verify_ca");
        assert_eq!(address.database(), Some("shop"));
        assert!(!format!("{address:?}").contains("cret"));
        assert_eq!(Address::parse(&address.words()).unwrap(), address);
        assert_eq!(Address::parse("mysql://localhost").unwrap().label(), "mysql://root@localhost:3306/");
        let several = Address::parse("mysql://ann@[::1]/shop?store=events").unwrap();
        assert_eq!((several.store(), several.label().as_str()), (Some("events"), "mysql://ann@[::1]:3306/shop"));
    }

    #[test]
    fn what_is_wrong_is_said_without_secrets() {
        for (url, said) in [
            ("mysql://ann:secret@host:port/db", "invalid port number"),
            ("mysql://ann:secret@host/db?pass=x", "a key after the ? is not known; known are store, ssl-mode"),
            ("mysql://ann:secret@host/db?ssl-mode=maybe", "unknown value"),
        ] {
            let error = Address::parse(url).unwrap_err();
            assert!(error.contains(said) && !error.contains("secret"), "{url}: {error}");
        }
    }
}
