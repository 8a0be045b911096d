//! `show`: the state of a stream at a version or time.

use super::args::AtArgs;
use super::failure::Failure;
use super::moment;
use super::output::{Output, safe};
use super::target::Target;
use crate::explore::Explorer;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The stream and version that the arguments name.
pub fn target(args: &AtArgs) -> Result<Target, Failure> {
    let now = Timestamp::now();
    match (&args.stream, &args.target) {
        (Some(stream), None) => Target::exact(stream, args.at.as_deref(), now),
        (Some(_), Some(target)) => {
            Err(Failure::Usage(format!("--stream names the stream already: what is {target:?}?")))
        }
        (None, _) if args.at.is_some() => {
            Err(Failure::Usage("--at goes with --stream STREAM, or write STREAM@VERSION".to_owned()))
        }
        (None, Some(target)) => Ok(Target::parse(target, now)),
        (None, None) => Err(Failure::Usage("which stream? for example: order-1001@3".to_owned())),
    }
}

/// Prints the state.
pub async fn run(explorer: &Explorer, args: &AtArgs, out: &mut Output) -> Result<u8, Failure> {
    let mut found = moment::find(explorer, &target(args)?).await?;
    let at = found.travel.moment(found.version, &out.reporter("folding")).await?;
    let state = at.state.as_deref().cloned().unwrap_or(Value::Null);
    if out.is_json() {
        let mut document = Map::new();
        document.insert("schema".to_owned(), "foldback.show/1".into());
        document.insert("source".to_owned(), moment::source(explorer));
        document.extend(moment::place(&found));
        document.insert("reducer".to_owned(), moment::reducer(found.travel.reducer().ok().as_ref()));
        document.extend(moment::outcome(&at));
        document.insert("state".to_owned(), state);
        document.insert("events_folded".to_owned(), json!(at.events_folded));
        document.insert("started_from".to_owned(), moment::started_from(&at));
        document.insert(
            "violations".to_owned(),
            at.violations.iter().map(|is| json!({"code": is.code, "message": is.message})).collect(),
        );
        out.document(&document)?;
    } else {
        moment::title(&found, out)?;
        moment::caveats(&at, out)?;
        if at.state.is_some() {
            let text = serde_json::to_string_pretty(&state).unwrap_or_default();
            for line in text.lines() {
                out.line(&safe(line))?;
            }
        }
    }
    Ok(moment::code(&at))
}
