//! The engine: projections, sagas, reactions and the outbox' relay, together on one store. One engine works on a store
//! at a time; another one stands by.

use super::faults::Faults;
use super::outbox::OutboxRelay;
use super::part::{Part, ProjectionPart, Step, earlier};
use super::publisher::Publisher;
use super::sagas::SagaRunner;
use super::services::Services;
use super::stop::Stop;
use super::tail::Tail;
use super::transfer::Transfers;
use super::worker::{BACK_OFF, Worker, listen};
use super::{Bus, ProjectionRunner, RetryPolicy, SnapshotPolicy, Works};
use crate::store::StoreError;
use foldback_domain::saga::{Patience, Saga};
use foldback_domain::sagas::{OrderFulfilment, transfer};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// What the lease of the engine is called.
const LEASE: &str = "engine";
/// How long a lease holds without being renewed: so long after a crash another engine takes over.
const LEASE_TIME: Duration = Duration::from_secs(6);
/// How often a lease is renewed, and how often one who stands by looks.
const LEASE_PACE: Duration = Duration::from_secs(2);
/// How long it sleeps at once while pauses are waited for.
const NAP: Duration = Duration::from_millis(500);

/// How an engine works.
#[derive(Clone)]
pub struct Settings {
    /// How patient sagas are.
    pub patience: Patience,
    /// How reactions and the relay try again.
    pub retries: RetryPolicy,
    /// Where messages go; `None`: they wait.
    pub publisher: Option<Arc<dyn Publisher>>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { patience: Patience::STANDARD, retries: RetryPolicy::STANDARD, publisher: None }
    }
}

/// What an engine says while it works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It works, with these parts.
    Working {
        /// Their names.
        parts: Vec<String>,
    },
    /// Another one works; this one waits for it to end.
    StandingBy {
        /// Who works.
        holder: String,
    },
    /// New events are looked for again and again, since the store could tell of them and does not.
    Polling {
        /// Why.
        reason: String,
    },
    /// A part cannot go on, and tries again.
    Trouble {
        /// The part.
        part: String,
        /// Why.
        error: String,
    },
}

/// The engine on a store.
pub struct Engine {
    works: Works,
    bus: Bus,
    services: Arc<Services>,
    settings: Settings,
    projections: ProjectionRunner,
    holder: String,
    published: Arc<AtomicU64>,
    steps: Arc<AtomicU64>,
}

impl Engine {
    /// An engine with services that go wrong by a plan.
    pub fn new(works: Works, settings: Settings, faults: Faults) -> Engine {
        let holder = format!("process {} ({:04x})", std::process::id(), works.chance.next() & 0xffff);
        Engine {
            bus: Bus::new(works.clone()),
            services: Arc::new(Services::new(faults)),
            projections: ProjectionRunner::new(works.clone()),
            works,
            settings,
            holder,
            published: Arc::default(),
            steps: Arc::default(),
        }
    }

    /// The same, with a runner of projections that is set up already.
    pub fn with_projections(self, projections: ProjectionRunner) -> Engine {
        Engine { projections, ..self }
    }

    /// The same, with another policy for snapshots.
    pub fn with_snapshots(self, policy: SnapshotPolicy) -> Engine {
        Engine { bus: self.bus.with_snapshots(policy), ..self }
    }

    /// The command bus.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// The projections, whose dials can be turned while it works.
    pub fn projections(&self) -> &ProjectionRunner {
        &self.projections
    }

    /// The services that it calls.
    pub fn services(&self) -> &Arc<Services> {
        &self.services
    }

    /// How many messages went out.
    pub fn published(&self) -> u64 {
        self.published.load(Ordering::Relaxed)
    }

    /// How many things were done.
    pub fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }

    /// Its parts, at their beginning: what they do goes on from what is stored.
    pub fn parts(&self) -> Vec<Box<dyn Part>> {
        let mut parts = ProjectionPart::all(&self.projections);
        let Settings { patience, retries, publisher } = self.settings.clone();
        let (works, bus) = (self.works.clone(), self.bus.clone());
        let orders = SagaRunner::<OrderFulfilment>::new(works, bus, self.services.clone(), patience);
        parts.push(Box::new(orders));
        parts.push(Box::new(Transfers::new(self.works.clone(), self.bus.clone(), retries)));
        if let Some(publisher) = publisher {
            let published = self.published.clone();
            parts.push(Box::new(OutboxRelay::new(self.works.clone(), publisher, retries, published)));
        }
        parts
    }

    /// Works until there is nothing left to do, pauses and answers that are under way included. Another engine's work
    /// is waited for.
    pub async fn until_idle(&self, stop: &Stop, mut notice: impl FnMut(Notice)) -> Result<(), StoreError> {
        if !self.take_lease(stop, &mut notice).await? {
            return Ok(());
        }
        let worked = self.drain(stop, &mut notice).await;
        self.bus.settle().await;
        let released = self.works.books.release(LEASE, &self.holder).await;
        worked.and(released)
    }

    async fn drain(&self, stop: &Stop, notice: &mut impl FnMut(Notice)) -> Result<(), StoreError> {
        let mut parts = self.parts();
        notice(Notice::Working { parts: parts.iter().map(|part| part.name().to_owned()).collect() });
        let (mut failures, mut renewed) = (0, self.works.clock.now());
        while !stop.is_asked() {
            if self.is_past(renewed, LEASE_PACE) {
                if self.lease().await?.is_some() {
                    return Err(StoreError::Moved { what: "the work on this store".to_owned() });
                }
                renewed = self.works.clock.now();
            }
            let (mut worked, mut until, mut failed) = (false, None, None);
            for part in &mut parts {
                // A while with each: one with much to do must not keep the others waiting.
                for _ in 0..100 {
                    match part.step().await {
                        Ok(Step::Worked) => {
                            worked = true;
                            self.steps.fetch_add(1, Ordering::Relaxed);
                        }
                        Ok(Step::Idle(at)) => {
                            until = earlier(until, at);
                            break;
                        }
                        Err(error) => {
                            notice(Notice::Trouble { part: part.name().to_owned(), error: error.to_string() });
                            failed = Some(error);
                            break;
                        }
                    }
                    if stop.is_asked() {
                        return Ok(());
                    }
                }
            }
            match (worked, failed, until) {
                (true, ..) => failures = 0,
                (false, Some(error), _) if failures >= self.settings.retries.attempts => return Err(error),
                (false, Some(_), _) => {
                    failures += 1;
                    stop.or(self.works.clock.sleep(BACK_OFF.0)).await;
                }
                (false, None, Some(at)) => stop.or(self.works.clock.sleep(self.time_to(at).min(NAP))).await,
                (false, None, None) => return Ok(()),
            }
        }
        Ok(())
    }

    /// Whether so much has passed since a time.
    fn is_past(&self, since: Timestamp, time: Duration) -> bool {
        since.checked_add(time).is_ok_and(|end| self.works.clock.now() >= end)
    }

    /// How long until a time comes.
    fn time_to(&self, at: Timestamp) -> Duration {
        Duration::try_from(at.duration_since(self.works.clock.now())).unwrap_or_default()
    }

    /// Works until it is asked to stop, and finishes what it holds. A store that goes away is waited for.
    pub async fn run(&self, stop: &Stop, mut notice: impl FnMut(Notice)) -> Result<(), StoreError> {
        let mut worked = false;
        while !stop.is_asked() {
            match self.take_lease(stop, &mut notice).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) if !worked => return Err(error),
                Err(error) => {
                    notice(Notice::Trouble { part: "the engine".to_owned(), error: error.to_string() });
                    stop.or(tokio::time::sleep(LEASE_PACE)).await;
                    continue;
                }
            }
            worked = true;
            self.session(stop, &mut notice).await;
            self.bus.settle().await;
            // A store that is away cannot be told; the lease then ends by itself.
            let _ = self.works.books.release(LEASE, &self.holder).await;
        }
        Ok(())
    }

    /// Works as long as the lease holds.
    async fn session(&self, stop: &Stop, notice: &mut impl FnMut(Notice)) {
        let session = Stop::new();
        let pulse = Arc::new(watch::channel(0u64).0);
        let (said, mut hears) = mpsc::unbounded_channel();
        let parts = self.parts();
        notice(Notice::Working { parts: parts.iter().map(|part| part.name().to_owned()).collect() });
        let mut tasks = JoinSet::new();
        for part in parts {
            let worker = Worker {
                part,
                works: self.works.clone(),
                pulse: pulse.clone(),
                stop: session.clone(),
                said: said.clone(),
                steps: self.steps.clone(),
            };
            tasks.spawn(worker.work());
        }
        tasks.spawn(listen(self.works.clone(), pulse, session.clone(), said));
        let mut pace = tokio::time::interval(LEASE_PACE);
        let mut last = self.works.clock.now();
        loop {
            tokio::select! {
                () = stop.asked() => break,
                Some(said) = hears.recv() => notice(said),
                _ = pace.tick() => {
                    // The lease counts from when it is asked for, however long the answer takes.
                    let asked = self.works.clock.now();
                    match self.lease().await {
                        Ok(None) => last = asked,
                        Ok(Some(_)) => break,
                        // As long as the lease must still hold, nobody else works.
                        Err(_) if !self.is_past(last, LEASE_TIME) => {}
                        Err(_) => break,
                    }
                }
            }
        }
        session.ask();
        while tasks.join_next().await.is_some() {}
    }

    /// Waits until the lease is its own; whether it is, or it was asked to stop.
    async fn take_lease(&self, stop: &Stop, notice: &mut impl FnMut(Notice)) -> Result<bool, StoreError> {
        let mut told = None;
        while !stop.is_asked() {
            match self.lease().await? {
                None => return Ok(true),
                Some(holder) if told.as_ref() == Some(&holder) => {}
                Some(holder) => {
                    told = Some(holder.clone());
                    notice(Notice::StandingBy { holder });
                }
            }
            stop.or(tokio::time::sleep(LEASE_PACE / 4)).await;
        }
        Ok(false)
    }

    async fn lease(&self) -> Result<Option<String>, StoreError> {
        let now = self.works.clock.now();
        let until = now.checked_add(LEASE_TIME).unwrap_or(now);
        self.works.books.lease(LEASE, &self.holder, now, until).await
    }
}

/// Makes the checkpoints of everything that listens to a store which is new, or which nobody ran yet. What happened
/// before does not concern them.
pub async fn enrol(works: &Works) -> Result<(), StoreError> {
    for name in [OrderFulfilment::TYPE, transfer::TYPE] {
        Tail::enrol(works, name).await?;
    }
    Ok(())
}
