//! Which key does what: `assets/keymap.toml`, and what the user's configuration says differently.

use super::action::{Action, Scope, TABLE};
use super::input::Key;
use std::collections::BTreeMap;

/// The keys that foldback comes with.
pub const BUILT_IN: &str = include_str!("../../assets/keymap.toml");

/// The keys of every action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    keys: BTreeMap<Action, Vec<Key>>,
}

impl Default for Keymap {
    /// The built-in keys.
    fn default() -> Self {
        let table = BUILT_IN.parse().expect("assets/keymap.toml is TOML: a test reads it");
        let mut keymap = Keymap { keys: BTreeMap::new() };
        keymap.bind(&table).expect("assets/keymap.toml names actions and keys: a test reads it");
        keymap
    }
}

impl Keymap {
    /// Binds actions as a table of tables says: `[travel] blame = "b"` or `blame = ["b", "ctrl-b"]`; an empty list
    /// unbinds. What it does not name keeps its keys. Nothing is changed when anything is wrong with it.
    pub fn bind(&mut self, table: &toml::Table) -> Result<(), String> {
        let mut changed = self.clone();
        for (scope, actions) in table {
            let toml::Value::Table(actions) = actions else {
                return Err(format!("[keys] {scope}: expected a table of actions, such as [keys.travel]"));
            };
            for (name, keys) in actions {
                let name = format!("{scope}.{name}");
                let action = Action::named(&name)
                    .ok_or_else(|| format!("[keys] {name}: there is no such action; `foldback keys` lists them"))?;
                changed.keys.insert(action, read_keys(&name, keys)?);
            }
        }
        if let Some(conflict) = changed.conflicts().into_iter().next() {
            return Err(conflict);
        }
        *self = changed;
        Ok(())
    }

    /// The keys of an action, the first one first.
    pub fn keys(&self, action: Action) -> &[Key] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }

    /// What a key does where these scopes are at work, the innermost first.
    pub fn action(&self, key: Key, scopes: &[Scope]) -> Option<Action> {
        scopes.iter().find_map(|scope| {
            let mut bound = TABLE.iter().filter(|entry| entry.scope == *scope);
            bound.find(|entry| self.keys(entry.action).contains(&key)).map(|entry| entry.action)
        })
    }

    /// Keys that would do two things at once, each as a sentence.
    pub fn conflicts(&self) -> Vec<String> {
        let mut found = Vec::new();
        for scopes in Scope::STACKS {
            let mut seen: BTreeMap<Key, Action> = BTreeMap::new();
            for entry in TABLE.iter().filter(|entry| scopes.contains(&entry.scope)) {
                for key in self.keys(entry.action) {
                    if let Some(other) = seen.insert(*key, entry.action) {
                        let sentence = format!("[keys] {key} is bound to both {} and {}", other.name(), entry.name);
                        if !found.contains(&sentence) {
                            found.push(sentence);
                        }
                    }
                }
            }
        }
        found
    }
}

fn read_keys(name: &str, keys: &toml::Value) -> Result<Vec<Key>, String> {
    let texts: Vec<&str> = match keys {
        toml::Value::String(text) => vec![text.as_str()],
        toml::Value::Array(items) => items.iter().filter_map(toml::Value::as_str).collect(),
        _ => return Err(format!("[keys] {name}: expected a key such as \"ctrl-p\", or a list of keys")),
    };
    texts
        .into_iter()
        .map(|text| {
            text.parse().map_err(|()| {
                format!("[keys] {name}: {text:?} is no key; keys are written like \"b\", \"ctrl-p\" or \"shift-tab\"")
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_action_is_bound_and_no_key_does_two_things() {
        let keymap = Keymap::default();
        for entry in TABLE {
            assert!(!keymap.keys(entry.action).is_empty(), "{} has no key", entry.name);
        }
        assert_eq!(keymap.conflicts(), Vec::<String>::new());
    }

    #[test]
    fn names_are_used_once_and_begin_with_their_scope() {
        let mut names = BTreeSet::new();
        for entry in TABLE {
            assert!(names.insert(entry.name), "{} is there twice", entry.name);
            assert!(entry.name.starts_with(&format!("{}.", entry.scope.name())), "{}", entry.name);
        }
    }

    #[test]
    fn what_the_user_binds_wins_and_mistakes_are_sentences() {
        let mut keymap = Keymap::default();
        keymap.bind(&"[travel]\nblame = [\"ctrl-b\"]".parse().unwrap()).unwrap();
        assert_eq!(keymap.action("ctrl-b".parse().unwrap(), &[Scope::Travel]), Some(Action::Blame));
        assert_eq!(keymap.action("b".parse().unwrap(), &[Scope::Travel]), None);
        for (text, expected) in [
            ("[travel]\nfly = \"f\"", "[keys] travel.fly: there is no such action; `foldback keys` lists them"),
            ("travel = \"f\"", "[keys] travel: expected a table of actions, such as [keys.travel]"),
            ("[travel]\nblame = \"p\"", "[keys] p is bound to both travel.blame and travel.pin"),
        ] {
            assert_eq!(keymap.bind(&text.parse().unwrap()).unwrap_err(), expected);
        }
        assert!(keymap.bind(&"[travel]\nblame = \"hyper-b\"".parse().unwrap()).unwrap_err().contains("is no key"));
    }
}
