//! Reads an expression that compares and counts what it looks at. Whatever is beyond that is left to the engine:
//! the answer is then `None`, never a guess.

use super::value::View;
use super::{Binary, Call, Link, Node, Root, Step, Unary};
use serde_json::{Map, Number, Value as Json};

/// Names that every object has without having them as members of its own.
pub(in crate::replay::reducers) const INHERITED: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// How deep an expression may be nested.
const DEPTH: usize = 64;

/// How many tokens it may have: a chain of signs, `1+1+1…`, is as deep as it is long.
const TOKENS: usize = 512;

#[derive(Debug, Clone, PartialEq)]
enum Token<'t> {
    Name(&'t str),
    Number(f64),
    Text(&'t str),
    Sign(&'static str),
}

/// Longer signs stand before those that they begin with.
const SIGNS: [&str; 29] = [
    "===", "!==", "==", "!=", "=>", "<=", ">=", "&&", "||", "??", "?.", "<", ">", "!", "+", "-", "*", "/", "%", "(",
    ")", "[", "]", "{", "}", "?", ":", ".", ",",
];

/// Signs of the language that mean something else than what they begin with.
const OTHER: [&str; 8] = ["++", "--", "**", "<<", ">>", "//", "/*", "||="];

/// Names that a function's parameter would hide, or that mean something else than a parameter.
const TAKEN: [&str; 20] = [
    "state",
    "event",
    "Object",
    "Array",
    "undefined",
    "true",
    "false",
    "null",
    "typeof",
    "arguments",
    "eval",
    "async",
    "await",
    "yield",
    "let",
    "static",
    "new",
    "this",
    "function",
    "void",
];

fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if found.len() == TOKENS {
            return None;
        }
        let taken = match first {
            'a'..='z' | 'A'..='Z' | '_' | '$' => {
                let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
                // Letters beyond ASCII may belong to the name too.
                if rest[end..].starts_with(|c: char| !c.is_ascii() || c == '\\') {
                    return None;
                }
                found.push(Token::Name(&rest[..end]));
                end
            }
            '0'..='9' => {
                let end = number(rest)?;
                found.push(Token::Number(rest[..end].parse().ok()?));
                end
            }
            '"' | '\'' => {
                let end = rest[1..].find(first)?;
                let text = &rest[1..1 + end];
                if text.contains(['\\', '\n', '\r', '\u{2028}', '\u{2029}']) {
                    return None;
                }
                found.push(Token::Text(text));
                end + 2
            }
            _ if OTHER.iter().any(|other| rest.starts_with(other)) => return None,
            _ => {
                let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign))?;
                // `a?.5:b` is a condition.
                if sign == "?." && rest[2..].starts_with(|c: char| c.is_ascii_digit()) {
                    return None;
                }
                found.push(Token::Sign(sign));
                sign.len()
            }
        };
        rest = rest[taken..].trim_start();
    }
    Some(found)
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

/// Where a decimal number ends; `None` where it is written in another way.
fn number(text: &str) -> Option<usize> {
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(0);
    if end > 1 && text.starts_with('0') {
        return None;
    }
    if text[end..].starts_with('.') {
        let fraction = digits(end + 1);
        if fraction == 0 {
            return None;
        }
        end += 1 + fraction;
    }
    let odd = text[end..].starts_with(|c: char| is_part(c) || c == '.' || !c.is_ascii());
    (!odd).then_some(end)
}

/// Reads an expression.
pub(super) fn parse(text: &str) -> Option<Node> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, scope: Vec::new() };
    let node = parser.condition()?;
    (parser.at == parser.tokens.len()).then_some(node)
}

struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    depth: usize,
    /// What the functions around are given.
    scope: Vec<&'t str>,
}

impl<'t> Parser<'t> {
    fn is(&mut self, sign: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Sign(next)) if *next == sign);
        self.at += usize::from(is);
        is
    }

    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Name(next)) if *next == word);
        self.at += usize::from(is);
        is
    }

    fn name(&mut self) -> Option<&'t str> {
        let Some(Token::Name(name)) = self.tokens.get(self.at) else { return None };
        self.at += 1;
        Some(name)
    }

    fn sign(&mut self, sign: &str) -> Option<()> {
        self.is(sign).then_some(())
    }

    fn deeper(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= DEPTH).then_some(())
    }

    fn condition(&mut self) -> Option<Node> {
        self.deeper()?;
        let test = self.either()?;
        let node = if self.is("?") {
            let yes = self.condition()?;
            if !self.is(":") {
                return None;
            }
            Node::Condition(Box::new([test, yes, self.condition()?]))
        } else {
            test
        };
        self.depth -= 1;
        Some(node)
    }

    /// `||`, `&&` and `??`. The engine has refused what mixes them without parentheses.
    fn either(&mut self) -> Option<Node> {
        let mut left = self.both()?;
        loop {
            let sign = if self.is("||") {
                Binary::Or
            } else if self.is("??") {
                Binary::Nullish
            } else {
                return Some(left);
            };
            left = Node::Binary(sign, Box::new([left, self.both()?]));
        }
    }

    fn both(&mut self) -> Option<Node> {
        let mut left = self.binary(0)?;
        while self.is("&&") {
            left = Node::Binary(Binary::And, Box::new([left, self.binary(0)?]));
        }
        Some(left)
    }

    /// Comparisons and sums, by how strongly they bind.
    fn binary(&mut self, level: usize) -> Option<Node> {
        const LEVELS: [&[(&str, Binary)]; 4] = [
            &[("===", Binary::Same), ("!==", Binary::NotSame), ("==", Binary::Equal), ("!=", Binary::NotEqual)],
            &[("<=", Binary::AtMost), (">=", Binary::AtLeast), ("<", Binary::Less), (">", Binary::More)],
            &[("+", Binary::Plus), ("-", Binary::Minus)],
            &[("*", Binary::Times), ("/", Binary::Over), ("%", Binary::Rest)],
        ];
        let Some(signs) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some((_, sign)) = signs.iter().find(|(sign, _)| self.is(sign)) {
            left = Node::Binary(*sign, Box::new([left, self.binary(level + 1)?]));
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<Node> {
        let sign = match () {
            () if self.is("!") => Unary::Not,
            () if self.is("-") => Unary::Minus,
            () if self.is("+") => Unary::Plus,
            () if self.word("typeof") => {
                self.deeper()?;
                let node = Node::Kind(Box::new(self.unary()?));
                self.depth -= 1;
                return Some(node);
            }
            () => return self.primary(),
        };
        self.deeper()?;
        let node = Node::Unary(sign, Box::new(self.unary()?));
        self.depth -= 1;
        Some(node)
    }

    fn primary(&mut self) -> Option<Node> {
        if self.is("(") {
            let node = self.condition()?;
            self.sign(")")?;
            return self.chain(node);
        }
        if self.is("{") {
            self.sign("}")?;
            return self.chain(Node::Thing(Json::Object(Map::new())));
        }
        if self.is("[") {
            let list = self.list()?;
            return self.chain(Node::Thing(list));
        }
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        let base = match token {
            Token::Number(number) => return Some(Node::Number(number)),
            Token::Text(text) => Node::Text(text.to_owned()),
            Token::Name("true") => return Some(Node::Bool(true)),
            Token::Name("false") => return Some(Node::Bool(false)),
            Token::Name("null") => return Some(Node::Null),
            Token::Name("undefined") => return Some(Node::Undefined),
            Token::Name("state") => return self.path(Root::State),
            Token::Name("event") => return self.path(Root::Event),
            Token::Name("Object") => {
                self.sign(".")?;
                let view = match self.name()? {
                    "keys" => View::Keys,
                    "values" => View::Values,
                    "entries" => View::Entries,
                    _ => return None,
                };
                Node::View(view, Box::new(self.given()?))
            }
            Token::Name("Array") => {
                self.sign(".")?;
                self.word("isArray").then_some(())?;
                return Some(Node::IsArray(Box::new(self.given()?)));
            }
            Token::Name(name) => Node::Element(self.scope.iter().rposition(|known| *known == name)?),
            Token::Sign(_) => return None,
        };
        self.chain(base)
    }

    /// What stands in the parentheses of a call: one thing.
    fn given(&mut self) -> Option<Node> {
        self.sign("(")?;
        let node = self.condition()?;
        self.sign(")")?;
        Some(node)
    }

    /// The rest of an array of constants.
    fn list(&mut self) -> Option<Json> {
        let mut items = Vec::new();
        while !self.is("]") {
            if !items.is_empty() {
                self.sign(",")?;
            }
            items.push(match self.condition()? {
                Node::Text(text) => Json::String(text),
                Node::Bool(is) => Json::Bool(is),
                Node::Null => Json::Null,
                Node::Number(number) => Json::Number(Number::from_f64(number)?),
                _ => return None,
            });
        }
        Some(Json::Array(items))
    }

    fn path(&mut self, root: Root) -> Option<Node> {
        let mut links = self.links()?;
        let calls = links.iter().position(|link| matches!(link, Link::Call(..))).unwrap_or(links.len());
        let rest = links.split_off(calls);
        let step = |link| if let Link::Step(step) = link { Some(step) } else { None };
        let path = Node::Path(root, links.into_iter().filter_map(step).collect());
        Some(if rest.is_empty() { path } else { Node::Chain(Box::new(path), rest) })
    }

    fn chain(&mut self, base: Node) -> Option<Node> {
        let links = self.links()?;
        Some(if links.is_empty() { base } else { Node::Chain(Box::new(base), links) })
    }

    fn links(&mut self) -> Option<Vec<Link>> {
        let mut links = Vec::new();
        loop {
            let optional = self.is("?.");
            let bracket = self.is("[");
            if !optional && !bracket && !self.is(".") {
                return Some(links);
            }
            let token = self.tokens.get(self.at)?.clone();
            self.at += 1;
            let name = match token {
                Token::Name(name) if !bracket => name.to_owned(),
                Token::Text(name) if bracket => name.to_owned(),
                Token::Number(index) if bracket && index.fract() == 0.0 && index < 4e9 => format!("{index}"),
                _ => return None,
            };
            if (bracket && !self.is("]")) || INHERITED.contains(&name.as_str()) {
                return None;
            }
            if matches!(self.tokens.get(self.at), Some(Token::Sign("("))) {
                links.push(self.call(&name, optional)?);
                continue;
            }
            // A call of what may be missing.
            if matches!(self.tokens.get(self.at..self.at + 2), Some([Token::Sign("?."), Token::Sign("(")])) {
                return None;
            }
            links.push(Link::Step(Step { name, optional }));
        }
    }

    fn call(&mut self, name: &str, optional: bool) -> Option<Link> {
        let call = match name {
            "some" => Call::Some,
            "every" => Call::Every,
            "filter" => Call::Count,
            "includes" => Call::Includes,
            "startsWith" => Call::StartsWith,
            "endsWith" => Call::EndsWith,
            _ => return None,
        };
        let given = match call {
            Call::Some | Call::Every | Call::Count => self.function()?,
            Call::Includes | Call::StartsWith | Call::EndsWith => self.given()?,
        };
        if call == Call::Count {
            self.sign(".")?;
            self.word("length").then_some(())?;
            if matches!(self.tokens.get(self.at), Some(Token::Sign("("))) {
                return None;
            }
        }
        Some(Link::Call(call, optional, Box::new(given)))
    }

    /// A function of one parameter, in the parentheses of a call.
    fn function(&mut self) -> Option<Node> {
        self.sign("(")?;
        let parentheses = self.is("(");
        let name = self.name()?;
        if parentheses {
            self.sign(")")?;
        }
        self.sign("=>")?;
        // A body in braces is made of statements.
        if TAKEN.contains(&name) || matches!(self.tokens.get(self.at), Some(Token::Sign("{"))) {
            return None;
        }
        self.scope.push(name);
        let body = self.condition()?;
        self.scope.pop();
        self.sign(")")?;
        Some(body)
    }
}
