//! The shop while it runs: what is planned, the state of every aggregate, and the log that comes of it.

use super::random::{Random, uuid_of};
use super::time;
use foldback::domain::aggregates::{Account, Inventory, Order, Payment, User};
use foldback::domain::event::{Payload, StreamName};
use foldback::domain::{Aggregate, DomainEvent, NamedCommand};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::ops::Range;

type Step = Box<dyn FnOnce(&mut World)>;

/// Who does something, and because of what.
#[derive(Debug, Clone)]
pub struct Because {
    pub actor: String,
    pub correlation: String,
    pub causation: Option<String>,
}

impl Because {
    /// Somebody begins something. What it is about names the correlation.
    pub fn new(actor: &str, about: &str) -> Self {
        Because { actor: actor.to_owned(), correlation: uuid_of(&format!("correlation {about}")), causation: None }
    }

    /// The same business, going on after an event.
    pub fn after(&self, event_id: &str, actor: &str) -> Self {
        Because { actor: actor.to_owned(), causation: Some(event_id.to_owned()), ..self.clone() }
    }
}

/// An aggregate whose states the world keeps.
pub trait Kept: Aggregate<Event: DomainEvent + Clone> {
    fn states(world: &mut World) -> &mut BTreeMap<String, Self::State>;
}

macro_rules! world {
    ($($field:ident: $aggregate:ty),*) => {
        pub struct World {
            pub now: i64,
            pub random: Random,
            plan: BTreeMap<(i64, u64), Step>,
            planned: u64,
            last_position: i64,
            versions: BTreeMap<String, i64>,
            pub lines: Vec<String>,
            /// Users who can order: id, country and city.
            pub customers: Vec<(String, String, String)>,
            pub payments_made: i64,
            $($field: BTreeMap<String, <$aggregate as Aggregate>::State>,)*
        }

        impl World {
            pub fn new(seed: u64) -> Self {
                World {
                    now: time::start(),
                    random: Random::new(seed),
                    plan: BTreeMap::new(),
                    planned: 0,
                    last_position: 0,
                    versions: BTreeMap::new(),
                    lines: Vec::new(),
                    customers: Vec::new(),
                    payments_made: 500,
                    $($field: BTreeMap::new(),)*
                }
            }
        }

        $(impl Kept for $aggregate {
            fn states(world: &mut World) -> &mut BTreeMap<String, Self::State> {
                &mut world.$field
            }
        })*
    };
}

world! { orders: Order, payments: Payment, stock: Inventory, accounts: Account, users: User }

impl World {
    /// Plans a step for a time.
    pub fn at(&mut self, at: i64, step: impl FnOnce(&mut World) + 'static) {
        self.planned += 1;
        self.plan.insert((at.max(self.now), self.planned), Box::new(step));
    }

    /// Plans a step for some time from now.
    pub fn after(&mut self, wait: Range<i64>, step: impl FnOnce(&mut World) + 'static) {
        let at = self.now + self.random.range(wait);
        self.at(at, step);
    }

    /// Lets everything happen that is planned until the end.
    pub fn run(&mut self, end: i64) {
        while let Some(((at, _), step)) = self.plan.pop_first() {
            if at > end {
                break;
            }
            self.now = self.now.max(at);
            step(self);
        }
    }

    /// The state of an aggregate as it is now.
    pub fn state<A: Kept>(&mut self, id: &str) -> A::State {
        A::states(self).get(id).cloned().unwrap_or_else(A::initial)
    }

    /// The number of events of a stream.
    pub fn length(&self, stream: &str) -> i64 {
        self.versions.get(stream).copied().unwrap_or(0)
    }

    /// Asks for something that the rules allow. The answer is the id of the event.
    pub fn ask<A>(&mut self, command: &str, fields: Value, because: &Because) -> String
    where
        A: Kept<Command: NamedCommand>,
    {
        match self.try_ask::<A>(command, fields.clone(), because) {
            Ok((event_id, _)) => event_id,
            Err(refusal) => panic!("{command} {fields} by {} was refused: {refusal}", because.actor),
        }
    }

    /// Asks for something that the rules may refuse. The answer is the id and the type of the event.
    pub fn try_ask<A>(&mut self, name: &str, fields: Value, because: &Because) -> Result<(String, &'static str), String>
    where
        A: Kept<Command: NamedCommand>,
    {
        let command = A::Command::parse(name, &fields.to_string()).map_err(|e| e.to_string())?;
        let stream = command.stream();
        let id = id_of(&stream);
        let state = self.state::<A>(&id);
        let event = A::decide(&state, command).map_err(|refusal| refusal.to_string())?.remove(0);
        A::states(self).insert(id, A::evolve(state, event.clone()));
        let event_type = event.event_type();
        let command_id = uuid_of(&format!("command {name} {fields} {}", self.length(stream.as_str())));
        let event_id =
            self.append(&stream, event_type, event.schema_version(), event.encode(), because, Some(command_id));
        Ok((event_id, event_type))
    }

    /// Appends past the rules, as a faulty or an old writer does. The payload is the stored one, in the schema given.
    pub fn append_raw<A: Kept>(
        &mut self,
        id: &str,
        event_type: &str,
        schema: u32,
        data: Value,
        because: &Because,
    ) -> String {
        let payload = Payload::Json(data.to_string());
        let event = A::Event::decode(event_type, schema, &payload).expect("even faulty writers write what can be read");
        let state = A::evolve(self.state::<A>(id), event);
        A::states(self).insert(id.to_owned(), state);
        self.append(&StreamName::of(A::CATEGORY, id), event_type, schema, data, because, None)
    }

    /// A transaction took so many positions and was rolled back: the numbers are never given again.
    pub fn roll_back(&mut self, positions: i64) {
        self.last_position += positions;
    }

    fn append(
        &mut self,
        stream: &StreamName,
        event_type: &str,
        schema: u32,
        data: Value,
        because: &Because,
        command_id: Option<String>,
    ) -> String {
        let name = stream.as_str();
        let version = self.length(name);
        self.versions.insert(name.to_owned(), version + 1);
        self.last_position += 1;
        let event_id = uuid_of(&format!("event {name} {version}"));

        let mut metadata = Map::new();
        metadata.insert("correlation_id".into(), because.correlation.clone().into());
        if let Some(causation) = &because.causation {
            metadata.insert("causation_id".into(), causation.clone().into());
        }
        metadata.insert("actor".into(), because.actor.clone().into());
        if let Some(command_id) = command_id {
            metadata.insert("command_id".into(), command_id.into());
            // Services are traced; people's browsers are not.
            if because.actor.ends_with("-service") {
                metadata.insert("trace_id".into(), because.correlation.replace('-', "").into());
            }
        }
        let line = json!({
            "global_position": self.last_position,
            "stream_id": name,
            "stream_version": version,
            "category": stream.category().as_str(),
            "event_id": event_id,
            "event_type": event_type,
            "data": data,
            "metadata": metadata,
            "correlation_id": because.correlation,
            "causation_id": because.causation,
            "actor": because.actor,
            "schema_version": schema,
            "created_at": time::text(self.now),
        });
        self.lines.push(line.to_string());
        // No two events of one step are quite simultaneous.
        self.now += self.random.range(2..60);
        event_id
    }
}

fn id_of(stream: &StreamName) -> String {
    stream.as_str().split_once('-').expect("our streams are category-id").1.to_owned()
}
