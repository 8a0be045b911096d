//! The shop around the saga, in memory: its aggregates decide by their own rules, and the services keep count.

use crate::aggregates::inventory::InventoryCommand;
use crate::aggregates::order::{OrderCommand, OrderEvent};
use crate::aggregates::payment::PaymentCommand;
use crate::aggregates::{Inventory, Order, Payment};
use crate::fact::Fact;
use crate::processes::SagaStatus;
use crate::saga::{At, Due, Line, Outcome, Outgoing, Patience, Recipient, Reply, Saga, Signal, Transition};
use crate::sagas::fulfilment::{FulfilmentState, OrderFulfilment};
use crate::{Aggregate, DomainEvent, NamedCommand};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};

/// The shop with one order and its saga.
pub struct World {
    pub state: Option<FulfilmentState>,
    pub status: SagaStatus,
    pub due: Due,
    pub lines: Vec<Line<FulfilmentState>>,
    /// What the saga has asked for and nobody has carried out.
    pub asked: VecDeque<Outgoing>,
    /// Order events that the saga has not taken in.
    pub events: VecDeque<OrderEvent>,
    pub dead_letters: u32,
    pub order: <Order as Aggregate>::State,
    pub payment: <Payment as Aggregate>::State,
    pub stock: BTreeMap<String, <Inventory as Aggregate>::State>,
    /// Effects of the services by name: what a key did, once.
    pub effects: BTreeMap<String, Vec<String>>,
    handled: BTreeMap<String, Value>,
    answered: BTreeMap<String, Value>,
}

pub const SAGA: &str = "fulfil-1017";

impl World {
    /// A shop with so many of two things, and an order of 2 and 1 of them that is placed and confirmed.
    pub fn with_stock(first: i64, second: i64) -> World {
        let mut world = World {
            state: None,
            status: SagaStatus::Unknown,
            due: Due::Never,
            lines: Vec::new(),
            asked: VecDeque::new(),
            events: VecDeque::new(),
            dead_letters: 0,
            order: Order::initial(),
            payment: Payment::initial(),
            stock: BTreeMap::new(),
            effects: BTreeMap::new(),
            handled: BTreeMap::new(),
            answered: BTreeMap::new(),
        };
        for (sku, quantity) in [("SKU-1", first), ("SKU-2", second)] {
            world.command("ReceiveStock", &json!({"sku": sku, "quantity": quantity})).unwrap();
        }
        let items = json!([{"product_id": "SKU-1", "name": "tea", "quantity": 2, "unit_price": 1000},
                           {"product_id": "SKU-2", "name": "pot", "quantity": 1, "unit_price": 5000}]);
        let address = json!({"street": "1 Sejong-daero", "city": "Seoul", "state": "Seoul", "zip_code": "04524",
                             "country": "KR"});
        let place = json!({"order_id": "1017", "customer_id": "kim", "items": items, "shipping_address": address});
        world.command("PlaceOrder", &place).unwrap();
        world.command("ConfirmOrder", &json!({"order_id": "1017"})).unwrap();
        world
    }

    /// Decides a command by the shop's rules.
    pub fn command(&mut self, name: &str, body: &Value) -> Result<Value, String> {
        let json = body.to_string();
        fn run<A: Aggregate>(state: &mut A::State, command: A::Command) -> Result<(Value, Vec<A::Event>), String>
        where
            A::Event: Clone,
        {
            let events = A::decide(state, command).map_err(|why| why.to_string())?;
            *state = events.iter().cloned().fold(state.clone(), A::evolve);
            assert_eq!(A::violations(state), []);
            let shown = events.iter().map(|event| json!({"type": event.event_type(), "data": event.encode()}));
            Ok((shown.collect(), events))
        }
        if OrderCommand::NAMES.contains(&name) {
            let (shown, events) = run::<Order>(&mut self.order, OrderCommand::parse(name, &json).unwrap())?;
            self.events.extend(events);
            return Ok(shown);
        }
        if PaymentCommand::NAMES.contains(&name) {
            return Ok(run::<Payment>(&mut self.payment, PaymentCommand::parse(name, &json).unwrap())?.0);
        }
        let command = InventoryCommand::parse(name, &json).unwrap();
        let stock = self.stock.entry(command.stream().0).or_insert_with(Inventory::initial);
        Ok(run::<Inventory>(stock, command)?.0)
    }

    /// Carries out what was asked for: once, however often it is asked for.
    pub fn carry_out(&mut self, asked: &Outgoing) -> Outcome {
        match &asked.to {
            Recipient::Command { name, .. } => {
                if let Some(known) = self.handled.get(&asked.key) {
                    return Outcome::Done(known.clone());
                }
                match self.command(name, &asked.body) {
                    Ok(events) => {
                        self.handled.insert(asked.key.clone(), events.clone());
                        Outcome::Done(events)
                    }
                    Err(why) => Outcome::Refused(why),
                }
            }
            Recipient::Call { service, operation } => {
                let name = format!("{service}.{operation}");
                let answer = json!({"authorization_code": "A-1", "tracking_number": "T-1"});
                if self.answered.insert(asked.key.clone(), answer.clone()).is_none() {
                    self.effects.entry(name).or_default().push(asked.key.clone());
                }
                Outcome::Done(answer)
            }
        }
    }

    /// How often a service did something.
    pub fn did(&self, what: &str) -> usize {
        self.effects.get(what).map_or(0, Vec::len)
    }

    /// Lets the saga take in a signal.
    pub fn signal(&mut self, signal: &Signal<'_>) {
        let state = self.state.clone();
        let at = At {
            saga_id: SAGA,
            sequence: self.lines.len() as i64 - 1,
            state: state.as_ref(),
            patience: &Patience::STANDARD,
        };
        let Some(Transition { state, status, lines, due, given_up, .. }) = OrderFulfilment::decide(&at, signal) else {
            return;
        };
        // What is stored is what is read again.
        let stored = serde_json::to_string(&state).unwrap();
        assert_eq!(serde_json::from_str::<FulfilmentState>(&stored).unwrap(), state);
        let asks = lines.iter().filter_map(|line| line.sent.clone()).collect::<Vec<_>>();
        if let Some((line, outstanding)) = OrderFulfilment::outstanding(SAGA, &state)
            && let Some(sent) = asks.last()
        {
            assert_eq!(*sent, outstanding, "what is outstanding is what was sent");
            let sender = usize::try_from(line).unwrap() - self.lines.len();
            assert_eq!(lines[sender].sent.as_ref(), Some(sent), "the line that asked is known");
        }
        assert!(lines.is_empty() || lines.last().unwrap().state == state, "the last line has the whole state");
        self.asked.extend(asks);
        (self.state, self.status) = (Some(state), status);
        self.lines.extend(lines);
        self.dead_letters += u32::from(given_up.is_some());
        if due != Due::Unchanged {
            self.due = due;
        }
    }

    /// Lets the saga take in the next order event.
    pub fn take_event(&mut self) {
        if let Some(event) = self.events.pop_front() {
            let event_type = event.event_type();
            self.signal(&Signal::Event { fact: &Fact::Order(event), event_type });
        }
    }

    /// Answers.
    pub fn reply(&mut self, asked: &Outgoing, outcome: Outcome) {
        let is_call = matches!(asked.to, Recipient::Call { .. });
        let from = match &asked.to {
            Recipient::Command { name, .. } => name.clone(),
            Recipient::Call { service, .. } => service.clone(),
        };
        self.signal(&Signal::Reply(&Reply { id: asked.id.clone(), key: asked.key.clone(), from, is_call, outcome }));
    }

    /// Goes on until the saga rests: everything is carried out and answered, but for what `instead` answers otherwise:
    /// `None` from it means no answer at all.
    pub fn play(&mut self, mut instead: impl FnMut(&Outgoing) -> Option<Option<Outcome>>) {
        for _ in 0..500 {
            if let Some(asked) = self.asked.pop_front() {
                match instead(&asked) {
                    Some(Some(outcome)) => self.reply(&asked, outcome),
                    Some(None) => {}
                    None => {
                        let outcome = self.carry_out(&asked);
                        self.reply(&asked, outcome);
                    }
                }
            } else if !self.events.is_empty() {
                self.take_event();
            } else if self.due != Due::Never {
                self.signal(&Signal::Timeout);
            } else {
                return;
            }
        }
        panic!("the saga never rests: {:?}", self.state);
    }

    /// The story of the log: step and how it went, without those that only wait.
    pub fn story(&self) -> Vec<String> {
        let told = |line: &&Line<FulfilmentState>| {
            !matches!(line.step_status, None | Some(SagaStatus::Executing | SagaStatus::Compensating))
        };
        self.lines
            .iter()
            .filter(told)
            .map(|line| format!("{}: {}", line.step.as_deref().unwrap_or("-"), line.step_status.unwrap()))
            .collect()
    }

    /// How many of a thing are set aside, and how many left.
    pub fn reserved(&self) -> i64 {
        self.stock.values().map(|stock| stock.reserved).sum()
    }

    /// How many things are in the house.
    pub fn on_hand(&self) -> i64 {
        self.stock.values().map(|stock| stock.on_hand).sum()
    }
}
