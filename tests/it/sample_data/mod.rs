//! The sample data: made by running the domain with a fixed seed, and checked against what its stories say.
//!
//! `UPDATE_SAMPLE=1 cargo test --test it sample_data` writes the file anew.

mod accounts;
mod catalogue;
mod demo;
mod facts;
mod form;
mod log;
mod morning;
mod orders;
mod random;
mod stock;
mod stories;
mod time;
mod users;
mod world;

use std::path::PathBuf;
use world::World;

const SEED: u64 = 20_260_105;
const ORDERS: usize = 110;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name)
}

/// The readme: what it says of the file, and what it says of the morning that the demo plays on top of it.
fn readme() -> (String, String) {
    let text = std::fs::read_to_string(path("README.md")).expect("sample-data/README.md is there");
    let (before, rest) = text.split_once("\n## 10. ").expect("the tenth story is the morning's");
    let (morning, after) = rest.split_once("\n## ").expect("something stands behind the tenth story");
    (format!("{before}\n## {after}"), morning.to_owned())
}

fn generate() -> String {
    let mut world = World::new(SEED);
    users::import(&mut world);
    stock::open(&mut world);
    stories::old_schemas::import(&mut world);
    users::plan(&mut world);
    stock::plan(&mut world);
    accounts::plan(&mut world);
    stories::plan(&mut world);
    let moments = time::moments(&mut world.random, ORDERS, time::start() + 4 * time::MINUTE, time::end());
    for (number, at) in (1001..).zip(moments) {
        world.at(at, move |world| stories::begin_order(world, number));
    }
    world.run(time::end());
    world.lines.join("\n") + "\n"
}

#[test]
fn the_file_is_what_the_generator_makes() {
    let made = generate();
    let path = path("webshop.jsonl");
    if std::env::var_os("UPDATE_SAMPLE").is_some() {
        std::fs::write(&path, &made).expect("sample-data/ can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    for (number, (found, made)) in found.lines().zip(made.lines()).enumerate() {
        assert_eq!(found, made, "line {} differs; UPDATE_SAMPLE=1 writes the file anew", number + 1);
    }
    assert!(found == made, "the file has another length; UPDATE_SAMPLE=1 writes it anew");
}
