//! What the terminal UI is told when it starts, and what the user's configuration says about it.

use crate::app::keymap::Keymap;
use crate::app::place::Place;
use crate::ui::Theme;
use anyhow::{Context, anyhow};
use etcetera::BaseStrategy;
use foldback_domain::event::Position;
use std::path::{Path, PathBuf};

/// How to begin, and how it should look.
#[derive(Debug, Clone, Default)]
pub struct TuiOptions {
    /// Whether it is the sample data; the tour goes through it.
    pub demo: bool,
    /// Where to begin; the overview where nothing is said.
    pub start: Option<Place>,
    /// Where the clock stands at the beginning; now where nothing is said.
    pub as_of: Option<Position>,
    /// The theme: `dark`, `light`, `high-contrast` or `none`.
    pub theme: Option<String>,
    /// Whether signs must be ASCII; without it the locale decides.
    pub ascii: Option<bool>,
    /// Keys that the user binds differently: the `[keys]` tables, the later ones win.
    pub keys: Vec<toml::Table>,
}

impl TuiOptions {
    /// What the configuration says: `$XDG_CONFIG_HOME/foldback/config.toml`, and `./foldback.toml` over it. A file
    /// that is not there says nothing; one that is wrong is an error that names it.
    pub fn configured(mut self) -> anyhow::Result<TuiOptions> {
        let user = etcetera::choose_base_strategy().ok().map(|base| base.config_dir().join("foldback/config.toml"));
        for path in user.into_iter().chain([PathBuf::from("foldback.toml")]) {
            self.read(&path)?;
        }
        Ok(self)
    }

    fn read(&mut self, path: &Path) -> anyhow::Result<()> {
        let Ok(text) = std::fs::read_to_string(path) else { return Ok(()) };
        let at = || format!("{}", path.display());
        let table: toml::Table = text.parse().with_context(at)?;
        if let Some(theme) = table.get("theme").and_then(toml::Value::as_str) {
            self.theme = Some(theme.to_owned());
        }
        if let Some(ascii) = table.get("ascii").and_then(toml::Value::as_bool) {
            self.ascii = Some(ascii);
        }
        if let Some(keys) = table.get("keys") {
            let keys = keys.as_table().cloned().ok_or_else(|| anyhow!("keys: expected tables such as [keys.travel]"));
            let keys = keys.with_context(at)?;
            Keymap::default().bind(&keys).map_err(|why| anyhow!("{}: {why}", path.display()))?;
            self.keys.push(keys);
        }
        Ok(())
    }

    /// The theme. NO_COLOR wins over everything.
    pub(super) fn theme(&self) -> anyhow::Result<Theme> {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
        let name = if no_color || dumb { "none" } else { self.theme.as_deref().unwrap_or("dark") };
        Theme::named(name, self.ascii.unwrap_or_else(|| !locale_is_utf8())).map_err(|why| anyhow!(why))
    }

    /// The keys.
    pub(super) fn keymap(&self) -> anyhow::Result<Keymap> {
        let mut keymap = Keymap::default();
        for keys in &self.keys {
            keymap.bind(keys).map_err(|why| anyhow!(why))?;
        }
        Ok(keymap)
    }
}

/// The first of these that says anything decides; when none does, a terminal of today knows UTF-8.
fn locale_is_utf8() -> bool {
    let said =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    said.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_file_wins_and_mistakes_name_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let mut options = TuiOptions::default();
        options.read(&file("a.toml", "theme = \"light\"\n[keys.travel]\nblame = \"f9\"")).unwrap();
        options.read(&file("b.toml", "theme = \"none\"\nascii = true")).unwrap();
        options.read(&folder.path().join("missing.toml")).unwrap();
        assert_eq!((options.theme.as_deref(), options.ascii), (Some("none"), Some(true)));
        assert_eq!(options.keymap().unwrap().keys(crate::app::Action::Blame), ["f9".parse().unwrap()]);
        let wrong = options.read(&file("c.toml", "[keys.travel]\nfly = \"f\"")).unwrap_err();
        assert!(wrong.to_string().contains("c.toml") && wrong.to_string().contains("travel.fly"));
    }
}
