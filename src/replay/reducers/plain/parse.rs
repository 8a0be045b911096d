//! Reads an expression that only compares and counts what it looks at. Whatever is beyond that is left to the engine:
//! the answer is then `None`, never a guess.

use super::{Binary, Node, Root, Step, Unary};

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
const SIGNS: [&str; 26] = [
    "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "<", ">", "!", "+", "-", "*", "/", "%", "(", ")",
    "[", "]", "?", ":", ".", ",",
];

/// Signs of the language that mean something else than what they begin with.
const OTHER: [&str; 9] = ["++", "--", "**", "<<", ">>", "//", "/*", "=>", "||="];

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
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let node = parser.condition()?;
    (parser.at == parser.tokens.len()).then_some(node)
}

struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn is(&mut self, sign: &str) -> bool {
        let is = matches!(self.tokens.get(self.at), Some(Token::Sign(next)) if *next == sign);
        self.at += usize::from(is);
        is
    }

    fn condition(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
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
            () => return self.primary(),
        };
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let node = Node::Unary(sign, Box::new(self.unary()?));
        self.depth -= 1;
        Some(node)
    }

    fn primary(&mut self) -> Option<Node> {
        if self.is("(") {
            let node = self.condition()?;
            return self.is(")").then_some(node);
        }
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        Some(match token {
            Token::Number(number) => Node::Number(number),
            Token::Text(text) => Node::Text(text.to_owned()),
            Token::Name("true") => Node::Bool(true),
            Token::Name("false") => Node::Bool(false),
            Token::Name("null") => Node::Null,
            Token::Name("undefined") => Node::Undefined,
            Token::Name("state") => Node::Path(Root::State, self.steps()?),
            Token::Name("event") => Node::Path(Root::Event, self.steps()?),
            Token::Name(_) | Token::Sign(_) => return None,
        })
    }

    fn steps(&mut self) -> Option<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            let optional = self.is("?.");
            let bracket = self.is("[");
            if !optional && !bracket && !self.is(".") {
                return Some(steps);
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
            steps.push(Step { name, optional });
        }
    }
}
