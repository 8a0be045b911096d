//! `what-if`: branches of the sample shop, through the real program.

use super::foldback;
use serde_json::{Value, json};

fn what_if(words: &[&str]) -> (i32, Value) {
    let run = foldback(&[&["what-if", "demo"], words, &["--json"]].concat());
    assert_eq!(run.err, "", "{words:?}");
    (run.code, run.json())
}

#[test]
fn without_the_bad_count_the_stream_is_healthy_and_the_reservations_go_through() {
    let (code, branch) = what_if(&["inventory-SKU-9", "--skip", "45"]);
    assert_eq!((code, &branch["schema"], &branch["outcome"]), (0, &json!("foldback.what-if/1"), &json!("complete")));
    assert_eq!(branch["violations"], json!([]));
    assert_eq!(branch["state"]["on_hand"], 54);
    assert_eq!(branch["main"]["violations"][0]["code"], "stock-below-zero");
    let differing = &branch["differing"][0];
    assert_eq!(differing["first_version"], 45);
    assert_eq!(differing["first_global_position"], 2323);
    assert_eq!(differing["event_type"], "StockCounted");
    let paths: Vec<&Value> = differing["changes"].as_array().unwrap().iter().map(|change| &change["path"]).collect();
    assert_eq!(paths, ["/on_hand", "/available"]);
    let marks = branch["marks"].as_array().unwrap();
    assert_eq!(marks[0]["place"], "skipped");
    let decided: Vec<&Value> = marks[1..].iter().map(|mark| &mark["events"][0]["event_type"]).collect();
    assert_eq!(decided, ["StockReserved"; 5], "each refusal would have been a reservation");
}

#[test]
fn what_the_rules_would_refuse_now_is_told_from_what_they_refuse_anyway() {
    let (code, branch) = what_if(&["account-117", "--skip", "4"]);
    assert_eq!(code, 0);
    let refused: Vec<(i64, bool)> = branch["marks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|mark| mark["verdict"] == "refuses")
        .map(|mark| (mark["version"].as_i64().unwrap(), mark["also_on_main"].as_bool().unwrap()))
        .collect();
    assert_eq!(refused, [(5, false), (6, true)]);
}

#[test]
fn the_edits_can_be_mixed_and_an_event_may_stand_before_its_own_place() {
    let (code, branch) = what_if(&["payment-527", "--skip", "4"]);
    assert_eq!((code, &branch["state"]["refunded"]), (0, &json!(36_000)));
    let data = r#"4={"payment_id":"527","amount":58000,"currency":"KRW","reason":"the rest"}"#;
    let (code, branch) = what_if(&["payment-527", "--edit", data]);
    assert_eq!((code, &branch["violations"], &branch["state"]["status"]), (0, &json!([]), &json!("REFUNDED")));
    let insert = r#"start=StockReceived:{"sku":"SKU-9","quantity":7}"#;
    let (code, branch) = what_if(&["inventory-SKU-9@0", "--insert", insert]);
    assert_eq!(code, 0);
    assert_eq!(branch["differing"][0]["first_version"], Value::Null);
    assert_eq!(branch["marks"][0]["place"], "inserted");
    let (code, branch) = what_if(&["payment-527", "--move", "2=0"]);
    assert_eq!(code, 0);
    let early = &branch["marks"][0];
    assert_eq!(
        (&early["place"], &early["version"], &early["verdict"]),
        (&json!("moved"), &json!(2), &json!("refuses"))
    );
}

#[test]
fn an_edit_that_does_not_decode_is_reported_at_its_event() {
    let (code, branch) = what_if(&["payment-527", "--edit", r#"3={"amount":1}"#]);
    assert_eq!((code, &branch["outcome"], &branch["main"]["outcome"]), (5, &json!("partial"), &json!("complete")));
    assert!(branch["reason"].as_str().unwrap().starts_with("the fold stopped at v3 PaymentRefunded: "));
    assert_eq!(branch["state"]["refunded"], 0, "the state before the event");
}

#[test]
fn a_command_is_tried_and_nothing_comes_of_it() {
    let refund = r#"RefundPayment {"payment_id":"527","amount":94000,"reason":"again"}"#;
    let (code, tried) = what_if(&["payment-527", "--command", refund, "--at", "3"]);
    assert_eq!((code, &tried["command"]["branch"]["outcome"]), (1, &json!("refused")));
    assert!(tried["command"]["branch"]["reason"].as_str().unwrap().contains("58,000"));
    let (code, tried) = what_if(&["payment-527", "--command", refund, "--at", "3", "--skip", "3"]);
    assert_eq!(code, 0);
    assert_eq!(tried["command"]["main"]["outcome"], "refused");
    assert_eq!(tried["command"]["branch"]["events"][0]["event_type"], "PaymentRefunded");
    let (_, after) = what_if(&["payment-527"]);
    assert_eq!((&after["version"], &after["differing"]), (&json!(4), &json!([])));
}

#[test]
fn what_cannot_be_asked_is_said() {
    for (words, code, said) in [
        (vec!["payment-527", "--skip", "9"], 4, "no version 9 to edit; it has 0 to 4"),
        (vec!["payment-nobody", "--skip", "0"], 4, "no stream payment-nobody"),
        (vec!["payment-527", "--skip", "x"], 2, "is not a version"),
        (vec!["payment-527", "--edit", "3={"], 2, "is not JSON"),
        (vec!["payment-527", "--insert", "3=Type"], 2, "V=TYPE:JSON"),
        (vec!["payment-527", "--skip", "3", "--move", "3=0"], 2, "contradict"),
        (vec!["payment-527", "--command", "Refund {}"], 2, "knows no such command"),
        (vec!["payment-527", "--command", "RefundPayment {}"], 2, "missing field"),
        (
            vec!["payment-527", "--command", r#"RefundPayment {"payment_id":"528","amount":1,"reason":"-"}"#],
            2,
            "decided against payment-528, not payment-527",
        ),
        (vec!["payment-527", "--command", "RefundPayment"], 2, "has no fields"),
    ] {
        let run = foldback(&[&["what-if", "demo"], words.as_slice()].concat());
        assert_eq!(run.code, code, "{words:?}: {}", run.err);
        assert!(run.err.contains(said), "{words:?}: {}", run.err);
        assert_eq!(run.out, "");
    }
}

#[test]
fn the_text_says_the_same() {
    let run = foldback(&["what-if", "demo", "account-117", "--skip", "4"]);
    assert_eq!(run.code, 0);
    for said in [
        "branch: skip v4",
        "parts from main at v4 WithdrawalCompensated (#1108)",
        "~ /balance",
        "  v5 MoneyWithdrawn  ✗ the rules would refuse it now: 700,000 KRW cannot be withdrawn",
        "(on main too: it was written past the rules)",
    ] {
        assert!(run.out.contains(said), "{said} is not in\n{}", run.out);
    }
}

#[test]
fn the_read_model_goes_through_on_the_branch_and_the_sagas_say_what_is_known() {
    let (code, branch) = what_if(&["inventory-SKU-9", "--skip", "45", "--read-models"]);
    assert_eq!(code, 0);
    let models = branch["read_models"].as_array().unwrap();
    assert_eq!(models.len(), 1, "a count concerns one projection");
    let stock = &models[0];
    assert_eq!((&stock["projection"], &stock["main"]["stopped_at"]), (&json!("stock-levels"), &json!(2323)));
    assert_eq!((&stock["branch"]["stopped_at"], &stock["branch"]["skipped"]), (&Value::Null, &json!(1)));
    let row = stock["differing"].as_array().unwrap().iter().find(|row| row["key"] == "SKU-7").unwrap();
    assert!(row["first_global_position"].as_i64().unwrap() > 2323, "the rows were current up to the bad event");
    let sagas: Vec<&Value> = branch["sagas"].as_array().unwrap().iter().map(|saga| &saga["saga_id"]).collect();
    assert_eq!(sagas, ["fulfil-2025", "fulfil-2042", "fulfil-2052", "fulfil-2059", "fulfil-2074"]);
    let kims = &branch["sagas"][1];
    assert_eq!((&kims["main"], &kims["branch"]), (&json!("COMPENSATION_FAILED"), &json!("UNKNOWN")));
    assert!(kims["reason"].as_str().unwrap().contains("not recorded"));
    // What is not edited concerns no read model.
    let (_, main) = what_if(&["inventory-SKU-9", "--read-models"]);
    assert_eq!((&main["read_models"], &main["sagas"]), (&json!([]), &json!([])));
}

#[test]
fn a_transfer_is_made_out_from_its_events_on_the_branch_too() {
    let (_, branch) = what_if(&["account-117", "--skip", "2"]);
    let transfer = &branch["sagas"][0];
    assert_eq!((&transfer["main"], &transfer["branch"]), (&json!("COMPENSATED"), &Value::Null), "it never began");
    let (_, branch) = what_if(&["account-117", "--skip", "3", "--skip", "4"]);
    assert_eq!(branch["sagas"][0]["branch"], "EXECUTING");
}

#[test]
fn an_inserted_event_shares_a_position_and_its_rows_are_right() {
    let insert = r#"44=StockReceived:{"sku":"SKU-9","quantity":7}"#;
    let (code, branch) = what_if(&["inventory-SKU-9", "--skip", "45", "--insert", insert, "--read-models"]);
    assert_eq!((code, &branch["state"]["on_hand"]), (0, &json!(61)));
    let rows = branch["read_models"][0]["differing"].as_array().unwrap();
    let changes = rows.iter().find(|row| row["key"] == "SKU-9").unwrap()["changes"].as_array().unwrap().clone();
    let on_hand = changes.iter().find(|change| change["path"] == "/on_hand").unwrap();
    assert_eq!((&on_hand["before"], &on_hand["after"]), (&json!(54), &json!(61)));
}

#[test]
fn what_is_exported_is_what_the_tests_compile() {
    let refund = r#"RefundPayment {"payment_id":"527","amount":94000,"reason":"again"}"#;
    let reserve = r#"ReserveStock {"sku":"SKU-5","order_id":"1","quantity":2}"#;
    for (words, golden) in [
        (vec!["payment-527", "--at", "3", "--command", refund], include_str!("../exported/refused.rs")),
        (
            vec!["inventory-SKU-5", "--at", "20", "--skip", "17", "--command", reserve],
            include_str!("../exported/decided.rs"),
        ),
        (vec!["payment-527", "--skip", "4"], include_str!("../exported/state.rs")),
    ] {
        let run = foldback(&[&["what-if", "demo"], words.as_slice(), &["--export", "rust"]].concat());
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{words:?}");
        assert_eq!(run.out, golden);
    }
}

#[test]
fn other_languages_and_what_would_correct_main() {
    let refund = r#"RefundPayment {"payment_id":"527","amount":94000,"reason":"again"}"#;
    let words = ["what-if", "demo", "payment-527", "--at", "3", "--command", refund, "--export"];
    let typescript = foldback(&[words.as_slice(), &["typescript"]].concat()).out;
    assert!(typescript.contains("DeciderSpecification.for({ decide, evolve, initialState })(history)"), "{typescript}");
    assert!(typescript.contains(".thenThrows((error: Error) => error.message === \"94,000 KRW cannot"), "{typescript}");
    let test = foldback(&[words.as_slice(), &["json"]].concat()).json();
    assert_eq!((&test["schema"], &test["when"]["command"]), (&json!("foldback.test/1"), &json!("RefundPayment")));
    assert_eq!((test["given"].as_array().unwrap().len(), test["then"]["refused"].is_string()), (4, true));
    let line = foldback(&[words.as_slice(), &["command"]].concat()).out;
    let fields = refund.split_once(' ').unwrap().1;
    assert_eq!(line, format!("foldback exec demo RefundPayment '{fields}'\n"));
    let run = foldback(&["what-if", "demo", "payment-527", "--skip", "4", "--export", "command"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("what is recorded stays"), "{}", run.err);
}
