//! The shop on its stage: what people want is sent to the bus, and misfortunes strike.

use super::agenda::{Act, Agenda};
use super::incident::Incident;
use super::keeper::Keeper;
use crate::engine::faults::{Fault, FaultRule, Faults};
use crate::engine::projections::Settings;
use crate::engine::{Answer, Bus, CommandFailure, Works};
use crate::store::StoreError;
use crate::store::writer::{EventWriter, NewEvent};
use foldback_domain::aggregates::Inventory;
use foldback_domain::event::{Category, Payload, StreamName};
use foldback_domain::{Aggregate, projections};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// What people call the product that the warehouse loses count of.
const MISCOUNTED: &str = "SKU-9";
/// Whose row of a read model somebody corrects by hand.
const SPOILT: &str = "kim";
/// How long the projection of the revenue takes for an event at noon.
const NOON: Duration = Duration::from_secs(40);

/// What misfortunes act upon.
#[derive(Clone)]
pub struct Props {
    /// The store.
    pub works: Works,
    /// Appends past the rules.
    pub writer: Arc<dyn EventWriter>,
    /// The services' plan.
    pub services: Arc<Faults>,
    /// The broker's plan.
    pub broker: Arc<Faults>,
    /// How projections are run.
    pub projections: Settings,
}

/// The shop with its agenda.
pub struct Stage {
    /// What is going to happen.
    pub agenda: Agenda,
    keeper: Keeper,
    props: Props,
    last_order: Option<u64>,
}

/// What became of an act.
#[derive(Debug)]
pub enum Played {
    /// A command was handled.
    Done(Answer),
    /// A rule refused it, or it was for something that is not there: a part of the day.
    Refused(String),
    /// A misfortune struck.
    Struck(Incident),
}

impl Stage {
    /// A day in the shop.
    pub fn new(agenda: Agenda, bus: Bus, props: Props, seed: u64) -> Stage {
        Stage { agenda, keeper: Keeper::new(bus, seed), props, last_order: None }
    }

    /// Plays the next act. Fails only where the store cannot be read or written.
    pub async fn play(&mut self) -> Result<Option<Played>, StoreError> {
        let Some(act) = self.agenda.next_act() else { return Ok(None) };
        if let Act::Incident(incident) = act {
            self.strike(incident).await?;
            return Ok(Some(Played::Struck(incident)));
        }
        if let Act::Order { order, .. } = &act {
            self.last_order = Some(*order);
        }
        match self.keeper.perform(&act, &mut self.agenda).await {
            Ok(answer) => Ok(answer.map(Played::Done)),
            Err(CommandFailure::Conflict(error) | CommandFailure::Unavailable(error)) => Err(error),
            Err(refused) => Ok(Some(Played::Refused(refused.to_string()))),
        }
    }

    async fn strike(&mut self, incident: Incident) -> Result<(), StoreError> {
        let rule = |service: &str, operation: &str, order: Option<String>, fault: Fault| FaultRule {
            service: service.to_owned(),
            operation: operation.to_owned(),
            order,
            nth: None,
            one_in: None,
            fault,
        };
        match incident {
            Incident::NegativeCount => self.miscount().await?,
            Incident::RefundsFail => {
                let why = Fault::Refuse("502 bad gateway".to_owned());
                self.props.services.set(vec![rule("payment", "refund", None, why)]);
            }
            Incident::RefundsWork => self.props.services.set(Vec::new()),
            Incident::BrokerRefuses => {
                let order = self.last_order.map(|order| (order + 1).to_string());
                let why = Fault::Refuse("the broker refuses the message: it has no route".to_owned());
                self.props.broker.set(vec![rule("outbox", "publish", order, why)]);
            }
            Incident::RevenueSlow => self.props.projections.set_delay("daily-revenue", Some(NOON)),
            Incident::RevenueFast => self.props.projections.set_delay("daily-revenue", None),
            Incident::RowSpoilt => self.spoil().await?,
        }
        Ok(())
    }

    /// A terminal in the warehouse writes what no rule would have let through.
    async fn miscount(&self) -> Result<(), StoreError> {
        let works = &self.props.works;
        let stream = StreamName::of(Inventory::CATEGORY, MISCOUNTED);
        let summary = works.reader.read_summary(&stream).await?;
        let Some(version) = summary.and_then(|summary| summary.version) else { return Ok(()) };
        let metadata = json!({"correlation_id": works.chance.id().to_string(), "actor": "stock-terminal-3"});
        let event = NewEvent {
            event_id: works.chance.id().to_string(),
            event_type: "StockCounted".to_owned(),
            schema_version: 1,
            data: Payload::Json(json!({"sku": MISCOUNTED, "quantity": -3}).to_string()),
            metadata: Some(Payload::Json(metadata.to_string())),
            created_at: works.clock.now(),
        };
        self.props.writer.append(&stream, &Category::from(Inventory::CATEGORY), version, &[event]).await.map(|_| ())
    }

    /// Somebody with a database client means well.
    async fn spoil(&self) -> Result<(), StoreError> {
        let Some(summaries) = projections::named("customer-summaries") else { return Ok(()) };
        self.props.works.books.spoil_row(summaries.name(), SPOILT, "orders", "999").await
    }
}
