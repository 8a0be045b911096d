//! A search by halves finds what a linear one finds, where the expression is monotone.

use super::{event, explorer};
use foldback::domain::event::StreamName;
use foldback::explore::{Reporter, bisect, monotone};
use foldback::replay::reducers::Expr;
use proptest::prelude::*;
use serde_json::json;

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn by_halves_as_one_by_one(amounts in prop::collection::vec(1i64..9, 1..60), limit in 0i64..300) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut events = vec![event("account-1", "AccountOpened", json!({"account_id": "1", "owner": "kim", "currency": "KRW"}))];
            events.extend(amounts.iter().map(|amount| {
                event("account-1", "MoneyDeposited", json!({"account_id": "1", "amount": amount}))
            }));
            let explorer = explorer(events).await;
            let summary = explorer.reader.read_summary(&StreamName::from("account-1")).await.unwrap().unwrap();
            let expr = Expr::parse(&format!("state.balance > {limit}")).unwrap();
            let silent = Reporter::silent();
            let (linear, searched) = bisect::stream(&explorer, &expr, &summary, &silent).await.unwrap();
            let (halved, asked) = monotone::stream(&explorer, &expr, &summary, &silent).await.unwrap();
            assert_eq!(linear, halved);
            assert_eq!((searched.unsearched, asked.unsearched), (0, 0));
            assert!(asked.events <= 9, "{}", asked.events);
        });
    }
}

#[tokio::test]
async fn what_goes_back_and_forth_is_found_one_by_one_and_missed_by_halves() {
    let events = vec![
        event("account-1", "AccountOpened", json!({"account_id": "1", "owner": "kim", "currency": "KRW"})),
        event("account-1", "MoneyWithdrawn", json!({"account_id": "1", "withdrawal": 1, "amount": 5})),
        event("account-1", "MoneyDeposited", json!({"account_id": "1", "amount": 9})),
    ];
    let explorer = explorer(events).await;
    let summary = explorer.reader.read_summary(&StreamName::from("account-1")).await.unwrap().unwrap();
    let expr = Expr::parse("state.balance < 0").unwrap();
    let (linear, _) = bisect::stream(&explorer, &expr, &summary, &Reporter::silent()).await.unwrap();
    let linear = linear.unwrap();
    assert_eq!(linear.head.event_type, "MoneyWithdrawn");
    let balance = |state: &Option<String>| {
        serde_json::from_str::<serde_json::Value>(state.as_ref().unwrap()).unwrap()["balance"].as_i64()
    };
    assert_eq!((balance(&linear.before), balance(&linear.after)), (Some(0), Some(-5)));
    let (halved, _) = monotone::stream(&explorer, &expr, &summary, &Reporter::silent()).await.unwrap();
    assert_eq!(halved, None);
}
