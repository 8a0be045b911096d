//! An event whose row no database can keep is poison like any other: the projection stops there and says so, once.

use crate::engine::shop::{Kind, shop};
use foldback::domain::event::Payload;
use foldback::engine::{Progress, ProjectionRunner};
use foldback::store::EventWriter;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_row_that_does_not_fit_stops_its_projection_at_its_event() {
    let shop = shop(Kind::Postgres).await;
    let open = |id: &str| format!(r#"{{"account_id":"{id}","owner":"kim"}}"#);
    let opened = shop.must("OpenAccount", &open("7")).await;
    // Too long for an index, whatever is done to make it shorter; it came with a log from elsewhere.
    let owner: String = (0..2_000).map(|_| shop.works.chance.id().to_string()).collect();
    let mut event = opened.events[0].clone();
    event.head.event_id = Some("elsewhere".to_owned());
    event.head.stream_id = "account-8".into();
    event.head.global_position = None;
    event.data = Payload::Json(format!(r#"{{"account_id":"8","owner":"{owner}","currency":"KRW"}}"#));
    shop.store.books.database().import(&[event]).await.unwrap();
    let at = shop.store.reader.read_head().await.unwrap().unwrap();
    shop.must("OpenAccount", &open("9")).await;

    let (runner, name) = (ProjectionRunner::new(shop.works.clone()), "account-balances");
    assert_eq!(runner.catch_up(name).await.unwrap(), Progress::Failed { at });
    let keys = async || shop.texts("SELECT key FROM account_balances ORDER BY key").await;
    assert_eq!(keys().await, ["7"]);
    let errors = shop.texts("SELECT error FROM failed_events WHERE status = 'open'").await;
    assert!(errors.len() == 1 && errors[0].contains("index row"), "{errors:?}");
    shop.store.books.skip_failed_event(name, shop.works.clock.now()).await.unwrap();
    assert_eq!(runner.catch_up(name).await.unwrap(), Progress::Current);
    assert_eq!(keys().await, ["7", "9"]);
}
