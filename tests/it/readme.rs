//! The READMEs do not lie: their recipes run, and the table of keys is the program's own.

use crate::cli::program;
use std::path::Path;
use std::process::Command;

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

fn sample_data() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join("README.md")
}

/// What the program says beside its answer where all is well.
const NOTES: [&str; 4] =
    ["made ", "running ", "nothing is left to do; ", "command salary-january was handled before; "];

/// The shell blocks that are marked as recipes.
fn recipes(text: &str) -> Vec<&str> {
    let blocks = text.split("<!-- recipe -->\n```sh\n").skip(1);
    blocks.map(|block| block.split("\n```").next().unwrap()).collect()
}

#[test]
#[ignore = "needs bash and jq: tests/run"]
fn every_recipe_runs_and_answers() {
    let text = readme() + &std::fs::read_to_string(sample_data()).unwrap();
    let recipes = recipes(&text);
    assert!(recipes.len() >= 12);
    let bin = Path::new(env!("CARGO_BIN_EXE_foldback")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    for recipe in recipes {
        let dir = tempfile::tempdir().unwrap();
        let settings = program();
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", recipe])
            .current_dir(dir.path())
            .envs(settings.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env("PATH", &path)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{recipe}\n{errors}");
        let note = |line: &&str| {
            line.strip_prefix("foldback: ").is_some_and(|said| NOTES.iter().any(|note| said.starts_with(note)))
        };
        assert_eq!(errors.lines().find(|line| !note(line)), None, "{recipe}");
        assert!(!output.stdout.is_empty(), "{recipe}");
    }
}

#[test]
fn the_keys_are_those_of_the_program() {
    let output = program().args(["keys", "--format", "table"]).output().unwrap();
    let keys = String::from_utf8(output.stdout).unwrap();
    let table = format!(
        "<!-- keys: made by the tests from the action table and assets/keymap.toml -->\n```text\n{keys}```\n<!-- /keys -->"
    );
    let text = readme();
    if text.contains(&table) {
        return;
    }
    let start = text.find("<!-- keys:").unwrap();
    let end = text.find("<!-- /keys -->").unwrap() + "<!-- /keys -->".len();
    if std::env::var_os("UPDATE_README").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        std::fs::write(path, format!("{}{table}{}", &text[..start], &text[end..])).unwrap();
        return;
    }
    panic!("README.md's keys are stale; write them anew with: UPDATE_README=1 cargo test --test it readme");
}
