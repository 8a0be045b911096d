//! Passwords that were typed into a URL do not stay in the list of processes: the program begins anew without them, and finds
//! them where only its own user may look.

use crate::store::postgres::decoded;
use std::ffi::OsString;

/// Where each kind of database's own programs look for a password.
const VARIABLES: [(&str, &str); 4] = [
    ("postgres://", "PGPASSWORD"),
    ("postgresql://", "PGPASSWORD"),
    ("mysql://", "MYSQL_PWD"),
    ("mariadb://", "MYSQL_PWD"),
];

/// The words without the password of a URL among them, and where it belongs; `None` where there is none.
fn without_password(words: &[OsString]) -> Option<(Vec<OsString>, &'static str, String)> {
    let mut found = None;
    let mut plain = Vec::with_capacity(words.len());
    for word in words {
        let split = word.to_str().and_then(|word| {
            let (scheme, variable) = VARIABLES.iter().find(|(scheme, _)| word.starts_with(scheme))?;
            let rest = &word[scheme.len()..];
            let end = rest.find(['/', '?']).unwrap_or(rest.len());
            let (user, host) = rest[..end].rsplit_once('@')?;
            let (user, password) = user.split_once(':')?;
            let password = decoded(password).ok().filter(|password| !password.contains('\0'))?;
            Some((format!("{scheme}{user}@{host}{}", &rest[end..]), *variable, password))
        });
        match split {
            Some((word, variable, password)) => {
                plain.push(OsString::from(word));
                found = Some((variable, password));
            }
            None => plain.push(word.clone()),
        }
    }
    found.map(|(variable, password)| (plain, variable, password))
}

/// Begins the program anew where a password stands in its words; returns where none does, or where that fails.
pub fn hide_passwords() {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let mut words = std::env::args_os();
        let name = words.next().unwrap_or_else(|| "foldback".into());
        let words: Vec<OsString> = words.collect();
        if let Some((words, variable, password)) = without_password(&words)
            && let Ok(program) = std::env::current_exe()
        {
            // It only comes back where it failed: then the words stay as they were typed.
            let _ = std::process::Command::new(program).arg0(name).args(words).env(variable, password).exec();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;
    use std::ffi::OsString;

    #[test]
    fn a_password_is_taken_out_of_a_url_and_nothing_else_is() {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let found = without_password(&words(&["log", "postgres://ann:s%2Fe@db:5/shop?schema=a", "--type", "a:b@c"]));
        let plain = words(&["log", "postgres://ann@db:5/shop?schema=a", "--type", "a:b@c"]);
        assert_eq!(found, Some((plain, "PGPASSWORD", "s/e".to_owned())));
        let found = without_password(&words(&["mysql://ann:x@db"]));
        assert_eq!(found, Some((words(&["mysql://ann@db"]), "MYSQL_PWD", "x".to_owned())));
        for word in ["postgres://ann@db/shop", "postgres:///shop?application_name=a:b@c", "a:b@c", "shop.db"] {
            assert_eq!(without_password(&words(&[word])), None, "{word}");
        }
    }
}
