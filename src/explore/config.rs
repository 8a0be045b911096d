//! The configuration: `$XDG_CONFIG_HOME/foldback/config.toml`, and `./foldback.toml` over it.

use etcetera::BaseStrategy;
use foldback_domain::event::safe_text;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the configuration says, both files together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// The user's own reducers: files and folders, as absolute as the files that name them.
    pub reducers: Vec<PathBuf>,
    /// Sources by name: what `@name` stands for.
    pub profiles: BTreeMap<String, Profile>,
    /// Whether folds of long streams are kept in the user's cache folder; `None` where nothing is said.
    pub cache: Option<bool>,
}

/// A source that has a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The source, as on the command line.
    pub source: String,
    /// The layout that overrides detection.
    pub layout: Option<String>,
    /// Reducers for this source, beside those for all.
    #[serde(default)]
    pub reducers: Vec<PathBuf>,
}

/// One file. The terminal UI reads what is its own: theme, signs and keys.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    reducers: Vec<PathBuf>,
    #[serde(default)]
    profiles: BTreeMap<String, Profile>,
    cache: Option<bool>,
    #[serde(rename = "theme")]
    _theme: Option<toml::Value>,
    #[serde(rename = "ascii")]
    _ascii: Option<toml::Value>,
    #[serde(rename = "keys")]
    _keys: Option<toml::Value>,
}

impl Config {
    /// What the user's files say. One that is not there says nothing; one that is wrong is an error that names file
    /// and line.
    pub fn read() -> Result<Config, String> {
        let user = etcetera::choose_base_strategy().ok().map(|base| base.config_dir().join("foldback/config.toml"));
        let mut config = Config::default();
        for path in user.into_iter().chain([PathBuf::from("foldback.toml")]) {
            if let Ok(text) = std::fs::read_to_string(&path) {
                config.add(&path, &text)?;
            }
        }
        Ok(config)
    }

    /// Adds what a file says; what it says of a profile goes before what was said.
    pub fn add(&mut self, path: &Path, text: &str) -> Result<(), String> {
        // The parser's own report repeats the line, and a source may hold a password.
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let shown = path.to_string_lossy();
            format!("{}:{line}: {}", safe_text(&shown), safe_text(error.message()))
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        self.reducers.extend(file.reducers.iter().map(|path| folder.join(path)));
        self.cache = file.cache.or(self.cache);
        for (name, mut profile) in file.profiles {
            profile.reducers.iter_mut().for_each(|path| *path = folder.join(&*path));
            self.profiles.insert(name, profile);
        }
        Ok(())
    }

    /// The profile of a name; a sentence says which there are instead.
    pub fn profile(&self, name: &str) -> Result<&Profile, String> {
        self.profiles.get(name).ok_or_else(|| {
            let known: Vec<String> = self.profiles.keys().map(|name| format!("@{}", safe_text(name))).collect();
            let there = if known.is_empty() { "there are none yet".to_owned() } else { known.join(", ") };
            format!(
                "@{}: no configuration has this profile; {there}; one is [profiles.{0}] with source = \"…\" in foldback.toml",
                safe_text(name)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_file_goes_before_the_earlier_one() {
        let mut config = Config::default();
        config
            .add(
                Path::new("/home/kim/config.toml"),
                "theme = \"dark\"\nreducers = [\"all\"]\n[profiles.shop]\nsource = \"a.db\"\n[keys.travel]\nblame = \"B\"",
            )
            .unwrap();
        config.add(Path::new("foldback.toml"), "[profiles.shop]\nsource = \"b.db\"\nreducers = [\"shop.js\"]").unwrap();
        assert_eq!(config.reducers, [Path::new("/home/kim/all")]);
        let shop = config.profile("shop").unwrap();
        assert_eq!((shop.source.as_str(), shop.reducers.as_slice()), ("b.db", [PathBuf::from("shop.js")].as_slice()));
        assert!(config.profile("shp").unwrap_err().contains("@shop"));
    }

    #[test]
    fn mistakes_name_file_and_line_and_repeat_no_secrets() {
        for (text, line) in [
            ("\nreducer = []", 2),
            ("[profiles.a]\nsource = \"postgres://u:secret@h/d\"\nsorce = 1", 3),
            ("reducers = [", 1),
        ] {
            let said = Config::default().add(Path::new("foldback.toml"), text).unwrap_err();
            assert!(said.starts_with(&format!("foldback.toml:{line}: ")), "{said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }
}
