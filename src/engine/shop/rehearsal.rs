//! A morning in the shop, played through in no time on a clock of its own: what the demo shows, frozen in the middle of
//! an incident.
//!
//! A terminal counts a product below zero, so the stock's projection stops; orders go on being taken on stale stock, and
//! fail at the shelf; one of them is to be refunded while the payment gateway is down.

use super::agenda::Agenda;
use super::incident::Incident;
use super::stage::{Props, Stage};
use crate::engine::faults::Faults;
use crate::engine::part::{Part, Step, earlier};
use crate::engine::projections::{ProjectionPart, ProjectionRunner, Settings as ProjectionSettings};
use crate::engine::publisher::{FaultyPublisher, MemoryPublisher};
use crate::engine::{Bus, Chance, Clock, Engine, ManualClock, Settings, Works, engine};
use crate::store::writer::EventWriter;
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
/// The projection that is slow at noon, and what it takes for an event then.
const SLOW: (&str, Duration) = ("daily-revenue", Duration::from_secs(45));

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
pub async fn rehearse(
    reader: Arc<dyn EventReader>,
    writer: Arc<dyn EventWriter>,
    books: Books,
    opens: Timestamp,
) -> Result<(), StoreError> {
    let clock = Arc::new(ManualClock::at(opens));
    let works = Works { reader, books, clock: clock.clone(), chance: Arc::new(Chance::seeded(SEED)) };
    let (services, broker) = (Arc::new(Faults::default()), Arc::new(Faults::default()));
    let publisher = FaultyPublisher { inner: Arc::new(MemoryPublisher::default()), faults: broker.clone() };
    let settings = Settings { publisher: Some(Arc::new(publisher)), ..Settings::default() };
    let shop = Engine::new(works.clone(), settings, services.clone());
    engine::enrol(&works).await?;

    let runner = ProjectionRunner::new(Works { clock: Arc::new(Still(clock.clone())), ..works.clone() });
    let runner = runner.with(ProjectionSettings {
        sample_every: jiff::SignedDuration::from_mins(4),
        ..ProjectionSettings::default()
    });
    history(&runner).await?;

    let props = Props { works: works.clone(), writer, services, broker, projections: runner.settings().clone() };
    let mut agenda = Agenda::new(SEED, FIRST_ORDER);
    for (minute, incident) in MISFORTUNES {
        agenda.misfortune(MINUTE * minute, incident);
    }
    let mut stage = Stage::new(agenda, Bus::new(works.clone()), props, SEED);
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
async fn history(runner: &ProjectionRunner) -> Result<(), StoreError> {
    for projection in projections::ALL {
        while let crate::engine::projections::Progress::Failed { .. } = runner.catch_up(projection.name()).await? {
            runner.works().books.skip_failed_event(projection.name(), runner.works().clock.now()).await?;
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
                loop {
                    match part.step().await? {
                        Step::Worked => worked = true,
                        Step::Idle(at) => {
                            due = earlier(due, at);
                            break;
                        }
                    }
                }
            }
            for projection in projections::ALL {
                self.project(projection.name(), &mut worked).await?;
            }
            match due {
                _ if worked => {}
                Some(at) if at <= until => self.clock.set(at.max(self.clock.now())),
                _ => return Ok(()),
            }
        }
    }

    async fn project(&mut self, name: &str, worked: &mut bool) -> Result<(), StoreError> {
        let slow = name == SLOW.0 && self.runner.settings().delay(name).is_some();
        if slow && self.clock.now() < self.slow_until {
            return Ok(());
        }
        let before = self.runner.works().books.read_checkpoint(name).await?.map(|found| found.position);
        if slow {
            self.slow_until = self.clock.now().checked_add(SLOW.1).unwrap_or(Timestamp::MAX);
            self.runner.step(name).await?;
        } else {
            self.runner.catch_up(name).await?;
        }
        let after = self.runner.works().books.read_checkpoint(name).await?.map(|found| found.position);
        *worked |= before != after;
        Ok(())
    }
}
