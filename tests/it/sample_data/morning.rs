//! What the tenth story in `sample-data/README.md` says, asked of the demo that it is about.

use crate::cli::foldback;
use foldback::adapters::{SourceSpec, open_own};
use serde_json::Value;
use std::path::Path;

/// The story, and the demo that it is about.
struct Morning {
    story: String,
    /// The README's runbook, which takes its examples from the same demo.
    runbook: String,
    folder: tempfile::TempDir,
}

impl Morning {
    fn new() -> Morning {
        let (_, story) = super::readme();
        let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
        let runbook = readme.split("\n## ").find(|section| section.starts_with("Runbook")).unwrap().to_owned();
        let morning = Morning {
            story: story.split_whitespace().collect::<Vec<_>>().join(" "),
            runbook: runbook.split_whitespace().collect::<Vec<_>>().join(" "),
            folder: tempfile::tempdir().unwrap(),
        };
        let run = foldback(&["demo", "--db", &morning.db()]);
        assert_eq!(run.code, 0, "{}", run.err);
        morning
    }

    fn db(&self) -> String {
        let path: &Path = self.folder.path();
        path.join("demo.db").to_str().unwrap().to_owned()
    }

    fn ask(&self, verb: &str, words: &[&str]) -> Value {
        let run = foldback(&[&[verb, &self.db()], words, &["--json"]].concat());
        assert_eq!(run.code, 0, "{verb} {words:?}: {}", run.err);
        run.json()
    }

    fn events(&self, words: &[&str]) -> Vec<Value> {
        self.ask("log", words)["events"].as_array().unwrap().clone()
    }

    /// The words must stand in the story.
    fn says(&self, words: &str) {
        assert!(self.story.contains(words), "the tenth story does not say: {words}");
    }

    /// The words must stand in the runbook.
    fn shows(&self, words: &str) {
        assert!(self.runbook.contains(words), "the README's runbook does not show: {words}");
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}"))
}

fn thousands(number: &Value) -> String {
    let number = number.as_i64().unwrap();
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}

/// As people list things: a, b and c.
fn listed(items: &[String]) -> String {
    let (last, first) = items.split_last().unwrap();
    if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) }
}

fn letters(morning: &Morning) -> Vec<Value> {
    let answer = morning.ask("dead-letters", &[]);
    let groups = answer["groups"].as_array().unwrap();
    let mut letters: Vec<Value> = groups.iter().flat_map(|group| group["items"].as_array().unwrap().clone()).collect();
    letters.sort_by_key(|letter| text(letter, "at").to_owned());
    letters
}

fn of_kind<'a>(letters: &'a [Value], kind: &str) -> Vec<&'a Value> {
    letters.iter().filter(|letter| text(letter, "id").starts_with(kind)).collect()
}

fn order_of(event: &Value) -> String {
    text(event, "correlation_id").trim_start_matches("order-").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenth_story_is_the_demo() {
    let morning = Morning::new();
    the_count(&morning);
    the_refunds(&morning);
    the_message_and_the_noon(&morning);
    the_row(&morning).await;
}

fn the_count(morning: &Morning) {
    let overview = morning.ask("overview", &[]);
    let size = format!("{} events in {} streams", thousands(&overview["events"]), overview["streams"]);
    morning.says(&size);
    morning.says(&format!("{} of them", morning.events(&["--since", "2026-01-09"]).len()));

    let answer = morning.ask("projections", &[]);
    let failed: Vec<&Value> =
        answer["projections"].as_array().unwrap().iter().filter(|found| found["condition"] == "failed").collect();
    assert_eq!(failed.len(), 1, "one projection failed");
    assert_eq!((text(failed[0], "name"), &failed[0]["skipped"]), ("stock-levels", &1.into()));
    let position = failed[0]["failed_position"].to_string();
    let event = &morning.events(&["--from", &position, "--to", &position])[0];
    let version = event["stream_version"].as_i64().unwrap();
    morning.says(&format!("(`{}@{version}`, `#{position}`)", text(event, "stream_id")));
    morning.says(&format!("`{}` of the warehouse", text(event, "actor")));
    morning.says(&format!("at {}. ", &text(event, "created_at")[11..16]));
    morning.says(&format!("there are {} matcha sets", event["data"]["quantity"]));
    let before = morning.ask("show", &[&format!("{}@{}", text(event, "stream_id"), version - 1)]);
    morning.says(&format!("There were {}.", before["state"]["on_hand"]));
    morning.says(&format!("still shows {} of them", before["state"]["on_hand"]));
    let letter = of_kind(&letters(morning), "projection:")[0].clone();
    assert_eq!(letter["global_position"].to_string(), position);
    morning.says(&format!("`{}` in the dead letters", text(&letter, "id")));

    let (checkpoint, lag) = (thousands(&failed[0]["checkpoint"]), &failed[0]["lag_events"]);
    morning.shows(&format!("stock-levels failed {checkpoint} {lag} "));
    morning.shows(&format!("stopped at {position}: {} (3 attempts)", text(failed[0], "error")));
    morning.shows(&format!("foldback log shop.db --from {position} --to {position} "));
    morning.shows(&format!("foldback show shop.db {}@{}", text(event, "stream_id"), version - 1));
    morning.shows(&format!("foldback retry shop.db {} --skip", text(&letter, "id")));
}

fn the_refunds(morning: &Morning) {
    let refused = morning.events(&["--type", "StockReservationRefused", "--since", "2026-01-09"]);
    let orders: Vec<String> = refused.iter().map(order_of).collect();
    morning.says(&format!("{} reservations are refused, for the orders {}", orders.len(), listed(&orders)));

    let answer = morning.ask("sagas", &[]);
    let mut sagas = answer["sagas"].as_array().unwrap().clone();
    sagas.retain(|saga| text(saga, "saga_type") == "order-fulfilment");
    sagas.sort_by_key(|saga| text(saga, "saga_id").to_owned());
    let with = |status: &str| -> Vec<&Value> { sagas.iter().filter(|saga| saga["status"] == status).collect() };
    let ids = |sagas: &[&Value]| sagas.iter().map(|saga| format!("`{}`", text(saga, "saga_id"))).collect::<Vec<_>>();
    let undone = with("COMPENSATED");
    morning.says(&format!("({} are COMPENSATED)", ids(&undone).join(", ")));
    let stuck = with("COMPENSATION_FAILED");
    morning.says(&format!("{}, which is kim's, and {}.", ids(&stuck)[0], ids(&stuck)[1]));
    assert_eq!((undone.len() + stuck.len(), stuck.len()), (orders.len(), 2));
    assert!(stuck.iter().all(|saga| text(saga, "error").contains("502")));

    let letters = letters(morning);
    let given_up = of_kind(&letters, "saga:");
    let named: Vec<String> = given_up.iter().map(|letter| format!("`{}`", text(letter, "id"))).collect();
    morning.says(&format!("three times and gave up: {}.", listed(&named)));
    assert!(given_up.iter().all(|letter| letter["attempts"] == 3));
    let owed: Vec<String> = given_up.iter().map(|letter| thousands(&letter["payload"]["fields"]["amount"])).collect();
    morning.says(&format!("{} won are captured", listed(&owed)));
    let kim = morning.ask("show", &[text(given_up[0], "stream_id")]);
    assert_eq!((&kim["state"]["customer_id"], &kim["state"]["status"]), (&"kim".into(), &"PAID".into()));
    morning.says(&format!("you took {} won", thousands(&kim["state"]["total"])));
    morning.says(&format!("foldback trace demo {}", text(given_up[0], "stream_id")));

    morning.shows(&format!("foldback sagas demo {}", text(stuck[0], "saga_id")));
    morning.shows(&format!("foldback trace shop.db {}", text(given_up[0], "stream_id")));
    morning.shows(&format!("foldback retry shop.db {} --dry-run", text(given_up[0], "id")));
    let one = morning.ask("sagas", &[text(stuck[0], "saga_id")]);
    for step in one["sagas"][0]["steps"].as_array().unwrap() {
        if let Some(error) = step["error"].as_str() {
            morning.shows(&format!("{} {} {error}", text(step, "status"), step["attempt"]));
        }
    }
}

fn the_message_and_the_noon(morning: &Morning) {
    let letters = letters(morning);
    let [letter] = of_kind(&letters, "outbox:")[..] else { panic!("one message was given up: {letters:?}") };
    let order = order_of(letter);
    morning.says(&format!("order {order} (`{}`, `#{}`)", text(letter, "id"), letter["global_position"]));
    assert_eq!(morning.ask("show", &[text(letter, "stream_id")])["state"]["status"], "DELIVERED");
    let trace = morning.ask("trace", &[text(letter, "correlation_id")]);
    let nodes = trace["nodes"].as_array().unwrap();
    let waiting = nodes.iter().filter(|node| node["kind"] == "outbox" && node["note"] == "pending").count();
    morning.says(&format!("{waiting} more messages of that order wait"));

    let answer = morning.ask("projections", &[]);
    let projections = answer["projections"].as_array().unwrap();
    let slow = projections.iter().find(|found| found["name"] == "daily-revenue").unwrap();
    morning.says(&format!("it is {} events behind", slow["lag_events"]));
    let current = projections.iter().find(|found| found["name"] == "customer-summaries").unwrap();
    assert_eq!(current["condition"], "current");
}

async fn the_row(morning: &Morning) {
    let spec = SourceSpec::Sqlite { path: morning.db().into(), store: None };
    let store = open_own(&spec, false).await.unwrap();
    let rows = store.books.read_live_rows("customer-summaries", &["kim".to_owned()]).await.unwrap();
    store.close().await;
    let row: Value = serde_json::from_str(&rows[0].1).unwrap();
    let placed = morning.events(&["--type", "OrderPlaced"]);
    let placed = placed.iter().filter(|event| event["data"]["customer_id"] == "kim").count();
    morning.says(&format!("says that kim ordered {} times. It was {placed}.", row["orders"]));
    assert_ne!(row["orders"], placed);
}
