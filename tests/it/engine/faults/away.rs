//! A store that is away for a while is nobody's failure: no attempt of a saga is used up, no transfer is given up.

use crate::engine::sagas::tea_shop;
use crate::engine::shop::{Kind, Shop, on_each, shop, works};
use foldback::domain::aggregates::Account;
use foldback::domain::processes::SagaStatus;
use foldback::domain::saga::Patience;
use foldback::domain::sagas::OrderFulfilment;
use foldback::engine::faults::Faults;
use foldback::engine::part::{Part, Step};
use foldback::engine::sagas::SagaRunner;
use foldback::engine::services::Services;
use foldback::engine::transfer::Transfers;
use foldback::engine::{Bus, RetryPolicy};
use foldback::store::StoreError;
use std::sync::Arc;

on_each! {
    an_order_waits_for_a_store_that_is_away,
    a_transfer_waits_for_a_store_that_is_away,
}

/// A bus to a store that is closed.
async fn to_nowhere(kind: Kind) -> Bus {
    let closed = shop(kind).await;
    closed.store.close().await;
    Bus::new(works(&closed.store))
}

/// Lets a part try in vain, oftener than anything is tried again by itself.
async fn in_vain(shop: &Shop, part: &mut impl Part) {
    let mut failed = 0;
    while failed < 20 {
        match part.step().await {
            Ok(Step::Worked) => {}
            Ok(Step::Idle(Some(at))) => {
                let nap = std::time::Duration::try_from(at.duration_since(shop.works.clock.now()));
                shop.works.clock.sleep(nap.unwrap_or_default()).await;
            }
            Ok(Step::Idle(None)) => panic!("it gave up after {failed} attempts"),
            Err(StoreError::Unavailable { .. }) => failed += 1,
            Err(error) => panic!("{error}"),
        }
    }
}

async fn an_order_waits_for_a_store_that_is_away(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.order("1017").await;
    let services = Arc::new(Services::new(Faults::default()));
    let mut runner: SagaRunner<OrderFulfilment> =
        SagaRunner::new(shop.works.clone(), to_nowhere(kind).await, services, Patience::STANDARD);
    in_vain(&shop, &mut runner).await;
    assert_eq!(shop.saga("1017").await.error, None);
    drop(runner);
    shop.settle(&[]).await;
    assert_eq!(shop.saga("1017").await.status, SagaStatus::Completed);
    assert_eq!(shop.texts("SELECT error FROM saga_log WHERE error IS NOT NULL").await, [""; 0]);
    assert_eq!(shop.texts("SELECT CAST(max(attempt) AS TEXT) FROM saga_log").await, ["1"]);
}

async fn a_transfer_waits_for_a_store_that_is_away(kind: Kind) {
    let shop = tea_shop(kind).await;
    for id in ["7", "8"] {
        shop.must("OpenAccount", &format!(r#"{{"account_id":"{id}","owner":"kim"}}"#)).await;
    }
    shop.must("Deposit", r#"{"account_id":"7","amount":100}"#).await;
    shop.must("TransferMoney", r#"{"account_id":"7","to":"8","amount":100}"#).await;
    let mut transfers = Transfers::new(shop.works.clone(), to_nowhere(kind).await, RetryPolicy::STANDARD);
    in_vain(&shop, &mut transfers).await;
    assert_eq!(shop.texts("SELECT error FROM failed_events").await, [""; 0]);
    drop(transfers);
    shop.settle(&[]).await;
    assert_eq!(shop.state::<Account>("account-8").await.balance, 100);
}
