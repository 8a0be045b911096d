//! The demo is the same on every machine, and its file is named for what is in it.

use foldback::explore::demo::{FORM, make};
use std::path::Path;
use tokio::runtime::Builder;

/// Everything in a store, in order, as one number.
fn form(path: &Path) -> String {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut names = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for name in names {
        let mut rows = connection.prepare(&format!("SELECT * FROM \"{name}\" ORDER BY 1, 2")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                let value: rusqlite::types::Value = row.get(column).unwrap();
                for byte in format!("{name} {value:?}").bytes() {
                    hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
                }
            }
        }
    }
    format!("{hash:016x}")
}

#[test]
fn the_demo_is_the_same_every_time_and_its_name_says_which_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let forms = ["a.db", "b.db"].map(|name| folder.path().join(name));
    // However many threads there are to work on it.
    for (path, mut threads) in forms.iter().zip([Builder::new_current_thread(), Builder::new_multi_thread()]) {
        threads.enable_all().build().unwrap().block_on(make(path)).unwrap();
    }
    assert_eq!(form(&forms[0]), form(&forms[1]));
    assert_eq!(form(&forms[0]), FORM, "the demo has changed: the first of these is what FORM is to be");
}
