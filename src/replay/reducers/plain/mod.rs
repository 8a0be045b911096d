//! Expressions that only compare and count what they look at, asked without the engine: `state.refunded >
//! state.captured`. It answers as the engine would, or says that it does not know: then the engine is asked.

mod parse;

pub(super) use parse::INHERITED;

use foldback_domain::event::{EventBody, Payload};
use foldback_domain::{Fold, Member};
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;
use std::fmt;

/// An expression that can be asked without the engine.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    node: Node,
    /// The top-level members of the state that it names.
    state: Vec<String>,
    /// The top-level members of the payload that it names.
    data: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    Text(String),
    Bool(bool),
    Null,
    Undefined,
    Path(Root, Vec<Step>),
    /// A member of the state or of the payload, by its number among those that are named, and the way on from there.
    Member(Root, usize, Vec<Step>),
    Type,
    Version,
    Unary(Unary, Box<Node>),
    Binary(Binary, Box<[Node; 2]>),
    Condition(Box<[Node; 3]>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    State,
    Event,
}

/// A step from a value to a member of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    name: String,
    /// Whether the way may end here, `?.`.
    optional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unary {
    Not,
    Minus,
    Plus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Binary {
    Same,
    NotSame,
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
    Plus,
    Minus,
    Times,
    Over,
    Rest,
    And,
    Or,
    Nullish,
}

/// A value of the expression's language.
#[derive(Debug, Clone, Copy)]
enum Value<'v> {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(&'v str),
    /// An object or array.
    Thing(&'v Json),
}

/// What an expression looks at: members in the order in which they are named.
struct Given<'g> {
    state: &'g [Member],
    data: &'g [Option<Json>],
    event: &'g EventBody,
}

impl Plain {
    /// Understands an expression, which the engine has found to be one; `None` where only the engine does.
    pub fn parse(text: &str) -> Option<Plain> {
        let mut plain = Plain { node: parse::parse(text)?, state: Vec::new(), data: Vec::new() };
        let mut node = std::mem::replace(&mut plain.node, Node::Null);
        plain.resolve(&mut node)?;
        plain.node = node;
        Some(plain)
    }

    /// Numbers the members that the expression names.
    fn resolve(&mut self, node: &mut Node) -> Option<()> {
        match node {
            Node::Path(root, steps) => *node = self.place(*root, std::mem::take(steps))?,
            Node::Unary(_, inner) => self.resolve(inner)?,
            Node::Binary(_, inner) => inner.iter_mut().try_for_each(|node| self.resolve(node).ok_or(())).ok()?,
            Node::Condition(inner) => inner.iter_mut().try_for_each(|node| self.resolve(node).ok_or(())).ok()?,
            _ => {}
        }
        Some(())
    }

    fn place(&mut self, root: Root, mut steps: Vec<Step>) -> Option<Node> {
        fn next(steps: &mut Vec<Step>) -> Option<String> {
            if steps.is_empty() { None } else { Some(steps.remove(0).name) }
        }
        let (names, name) = match root {
            Root::State => (&mut self.state, next(&mut steps)?),
            Root::Event => match next(&mut steps)?.as_str() {
                "eventType" if steps.is_empty() => return Some(Node::Type),
                "sequenceNumber" if steps.is_empty() => return Some(Node::Version),
                "data" | "body" => (&mut self.data, next(&mut steps)?),
                _ => return None,
            },
        };
        let number = names.iter().position(|known| *known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        Some(Node::Member(root, number, steps))
    }

    /// Whether it holds; `None` where only the engine knows.
    pub fn holds(&self, fold: Option<&dyn Fold>, event: &EventBody) -> Option<bool> {
        let state = match (fold, self.state.as_slice()) {
            (_, []) => Vec::new(),
            (Some(fold), names) => fold.members(names)?,
            (None, _) => return None,
        };
        let data = if self.data.is_empty() { Vec::new() } else { members_of(&event.data, &self.data)? };
        let value = eval(&self.node, &Given { state: &state, data: &data, event })?;
        Some(value.is_true())
    }
}

fn eval<'g>(node: &'g Node, given: &Given<'g>) -> Option<Value<'g>> {
    Some(match node {
        Node::Number(number) => Value::Number(*number),
        Node::Text(text) => Value::Text(text),
        Node::Bool(is) => Value::Bool(*is),
        Node::Null => Value::Null,
        Node::Undefined => Value::Undefined,
        Node::Path(..) => return None,
        Node::Type => Value::Text(&given.event.event_type),
        Node::Version => given.event.version.number().map_or(Value::Null, |number| Value::Number(number as f64)),
        Node::Member(Root::State, number, steps) => walk(of_member(given.state.get(*number)?)?, steps)?,
        Node::Member(Root::Event, number, steps) => walk(of_json(given.data.get(*number)?.as_ref())?, steps)?,
        Node::Unary(Unary::Not, inner) => Value::Bool(!eval(inner, given)?.is_true()),
        Node::Unary(Unary::Minus, inner) => Value::Number(-eval(inner, given)?.number()?),
        Node::Unary(Unary::Plus, inner) => Value::Number(eval(inner, given)?.number()?),
        Node::Condition(parts) => {
            let [test, yes, no] = parts.as_ref();
            eval(if eval(test, given)?.is_true() { yes } else { no }, given)?
        }
        Node::Binary(sign, parts) => {
            let [left, right] = parts.as_ref();
            let left = eval(left, given)?;
            let enough = match sign {
                Binary::And => !left.is_true(),
                Binary::Or => left.is_true(),
                Binary::Nullish => !matches!(left, Value::Null | Value::Undefined),
                _ => return binary(*sign, left, eval(right, given)?),
            };
            if enough { left } else { eval(right, given)? }
        }
    })
}

fn binary<'v>(sign: Binary, left: Value<'v>, right: Value<'v>) -> Option<Value<'v>> {
    Some(match sign {
        Binary::Same => Value::Bool(same(left, right)?),
        Binary::NotSame => Value::Bool(!same(left, right)?),
        Binary::Equal => Value::Bool(equal(left, right)?),
        Binary::NotEqual => Value::Bool(!equal(left, right)?),
        Binary::Less | Binary::AtMost | Binary::More | Binary::AtLeast => Value::Bool(compared(sign, left, right)?),
        Binary::Plus => Value::Number(left.number()? + right.number()?),
        Binary::Minus => Value::Number(left.number()? - right.number()?),
        Binary::Times => Value::Number(left.number()? * right.number()?),
        Binary::Over => Value::Number(left.number()? / right.number()?),
        Binary::Rest => Value::Number(left.number()? % right.number()?),
        Binary::And | Binary::Or | Binary::Nullish => return None,
    })
}

fn same(left: Value<'_>, right: Value<'_>) -> Option<bool> {
    Some(match (left, right) {
        (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Number(left), Value::Number(right)) => left == right,
        (Value::Text(left), Value::Text(right)) => left == right,
        // Two things are the same where they are one thing: that only the engine knows.
        (Value::Thing(_), Value::Thing(_)) => return None,
        _ => false,
    })
}

fn equal(left: Value<'_>, right: Value<'_>) -> Option<bool> {
    use Value::{Bool, Null, Number, Text, Undefined};
    match (left, right) {
        (Null | Undefined, Null | Undefined) => Some(true),
        (Null | Undefined, _) | (_, Null | Undefined) => Some(false),
        (Bool(_), Bool(_)) | (Number(_), Number(_)) | (Text(_), Text(_)) => same(left, right),
        _ => None,
    }
}

fn compared(sign: Binary, left: Value<'_>, right: Value<'_>) -> Option<bool> {
    let order = match (left, right) {
        // Texts are compared by the units of UTF-16.
        (Value::Text(left), Value::Text(right)) => Some(left.encode_utf16().cmp(right.encode_utf16())),
        _ => left.number()?.partial_cmp(&right.number()?),
    };
    Some(match sign {
        Binary::Less => order.is_some_and(|order| order.is_lt()),
        Binary::AtMost => order.is_some_and(|order| order.is_le()),
        Binary::More => order.is_some_and(|order| order.is_gt()),
        _ => order.is_some_and(|order| order.is_ge()),
    })
}

impl Value<'_> {
    fn is_true(&self) -> bool {
        match self {
            Value::Undefined | Value::Null => false,
            Value::Bool(is) => *is,
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Text(text) => !text.is_empty(),
            Value::Thing(_) => true,
        }
    }

    /// The value as a number, where that asks for no conversion of texts or things.
    fn number(self) -> Option<f64> {
        match self {
            Value::Undefined => Some(f64::NAN),
            Value::Null => Some(0.0),
            Value::Bool(is) => Some(f64::from(u8::from(is))),
            Value::Number(number) => Some(number),
            Value::Text(_) | Value::Thing(_) => None,
        }
    }
}

/// The largest number up to which every integer is a number of the language.
const SAFE: u64 = (1 << 53) - 1;

fn of_member(member: &Member) -> Option<Value<'_>> {
    Some(match member {
        Member::Missing => Value::Undefined,
        Member::Null => Value::Null,
        Member::Bool(is) => Value::Bool(*is),
        Member::Integer(number) if number.unsigned_abs() <= SAFE => Value::Number(*number as f64),
        Member::Integer(_) => return None,
        Member::Decimal(number) => Value::Number(*number),
        Member::Text(text) => Value::Text(text),
        Member::Other(value) => of_json(Some(value))?,
    })
}

fn of_json(value: Option<&Json>) -> Option<Value<'_>> {
    Some(match value {
        None => Value::Undefined,
        Some(Json::Null) => Value::Null,
        Some(Json::Bool(is)) => Value::Bool(*is),
        Some(Json::String(text)) => Value::Text(text),
        Some(Json::Number(number)) => {
            let text = number.as_str();
            // What a number of the language may not hold as it is written, the engine treats with care.
            if text.len() > 15 || text.contains(['e', 'E']) {
                return None;
            }
            Value::Number(text.parse().ok()?)
        }
        Some(thing) => Value::Thing(thing),
    })
}

/// The value at the end of a way; what throws is left to the engine, which says it best.
fn walk<'v>(mut value: Value<'v>, steps: &[Step]) -> Option<Value<'v>> {
    for step in steps {
        value = match value {
            Value::Null | Value::Undefined if step.optional => return Some(Value::Undefined),
            Value::Thing(Json::Object(members)) => of_json(members.get(&step.name))?,
            Value::Thing(Json::Array(items)) if step.name == "length" => Value::Number(items.len() as f64),
            Value::Thing(Json::Array(items)) => of_json(items.get(index(&step.name)?))?,
            Value::Text(text) if step.name == "length" => Value::Number(text.encode_utf16().count() as f64),
            _ => return None,
        };
    }
    Some(value)
}

fn index(name: &str) -> Option<usize> {
    let plain = name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    if plain { name.parse().ok() } else { None }
}

/// These members of a payload, without those that nobody asked for.
fn members_of(payload: &Payload, names: &[String]) -> Option<Vec<Option<Json>>> {
    let Payload::Json(text) = payload else { return None };
    let mut found = vec![None; names.len()];
    let mut parser = serde_json::Deserializer::from_str(text);
    Members { names, found: &mut found }.deserialize(&mut parser).ok()?;
    parser.end().ok()?;
    Some(found)
}

struct Members<'m> {
    names: &'m [String],
    found: &'m mut [Option<Json>],
}

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match self.names.iter().position(|name| *name == *key) {
                Some(place) => self.found[place] = Some(map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}
