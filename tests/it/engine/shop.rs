//! A shop on a store in a temporary folder, and the commands that tests give it.

use crate::servers::fresh;
use foldback::adapters::{OwnStore, SourceSpec, open_own};
use foldback::domain::event::{RecordedEvent, parse_time};
use foldback::domain::reading::{Direction, LogFilter, LogRead};
use foldback::engine::{Answer, Bus, Chance, CommandFailure, ManualClock, Request, Works};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// A shop, and the folder that goes away with it.
pub struct Shop {
    pub store: OwnStore,
    pub works: Works,
    pub bus: Bus,
    _folder: Option<TempDir>,
}

/// Every shop has chances of its own: two with the same would give different commands the same id.
static SEED: AtomicU64 = AtomicU64::new(1);

/// What the engine works with on a store: a clock that stands still until it is moved, and chance from a seed.
pub fn works(store: &OwnStore) -> Works {
    Works {
        reader: store.reader.clone(),
        books: store.books.clone(),
        clock: Arc::new(ManualClock::at(parse_time("2026-01-05T09:00:00Z").unwrap())),
        chance: Arc::new(Chance::seeded(SEED.fetch_add(1, Ordering::Relaxed))),
    }
}

/// Which database a shop stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// Each test of a module once for each database.
macro_rules! on_each {
    ($($test:ident,)*) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() {
                super::$test(crate::engine::shop::Kind::Sqlite).await;
            })*
        }

        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs PostgreSQL: tests/run"]
            async fn $test() {
                super::$test(crate::engine::shop::Kind::Postgres).await;
            })*
        }
    };
}

pub(crate) use on_each;

/// A place for a store where there is none yet.
pub fn place(kind: Kind) -> (SourceSpec, Option<TempDir>) {
    match kind {
        Kind::Sqlite => {
            let folder = tempfile::tempdir().unwrap();
            (SourceSpec::Sqlite { path: folder.path().join("shop.db"), store: None }, Some(folder))
        }
        Kind::Postgres => (SourceSpec::Postgres(fresh().address()), None),
    }
}

/// A new, empty shop.
pub async fn shop(kind: Kind) -> Shop {
    let (spec, folder) = place(kind);
    shop_at(spec, folder).await
}

/// The shop in a store; it is made where it is not there.
pub async fn shop_at(spec: SourceSpec, folder: Option<TempDir>) -> Shop {
    let store = open_own(&spec, true).await.unwrap();
    let works = works(&store);
    Shop { bus: Bus::new(works.clone()), works, store, _folder: folder }
}

/// A command with nothing said beside it.
pub fn command(name: &str, json: &str) -> Request {
    Request { name: name.to_owned(), json: json.to_owned(), ..Request::default() }
}

/// The fields of an order of one product.
pub fn order(id: &str, customer: &str, product: &str, quantity: i64, price: i64) -> String {
    format!(
        r#"{{"order_id":"{id}","customer_id":"{customer}","items":[{{"product_id":"{product}","name":"Tea","quantity":{quantity},"unit_price":{price}}}],"shipping_address":{{"street":"1 Main","city":"Seoul","state":"Seoul","zip_code":"04524","country":"KR"}}}}"#
    )
}

impl Shop {
    /// Gives a command.
    pub async fn give(&self, name: &str, json: &str) -> Result<Answer, CommandFailure> {
        self.bus.dispatch(command(name, json)).await
    }

    /// Gives a command that must succeed.
    pub async fn must(&self, name: &str, json: &str) -> Answer {
        self.give(name, json).await.unwrap_or_else(|failure| panic!("{name}: {failure}"))
    }

    /// The whole log.
    pub async fn log(&self) -> Vec<RecordedEvent> {
        let read = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit: 100_000 };
        self.store.reader.read_events(&read).await.unwrap().items
    }
}
