//! What is asked of arrays and texts: `some`, `every`, `filter(…).length`, `includes`.

use super::value::{Value, same, walk};
use super::{Around, Call, Given, Link, Node, eval};

/// The value at the end of a way from another; what throws is left to the engine, which says it best.
pub(super) fn chain<'g>(
    mut value: Value<'g>,
    links: &'g [Link],
    given: &Given<'g>,
    around: Option<&Around<'_, 'g>>,
) -> Option<Value<'g>> {
    for link in links {
        let (Link::Step(super::Step { optional, .. }) | Link::Call(_, optional, _)) = link;
        if value.is_nullish() {
            return optional.then_some(Value::Undefined);
        }
        value = match link {
            Link::Step(step) => walk(value, std::slice::from_ref(step))?,
            Link::Call(call, _, with) => answer(*call, value, with, given, around)?,
        };
    }
    Some(value)
}

fn answer<'g>(
    call: Call,
    value: Value<'g>,
    with: &'g Node,
    given: &Given<'g>,
    around: Option<&Around<'_, 'g>>,
) -> Option<Value<'g>> {
    if let Value::Text(text) = value {
        let Value::Text(part) = eval(with, given, around)? else { return None };
        return Some(Value::Bool(match call {
            Call::Includes => text.contains(part),
            Call::StartsWith => text.starts_with(part),
            Call::EndsWith => text.ends_with(part),
            Call::Some | Call::Every | Call::Count => return None,
        }));
    }
    let (elements, ordered) = value.elements()?;
    if call == Call::Includes {
        let wanted = eval(with, given, around)?;
        return elements
            .into_iter()
            .try_fold(false, |found, element| Some(found || is(element, wanted)?))
            .map(Value::Bool);
    }
    let number = around.map_or(0, |around| around.number + 1);
    let holds = |element| Some(eval(with, given, Some(&Around { element, number, outer: around }))?.is_true());
    let stops = match call {
        Call::Some => Some(true),
        Call::Every => Some(false),
        Call::Count => None,
        Call::Includes | Call::StartsWith | Call::EndsWith => return None,
    };
    let (mut count, mut stopped) = (0, false);
    for element in elements {
        let held = holds(element)?;
        count += usize::from(held);
        stopped |= stops == Some(held);
        // Where the engine has another order, it may come to one first that throws: then all of them must be looked at.
        if stopped && ordered {
            break;
        }
    }
    Some(match stops {
        Some(answer) => Value::Bool(stopped == answer),
        None => Value::Number(count as f64),
    })
}

/// Whether two values are the same to `includes`, for which NaN is itself.
fn is(left: Value<'_>, right: Value<'_>) -> Option<bool> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) if left.is_nan() && right.is_nan() => Some(true),
        _ => same(left, right),
    }
}
