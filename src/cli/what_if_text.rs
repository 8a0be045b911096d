//! What `what-if` prints for people.

use super::diff;
use super::failure::Failure;
use super::moment::{self, Found};
use super::output::{Output, count, safe};
use super::what_if::{decided, place};
use crate::explore::what_if::WhatIf;
use crate::replay::{Branch, Mark, Place};
use foldback_domain::event::EventHead;
use foldback_domain::{Decided, Trial, Verdict};

/// Prints it for people.
pub fn text(
    found: &Found,
    branch: &Branch,
    answer: &WhatIf,
    marks: &[Mark],
    parted: Option<&EventHead>,
    out: &mut Output,
) -> Result<(), Failure> {
    let (style, compared) = (out.style(), &answer.compared);
    moment::title(found, out)?;
    for edit in &branch.edits {
        out.line(&style.branch(format!("branch: {}", safe(&edit.to_string()))))?;
    }
    for (side, moment) in [("main", &compared.main), ("branch", &compared.branch)] {
        out.line(&style.bold(side))?;
        moment::caveats(moment, out)?;
        if moment.violations.is_empty() && moment::code(moment) == 0 {
            out.line(&style.good("✓ whole, and no violations"))?;
        }
    }
    if let Some((_, on_branch)) = &answer.trial {
        command_text(on_branch, out)?;
    }
    match &compared.parting {
        None if compared.is_whole() => out.line("the branch never parts from main")?,
        None => out.line("the branch does not part from main, as far as they were folded")?,
        Some(parting) => {
            let at = match (parting.version, &parting.event_type) {
                (Some(version), Some(kind)) => format!("at v{version} {}", safe(kind)),
                (Some(version), None) => format!("behind v{version}"),
                (None, _) => "before the first event".to_owned(),
            };
            let position = parted.and_then(|head| head.global_position).map_or(String::new(), |at| format!(" (#{at})"));
            let end = if compared.changes.is_empty() { "; in the end the states are the same" } else { "" };
            out.line(&format!("parts from main {at}{position}{end}"))?;
            diff::text(&compared.changes, out)?;
        }
    }
    for mark in marks {
        mark_text(mark, out)?;
    }
    let counts = &compared.counts;
    if counts.unknown > 0 {
        let events = count(counts.unknown, "event of the branch has", "events of the branch have");
        out.line(&style.dim(format!("? {events} no command: nobody can say what the rules would make of them")))?;
    }
    Ok(())
}

fn mark_text(mark: &Mark, out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    let sign = match mark.place {
        Place::Recorded => " ",
        Place::Skipped => "-",
        Place::Changed => "~",
        Place::Inserted => "+",
        Place::Moved => ">",
    };
    let at = mark.version.map_or("start".to_owned(), |version| format!("v{version}"));
    let said = match &mark.verdict {
        Verdict::Refuses(why) => format!("✗ the rules would refuse it now: {}", safe(why)),
        Verdict::Differs(events) => format!("~ the rules would decide {} now", names(events)),
        Verdict::Agrees => "✓ the rules agree".to_owned(),
        Verdict::Unknown if mark.place == Place::Skipped => place(mark.place).to_owned(),
        Verdict::Unknown => "? nobody can say what the rules would make of it".to_owned(),
    };
    let line = format!("{sign} {at} {}  {said}", safe(&mark.event_type));
    out.line(&match &mark.verdict {
        _ if mark.also_on_main() => style.dim(format!("{line} (on main too: it was written past the rules)")),
        Verdict::Refuses(_) => style.bad(line),
        Verdict::Differs(_) => style.warn(line),
        _ => line,
    })
}

fn names(events: &[Decided]) -> String {
    match events {
        [] => "nothing".to_owned(),
        events => events.iter().map(|event| event.event_type).collect::<Vec<_>>().join(", "),
    }
}

fn command_text(trial: &Trial, out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    match trial {
        Trial::Refused(why) => out.line(&style.bad(format!("✗ the command would be refused: {}", safe(why)))),
        Trial::Decided(events) => {
            out.line(&format!("the command would lead to {}", count(events.len() as u64, "event", "events")))?;
            for event in decided(events) {
                out.line(&style.good(format!("+ {}", safe(&event.to_string()))))?;
            }
            Ok(())
        }
        Trial::UnknownName | Trial::Malformed(_) => Ok(()),
    }
}
