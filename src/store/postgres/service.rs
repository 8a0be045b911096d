//! Services: what `pg_service.conf` says of a database, under a name. sqlx does not know them, PostgreSQL's own programs do.

use std::env::{home_dir, var_os};
use std::path::PathBuf;

/// What a service may say here; whatever else stands there is for other programs.
const KEYS: [&str; 10] =
    ["host", "port", "dbname", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey", "application_name"];

/// What the files say of a service. The error is a sentence that names where was looked.
pub fn read(name: &str) -> Result<Vec<(String, String)>, String> {
    let files = files();
    for file in &files {
        if let Some(found) = std::fs::read_to_string(file).ok().and_then(|text| section(&text, name)) {
            return Ok(found);
        }
    }
    let places = files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(" nor ");
    Err(format!("there is no service {name} in {places}"))
}

/// The user's own file, then the system's.
fn files() -> Vec<PathBuf> {
    let own = var_os("PGSERVICEFILE").map(PathBuf::from).or_else(|| Some(home_dir()?.join(".pg_service.conf")));
    let system = var_os("PGSYSCONFDIR").map_or_else(|| PathBuf::from("/etc/postgresql-common"), PathBuf::from);
    own.into_iter().chain([system.join("pg_service.conf")]).collect()
}

/// The lines under `[name]`; `None` where there is no such section.
fn section(text: &str, name: &str) -> Option<Vec<(String, String)>> {
    let mut lines = text.lines().map(str::trim).skip_while(|line| *line != format!("[{name}]"));
    lines.next()?;
    let inside = lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.starts_with('#'));
    let pairs = inside.filter_map(|line| line.split_once('='));
    // A host's address is a host like any other.
    let pairs = pairs.map(|(key, value)| (key.trim().replace("hostaddr", "host"), value.trim().to_owned()));
    Some(pairs.filter(|(key, value)| KEYS.contains(&key.as_str()) && !value.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::section;

    #[test]
    fn a_section_ends_where_the_next_begins() {
        let text =
            "# mine\n[a]\nhost=x\n\n[shop]\n host = db.example \n#port=1\nport=5433\nfoo=bar\nuser=\n[b]\nport=7\n";
        let found = section(text, "shop").unwrap();
        assert_eq!(found, [("host".into(), "db.example".into()), ("port".into(), "5433".into())]);
        assert_eq!(section(text, "none"), None);
        assert_eq!(section(text, "b").unwrap().len(), 1);
    }
}
