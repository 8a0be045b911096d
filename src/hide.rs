//! Passwords that were typed into a URL do not stay in the list of processes: the program begins anew without them, and finds
//! them where only its own user may look.

use crate::store::postgres::decoded;
use std::collections::BTreeMap;
use std::ffi::OsString;

/// Where each kind of database's own programs look for a password.
const VARIABLES: [(&str, &str); 4] = [
    ("postgres://", "PGPASSWORD"),
    ("postgresql://", "PGPASSWORD"),
    ("mysql://", "MYSQL_PWD"),
    ("mariadb://", "MYSQL_PWD"),
];

/// A URL without its password, and that.
struct Split {
    variable: &'static str,
    plain: String,
    password: Option<String>,
}

/// A word as a database's URL; `None` where it is none. A password stands before the host or among what follows `?`.
fn split(word: &str) -> Option<Split> {
    let (scheme, variable) = VARIABLES.iter().find(|(scheme, _)| word.starts_with(scheme))?;
    let rest = &word[scheme.len()..];
    let (front, query) = rest.split_once('?').map_or((rest, None), |(front, query)| (front, Some(query)));
    let end = front.find('/').unwrap_or(front.len());
    let mut password = None;
    let mut plain = (*scheme).to_owned();
    match front[..end].rsplit_once('@').and_then(|(user, host)| Some((user.split_once(':')?, host))) {
        Some(((user, said), host)) => {
            password = Some(said);
            plain += &format!("{user}@{host}{}", &front[end..]);
        }
        None => plain += front,
    }
    let mut kept = Vec::new();
    for pair in query.into_iter().flat_map(|query| query.split('&')) {
        match pair.strip_prefix("password=") {
            // The one that stands last counts.
            Some(said) => password = Some(said),
            None => kept.push(pair),
        }
    }
    if !kept.is_empty() {
        plain += &format!("?{}", kept.join("&"));
    }
    let password = match password {
        Some(said) => Some(decoded(said).ok().filter(|password| !password.contains('\0'))?),
        None => None,
    };
    Some(Split { variable, plain, password })
}

/// The words without the passwords of URLs among them, and where those belong; `None` where there are none. One place holds
/// one password: where two URLs of a kind do not share it, their words stay as they were typed.
fn without_passwords(words: &[OsString]) -> Option<(Vec<OsString>, BTreeMap<&'static str, String>)> {
    let splits: Vec<Option<Split>> = words.iter().map(|word| split(word.to_str()?)).collect();
    let mut found: BTreeMap<&'static str, String> = BTreeMap::new();
    for (_, variable) in VARIABLES {
        let mut of = splits.iter().flatten().filter(|split| split.variable == variable);
        if let Some(first) = of.next().and_then(|split| split.password.clone())
            && of.all(|split| split.password.as_ref() == Some(&first))
        {
            found.insert(variable, first);
        }
    }
    let plain = words.iter().zip(&splits).map(|(word, split)| match split {
        Some(split) if found.contains_key(split.variable) => OsString::from(&split.plain),
        _ => word.clone(),
    });
    let plain = plain.collect();
    (!found.is_empty()).then_some((plain, found))
}

/// Begins the program anew where a password stands in its words; returns where none does, or where that fails.
pub fn hide_passwords() {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let mut words = std::env::args_os();
        let name = words.next().unwrap_or_else(|| "foldback".into());
        let words: Vec<OsString> = words.collect();
        if let Some((words, passwords)) = without_passwords(&words)
            && let Ok(program) = std::env::current_exe()
        {
            // It only comes back where it failed: then the words stay as they were typed.
            let _ = std::process::Command::new(program).arg0(name).args(words).envs(passwords).exec();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_passwords;
    use std::ffi::OsString;

    fn words(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    /// What is left of the words, and each place with its password.
    fn hidden(from: &[&str]) -> Option<(Vec<OsString>, String)> {
        let (plain, found) = without_passwords(&words(from))?;
        let found = found.into_iter().map(|(variable, password)| format!("{variable}={password}"));
        Some((plain, found.collect::<Vec<_>>().join(" ")))
    }

    #[test]
    fn a_password_is_taken_out_of_a_url_and_nothing_else_is() {
        for (from, plain, found) in [
            (
                &["log", "postgres://ann:s%2Fe@db:5/shop?schema=a", "--type", "a:b@c"][..],
                &["log", "postgres://ann@db:5/shop?schema=a", "--type", "a:b@c"][..],
                "PGPASSWORD=s/e",
            ),
            (&["mysql://ann:x@db"], &["mysql://ann@db"], "MYSQL_PWD=x"),
            (
                &["postgres:///shop?user=ann&password=s%20e&schema=a"],
                &["postgres:///shop?user=ann&schema=a"],
                "PGPASSWORD=s e",
            ),
            (&["postgres://ann@db/shop?password=x"], &["postgres://ann@db/shop"], "PGPASSWORD=x"),
            (
                &["postgres://a:x@one/d", "postgresql://b:x@two/d"],
                &["postgres://a@one/d", "postgresql://b@two/d"],
                "PGPASSWORD=x",
            ),
            (
                &["postgres://a:x@one/d", "mysql://b:y@two/d"],
                &["postgres://a@one/d", "mysql://b@two/d"],
                "MYSQL_PWD=y PGPASSWORD=x",
            ),
        ] {
            assert_eq!(hidden(from), Some((words(plain), found.to_owned())), "{from:?}");
        }
        for word in ["postgres://ann@db/shop", "postgres:///shop?application_name=a:b@c", "a:b@c", "shop.db"] {
            assert_eq!(hidden(&[word]), None, "{word}");
        }
    }

    #[test]
    fn what_two_urls_do_not_share_is_left_to_each() {
        assert_eq!(hidden(&["postgres://a:x@one/d", "postgres://b:y@two/d"]), None);
        assert_eq!(hidden(&["postgres://a:x@one/d", "postgres://b@two/d"]), None);
    }
}
