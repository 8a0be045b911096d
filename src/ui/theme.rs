//! Themes: what each meaning looks like. They are data, in `assets/themes/`; one meaning has one colour.

use crate::app::document::Tone;
use ratatui::style::{Color, Modifier, Style};

/// The themes that foldback comes with.
pub const BUILT_IN: [(&str, &str); 4] = [
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.toml")),
    ("none", include_str!("../../assets/themes/none.toml")),
];

/// What each meaning looks like, and whether signs must be ASCII.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Theme {
    /// Nothing in particular.
    pub plain: Style,
    /// A heading.
    pub title: Style,
    /// Secondary, past, or not applicable.
    pub dim: Style,
    /// Where I am.
    pub accent: Style,
    /// Healthy, or added.
    pub good: Style,
    /// Failed, or removed.
    pub bad: Style,
    /// Changed, behind, or a warning.
    pub warn: Style,
    /// Not now, not real: as-of and branches, and a pinned version.
    pub branch: Style,
    /// The line above and the cursor at the foot while the clock stands in the past.
    pub past: Style,
    /// The selected row of the pane where keys go.
    pub selection: Style,
    /// The selected row of another pane.
    pub selection_elsewhere: Style,
    /// A key of a JSON object.
    pub key: Style,
    /// A JSON text.
    pub text: Style,
    /// A JSON number.
    pub number: Style,
    /// `true`, `false`, `null`.
    pub word: Style,
    /// Rules between panes.
    pub rule: Style,
    /// The bars of the clock.
    pub bar: Style,
    /// Whether signs must be ASCII.
    pub ascii: bool,
}

impl Theme {
    /// A built-in theme; a sentence with the names where there is none of that name.
    pub fn named(name: &str, ascii: bool) -> Result<Theme, String> {
        let known: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
        let (_, text) = BUILT_IN
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| format!("there is no theme {name:?}; there are {}", known.join(", ")))?;
        Ok(Theme { ascii, ..Theme::read(text)? })
    }

    /// Reads a theme: a table for each meaning, with `fg`, `bg`, and `bold`, `dim`, `reverse`, `underline`, `italic`.
    pub fn read(text: &str) -> Result<Theme, String> {
        let table: toml::Table = text.parse().map_err(|error| format!("the theme is not TOML: {error}"))?;
        let mut theme = Theme::default();
        for (name, value) in &table {
            let slot = match name.as_str() {
                "plain" => &mut theme.plain,
                "title" => &mut theme.title,
                "dim" => &mut theme.dim,
                "accent" => &mut theme.accent,
                "good" => &mut theme.good,
                "bad" => &mut theme.bad,
                "warn" => &mut theme.warn,
                "branch" => &mut theme.branch,
                "past" => &mut theme.past,
                "selection" => &mut theme.selection,
                "selection-elsewhere" => &mut theme.selection_elsewhere,
                "key" => &mut theme.key,
                "text" => &mut theme.text,
                "number" => &mut theme.number,
                "word" => &mut theme.word,
                "rule" => &mut theme.rule,
                "bar" => &mut theme.bar,
                other => return Err(format!("the theme knows no meaning {other:?}")),
            };
            *slot = style(name, value)?;
        }
        Ok(theme)
    }

    /// What a meaning looks like.
    pub fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Plain => self.plain,
            Tone::Title => self.title,
            Tone::Dim => self.dim,
            Tone::Accent => self.accent,
            Tone::Key => self.key,
            Tone::Text => self.text,
            Tone::Number => self.number,
            Tone::Word => self.word,
            Tone::Good => self.good,
            Tone::Bad => self.bad,
            Tone::Warn => self.warn,
            Tone::Branch => self.branch,
        }
    }
}

fn style(name: &str, value: &toml::Value) -> Result<Style, String> {
    let toml::Value::Table(table) = value else {
        return Err(format!("{name}: expected a table such as {{ fg = \"cyan\", bold = true }}"));
    };
    let mut style = Style::default();
    for (key, value) in table {
        let color = || -> Result<Color, String> {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text.parse().map_err(|_| format!("{name}.{key}: {text:?} is no colour"))
        };
        let modifier = match key.as_str() {
            "fg" => {
                style = style.fg(color()?);
                continue;
            }
            "bg" => {
                style = style.bg(color()?);
                continue;
            }
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "reverse" => Modifier::REVERSED,
            "underline" => Modifier::UNDERLINED,
            "italic" => Modifier::ITALIC,
            other => return Err(format!("{name}: {other:?} is none of fg, bg, bold, dim, reverse, underline, italic")),
        };
        style = if value.as_bool() == Some(true) { style.add_modifier(modifier) } else { style };
    }
    Ok(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_gives_every_meaning_that_colour_must_tell_apart() {
        for (name, _) in BUILT_IN {
            let theme = Theme::named(name, false).unwrap();
            assert_ne!(theme.selection, theme.plain, "{name}");
            assert!(![theme.plain, theme.title, theme.selection].contains(&theme.past), "{name}");
            if name != "none" {
                let meanings = [theme.accent, theme.dim, theme.good, theme.bad, theme.warn, theme.branch];
                for (index, one) in meanings.iter().enumerate() {
                    assert!(!meanings[..index].contains(one), "{name}: two meanings look the same");
                }
            }
        }
        assert!(Theme::named("pink", false).unwrap_err().contains("dark, light"));
        assert!(Theme::read("[accent]\nfg = \"no colour\"").is_err());
    }
}
