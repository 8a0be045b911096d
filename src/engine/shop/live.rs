//! The shop in a hurry: its day goes on for as long as somebody watches, a minute of it every second.

use super::agenda::Agenda;
use super::incident::Incident;
use super::stage::{Played, Props, Stage};
use crate::engine::faults::Faults;
use crate::engine::projections::{ProjectionRunner, Settings as ProjectionSettings};
use crate::engine::publisher::{FaultyPublisher, MemoryPublisher};
use crate::engine::{Chance, Clock, Engine, Settings, Stop, Works, enrol};
use crate::store::{Books, EventReader, StoreError};
use foldback_domain::event::safe_text;
use foldback_domain::reading::{StreamSort, StreamsRead};
use foldback_domain::{Aggregate, aggregates::Order, event::Category};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

/// How many seconds of the shop pass in one second, at speed 1.
const HURRY: u32 = 60;
/// How long the slow projection takes for an event at noon.
const NOON: Duration = Duration::from_secs(2);
const MINUTE: Duration = Duration::from_secs(60);
/// After how many minutes the misfortunes come again.
const ROUND: u32 = 100;

/// What goes wrong in each round, and at which minute of it.
const MISFORTUNES: [(u32, Incident); 8] = [
    (10, Incident::CardsDeclined),
    (25, Incident::CardsTaken),
    (32, Incident::NegativeCount),
    (40, Incident::RefundsFail),
    (60, Incident::RefundsWork),
    (66, Incident::BrokerRefuses),
    (75, Incident::RevenueSlow),
    (92, Incident::RevenueFast),
];

/// How the day goes, for whoever sets its pace.
#[derive(Debug, Clone)]
pub struct Pace(Arc<Dials>);

#[derive(Debug)]
struct Dials {
    paused: AtomicBool,
    speed: AtomicU32,
    turned: Notify,
}

impl Default for Pace {
    fn default() -> Self {
        Pace(Arc::new(Dials { paused: AtomicBool::new(false), speed: AtomicU32::new(1), turned: Notify::new() }))
    }
}

impl Pace {
    /// Stops the customers, or lets them go on. What is begun is finished all the same.
    pub fn set(&self, paused: bool, speed: u32) {
        self.0.paused.store(paused, Ordering::Relaxed);
        self.0.speed.store(speed.clamp(1, 1_000), Ordering::Relaxed);
        self.0.turned.notify_waiters();
    }

    /// Waits for so much of the shop's time. It goes by faster, slower or not at all as the dials are turned.
    async fn wait(&self, shop: Duration) {
        let mut left = shop;
        while !left.is_zero() {
            let turned = self.0.turned.notified();
            if self.0.paused.load(Ordering::Relaxed) {
                turned.await;
                continue;
            }
            let speed = self.0.speed.load(Ordering::Relaxed) * HURRY;
            let began = tokio::time::Instant::now();
            tokio::select! {
                () = tokio::time::sleep(left / speed) => return,
                () = turned => left = left.saturating_sub(began.elapsed() * speed),
            }
        }
    }
}

/// A day that goes on until it is stopped.
pub struct LiveShop {
    /// Its pace.
    pub pace: Pace,
    stop: Stop,
    engine: JoinHandle<Result<(), StoreError>>,
    day: JoinHandle<()>,
}

/// Begins a day on a store, with the engine at work. What goes wrong is told.
pub async fn begin(
    reader: Arc<dyn EventReader>,
    books: Books,
    seed: u64,
    clock: Arc<dyn Clock>,
    tell: UnboundedSender<String>,
) -> Result<LiveShop, StoreError> {
    let first_order = first_order(&reader).await?;
    let works = Works { reader, books, clock, chance: Arc::new(Chance::seeded(seed ^ first_order)) };
    let (services, broker) = (Faults::default(), Faults::default());
    let publisher = FaultyPublisher { inner: Arc::new(MemoryPublisher::default()), faults: broker.clone() };
    let settings = Settings { publisher: Some(Arc::new(publisher)), ..Settings::default() };
    let runner = ProjectionRunner::new(works.clone())
        .with(ProjectionSettings { sample_every: jiff::SignedDuration::from_secs(2), ..Default::default() });
    enrol(&works).await?;
    let shop = Engine::new(works.clone(), settings, services.clone()).with_projections(runner.clone());
    let projections = runner.settings().clone();
    let props = Props { works, services, broker, projections, noon: NOON };
    let mut stage = Stage::new(Agenda::new(seed, first_order), shop.bus().clone(), props, seed ^ first_order);
    let (pace, stop) = (Pace::default(), Stop::new());
    let (said, until) = (tell.clone(), stop.clone());
    let engine = tokio::spawn(async move {
        shop.run(&until, |notice| {
            if let crate::engine::Notice::Trouble { part, error } = notice {
                let _ = said.send(safe_text(&format!("{part}: {error}")).into_owned());
            }
        })
        .await
    });
    let (dials, until) = (pace.clone(), stop.clone());
    let day = tokio::spawn(async move {
        let mut round = 0;
        while !until.is_asked() {
            let Some((wait, at)) = stage.agenda.until_next() else { return };
            if at >= MINUTE * ROUND * round {
                for (minute, incident) in MISFORTUNES {
                    stage.agenda.misfortune(MINUTE * (ROUND * round + minute), incident);
                }
                round += 1;
                continue;
            }
            until.or(dials.wait(wait)).await;
            if until.is_asked() {
                return;
            }
            match stage.play().await {
                Ok(Some(Played::Struck(incident))) => drop(tell.send(incident.to_string())),
                Ok(_) => {}
                Err(error) => drop(tell.send(error.to_string())),
            }
        }
    });
    Ok(LiveShop { pace, stop, engine, day })
}

impl LiveShop {
    /// Ends the day; what is begun is finished.
    pub async fn end(self) {
        self.stop.ask();
        let _ = self.day.await;
        let _ = self.engine.await;
    }
}

/// A number that no order has yet, the same for the same store: the next thousand.
async fn first_order(reader: &Arc<dyn EventReader>) -> Result<u64, StoreError> {
    let category = Some(Category::from(Order::CATEGORY));
    let read = StreamsRead { category, sort: StreamSort::Recent, after: None, limit: 200 };
    let streams = reader.read_streams(&read).await?.items;
    let numbers = streams.iter().filter_map(|stream| stream.stream_id.as_str().strip_prefix("order-")?.parse().ok());
    Ok((numbers.max().unwrap_or(0_u64) / 1_000 + 1) * 1_000 + 1)
}
