//! A command as it was asked for, read strictly: which aggregate decides it, and what is known about it beside.

pub(super) mod fields;
mod place;

use super::{Chance, CommandFailure, Request};
use fields::Fields;
use foldback_domain::aggregates::account::AccountCommand;
use foldback_domain::aggregates::inventory::InventoryCommand;
use foldback_domain::aggregates::order::OrderCommand;
use foldback_domain::aggregates::payment::PaymentCommand;
use foldback_domain::aggregates::user::UserCommand;
use foldback_domain::event::{StreamName, safe_text};
use foldback_domain::{CommandError, NamedCommand};
use similar::TextDiff;
use uuid::Uuid;

/// The space that the ids of events and the marks of commands are named in.
const NAMES: Uuid = Uuid::from_u128(0x666f_6c64_6261_636b_8000_0000_0000_0001);

/// A command of any aggregate of the shop.
#[derive(Debug, Clone)]
pub(super) enum AnyCommand {
    Order(OrderCommand),
    Payment(PaymentCommand),
    Inventory(InventoryCommand),
    Account(AccountCommand),
    User(UserCommand),
}

/// The stream that a command of the shop is decided against; `None` for what is no such command.
pub fn stream_of(name: &str, json: &str) -> Option<StreamName> {
    Some(match parse(name, json).ok()? {
        AnyCommand::Order(command) => command.stream(),
        AnyCommand::Payment(command) => command.stream(),
        AnyCommand::Inventory(command) => command.stream(),
        AnyCommand::Account(command) => command.stream(),
        AnyCommand::User(command) => command.stream(),
    })
}

/// What is known about a command beside what it asks for.
#[derive(Debug, Clone)]
pub(super) struct Ticket {
    /// Its name.
    pub name: String,
    /// Its id.
    pub command_id: String,
    /// What it belongs to.
    pub correlation_id: String,
    /// What led to it.
    pub causation_id: Option<String>,
    /// Who asks.
    pub actor: Option<String>,
    /// The same for the same fields, in whatever order: a command id stands for one command only.
    pub mark: String,
}

impl Ticket {
    /// The id of one of its events: the same every time the command is handled, so that a repeat is recognised.
    pub fn event_id(&self, index: usize) -> String {
        Uuid::new_v5(&NAMES, format!("event {index} of {}", self.command_id).as_bytes()).to_string()
    }
}

/// Every command's name, by aggregate.
pub fn names() -> impl Iterator<Item = &'static str> {
    [OrderCommand::NAMES, PaymentCommand::NAMES, InventoryCommand::NAMES, AccountCommand::NAMES, UserCommand::NAMES]
        .into_iter()
        .flatten()
        .copied()
}

/// The name of a command that a misspelt one is nearest to, where one is near.
pub fn near(name: &str) -> Option<&'static str> {
    let ratio = |known: &str| TextDiff::from_chars(name.to_lowercase(), known.to_lowercase()).ratio();
    let nearest = names().map(|known| (known, ratio(known))).max_by(|a, b| a.1.total_cmp(&b.1))?;
    (nearest.1 >= 0.7).then_some(nearest.0)
}

/// Whether a command can be read; nothing is asked of a store.
pub fn check(request: &Request) -> Result<(), CommandFailure> {
    read(request.clone(), &Chance::seeded(0)).map(|_| ())
}

/// Reads a command.
pub(super) fn read(request: Request, chance: &Chance) -> Result<(AnyCommand, Ticket), CommandFailure> {
    let Request { name, json, command_id, correlation_id, causation_id, actor } = request;
    let said = |why: String| {
        CommandFailure::Invalid(format!("{}: {why}; `foldback exec --help` shows an example", safe_text(&name)))
    };
    if !names().any(|known| known == name) {
        return Err(CommandFailure::Unknown { name });
    }
    let mut fields = Fields::read(&json).map_err(said)?;
    let mut beside = |field: &str, given: Option<String>| match fields.take_text(field).map_err(said)? {
        None => Ok(given),
        Some(text) if given.as_ref().is_none_or(|given| *given == text) => Ok(Some(text)),
        Some(text) => {
            Err(said(format!("{field} is {:?} in the JSON and {:?} beside it", text, given.unwrap_or_default())))
        }
    };
    let command_id = beside("command_id", command_id)?;
    let correlation_id = beside("correlation_id", correlation_id)?;
    let actor = beside("actor", actor)?;
    let text = fields.text();
    let command = parse(&name, &text).map_err(|why| said(place::explain(&text, &why)))?;
    for given in [&command_id, &correlation_id, &actor].into_iter().flatten() {
        check_length("command_id, correlation_id or actor", given).map_err(said)?;
    }
    fields.check_texts(check_length).map_err(said)?;
    let command_id = command_id.unwrap_or_else(|| chance.id().to_string());
    let ticket = Ticket {
        correlation_id: correlation_id.unwrap_or_else(|| command_id.clone()),
        mark: Uuid::new_v5(&NAMES, fields.canonical().as_bytes()).to_string(),
        command_id,
        causation_id,
        actor,
        name,
    };
    Ok((command, ticket))
}

/// How many bytes a text may have: what is found by it has to fit into an index of every database. Nothing is found by a
/// reason.
const LONGEST: usize = 1_000;

fn check_length(name: &str, text: &str) -> Result<(), String> {
    match text.len() {
        ..=LONGEST => Ok(()),
        _ if name == "reason" => Ok(()),
        long => Err(format!("{name} has {long} bytes; a text has {LONGEST} at most")),
    }
}

fn parse(name: &str, json: &str) -> Result<AnyCommand, String> {
    fn of<C: NamedCommand>(name: &str, json: &str, any: fn(C) -> AnyCommand) -> Option<Result<AnyCommand, String>> {
        match C::parse(name, json) {
            Ok(command) => Some(Ok(any(command))),
            Err(CommandError::UnknownName) => None,
            Err(CommandError::Malformed(why)) => Some(Err(why)),
        }
    }
    of(name, json, AnyCommand::Order)
        .or_else(|| of(name, json, AnyCommand::Payment))
        .or_else(|| of(name, json, AnyCommand::Inventory))
        .or_else(|| of(name, json, AnyCommand::Account))
        .or_else(|| of(name, json, AnyCommand::User))
        .unwrap_or_else(|| Err("no aggregate has such a command".to_owned()))
}
