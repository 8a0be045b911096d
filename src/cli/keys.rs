//! `keys`: the keys of the terminal UI, from its own table of actions.

use super::failure::Failure;
use super::output::{Align, Output, Table};
use crate::app::action::TABLE;
use crate::app::keymap::Keymap;
use serde_json::Value;
use serde_json::json;

/// Prints the keys, as foldback comes with them.
pub fn run(out: &mut Output) -> Result<u8, Failure> {
    let keymap = Keymap::default();
    let rows = TABLE.iter().map(|entry| {
        let keys: Vec<String> = keymap.keys(entry.action).iter().map(ToString::to_string).collect();
        (entry, keys)
    });
    if out.is_json() {
        let mut list = out.list("foldback.keys/1", "keys");
        for (entry, keys) in rows {
            list.item(&json!({
                "action": entry.name, "scope": entry.scope.name(), "keys": keys, "sentence": entry.sentence,
            }))?;
        }
        list.end(&Value::Null)?;
    } else {
        let mut table = Table::new(&[("ACTION", Align::Left), ("KEYS", Align::Left), ("WHAT", Align::Left)]);
        for (entry, keys) in rows {
            table.row(vec![entry.name.to_owned(), keys.join(" "), entry.sentence.to_owned()]);
        }
        out.table(&table)?;
    }
    Ok(0)
}
