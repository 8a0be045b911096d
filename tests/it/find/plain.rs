//! Expressions that are answered without the engine answer as the engine does.

use foldback::domain::event::{EventBody, Payload, Version};
use foldback::domain::{Aggregate, DecodeError, Domain, DomainEvent, Reducer, Violation};
use foldback::replay::reducers::{Asking, Expr, Judge};
use proptest::prelude::*;
use serde_json::{Value, json};

/// An aggregate whose state is whatever its last event says.
struct Mirror;

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
struct Said(Value);

impl DomainEvent for Said {
    const TYPES: &'static [&'static str] = &["Said"];

    fn event_type(&self) -> &'static str {
        "Said"
    }

    fn schema_version(&self) -> u32 {
        1
    }

    fn encode(&self) -> Value {
        self.0.clone()
    }

    fn decode(_: &str, _: u32, data: &Payload) -> Result<Self, DecodeError> {
        match data {
            Payload::Json(text) => {
                serde_json::from_str(text).map(Said).map_err(|error| DecodeError::Malformed(error.to_string()))
            }
            _ => Ok(Said(Value::Null)),
        }
    }

    fn upcast(_: &str, _: u32, _: &Payload) -> Option<Result<Value, DecodeError>> {
        None
    }
}

impl Aggregate for Mirror {
    const CATEGORY: &'static str = "mirror";
    type State = Value;
    type Event = Said;
    type Command = ();
    type Refusal = String;

    fn initial() -> Value {
        json!({})
    }

    fn evolve(_: Value, Said(state): Said) -> Value {
        state
    }

    fn violations(_: &Value) -> Vec<Violation> {
        Vec::new()
    }

    fn decide(_: &Value, (): ()) -> Result<Vec<Said>, String> {
        Err("it only mirrors".to_owned())
    }
}

fn event(data: &Value) -> EventBody {
    EventBody {
        version: Version(3),
        event_type: "Said".into(),
        schema_version: Some(1),
        data: Payload::Json(data.to_string()),
        more: None,
    }
}

/// What the engine says of the whole state and event.
fn by_engine(text: &str, data: &Value) -> Result<bool, String> {
    let mut judge = Judge::new(Expr::parse(text).unwrap()).unwrap();
    judge.take_state(data).map_err(|trouble| trouble.why)?;
    judge.holds(&event(data)).map_err(|trouble| trouble.why)
}

fn asked(text: &str, data: &Value) -> Result<bool, String> {
    let mut fold = Domain::<Mirror>::new().start();
    fold.apply(&event(data)).unwrap();
    Asking::new(Expr::parse(text).unwrap()).holds(Some(fold.as_mut()), &event(data))
}

#[test]
fn these_need_no_engine_and_those_do() {
    for text in [
        "state.refunded > state.captured",
        "state.balance < 0 && event.eventType === 'MoneyWithdrawn'",
        "!(state.items?.length >= 1e0) || state['a b'].c[0] != null",
        "event.data.amount * 2 - 1 > 10 ? state.a : state.b ?? state.c",
        "event.sequenceNumber % 2 == 1",
        "Object.keys(state.recent_withdrawals ?? {}).length > 100",
        "state.items.some(item => item.quantity < 1 || (item.tags ?? []).every((t) => t.n > item.n))",
        "Object.values(state.open ?? {}).filter(o => o.amount > state.most).length >= 3",
        "['NEW', 'OPEN', 3, true, null].includes(state.status) && state.name?.startsWith('a')",
        "Array.isArray(state.items) ? state.items[0]?.tags.length : typeof state.a === 'number'",
        "!Object.keys(state.a).includes('b')",
    ] {
        let plain = text.replace("1e0", "1");
        assert!(Expr::parse(&plain).unwrap().plain().is_some(), "{plain}");
    }
    for text in [
        "state.items.some(item => { return item.n < 0 })",
        "state.items.some((item, i) => i < 0)",
        "state.items.some(state => state.n < 0)",
        "state.items.filter(item => item.n < 0)",
        "state.items.filter(item => item.n).length(1)",
        "state.items.some?.(item => item.n)",
        "state.items.includes(1, 2)",
        "[state.a].includes(1)",
        "[,].includes(state.a)",
        "Object.keys(state).length",
        "state.items.map(item => item.n).length",
        "{a: 1}.a === state.a",
        "state.a + 1n > 2",
        "state.constructor",
        "state",
        "event.streamId == 'a'",
        "state.a == /x/.source",
        "state.a // 1",
        "state.é > 1",
        "state.a & 1",
        "state.a > 010e0 || `x` == state.b",
        "'\\u0061' == state.a",
    ] {
        if let Ok(expr) = Expr::parse(text) {
            assert!(expr.plain().is_none(), "{text}");
        }
    }
}

#[test]
fn only_the_members_that_an_expression_names_are_brought() {
    let members = |text: &str| Expr::parse(text).unwrap().members().map(<[String]>::to_vec);
    assert_eq!(members("state.items.some(i => i.n < state.most)"), Some(vec!["items".to_owned(), "most".to_owned()]));
    assert_eq!(members("Object.keys(state).length"), None);
    assert_eq!(members("state['a']"), None);
    assert_eq!(members("(x => arguments[0])(1) || state.a"), None);
    assert_eq!(members("eval('st' + 'ate.b') || state.a"), None);
    assert_eq!(members("event.data.state > 1"), None);
    assert_eq!(members("state.hasOwnProperty('a')"), None);
    assert_eq!(members("state.valueOf().a > 1"), None);
}

/// Values as states and payloads have them, the odd ones among them.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3i64..4).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-4i32..5).prop_map(|n| json!(f64::from(n) / 4.0)),
        any::<f64>().prop_filter("JSON has no other", |n| n.is_finite()).prop_map(|n| json!(n)),
        "[a-c\u{10000}\u{e000}é]{0,2}".prop_map(Value::from),
        Just(json!("1")),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map("[ab]", inner.clone(), 0..3).prop_map(|map| json!(map)),
            prop::collection::vec((prop::sample::select(vec!["b", "10", "9", "01", "__proto__", "a"]), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().map(|(key, v)| (key.to_owned(), v)).collect())),
        ]
    })
}

fn document() -> impl Strategy<Value = Value> {
    (value(), value(), value()).prop_map(|(a, b, c)| json!({"a": a, "b": b, "items": c}))
}

/// What is asked of the elements of something: `v`, the element, and a value beside it.
fn with_functions(inner: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
    let of = prop::sample::select(vec![
        "state.items",
        "state.a?",
        "(state.b ?? [])",
        "Object.values(state.a ?? {})",
        "Object.keys(state.items ?? {})",
        "event.data.items",
        "['a', 1, null]",
    ]);
    let test = prop::sample::select(vec![
        "v",
        "v.a",
        "v?.b === state.b",
        "v > 0",
        "v.length",
        "typeof v === 'object'",
        "v.a.b",
    ]);
    let call = prop::sample::select(vec!["some", "every", "filter"]);
    let function = (of.clone(), call, test, inner.clone()).prop_map(|(of, call, test, beside)| {
        let end = if call == "filter" { ".length" } else { "" };
        format!("{of}.{call}(v => {test} && {beside}){end}")
    });
    let size = prop::sample::select(vec![
        "Object.keys(state.a ?? {}).length",
        "Object.keys(state.b).length",
        "Object.entries(state.items).length",
        "Object.values(state.none ?? []).length",
        "(state.a ?? []).length",
        "Array.isArray(state.a)",
        "typeof state.b",
    ]);
    prop_oneof![
        2 => function,
        1 => size.prop_map(str::to_owned),
        1 => (of, inner).prop_map(|(of, value)| format!("{of}.includes({value})")),
    ]
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "state.a",
        "state.b",
        "state.items",
        "state.none",
        "state.a.b",
        "state.items.length",
        "state.items[0]",
        "state.a?.b",
        "event.data.a",
        "event.data.b?.a",
        "event.eventType",
        "event.sequenceNumber",
        "0",
        "1",
        "0.25",
        "''",
        "'a'",
        "\"1\"",
        "true",
        "false",
        "null",
        "undefined",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(3, 16, 3, |inner| {
        let sign = prop::sample::select(vec![
            "===", "!==", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "&&", "||", "??",
        ]);
        prop_oneof![
            (inner.clone(), sign, inner.clone()).prop_map(|(left, sign, right)| format!("({left} {sign} {right})")),
            (prop::sample::select(vec!["!", "-", "+"]), inner.clone()).prop_map(|(sign, of)| format!("{sign} ({of})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(test, yes, no)| format!("({test} ? {yes} : {no})")),
            with_functions(inner),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn the_answer_is_the_engines(text in expression(), data in document()) {
        prop_assume!(Expr::parse(&text).is_ok());
        prop_assert_eq!(asked(&text, &data), by_engine(&text, &data), "{} of {}", text, data);
    }
}

proptest! {
    // Each state of each case is brought to an engine of its own to compare with.
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn the_answer_is_the_engines_event_by_event(
        text in prop_oneof![
            3 => expression(),
            1 => prop::sample::select(vec![
                "JSON.stringify(state) === JSON.stringify(event.data)",
                "JSON.stringify(state.a) === JSON.stringify(event.data.a)",
                "Object.keys(state.items ?? {}).join() === Object.keys(event.data.items ?? {}).join()",
            ]).prop_map(str::to_owned),
        ],
        states in prop::collection::vec(prop_oneof![5 => document(), 1 => value()], 1..6),
    ) {
        let Ok(expr) = Expr::parse(&text) else { return Ok(()) };
        let (mut fold, mut asking) = (Domain::<Mirror>::new().start(), Asking::new(expr));
        for data in &states {
            fold.apply(&event(data)).unwrap();
            let held = asking.holds(Some(fold.as_mut()), &event(data));
            prop_assert_eq!(held, by_engine(&text, data), "{} of {}, the last of {:?}", text, data, states);
        }
    }
}

#[test]
fn a_chain_of_signs_is_as_deep_as_it_is_long() {
    let long = format!("{}1", "1 + ".repeat(20_000));
    assert!(Expr::parse(&long).unwrap().plain().is_none());
}
