//! Expressions that compare and count what they look at, asked without the engine: `state.refunded > state.captured`,
//! `Object.keys(state.open ?? {}).length > 100`, `state.items.some(item => item.quantity < 1)`. It answers as the engine
//! would, or says that it does not know: then the engine is asked.

mod image;
mod lists;
mod parse;
mod payload;
mod value;

pub use image::Image;
pub(super) use parse::INHERITED;

use foldback_domain::event::EventBody;
use foldback_domain::{Fold, Member, Want};
use payload::members_of;
use serde_json::{Map, Value as Json};
use value::{Value, View, compared, equal, of_json, of_member, same, walk};

/// An expression that can be asked without the engine.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    node: Node,
    /// What it wants of the state: top-level members.
    state: Vec<Want>,
    /// Their names.
    names: Vec<String>,
    /// The top-level members of the payload that it names.
    data: Vec<String>,
    /// Whether it looks at the event.
    event: bool,
    /// Whether it calls any function.
    calls: bool,
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
    /// `{}`, or an array of constants.
    Thing(Json),
    /// What a function of the expression is given, by the number of functions around it.
    Element(usize),
    /// Something, and the way on from there.
    Chain(Box<Node>, Vec<Link>),
    /// `Object.keys(…)` and its like.
    View(View, Box<Node>),
    /// `Array.isArray(…)`.
    IsArray(Box<Node>),
    /// `typeof …`.
    Kind(Box<Node>),
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

/// A part of the way from a value to another.
#[derive(Debug, Clone, PartialEq)]
enum Link {
    Step(Step),
    /// A function that a value has, whether the way may end in front of it, and what it is given.
    Call(Call, bool, Box<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Some,
    Every,
    /// `filter(…).length`.
    Count,
    Includes,
    StartsWith,
    EndsWith,
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

/// What an expression looks at: members in the order in which they are named.
struct Given<'g> {
    state: State<'g>,
    data: &'g [Option<Json>],
    event: &'g EventBody,
}

/// What an expression wants of a state.
#[derive(Clone, Copy)]
enum State<'g> {
    Members(&'g [Member]),
    /// As they stand in an object, whole.
    Image(&'g [Want], &'g Map<String, Json>),
}

impl<'g> State<'g> {
    fn get(self, number: usize) -> Option<Value<'g>> {
        match self {
            State::Members(members) => of_member(members.get(number)?),
            State::Image(wants, members) => of_json(members.get(&wants.get(number)?.name)),
        }
    }
}

/// What the functions around a part of an expression were given, the innermost first.
#[derive(Clone, Copy)]
struct Around<'a, 'g> {
    element: Value<'g>,
    number: usize,
    outer: Option<&'a Around<'a, 'g>>,
}

impl Plain {
    /// Understands an expression, which the engine has found to be one; `None` where only the engine does.
    pub fn parse(text: &str) -> Option<Plain> {
        let (state, names, data) = (Vec::new(), Vec::new(), Vec::new());
        let mut plain = Plain { node: Node::Null, state, names, data, event: false, calls: false };
        let mut node = parse::parse(text)?;
        plain.resolve(&mut node, true)?;
        plain.node = node;
        for want in &plain.state {
            if !plain.names.contains(&want.name) {
                plain.names.push(want.name.clone());
            }
        }
        Some(plain)
    }

    /// Whether it calls any function, rather than only to compare.
    pub fn calls(&self) -> bool {
        self.calls
    }

    /// Numbers the members that a part of the expression names. `counted`: of what it stands for, nothing is looked at but
    /// the size.
    fn resolve(&mut self, node: &mut Node, counted: bool) -> Option<()> {
        match node {
            Node::Path(root, steps) => *node = self.place(*root, std::mem::take(steps), counted)?,
            Node::Unary(_, inner) | Node::Kind(inner) => self.resolve(inner, true)?,
            Node::IsArray(inner) => {
                self.calls = true;
                self.resolve(inner, true)?;
            }
            Node::View(_, inner) => {
                self.calls = true;
                self.resolve(inner, counted)?;
            }
            Node::Chain(base, links) => {
                let sized = matches!(links.as_slice(), [Link::Step(step)] if step.name == "length");
                self.resolve(base, sized)?;
                for link in links {
                    if let Link::Call(_, _, given) = link {
                        self.calls = true;
                        self.resolve(given, true)?;
                    }
                }
            }
            Node::Binary(sign, inner) => {
                let flows = matches!(sign, Binary::And | Binary::Or | Binary::Nullish);
                for node in inner.iter_mut() {
                    self.resolve(node, counted || !flows)?;
                }
            }
            Node::Condition(inner) => {
                let [test, yes, no] = inner.as_mut();
                self.resolve(test, true)?;
                self.resolve(yes, counted)?;
                self.resolve(no, counted)?;
            }
            _ => {}
        }
        Some(())
    }

    fn place(&mut self, root: Root, mut steps: Vec<Step>, counted: bool) -> Option<Node> {
        fn next(steps: &mut Vec<Step>) -> Option<String> {
            if steps.is_empty() { None } else { Some(steps.remove(0).name) }
        }
        let first = next(&mut steps)?;
        if root == Root::State {
            let sized = matches!(steps.as_slice(), [step] if step.name == "length");
            let want = Want { name: first, counted: sized || (counted && steps.is_empty()) };
            let number = self.state.iter().position(|known| *known == want).unwrap_or_else(|| {
                self.state.push(want);
                self.state.len() - 1
            });
            return Some(Node::Member(root, number, steps));
        }
        self.event = true;
        let name = match first.as_str() {
            "eventType" if steps.is_empty() => return Some(Node::Type),
            "sequenceNumber" if steps.is_empty() => return Some(Node::Version),
            "data" | "body" => next(&mut steps)?,
            _ => return None,
        };
        let number = self.data.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.data.push(name);
            self.data.len() - 1
        });
        Some(Node::Member(root, number, steps))
    }

    /// Whether it holds; `None` where only the engine knows. The image is this expression's own and nobody else's.
    pub fn holds(&self, fold: Option<&dyn Fold>, event: &EventBody, image: &mut Image) -> Option<bool> {
        let fold = match (fold, self.state.as_slice()) {
            (_, []) => return self.answer(State::Members(&[]), event),
            (Some(fold), _) => fold,
            (None, _) => return None,
        };
        if !image.is_used() {
            let members = fold.members(&self.state)?;
            let large = |member: &Member| matches!(member, Member::Other(Json::Object(_) | Json::Array(_)));
            // What is large is not written out at every event.
            if !members.iter().any(large) || !image.begin(fold, &self.names) {
                return self.answer(State::Members(&members), event);
            }
        }
        let changed = image.follow(fold, &self.names)?;
        if let (false, false, Some(held)) = (changed, self.event, image.held) {
            return Some(held);
        }
        image.held = self.answer(State::Image(&self.state, image.members()?), event);
        image.held
    }

    fn answer(&self, state: State<'_>, event: &EventBody) -> Option<bool> {
        let data = if self.data.is_empty() { Vec::new() } else { members_of(&event.data, &self.data)? };
        let value = eval(&self.node, &Given { state, data: &data, event }, None)?;
        Some(value.is_true())
    }
}

fn eval<'g>(node: &'g Node, given: &Given<'g>, around: Option<&Around<'_, 'g>>) -> Option<Value<'g>> {
    Some(match node {
        Node::Number(number) => Value::Number(*number),
        Node::Text(text) => Value::Text(text),
        Node::Bool(is) => Value::Bool(*is),
        Node::Null => Value::Null,
        Node::Undefined => Value::Undefined,
        Node::Path(..) => return None,
        Node::Type => Value::Text(&given.event.event_type),
        Node::Version => given.event.version.number().map_or(Value::Null, |number| Value::Number(number as f64)),
        Node::Member(Root::State, number, steps) => walk(given.state.get(*number)?, steps)?,
        Node::Member(Root::Event, number, steps) => walk(of_json(given.data.get(*number)?.as_ref())?, steps)?,
        Node::Thing(thing) => Value::Thing(thing),
        Node::Element(number) => {
            let mut found = around?;
            while found.number != *number {
                found = found.outer?;
            }
            found.element
        }
        Node::Chain(base, links) => lists::chain(eval(base, given, around)?, links, given, around)?,
        Node::View(view, inner) => eval(inner, given, around)?.view(*view)?,
        Node::IsArray(inner) => Value::Bool(eval(inner, given, around)?.is_array()),
        Node::Kind(inner) => Value::Text(eval(inner, given, around)?.kind()),
        Node::Unary(Unary::Not, inner) => Value::Bool(!eval(inner, given, around)?.is_true()),
        Node::Unary(Unary::Minus, inner) => Value::Number(-eval(inner, given, around)?.number()?),
        Node::Unary(Unary::Plus, inner) => Value::Number(eval(inner, given, around)?.number()?),
        Node::Condition(parts) => {
            let [test, yes, no] = parts.as_ref();
            eval(if eval(test, given, around)?.is_true() { yes } else { no }, given, around)?
        }
        Node::Binary(sign, parts) => {
            let [left, right] = parts.as_ref();
            let left = eval(left, given, around)?;
            let enough = match sign {
                Binary::And => !left.is_true(),
                Binary::Or => left.is_true(),
                Binary::Nullish => !left.is_nullish(),
                _ => return binary(*sign, left, eval(right, given, around)?),
            };
            if enough { left } else { eval(right, given, around)? }
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
