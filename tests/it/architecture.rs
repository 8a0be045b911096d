//! The house in the shape that `src/lib.rs` draws: floors, headers, and what stands at the top level.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|is| is == "rs") {
            found.push(path);
        }
    }
}

fn all_sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    sources(&root().join("src"), &mut found);
    found.sort();
    found
}

/// What each floor may import of the house, and which outside crates only some floors may touch.
const FLOORS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("replay", &["replay"]),
    ("analysis", &["replay", "analysis"]),
    ("store", &["store"]),
    ("adapters", &["store", "adapters"]),
    ("engine", &["store", "engine"]),
    ("app", &["replay", "analysis", "app"]),
    ("ui", &["replay", "analysis", "app", "ui"]),
    ("explore", &["replay", "analysis", "store", "adapters", "engine", "explore"]),
    ("runtime", &["replay", "analysis", "store", "adapters", "engine", "app", "ui", "explore", "runtime"]),
    ("cli", &["replay", "analysis", "store", "adapters", "engine", "explore", "cli", "app"]),
];

/// Outside crates that only these floors may touch: the pure half knows no terminal, no disk and no tasks.
const WORLDLY: &[(&str, &[&str])] = &[
    ("ratatui", &["ui", "runtime"]),
    ("crossterm", &["runtime"]),
    ("tokio", &["store", "adapters", "engine", "explore", "runtime", "cli"]),
    ("sqlx", &["store", "adapters"]),
    ("rusqlite", &["store", "adapters"]),
    ("rquickjs", &["replay"]),
    ("anyhow", &["runtime", "cli"]),
    ("clap", &["cli"]),
];

#[test]
fn a_floor_imports_only_floors_below_it() {
    let names: Vec<&str> = FLOORS.iter().map(|(floor, _)| *floor).filter(|floor| *floor != "domain").collect();
    let mut wrong = Vec::new();
    for path in all_sources() {
        let inside = path.strip_prefix(root().join("src")).unwrap().to_owned();
        let Some(floor) = inside.iter().next().and_then(|first| first.to_str()) else { continue };
        let Some((_, allowed)) = FLOORS.iter().find(|(name, _)| *name == floor) else { continue };
        let text = fs::read_to_string(&path).unwrap();
        for name in &names {
            if text.contains(&format!("crate::{name}::")) && floor != "domain" && !allowed.contains(name) {
                wrong.push(format!("{} imports {name}", inside.display()));
            }
        }
        for (outside, floors) in WORLDLY {
            if text.contains(&format!("{outside}::")) && !floors.contains(&floor) {
                wrong.push(format!("{} touches {outside}", inside.display()));
            }
        }
    }
    // Of app the command line may know the action table alone: `keys` prints it.
    for path in all_sources().iter().filter(|path| path.starts_with(root().join("src/cli"))) {
        let text = fs::read_to_string(path).unwrap();
        if text.contains("crate::app::") && !path.ends_with("keys.rs") {
            wrong.push(format!("{} imports app", path.display()));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_file_opens_with_what_it_is() {
    for path in all_sources() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!") || text.starts_with("#![doc"), "{} does not open with //!", path.display());
    }
}

#[test]
fn the_top_level_holds_what_a_reader_must_know_and_no_more() {
    let known = [
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "assets",
        "tests",
        "sample-data",
        "README.md",
        "CHANGELOG.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "target",
    ];
    for entry in fs::read_dir(root()).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        assert!(name.starts_with('.') || known.contains(&name.as_str()), "{name} stands at the top level");
    }
}

#[test]
fn one_noun_has_one_file_name_on_every_floor() {
    for noun in ["overview", "streams", "log", "travel", "projections", "sagas", "trace", "dead_letters"] {
        for place in ["app/screens", "ui/screens", "explore", "runtime/perform"] {
            let path = root().join(format!("src/{place}/{noun}.rs"));
            let folder = root().join(format!("src/{place}/{noun}"));
            assert!(path.exists() || folder.is_dir(), "{} is missing", path.display());
        }
    }
}
