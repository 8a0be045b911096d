//! `exec`, `query` and `rebuild`: the embedded domain from a command line, through kills too.

use super::{Run, foldback, foldback_with, program};
use foldback::engine::Chance;
use foldback::store::sqlite::SqliteStore;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn exec(db: &Path, rest: &[&str]) -> Run {
    foldback(&[&["exec", db.to_str().unwrap()], rest].concat())
}

fn query(db: &Path, rest: &[&str]) -> Run {
    foldback(&[&["query", db.to_str().unwrap()], rest].concat())
}

fn rebuild(db: &Path, rest: &[&str]) -> Run {
    foldback(&[&["rebuild", db.to_str().unwrap()], rest].concat())
}

#[track_caller]
fn answered(run: Run) -> Run {
    assert_eq!(run.code, 0, "{}", run.err);
    run
}

/// The files in a folder.
fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_command_prints_its_events_as_the_log_does_and_leaves_one_file() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("new.db");
    let opened = answered(exec(&db, &["OpenAccount", r#"{"account_id":"7","owner":"kim"}"#, "--actor", "desk"]));
    assert_eq!(files(dir.path()), ["new.db"]);
    let deposit = ["Deposit", r#"{"account_id":"7","amount":5,"command_id":"d-1"}"#];
    let first = answered(exec(&db, &deposit));
    let again = answered(foldback_with(&["exec", db.to_str().unwrap(), "Deposit", "-"], deposit[1]));
    assert_eq!((&again.out, first.err.as_str()), (&first.out, ""));
    assert!(again.err.contains("command d-1 was handled before"), "{}", again.err);
    let log = foldback(&["log", db.to_str().unwrap(), "--format", "jsonl"]);
    assert_eq!(log.out, opened.out + &first.out);
    assert_eq!(files(dir.path()), ["new.db"]);
}

#[test]
fn every_way_to_be_refused_has_its_exit_code() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("shop.db");
    answered(exec(&db, &["OpenAccount", r#"{"account_id":"7","owner":"kim"}"#]));
    for (words, code, said) in [
        (["Withdraw", r#"{"account_id":"7","amount":1}"#], 1, "the balance is 0 KRW"),
        (["Withdrw", "{}"], 2, "did you mean Withdraw?"),
        (["Withdraw", r#"{"account_id":"7"}"#], 2, "missing field `amount`"),
        (["Withdraw", "7"], 2, "not as a number"),
        (["Withdraw", r#"{"account_id":"8","amount":1}"#], 4, "the account does not exist; open it first"),
    ] {
        let run = exec(&db, &words);
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{words:?}: {}", run.err);
        assert!(run.err.starts_with("foldback: ") && run.err.contains(said), "{}", run.err);
    }
    let foreign = dir.path().join("foreign.sqlite");
    std::fs::copy("tests/fixtures/eventsourcing.sqlite", &foreign).unwrap();
    let before = std::fs::read(&foreign).unwrap();
    for db in [foreign.as_path(), Path::new("demo"), Path::new("sample-data/webshop.jsonl")] {
        let run = exec(db, &["OpenAccount", r#"{"account_id":"8","owner":"kim"}"#]);
        assert_eq!(run.code, 3, "{}", run.err);
        assert!(run.err.contains("only read"), "{}", run.err);
    }
    assert_eq!(std::fs::read(&foreign).unwrap(), before);
    // What is no command makes no store.
    let never = dir.path().join("never.db");
    assert_eq!(exec(&never, &["Withdraw", "{}"]).code, 2);
    assert_eq!(exec(&never, &["OpenAccount", r#"{"account_id":"8","owner":"kim"}"#, "--wait", "nothing"]).code, 2);
    assert!(!never.exists());
}

#[test]
fn waiting_says_who_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("shop.db");
    let open = |id: &str, rest: &[&str]| {
        let json = format!(r#"{{"account_id":"{id}","owner":"kim"}}"#);
        exec(&db, &[&["OpenAccount", &json, "--wait", "account-balances", "--timeout", "1s"], rest].concat())
    };
    let nobody = open("7", &[]);
    assert_eq!((nobody.code, nobody.out.lines().count()), (3, 1), "{}", nobody.err);
    assert!(nobody.err.contains("stands at the start") && nobody.err.contains("foldback run"), "{}", nobody.err);
    answered(rebuild(&db, &["account-balances"]));
    answered(rebuild(&db, &["account-balances", "--pause"]));
    let paused = open("8", &[]);
    assert!(paused.code == 3 && paused.err.contains("is paused") && paused.err.contains("--resume"), "{}", paused.err);
    // A command that leads to nothing new has nothing to wait for.
    answered(rebuild(&db, &["account-balances", "--resume"]));
    answered(rebuild(&db, &["account-balances"]));
    let repeated = r#"{"account_id":"9","owner":"kim","command_id":"o-9"}"#;
    answered(exec(&db, &["OpenAccount", repeated]));
    answered(rebuild(&db, &["account-balances"]));
    answered(exec(&db, &["OpenAccount", repeated, "--wait", "account-balances"]));
    assert_eq!(files(dir.path()), ["shop.db"]);
}

/// The sample data in a store of its own, with its read models.
fn sample(dir: &Path) -> PathBuf {
    let db = dir.join("sample.db");
    answered(foldback(&["seed", "sample-data/webshop.jsonl", "-o", db.to_str().unwrap()]));
    let run = rebuild(&db, &["--all"]);
    // The count below zero stops the stock.
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("stock-levels: rebuilt from") && run.out.contains("it stops at event 935"), "{}", run.out);
    db
}

#[test]
fn read_models_answer_in_pages() {
    let dir = tempfile::tempdir().unwrap();
    let db = sample(dir.path());
    let ask = |name: &str, fields: Value| query(&db, &[name, &fields.to_string(), "--json"]);
    let order = answered(ask("order", json!({"order_id": "1024"}))).json();
    assert_eq!((&order["schema"], &order["query"]), (&json!("foldback.query/1"), &json!("order")));
    assert_eq!(order["rows"][0]["payments"][0]["refunded"], 130_000);
    assert_eq!((&order["total"], &order["total_pages"]), (&json!(1), &json!(1)));

    let all = answered(ask("orders", json!({"limit": 1000}))).json();
    let total = all["total"].as_u64().unwrap() as usize;
    assert_eq!(all["rows"].as_array().unwrap().len(), total);
    let mut paged = Vec::new();
    for page in 1.. {
        let found = answered(ask("orders", json!({"page": page, "limit": 7}))).json();
        assert_eq!((&found["page"], &found["total"]), (&json!(page), &all["total"]));
        assert_eq!(found["total_pages"].as_u64().unwrap() as usize, total.div_ceil(7));
        let rows = found["rows"].as_array().unwrap().clone();
        if rows.is_empty() {
            break;
        }
        paged.extend(rows);
    }
    assert_eq!(Value::from(paged), all["rows"]);

    let some = answered(ask("orders", json!({"customer_id": "lim", "status": "DELIVERED"}))).json();
    let rows = some["rows"].as_array().unwrap();
    assert!(!rows.is_empty() && rows.iter().all(|row| row["customer_id"] == "lim" && row["status"] == "DELIVERED"));
    assert_eq!(answered(ask("account", json!({"account_id": "117"}))).json()["rows"][0]["balance"], -200_000);
    let kim = answered(ask("user", json!({"user_id": "kim"}))).json()["rows"][0].clone();
    let by_mail = answered(ask("users", json!({"email": kim["email"], "name": kim["name"]}))).json();
    assert_eq!(by_mail["rows"], json!([kim]));
    let days = answered(ask("revenue", json!({"from": "2026-01-06", "to": "2026-01-06"}))).json();
    assert!(days["rows"].as_array().unwrap().iter().all(|row| row["day"] == "2026-01-06"), "{days}");
    assert!(answered(ask("stock", json!({}))).json()["total"].as_u64().unwrap() > 0);
    assert!(answered(query(&db, &["accounts"])).out.starts_with("ACCOUNT_ID"));

    for (name, fields, code, said) in [
        ("ordres", json!({}), 2, "there are order, orders, account, accounts, user, users, stock, revenue"),
        ("order", json!({}), 2, "order_id is missing"),
        ("order", json!({"order_id": 7}), 2, "order_id is expected to be a text, not a number"),
        ("order", json!({"order_id": "7", "page": 1}), 2, "it has no field page"),
        ("orders", json!({"colour": "red"}), 2, "it has no field colour; it takes customer_id, status, page, limit"),
        ("orders", json!({"status": "LOST"}), 2, "one of PENDING, CONFIRMED"),
        ("orders", json!({"page": 0}), 2, "page is expected to be a whole number from 1"),
        ("orders", json!({"limit": 1001}), 2, "from 1 to 1000"),
        ("orders", json!([]), 2, "expected as a JSON object, not as a list"),
        ("revenue", json!({"from": "soon"}), 2, "from is expected to be a day such as 2026-01-05"),
        ("order", json!({"order_id": "nobody\u{1b}[31m"}), 4, "there is no order with the order_id nobody␛[31m"),
    ] {
        let run = ask(name, fields);
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{}", run.err);
        assert!(run.err.contains(said), "{}", run.err);
    }
    let far = answered(ask("orders", json!({"page": u64::MAX, "limit": 1000}))).json();
    assert_eq!((&far["rows"], &far["total"]), (&json!([]), &all["total"]));
    assert_eq!(files(dir.path()), ["sample.db"]);
}

#[test]
fn a_read_model_that_nobody_keeps_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("plain.db");
    answered(foldback(&["seed", "sample-data/webshop.jsonl", "-o", db.to_str().unwrap()]));
    let run = query(&db, &["orders"]);
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(run.err.contains("no read model order-dashboard") && run.err.contains("foldback run"), "{}", run.err);
    assert_eq!(query(Path::new("tests/fixtures/eventsourcing.sqlite"), &["orders"]).code, 3);
}

#[test]
fn a_stopped_projection_is_skipped_by_hand_and_stays_skipped() {
    let dir = tempfile::tempdir().unwrap();
    let db = sample(dir.path());
    let document = |rest: &[&str]| rebuild(&db, &[rest, &["--json"]].concat());
    let stopped = document(&["stock-levels"]);
    assert_eq!(stopped.code, 1);
    assert_eq!(stopped.json()["rebuilt"][0]["stopped_at"], 935);
    assert!(answered(document(&["stock-levels", "--skip"])).out.contains("there is nothing to skip"));
    let skipped = answered(document(&["stock-levels", "--skip-poison"])).json();
    assert_eq!((&skipped["rebuilt"][0]["skipped"], &skipped["rebuilt"][0]["events"]), (&json!(1), &json!(2_067)));
    for words in [vec!["nothing"], vec![], vec!["users", "--all"], vec!["users", "--pause", "--resume"]] {
        assert_eq!(rebuild(&db, &words).code, 2, "{words:?}");
    }
    assert_eq!(rebuild(Path::new("no/such.db"), &["users"]).code, 3);
    assert_eq!(files(dir.path()), ["sample.db"]);
}

#[test]
fn a_command_that_is_killed_and_given_again_has_one_effect() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("killed.db");
    answered(exec(&db, &["OpenAccount", r#"{"account_id":"7","owner":"kim"}"#]));
    let chance = Chance::seeded(3);
    let rounds = 15;
    for round in 0..rounds {
        let json = format!(r#"{{"account_id":"7","amount":1,"command_id":"d-{round}"}}"#);
        let mut child = program().args(["exec", db.to_str().unwrap(), "Deposit", &json]).spawn().unwrap();
        let (began, lives) = (Instant::now(), Duration::from_micros(chance.below(40_000)));
        while began.elapsed() < lives {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let again = answered(exec(&db, &["Deposit", &json]));
        assert_eq!(again.out.lines().count(), 1);
    }
    let log = answered(foldback(&["log", db.to_str().unwrap(), "--format", "jsonl"])).out;
    assert_eq!(log.lines().count(), 1 + rounds);
    let state = answered(foldback(&["show", db.to_str().unwrap(), "account-7", "--json"])).json();
    assert_eq!(state["state"]["balance"], rounds);
}

#[test]
fn a_rebuild_that_is_killed_leaves_the_old_rows_and_begins_again() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("large.db");
    let mut lines = String::new();
    for n in 0..20_000 {
        let (account, version) = (n % 200, n / 200);
        let (kind, data) = match version {
            0 => ("AccountOpened", format!(r#"{{"account_id":"{account}","owner":"kim","currency":"KRW"}}"#)),
            _ => ("MoneyDeposited", format!(r#"{{"account_id":"{account}","amount":1}}"#)),
        };
        let stream = format!("account-{account}");
        writeln!(lines, r#"{{"stream_id":"{stream}","stream_version":{version},"event_type":"{kind}","data":{data}}}"#)
            .unwrap();
    }
    answered(foldback_with(&["seed", "-", "-o", db.to_str().unwrap()], &lines));
    answered(rebuild(&db, &["account-balances"]));
    let rows = || answered(query(&db, &["accounts", r#"{"limit":1000}"#, "--json"])).out;
    let live = rows();
    let threads = tokio::runtime::Runtime::new().unwrap();
    let mut child = program().args(["rebuild", db.to_str().unwrap(), "account-balances"]).spawn().unwrap();
    threads.block_on(async {
        let store = SqliteStore::open(&db).await.unwrap();
        while store.books().read_checkpoint("account-balances").await.unwrap().unwrap().rebuild_generation.is_none() {
            assert!(child.try_wait().unwrap().is_none(), "it was over before it could be killed");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        store.close().await;
    });
    assert_eq!(rows(), live);
    answered(rebuild(&db, &["account-balances"]));
    assert_eq!(rows(), live);
    assert_eq!(files(dir.path()), ["large.db"]);
}

#[test]
#[ignore = "needs PostgreSQL: tests/run"]
fn postgresql_answers_alike_and_a_password_is_never_repeated() {
    let place = crate::servers::fresh();
    let url = place.url.replace("foldback@", "foldback:s3cret@");
    let run = |words: &[&str], code: i32| {
        let run = foldback(words);
        assert_eq!(run.code, code, "{words:?}: {}", run.err);
        assert!(!run.out.contains("s3cret") && !run.err.contains("s3cret"), "{words:?}: {}{}", run.out, run.err);
        run
    };
    let deposit = r#"{"account_id":"7","amount":5,"command_id":"d-1"}"#;
    run(&["exec", &url, "OpenAccount", r#"{"account_id":"7","owner":"kim"}"#], 0);
    let first: Value = run(&["exec", &url, "Deposit", deposit], 0).json();
    assert_eq!(run(&["exec", &url, "Deposit", deposit], 0).json(), first);
    run(&["exec", &url, "Withdraw", r#"{"account_id":"7","amount":9}"#], 1);
    assert!(run(&["query", &url, "accounts"], 3).err.contains("keeps no read model account-balances yet"));
    let wait = ["exec", &url, "Deposit", deposit, "--wait", "users", "--timeout", "300ms"];
    assert!(run(&wait, 3).err.contains("stands at the start"));
    run(&["rebuild", &url, "--all"], 0);
    run(&wait, 0);
    let found = run(&["query", &url, "account", r#"{"account_id":"7"}"#, "--json"], 0).json();
    assert_eq!((&found["rows"][0]["balance"], &found["total"]), (&json!(5), &json!(1)));
    assert_eq!(run(&["query", &url, "accounts", r#"{"status":"CLOSED"}"#, "--json"], 0).json()["total"], 0);
    run(&["query", &url, "account", r#"{"account_id":"8"}"#], 4);
    run(&["rebuild", &url, "users", "--pause"], 0);
    assert!(
        run(&["exec", &url, "Deposit", r#"{"account_id":"7","amount":1}"#, "--wait", "users"], 3)
            .err
            .contains("paused")
    );
}
