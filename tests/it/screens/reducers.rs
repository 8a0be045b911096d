//! A script that is edited while its state is on screen.

use super::session::Session;
use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::app::message::Message;
use foldback::domain::Registry;
use foldback::explore::Explorer;
use foldback::explore::reducers::ScriptFiles;
use std::path::Path;
use std::sync::Arc;

fn session(script: &Path) -> (Session, Explorer) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/eventsourcing.sqlite");
    let spec = SourceSpec::parse(file.to_str().unwrap()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let reader = runtime.block_on(open(&spec, &OpenOptions::default())).unwrap();
    let scripts = Arc::new(ScriptFiles::open(&[script.to_owned()]).unwrap());
    let explorer = Explorer::new(reader, Registry::embedded(), false).with_scripts(scripts);
    (Session::new(explorer.clone(), false, 120, 40), explorer)
}

/// What the watcher does about once a second.
fn save(script: &Path, text: &str, session: &mut Session, explorer: &Explorer) {
    std::fs::write(script, text).unwrap();
    assert!(explorer.scripts().reload());
    assert!(!explorer.scripts().reload(), "nothing has changed since");
    session.send(Message::ReducersChanged);
}

#[test]
fn a_script_that_is_saved_gives_another_state_at_the_same_version() {
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("payments.js");
    let with = |name: &str| {
        format!(
            "fromCategory('Payment').foreachStream().when({{\n  $init: () => ({{ {name}: 0 }}),\n  \
             PaymentCaptured: (s) => {{ s.{name} += 1 }},\n}})"
        )
    };
    std::fs::write(&script, with("captures")).unwrap();
    let (mut session, explorer) = session(&script);
    // The planted bug's stream, two versions before its end.
    session.keys("2 /").types("44ddecbf").keys("enter enter left");
    let shown = session.text();
    assert!(
        shown.contains("STATE at v3") && shown.contains("captures") && shown.contains("✓ script:payments"),
        "{shown}"
    );

    save(&script, &with("taken_in"), &mut session, &explorer);
    let shown = session.text();
    assert!(shown.contains("STATE at v3") && shown.contains("taken_in") && !shown.contains("captures"), "{shown}");

    session.keys("f").types("skip").keys("enter");
    let shown = session.text();
    assert!(shown.contains("no violations known") && !shown.contains("no rule of the state"), "{shown}");
    session.keys("F");

    save(&script, &with("taken_in").replace("+= 1", "+= ; 1"), &mut session, &explorer);
    let shown = session.text();
    assert!(shown.contains("there is no state to show") && shown.contains("payments.js:3: SyntaxError"), "{shown}");
    assert!(shown.contains("mend it and save") && shown.contains("STATE at v3"), "{shown}");

    save(&script, &with("taken_in").replace("+= 1", "+= s.a.b"), &mut session, &explorer);
    let shown = session.text();
    assert!(shown.contains("⚠ the fold stopped at v3 PaymentCaptured") && shown.contains("payments.js:3: "), "{shown}");
    assert!(shown.contains("taken_in") && shown.contains("before it"), "{shown}");

    save(&script, &with("mended"), &mut session, &explorer);
    let shown = session.text();
    assert!(
        shown.contains("STATE at v3") && shown.contains("mended") && !shown.contains("no state to show"),
        "{shown}"
    );
}
