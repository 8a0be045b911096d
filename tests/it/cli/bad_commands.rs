//! What is no command, no query and no dead letter, through the real program: which field, which rule, what to do; and
//! nothing is written.

use super::{foldback, program};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

const OPEN: &str = r#"{"account_id":"7","owner":"kim"}"#;

fn order(item: &str) -> String {
    format!(
        r#"{{"order_id":"1","customer_id":"kim","items":[{{"product_id":"p","name":"Tea",{item}}}],"shipping_address":{{"street":"1 Main","city":"Seoul","state":"Seoul","zip_code":"04524","country":"KR"}}}}"#
    )
}

/// Gives a command through standard input, as bytes.
fn exec(db: &str, command: &str, fields: &[u8]) -> (i32, String) {
    let mut child = program().args(["exec", db, command, "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let fields = fields.to_owned();
    let feed = std::thread::spawn(move || drop(stdin.write_all(&fields)));
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// Every way to give what is no command, with the exit code and what is said.
fn bad_commands() -> Vec<(&'static str, Vec<u8>, i32, &'static str)> {
    let long = |field: &str| format!(r#"{{"account_id":"7","amount":1,"{field}":"{}"}}"#, "x".repeat(1 << 20));
    let deep = |open: &str, close: &str| open.repeat(200_000) + &close.repeat(200_000);
    let amount = |amount: &str| format!(r#"{{"account_id":"7","amount":{amount}}}"#).into_bytes();
    vec![
        ("deposit", amount("1"), 2, "there is no command deposit; did you mean Deposit?"),
        ("Depositt", amount("1"), 2, "did you mean Deposit?"),
        ("PlaceOder", b"{}".into(), 2, "did you mean PlaceOrder?"),
        ("Frobnicate", b"{}".into(), 2, "no command Frobnicate; `foldback exec --help` lists them"),
        ("Deposit", b"".into(), 2, "there is no JSON; the fields are expected as an object"),
        ("Deposit", b"null".into(), 2, "as a JSON object, not as null"),
        ("Deposit", br#"{"amount":1}"#.into(), 2, "Deposit: missing field `account_id`"),
        (
            "Deposit",
            br#"{"account_id":"7","amount":1,"amonut":1}"#.into(),
            2,
            "unknown field `amonut`, expected one of",
        ),
        ("Deposit", br#"{"account_id":"7","amount":1,"amount":1}"#.into(), 2, "the field amount stands there twice"),
        ("Deposit", br#"{"account_id":["7"],"amount":1}"#.into(), 2, "account_id: invalid type: sequence"),
        ("Deposit", amount("\"1\""), 2, "amount: invalid type: string \"1\", expected a whole number"),
        ("Deposit", amount("null"), 2, "amount: invalid type: null"),
        ("Deposit", amount("1.0"), 2, "expected a whole number that fits into 64 bits"),
        ("Deposit", amount("5e3"), 2, "expected a whole number that fits into 64 bits"),
        ("Deposit", amount("9223372036854775808"), 2, "expected a whole number that fits into 64 bits"),
        ("Deposit", amount("-9223372036854775809"), 2, "expected a whole number that fits into 64 bits"),
        ("Deposit", amount(&"9".repeat(1 << 20)), 2, "Deposit: amount: "),
        ("Deposit", amount("1e400"), 2, "amount: number out of range"),
        ("Deposit", amount("-5"), 1, "the amount must be above zero; it is -5 KRW"),
        ("Deposit", amount("0"), 1, "the amount must be above zero; it is 0 KRW"),
        ("Withdraw", amount("9223372036854775807"), 1, "the balance is 0 KRW"),
        ("Deposit", amount(&deep("[", "]")), 2, "amount: invalid type: sequence"),
        ("Deposit", deep("[", "]").into(), 2, "as a JSON object, not as a list"),
        ("PlaceOrder", deep("{\"items\":", "}").into(), 2, "PlaceOrder: "),
        ("Deposit", long("account_ids").into(), 2, "unknown field `account_ids`"),
        ("Deposit", long("command_id").into(), 2, "has 1048576 bytes; a text has 1000 at most"),
        ("Deposit", format!(r#"{{"{}":1}}"#, "x".repeat(1 << 20)).into(), 2, "`foldback exec --help` shows an example"),
        (
            "OpenAccount",
            format!(r#"{{"account_id":"8","owner":"{}"}}"#, "x".repeat(1 << 20)).into(),
            2,
            "owner has 1048576 bytes; a text has 1000 at most",
        ),
        (
            "PlaceOrder",
            order(r#""quantity":1,"unit_price":1"#).replace("Tea", &"x".repeat(1_001)).into(),
            2,
            "items[0].name has 1001 bytes",
        ),
        ("PlaceOrder", order(r#""quantity":-1,"unit_price":1"#).into(), 1, "-1"),
        ("PlaceOrder", order(r#""quantity":2,"unit_price":9223372036854775807"#).into(), 1, "too large"),
        ("PlaceOrder", order(r#""quantity":1.5,"unit_price":1"#).into(), 2, "items[0].quantity: "),
        ("PlaceOrder", order(r#""quantity":1"#).into(), 2, "items[0]: missing field `unit_price`"),
        (
            "Deposit",
            b"{\"account_id\":\"\xff\",\"amount\":1}".into(),
            2,
            "standard input: stream did not contain valid UTF-8",
        ),
        ("Deposit", b"\xef\xbb\xbf{}".into(), 2, "Deposit: "),
        ("Deposit", br#"{"account_id":"\ud800","amount":1}"#.into(), 2, "account_id: "),
        ("Deposit", br#"{"account_id":"8","amount":1}"#.into(), 4, "the account does not exist; open it first"),
    ]
}

/// Gives all of them to a store in which there is one event; there is one event afterwards.
fn refuses_all(db: &str) {
    assert_eq!(foldback(&["exec", db, "OpenAccount", OPEN]).code, 0);
    let log = || foldback(&["log", db, "--format", "jsonl"]).out;
    let before = log();
    for (command, fields, code, says) in bad_commands() {
        let (ended, said) = exec(db, command, &fields);
        let shown = String::from_utf8_lossy(&fields[..fields.len().min(100)]).into_owned();
        assert_eq!(ended, code, "{command} {shown}: {said}");
        assert!(said.starts_with("foldback: ") && said.contains(says), "{command} {shown}: {said}");
        assert!(said.len() < 3_000 && said.lines().count() == 1, "{command} {shown}: {} bytes", said.len());
    }
    assert_eq!(log(), before);
}

#[test]
fn what_is_no_command_is_said_and_leads_to_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("shop.db");
    refuses_all(db.to_str().unwrap());
    let new = dir.path().join("new.db");
    for (command, fields, ..) in bad_commands().into_iter().filter(|(.., code, _)| *code == 2) {
        assert_eq!(exec(new.to_str().unwrap(), command, &fields).0, 2);
        assert!(!new.exists(), "{command}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
#[ignore = "needs PostgreSQL: tests/run"]
fn on_postgresql_what_is_no_command_is_said_and_leads_to_nothing() {
    let place = crate::servers::fresh();
    refuses_all(&place.url);
    let run = foldback(&["exec", &place.url, "OpenAccount", r#"{"account_id":"8","owner":"a\u0000b"}"#]);
    assert!(run.code == 2 && run.err.contains("cannot hold the character \\u0000"), "{}: {}", run.code, run.err);
}

#[test]
fn what_cannot_be_asked_or_done_says_so_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("shop.db");
    let db = db.to_str().unwrap();
    assert_eq!(foldback(&["exec", db, "OpenAccount", OPEN]).code, 0);
    let before = std::fs::read(db).unwrap();
    let foreign = "tests/fixtures/eventsourcing.sqlite";
    let untouched = std::fs::read(foreign).unwrap();
    let big = "9".repeat(1 << 16);
    for (words, code, says) in [
        (vec!["query", db, "acounts"], 2, "there are order, orders, account"),
        (vec!["query", db, "accounts", r#"{"limit":-1}"#], 2, "from 1 to 1000"),
        (vec!["query", db, "accounts", r#"{"page":99999999999999999999}"#], 2, "page is expected to be a whole number"),
        (vec!["query", db, "account", r#"{"account_id":"7","account_id":"8"}"#], 2, "account_id stands there twice"),
        (vec!["query", db, "accounts", "{"], 2, "the JSON is not valid"),
        (vec!["query", db, "accounts"], 3, "no read model account-balances yet"),
        (vec!["query", foreign, "accounts"], 3, "is not a store that foldback made"),
        (vec!["rebuild", db, "acount-balances"], 2, "there are order-dashboard"),
        (vec!["rebuild", db, "users", "--skip"], 4, "has never run on this store; foldback run runs it"),
        (vec!["rebuild", db, "users", "--resume"], 4, "has never run on this store"),
        (vec!["rebuild", db], 2, "<PROJECTION>"),
        (vec!["rebuild", foreign, "users"], 3, "only read"),
        (vec!["rebuild", "demo", "users"], 3, "only read"),
        (vec!["retry", db, "saga"], 4, "an id is kind:number, such as saga:1"),
        (vec!["retry", db, "saga:-1"], 4, "no open dead letter saga:-1"),
        (vec!["retry", db, &big], 4, "an id is kind:number"),
        (vec!["retry", foreign, "saga:1"], 3, "only read"),
        (vec!["retry", "demo", "saga:1"], 3, "only read"),
        (vec!["run", foreign], 3, "only read"),
        (vec!["run", db, "--publish", "/nowhere/messages.jsonl"], 3, "/nowhere/messages.jsonl: No such file"),
        (vec!["exec", foreign, "OpenAccount", OPEN], 3, "only read"),
        (vec!["exec", "demo", "OpenAccount", OPEN], 3, "only read"),
        (vec!["exec", "-", "OpenAccount", OPEN], 3, "only read"),
        (vec!["exec", "shop", "OpenAccount", OPEN], 2, "shop is neither a verb nor a source"),
        (vec!["exec", db, "OpenAccount"], 2, "<JSON>"),
    ] {
        let run = foldback(&words);
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{:?}: {}", &words[..2], run.err);
        assert!(run.err.contains(says) && run.err.len() < 3_000, "{:?}: {}", &words[..2], run.err);
    }
    assert!(std::fs::read(db).unwrap() == before, "the store is what it was");
    assert!(std::fs::read(foreign).unwrap() == untouched);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "and nothing stays beside it");
    assert!(!Path::new("shop").exists());
}
