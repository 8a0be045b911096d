//! A branch as a test to take away: given these events, when this command, then that.

use foldback_domain::Decided;
use foldback_domain::event::{EventBody, Payload};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// What a test is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Rust, against `foldback_domain`.
    Rust,
    /// TypeScript, in the form of Emmett's `DeciderSpecification`.
    TypeScript,
    /// JSON, for any other.
    Json,
}

impl Language {
    /// The language of a name.
    pub fn named(name: &str) -> Option<Language> {
        match name {
            "rust" => Some(Language::Rust),
            "typescript" => Some(Language::TypeScript),
            "json" => Some(Language::Json),
            _ => None,
        }
    }
}

/// A test.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The stream that it is about.
    pub stream: String,
    /// Its category, which is the aggregate's.
    pub category: String,
    /// What was done to the stream: `skip v45`.
    pub edits: Vec<String>,
    /// What happened.
    pub given: Vec<EventBody>,
    /// The command's name and its fields.
    pub when: Option<(String, String)>,
    /// What follows.
    pub then: Then,
}

/// What follows.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// These events.
    Events(Vec<Decided>),
    /// A rule refuses, in these words.
    Refused(String),
    /// This state: there was no command.
    State(Value),
}

impl Test {
    /// The test as text.
    pub fn write(&self, language: Language) -> String {
        match language {
            Language::Rust => self.rust(),
            Language::TypeScript => self.typescript(),
            Language::Json => self.json(),
        }
    }

    /// What it is called: `inventory-SKU-9 with skip v45`.
    fn title(&self) -> String {
        let with = if self.edits.is_empty() { String::new() } else { format!(" with {}", self.edits.join(", ")) };
        // It stands in a comment and in a text: no character of it may end either.
        let title = format!("{}{with}", self.stream);
        title.chars().map(|c| if hides(c) || matches!(c, '"' | '\'' | '\\' | '`') { ' ' } else { c }).collect()
    }

    fn rust(&self) -> String {
        let aggregate = pascal(&self.category);
        let mut name = String::new();
        for c in self.title().chars() {
            match c {
                'a'..='z' | 'A'..='Z' | '0'..='9' => name.push(c.to_ascii_lowercase()),
                _ if name.ends_with('_') || name.is_empty() => {}
                _ => name.push('_'),
            }
        }
        let name = name.trim_end_matches('_');
        let mut text = format!("//! {}: exported by foldback.\n\n", self.title());
        let _ = writeln!(text, "use foldback_domain::aggregates::{aggregate};");
        text += "use foldback_domain::event::Payload;\nuse foldback_domain::{Aggregate, DomainEvent};\n";
        if !matches!(self.then, Then::Refused(_)) {
            text += "use serde_json::Value;\n";
        }
        text.push('\n');
        text += "/// What happened: the type, the schema version and the payload of each event.\n";
        text += "const GIVEN: &[(&str, u32, &str)] = &[\n";
        for event in &self.given {
            let (kind, schema) = (text_literal(&event.event_type), event.schema_version.unwrap_or(1));
            let _ = writeln!(text, "    ({kind}, {schema}, {}),", raw(&payload(event)));
        }
        let _ = write!(
            text,
            "];\n\n#[test]\nfn given_{name}() {{\n    \
             let state = GIVEN.iter().fold({aggregate}::initial(), |state, (event_type, schema, data)| {{\n        \
             let data = Payload::Json((*data).to_owned());\n        \
             let event = <{aggregate} as Aggregate>::Event::decode(event_type, *schema, &data);\n        \
             {aggregate}::evolve(state, event.expect(\"an event that was given decodes\"))\n    }});\n"
        );
        if let Some((command, json)) = &self.when {
            let _ = write!(
                text,
                "    let command = {aggregate}::parse_command({}, {}).expect(\"the command is one of its own\");\n    \
                 let decided = {aggregate}::decide(&state, command).map_err(|refusal| refusal.to_string());\n",
                text_literal(command),
                raw(&plain(json))
            );
        }
        match &self.then {
            Then::Refused(why) => {
                let _ = writeln!(text, "    assert_eq!(decided.err().as_deref(), Some({}));", text_literal(why));
            }
            Then::Events(events) => {
                text += "    let decided: Vec<(&str, Value)> = decided\n        .expect(\"no rule refuses\")\n        \
                         .iter()\n        .map(|event| (event.event_type(), event.encode()))\n        .collect();\n";
                text += "    let expected: Vec<(&str, Value)> = vec![\n";
                for event in events {
                    let kind = text_literal(event.event_type);
                    let data = raw(&plain(&event.data.to_string()));
                    let _ = writeln!(text, "        ({kind}, serde_json::from_str({data}).unwrap()),");
                }
                text += "    ];\n    assert_eq!(decided, expected);\n";
            }
            Then::State(state) => {
                let _ = write!(
                    text,
                    "    let expected: Value = serde_json::from_str({}).unwrap();\n    \
                     assert_eq!(serde_json::to_value(&state).unwrap(), expected);\n",
                    raw(&plain(&state.to_string()))
                );
            }
        }
        text + "}\n"
    }

    fn typescript(&self) -> String {
        let title = self.title();
        let mut text = format!("// {title}: exported by foldback.\n");
        if matches!(self.then, Then::State(_)) {
            text += "import assert from 'node:assert/strict';\n";
        } else {
            text += "import { DeciderSpecification } from '@event-driven-io/emmett';\n";
        }
        let file = self.category.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let _ = writeln!(text, "import {{ describe, it }} from 'node:test';");
        let _ = write!(text, "import {{ decide, evolve, initialState }} from './{file}';\n\n");
        let events = |events: &mut dyn Iterator<Item = (String, String)>, indent: &str| {
            let each = events.map(|(kind, data)| format!("{indent}  {{ type: {kind}, data: {data} }},\n"));
            format!("[\n{}{indent}]", each.collect::<String>())
        };
        let mut given = self.given.iter().map(|event| (text_literal(&event.event_type), payload(event)));
        let _ = write!(text, "describe('{title}', () => {{\n  const history = {};\n\n", events(&mut given, "  "));
        match (&self.then, &self.when) {
            (Then::State(state), _) => {
                let state = plain(&state.to_string());
                let _ = write!(
                    text,
                    "  it('adds up to this state', () => {{\n    \
                     assert.deepEqual(history.reduce(evolve, initialState()), {state});\n  }});\n"
                );
            }
            (then, when) => {
                let (name, json) = when.as_ref().map_or(("", "{}"), |(name, json)| (name.as_str(), json.as_str()));
                let json = plain(json);
                let _ = write!(
                    text,
                    "  it('decides {name}', () =>\n    DeciderSpecification.for({{ decide, evolve, initialState }})(history)\n      \
                     .when({{ type: {}, data: {json} }})\n",
                    text_literal(name)
                );
                match then {
                    Then::Events(decided) => {
                        let mut decided = decided
                            .iter()
                            .map(|event| (text_literal(event.event_type), plain(&event.data.to_string())));
                        let _ = writeln!(text, "      .then({}));", events(&mut decided, "      "));
                    }
                    Then::Refused(why) => {
                        let why = text_literal(why);
                        let _ = writeln!(text, "      .thenThrows((error: Error) => error.message === {why}));");
                    }
                    Then::State(_) => {}
                }
            }
        }
        text + "});\n"
    }

    fn json(&self) -> String {
        let given = self.given.iter().map(|event| {
            let data = event.data.parse().unwrap_or_else(|_| Value::String(payload(event)));
            json!({"event_type": &*event.event_type, "schema_version": event.schema_version, "data": data})
        });
        let when = self.when.as_ref().map(
            |(name, json)| json!({"command": name, "data": serde_json::from_str::<Value>(json).unwrap_or(Value::Null)}),
        );
        let then = match &self.then {
            Then::Events(events) => {
                let one = |event: &Decided| {
                    json!({
                        "event_type": event.event_type, "schema_version": event.schema_version, "data": event.data,
                    })
                };
                json!({"events": events.iter().map(one).collect::<Vec<_>>()})
            }
            Then::Refused(why) => json!({"refused": why}),
            Then::State(state) => json!({"state": state}),
        };
        let mut document = Map::new();
        document.insert("schema".to_owned(), "foldback.test/1".into());
        document.insert("stream_id".to_owned(), self.stream.as_str().into());
        document.insert("category".to_owned(), self.category.as_str().into());
        document.insert("edits".to_owned(), json!(self.edits));
        document.insert("given".to_owned(), given.collect());
        document.insert("when".to_owned(), when.unwrap_or(Value::Null));
        document.insert("then".to_owned(), then);
        serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
    }
}

/// A payload as JSON text on one line.
fn payload(event: &EventBody) -> String {
    plain(Payload::to_raw(&event.data).get())
}

/// Whether a character ends a line, hides, or turns the direction of what is read: compilers refuse those too.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// JSON text that means the same and hides nothing. Only strings have such characters in them.
fn plain(json: &str) -> String {
    json.chars().fold(String::with_capacity(json.len()), |mut text, c| {
        if hides(c) {
            let _ = write!(text, "\\u{:04x}", c as u32);
        } else {
            text.push(c);
        }
        text
    })
}

/// A text in quotes, as Rust and TypeScript both read it: what JSON writes as `\uXXXX` only one of them would.
fn text_literal(text: &str) -> String {
    let plain: String = text.chars().map(|c| if hides(c) { ' ' } else { c }).collect();
    Value::String(plain).to_string()
}

/// A raw string of Rust, with as many marks as its content needs.
fn raw(text: &str) -> String {
    let mut marks = "#".to_owned();
    while text.contains(&format!("\"{marks}")) {
        marks.push('#');
    }
    format!("r{marks}\"{text}\"{marks}")
}

fn pascal(category: &str) -> String {
    let words = category.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
    };
    words.map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use foldback_domain::event::Version;

    #[test]
    fn hostile_texts_end_no_line_and_hide_nothing() {
        let data = "{\"name\":\"a\u{202e}b\\n\\\"#\"}";
        let event = EventBody {
            version: Version(0),
            event_type: "User\u{2028}Registered\"".into(),
            schema_version: Some(1),
            data: Payload::Json(data.to_owned()),
            more: None,
        };
        let test = Test {
            stream: "user-\n*/'override".to_owned(),
            category: "user".to_owned(),
            edits: vec!["skip v1".to_owned()],
            given: vec![event],
            when: None,
            then: Then::State(serde_json::json!({"name": "\u{202e}"})),
        };
        for language in [Language::Rust, Language::TypeScript] {
            let text = test.write(language);
            assert!(!text.chars().any(|c| hides(c) && c != '\n'), "{text}");
            assert!(text.contains("a\\u202eb"), "{text}");
        }
        let rust = test.write(Language::Rust);
        assert!(rust.contains("fn given_user_override_with_skip_v1()"), "{rust}");
        assert!(rust.contains("r##\""), "a payload that holds the end of a raw string: {rust}");
        assert_eq!(serde_json::from_str::<Value>(&plain(data)).unwrap(), serde_json::from_str::<Value>(data).unwrap());
    }
}
