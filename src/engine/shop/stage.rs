//! The shop on its stage: what people want is sent to the bus, and misfortunes strike.

use super::agenda::{Act, Agenda, MISCOUNTED, product};
use super::incident::Incident;
use super::keeper::Keeper;
use crate::engine::faults::{Fault, FaultRule, Faults};
use crate::engine::projections::Settings;
use crate::engine::{Answer, Bus, CommandFailure, Works};
use crate::store::StoreError;
use crate::store::books::Target;
use crate::store::writer::{EventWriter, NewEvent};
use foldback_domain::Aggregate;
use foldback_domain::aggregates::Inventory;
use foldback_domain::event::{Category, Payload, StreamName};
use serde_json::{Value, json};
use std::time::Duration;

/// Whose row of a read model somebody corrects by hand.
const SPOILT: &str = "kim";
/// The projection that is slow at noon.
pub const SLOW: &str = "daily-revenue";

/// What misfortunes act upon.
#[derive(Clone)]
pub struct Props {
    /// The store.
    pub works: Works,
    /// The services' plan.
    pub services: Faults,
    /// The broker's plan.
    pub broker: Faults,
    /// How projections are run.
    pub projections: Settings,
    /// How long the slow projection takes for an event at noon.
    pub noon: Duration,
}

/// The shop with its agenda.
pub struct Stage {
    /// What is going to happen.
    pub agenda: Agenda,
    keeper: Keeper,
    props: Props,
    /// What goes wrong at the services now.
    wrong: Vec<FaultRule>,
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
        Stage { agenda, keeper: Keeper::new(bus, seed), props, wrong: Vec::new(), last_order: None }
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
        match incident {
            Incident::NegativeCount => self.miscount().await?,
            Incident::CardsDeclined => {
                let declined = rule("payment", "charge", Fault::Refuse("the card is declined".to_owned()));
                self.goes_wrong(FaultRule { one_in: Some(3), ..declined });
            }
            Incident::CardsTaken => self.works_again("charge"),
            Incident::RefundsFail => {
                self.goes_wrong(rule("payment", "refund", Fault::Fail("502 bad gateway".to_owned())))
            }
            Incident::RefundsWork => self.works_again("refund"),
            Incident::BrokerRefuses => {
                let order = self.last_order.map(|order| (order + 1).to_string());
                let refused = Fault::Refuse("the broker refuses the message: it has no route".to_owned());
                self.props.broker.set(vec![FaultRule { order, ..rule("outbox", "publish", refused) }]);
            }
            Incident::RevenueSlow => self.props.projections.set_delay(SLOW, Some(self.props.noon)),
            Incident::RevenueFast => self.props.projections.set_delay(SLOW, None),
            Incident::RowSpoilt => self.spoil().await?,
        }
        Ok(())
    }

    fn goes_wrong(&mut self, rule: FaultRule) {
        self.wrong.push(rule);
        self.props.services.set(self.wrong.clone());
    }

    fn works_again(&mut self, operation: &str) {
        self.wrong.retain(|rule| rule.operation != operation);
        self.props.services.set(self.wrong.clone());
    }

    /// A terminal in the warehouse writes what no rule would have let through.
    async fn miscount(&self) -> Result<(), StoreError> {
        let works = &self.props.works;
        let sku = product(MISCOUNTED).sku;
        let stream = StreamName::of(Inventory::CATEGORY, sku);
        let summary = works.reader.read_summary(&stream).await?;
        let Some(version) = summary.and_then(|summary| summary.version) else { return Ok(()) };
        let metadata = json!({"correlation_id": works.chance.id().to_string(), "actor": "stock-terminal-3"});
        let event = NewEvent {
            event_id: works.chance.id().to_string(),
            event_type: "StockCounted".to_owned(),
            schema_version: 1,
            data: Payload::Json(json!({"sku": sku, "quantity": -3}).to_string()),
            metadata: Some(Payload::Json(metadata.to_string())),
            created_at: works.clock.now(),
        };
        works
            .books
            .database()
            .append(&stream, &Category::from(Inventory::CATEGORY), version, &[event])
            .await
            .map(|_| ())
    }

    /// Somebody with a database client means well.
    async fn spoil(&self) -> Result<(), StoreError> {
        let (works, name) = (&self.props.works, "customer-summaries");
        let rows = works.books.read_model_rows(name, Target::Live, &[SPOILT.to_owned()]).await?;
        let Some((key, row)) = rows.into_iter().next() else { return Ok(()) };
        let Ok(Value::Object(mut row)) = serde_json::from_str(&row) else { return Ok(()) };
        row.insert("orders".to_owned(), json!(1));
        works.books.overwrite_row(name, &key, &Value::Object(row).to_string()).await
    }
}

fn rule(service: &str, operation: &str, fault: Fault) -> FaultRule {
    FaultRule {
        service: service.to_owned(),
        operation: operation.to_owned(),
        order: None,
        nth: None,
        one_in: None,
        fault,
    }
}
