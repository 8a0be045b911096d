//! A morning in the shop, played through in no time on a clock of its own: what the demo shows, frozen in the middle of
//! an incident.
//!
//! A terminal counts a product below zero, so the stock's projection stops; orders go on being taken on stale stock, and
//! fail at the shelf; one of them is to be refunded while the payment gateway is down.

use super::agenda::{Agenda, MISCOUNTED};
use super::incident::Incident;
use super::stage::{Props, SLOW, Stage};
use crate::engine::faults::Faults;
use crate::engine::part::{Part, Step, earlier};
use crate::engine::projections::{ProjectionRunner, Settings as ProjectionSettings};
use crate::engine::publisher::{FaultyPublisher, MemoryPublisher};
use crate::engine::{Chance, Clock, Engine, ManualClock, Progress, Settings, SnapshotPolicy, Works, enrol};
use crate::store::{Books, EventReader, StoreError};
use async_trait::async_trait;
use foldback_domain::projections;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// The day's seed.
const SEED: u64 = 20_260_109;
/// The number of the day's first order.
const FIRST_ORDER: u64 = 2_001;
/// How long the slow projection takes for an event at noon.
const NOON: Duration = Duration::from_secs(45);

const MINUTE: Duration = Duration::from_secs(60);

/// What goes wrong, and at which minute of the day.
const MISFORTUNES: [(u32, Incident); 6] = [
    (70, Incident::NegativeCount),
    (118, Incident::RefundsFail),
    (131, Incident::BrokerRefuses),
    (150, Incident::RefundsWork),
    (160, Incident::RowSpoilt),
    (180, Incident::RevenueSlow),
];

/// Who orders the product that was miscounted while refunds fail, and at which minute.
const UNLUCKY: (u32, usize) = (121, 0);

/// How many minutes the day lasts before it is frozen.
const FROZEN: u32 = 206;

/// A clock that shows another one's time, and by which nobody waits.
struct Still(Arc<ManualClock>);

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn sleep(&self, _: Duration) {}
}

/// Plays the morning on a store that holds the days before it. `opens` is when the shop opens.
pub async fn rehearse(reader: Arc<dyn EventReader>, books: Books, opens: Timestamp) -> Result<(), StoreError> {
    let clock = Arc::new(ManualClock::at(opens));
    let works = Works { reader, books, clock: clock.clone(), chance: Arc::new(Chance::seeded(SEED)) };
    let (services, broker) = (Faults::default(), Faults::default());
    let publisher = FaultyPublisher { inner: Arc::new(MemoryPublisher::default()), faults: broker.clone() };
    let settings = Settings { publisher: Some(Arc::new(publisher)), ..Settings::default() };
    let runner = ProjectionRunner::new(Works { clock: Arc::new(Still(clock.clone())), ..works.clone() })
        .with(ProjectionSettings { sample_every: jiff::SignedDuration::from_mins(4), ..Default::default() });
    // Which snapshots are written in time, and whether a fold is slow, is another thing on every machine.
    let shop = Engine::new(works.clone(), settings, services.clone())
        .with_projections(runner.clone())
        .with_snapshots(SnapshotPolicy::NEVER);
    enrol(&works).await?;
    history(&works, &runner).await?;

    let projections = runner.settings().clone();
    let props = Props { works, services, broker, projections, noon: NOON };
    let mut agenda = Agenda::new(SEED, FIRST_ORDER);
    for (minute, incident) in MISFORTUNES {
        agenda.misfortune(MINUTE * minute, incident);
    }
    agenda.order_at(MINUTE * UNLUCKY.0, UNLUCKY.1, vec![(MISCOUNTED, 1)]);
    let mut stage = Stage::new(agenda, shop.bus().clone(), props, SEED);
    let mut house = House { parts: shop.parts(), runner, clock: clock.clone(), slow_until: opens };
    while let Some((_, at)) = stage.agenda.until_next() {
        if at > MINUTE * FROZEN {
            break;
        }
        let at = opens.checked_add(at).unwrap_or(opens);
        house.work(at).await?;
        clock.set(at);
        stage.play().await?;
    }
    house.work(opens.checked_add(MINUTE * FROZEN).unwrap_or(opens)).await
}

/// The projections take in the days before. Where they stopped then, somebody passed over the event.
async fn history(works: &Works, runner: &ProjectionRunner) -> Result<(), StoreError> {
    for projection in projections::ALL {
        while let Progress::Failed { .. } = runner.catch_up(projection.name()).await? {
            works.books.skip_failed_event(projection.name(), works.clock.now()).await?;
        }
    }
    Ok(())
}

/// Everybody who works in the shop.
struct House {
    parts: Vec<Box<dyn Part>>,
    runner: ProjectionRunner,
    clock: Arc<ManualClock>,
    slow_until: Timestamp,
}

impl House {
    /// Does all that can be done until a time; the clock moves with what is waited for.
    async fn work(&mut self, until: Timestamp) -> Result<(), StoreError> {
        loop {
            let (mut worked, mut due) = (false, None);
            for part in &mut self.parts {
                let slow = part.name() == SLOW && self.runner.settings().delay(SLOW).is_some();
                loop {
                    if slow && self.clock.now() < self.slow_until {
                        due = earlier(due, Some(self.slow_until));
                        break;
                    }
                    match part.step().await? {
                        Step::Worked if slow => {
                            worked = true;
                            self.slow_until = self.clock.now().checked_add(NOON).unwrap_or(Timestamp::MAX);
                        }
                        Step::Worked => worked = true,
                        Step::Idle(at) => {
                            due = earlier(due, at);
                            break;
                        }
                    }
                }
            }
            match due {
                _ if worked => {}
                Some(at) if at <= until => self.clock.set(at.max(self.clock.now())),
                _ => return Ok(()),
            }
        }
    }
}
