//! What the keys do.

use super::session::Session;
use foldback::app::command;
use foldback::app::effect::{Effect, Slot};
use foldback::app::message::{Message, Progress};
use foldback::app::modals::Modal;
use foldback::app::place::Screen;
use foldback::app::update;
use foldback_domain::event::{Position, Version};

fn demo() -> Session {
    Session::demo(120, 40)
}

#[test]
fn attention_opens_its_place_and_esc_comes_back_to_the_same_row() {
    let mut session = demo();
    let findings = &session.model.facts.attention.as_ref().unwrap().findings;
    let refund = findings.iter().position(|finding| finding.code == "refunded-beyond-capture").unwrap();
    assert!(!session.text().contains("payment-527: refunded"), "it comes into view with the cursor");
    session.keys(&vec!["down"; refund].join(" "));
    assert!(session.text().contains("payment-527: refunded"), "{}", session.text());
    let selected = session.model.screens.overview.selected.clone();
    session.keys("enter");
    assert_eq!(session.model.screen, Screen::Travel);
    let stream = session.model.screens.travel.stream.clone().unwrap();
    assert!(session.text().contains("captured"), "{}", session.text());
    session.keys("esc");
    assert_eq!(session.model.screen, Screen::Overview);
    assert_eq!(session.model.screens.overview.selected, selected);
    assert!(session.text().contains(stream.as_str()));
}

#[test]
fn the_streams_are_filtered_while_one_types() {
    let mut session = demo();
    session.keys("2 /").types("ord 10");
    let names: Vec<&str> = session.model.screens.streams.window.rows().iter().map(|r| r.stream_id.as_str()).collect();
    assert!(!names.is_empty() && names.iter().all(|name| name.contains("ord") && name.contains("10")));
    // Digits are letters of the filter while it is typed, not screens.
    assert_eq!(session.model.screen, Screen::Streams);
    session.keys("enter s enter esc");
    assert_eq!(session.model.screens.streams.words.text(), "ord 10");
    session.keys("x");
    assert!(session.model.screens.streams.filter().is_none());
}

#[test]
fn the_whole_list_of_streams_can_be_walked_both_ways() {
    let mut session = Session::demo(60, 15);
    session.keys("2");
    let mut down = vec![session.model.screens.streams.window.selected_key().unwrap()];
    loop {
        session.keys("down");
        let key = session.model.screens.streams.window.selected_key().unwrap();
        if down.last() == Some(&key) {
            break;
        }
        down.push(key);
    }
    assert_eq!(down.len() as u64, session.model.facts.totals.as_ref().unwrap().streams);
    for expected in down.iter().rev() {
        assert_eq!(session.model.screens.streams.window.selected_key().as_ref(), Some(expected));
        session.keys("up");
    }
    session.keys("end");
    assert_eq!(session.model.screens.streams.window.selected_key(), down.last().cloned());
    session.keys("home");
    assert_eq!(session.model.screens.streams.window.selected_key(), down.first().cloned());
}

#[test]
fn the_log_goes_to_positions_times_and_through_filters() {
    let mut session = demo();
    session.keys("3 g").types("1,322").keys("enter");
    let log = &session.model.screens.log;
    assert_eq!(log.window.selected_key(), Some(Position(1_322)));
    assert_eq!(log.shown.as_ref().unwrap().position, Position(1_322));
    session.keys("g").types("2026-01-06").keys("enter");
    let at = session.model.screens.log.window.selected().unwrap().head.created_at.unwrap();
    assert!(at < "2026-01-06T00:00:00Z".parse().unwrap());
    session.keys("g").types("1322").keys("enter c");
    let rows = session.model.screens.log.window.rows();
    let correlation = rows[0].head.correlation_id.clone();
    assert!(rows.iter().all(|row| row.head.correlation_id == correlation));
    assert_eq!(session.model.screens.log.window.selected_key(), Some(Position(1_322)));
    session.keys("e s");
    assert_eq!(session.model.screens.log.filters.words().len(), 3);
    session.keys("x");
    assert_eq!(session.model.screens.log.filters.words().len(), 2);
    session.keys("X");
    assert!(session.model.screens.log.filters.is_empty());
    session.keys("/").types("Nothing*").keys("enter");
    assert!(session.text().contains("no event passes"));
}

#[test]
fn the_log_shows_the_events_of_which_an_expression_holds() {
    let mut session = demo();
    session.keys("3 w").types("event.data.amount > 100000").keys("enter");
    let rows = session.model.screens.log.window.rows();
    let amount = |event: &serde_json::Value| event["amount"].as_i64().is_some_and(|amount| amount > 100_000);
    assert!(rows.len() > 10 && session.model.notice.is_none(), "{:?}", session.model.notice);
    let shown = session.model.screens.log.shown.as_ref().unwrap();
    assert!(amount(&shown.event.data.parse().unwrap()));
    assert!(command::same(&session.model).ends_with("--where 'event.data.amount > 100000'"));
    // Where it throws, the event is not taken for one of which it does not hold.
    session.keys("w ctrl-u").types("event.data.nope.deep > 1").keys("enter");
    assert!(session.model.screens.log.window.rows().is_empty());
    assert!(session.model.notice.as_ref().unwrap().contains("undecided at 2,870 events"), "{:?}", session.model.notice);
    session.keys("w ctrl-u").types("state.balance < 0").keys("enter");
    assert!(session.text().contains("the log looks at event alone"), "{}", session.text());
    session.keys("esc x");
    assert!(session.model.screens.log.filters.is_empty());
}

#[test]
fn a_wrong_answer_to_a_prompt_stands_under_it() {
    let mut session = demo();
    session.keys("3 g").types("soon").keys("enter");
    assert!(session.text().contains("\"soon\" is neither a position nor a time"));
    session.keys("esc");
    assert!(session.model.modal.is_none());
}

#[test]
fn newest_first_is_the_same_log_the_other_way() {
    let mut session = demo();
    session.keys("3 g").types("1000").keys("enter o down");
    assert!(session.model.screens.log.window.selected_key() < Some(Position(1_000)));
    session.keys("home");
    let newest = session.model.facts.head();
    assert_eq!(session.model.screens.log.window.selected_key(), newest);
}

#[test]
fn travel_steps_jumps_and_reaches_the_start() {
    let mut session = demo();
    session.keys(":").types("payment-527@2").keys("enter");
    let at = |session: &Session| session.model.screens.travel.at;
    assert_eq!(at(&session), Some(Version(2)));
    assert_eq!(session.model.screens.travel.step.as_ref().unwrap().moment.version, Some(Version(2)));
    session.keys("right");
    assert_eq!(at(&session), Some(Version(3)));
    session.keys("end");
    assert_eq!(at(&session), Some(Version(4)));
    session.keys("home left");
    assert_eq!(at(&session), None);
    assert!(session.text().contains("the initial state"));
    session.keys("right g").types("9").keys("enter");
    assert!(session.text().contains("v9 is not in this stream: it has v0 to v4"));
}

#[test]
fn a_field_leads_to_its_changes_and_blame_to_its_event() {
    let mut session = demo();
    session.keys(":").types("payment-527@4").keys("enter tab");
    session.model.screens.travel.tree.select("/refunded");
    session.keys("[");
    assert_eq!(session.model.screens.travel.at, Some(Version(3)));
    session.keys("]");
    assert_eq!(session.model.screens.travel.at, Some(Version(4)));
    session.keys("]");
    assert_eq!(session.model.notice.as_deref(), Some("no later change of /refunded"));
    session.model.screens.travel.tree.select("/captured");
    session.keys("b");
    assert_eq!(session.model.screens.travel.selected_path().as_deref(), Some("/captured"));
    session.keys("enter");
    assert_eq!(session.model.screens.travel.at, Some(Version(2)));
}

#[test]
fn a_pin_changes_what_the_changes_are_against() {
    let mut session = demo();
    session.keys(":").types("payment-527@1").keys("enter p end");
    assert_eq!(session.model.screens.travel.step.as_ref().unwrap().base, Some(Version(1)));
    assert!(session.text().contains("against v1"));
    session.keys("y");
    assert_eq!(session.copied, ["foldback diff demo payment-527@1..4"]);
    session.keys("p");
    assert_eq!(session.model.screens.travel.step.as_ref().unwrap().base, Some(Version(3)));
}

#[test]
fn play_goes_on_to_the_end_and_stops_at_a_watched_change() {
    let mut session = demo();
    session.keys(":").types("payment-527@0").keys("enter");
    assert_eq!(session.model.tick(), None, "nothing runs when nothing happens");
    session.keys("space");
    let mut now = session.model.now;
    for _ in 0..20 {
        now += jiff::SignedDuration::from_secs(3);
        session.send(foldback::app::Message::Clock(now));
        session.send(foldback::app::Message::Tick);
    }
    assert_eq!(session.model.screens.travel.at, Some(Version(4)));
    assert!(session.model.screens.travel.play.is_none());
    session.keys("home tab");
    session.model.screens.travel.tree.select("/captured");
    session.keys("w space");
    for _ in 0..20 {
        now += jiff::SignedDuration::from_secs(3);
        session.send(foldback::app::Message::Clock(now));
        session.send(foldback::app::Message::Tick);
    }
    assert_eq!(session.model.screens.travel.at, Some(Version(2)), "it stops where the watched path changes");
}

#[test]
fn help_runs_what_it_lists_and_the_palette_finds_streams() {
    let mut session = demo();
    session.keys("?").types("every stream of the").keys("enter");
    assert_eq!(session.model.screen, Screen::Streams);
    session.keys("ctrl-p").types("payment 527").keys("enter");
    assert_eq!(session.model.screens.travel.stream.as_ref().unwrap().as_str(), "payment-527");
    session.keys(":").types("1322").keys("enter");
    assert_eq!(session.model.screens.log.window.selected_key(), Some(Position(1_322)));
    session.keys("esc esc esc");
    assert_eq!(session.model.screen, Screen::Overview);
}

#[test]
fn the_tour_ends_at_the_refund() {
    let mut session = demo();
    session.keys("T");
    let mut seen = Vec::new();
    for key in ["3", "enter", "left", "b", "1", "enter"] {
        seen.push(session.model.tour.as_ref().unwrap().sentence(&session.model));
        session.keys(key);
    }
    let end = session.model.tour.as_ref().unwrap().sentence(&session.model);
    assert!(end.contains("refunded 130,000 KRW of 94,000 KRW captured"), "{seen:#?} {end}");
    session.keys("T");
    assert!(session.model.tour.is_none());
}

#[test]
fn a_stream_that_is_not_there_says_so() {
    let mut session = demo();
    session.keys(":").types("nobody-1@3").keys("enter");
    assert!(session.text().contains("this source has no stream nobody-1"));
    session.keys("4");
    session.keys("q");
    assert!(session.has_quit);
}

#[test]
fn each_screen_names_its_command() {
    let mut session = demo();
    session.keys("y 2 c s y 3 e y");
    assert_eq!(session.copied[0], "foldback overview demo");
    assert_eq!(session.copied[1], "foldback streams demo --category inventory --sort length");
    assert!(session.copied[2].starts_with("foldback log demo --type OrderPlaced"), "{}", session.copied[2]);
}

/// A key whose questions nobody answers yet.
fn unanswered(session: &mut Session, key: &str) -> Vec<Effect> {
    update(&mut session.model, Message::Key(key.parse().unwrap()))
}

#[test]
fn what_fails_says_so_in_its_pane_with_the_way_out() {
    let mut session = demo();
    let effects = unanswered(&mut session, "3");
    let Some(Effect::Run(task)) = effects.iter().find(|effect| matches!(effect, Effect::Run(_))) else { panic!() };
    let why = "shop.db: the disk is gone; plug it in".to_owned();
    session.send(Message::Failed { slot: task.slot, ticket: task.ticket, why });
    assert!(session.text().contains("✗ shop.db: the disk is gone; plug it in; R reads again"), "{}", session.text());
    session.keys("R");
    assert!(session.model.screens.log.window.selected().is_some());
}

#[test]
fn long_work_says_how_far_it_is_and_esc_ends_it() {
    let mut session = demo();
    session.keys("3 /").types("Nothing*");
    unanswered(&mut session, "enter");
    assert!(session.model.tick().is_some());
    assert!(!session.text().contains("reading the log"));
    let (slot, pending) = (Slot::Log, session.model.desk.pending(Slot::Log).unwrap().clone());
    let progress = Progress { done: 120_000, total: None };
    session.send(Message::Progressed { slot, ticket: pending.ticket, progress });
    session.send(Message::Clock(pending.since + jiff::SignedDuration::from_secs(2)));
    let text = session.text();
    assert!(text.contains("reading the log · 120,000 · 60,000/s · 2 s · Esc cancels"), "{text}");
    let effects = unanswered(&mut session, "esc");
    assert_eq!(effects, [Effect::Cancel(Slot::Log)]);
    assert!(session.text().contains("cancelled; R reads again"));
    assert_eq!(session.model.tick(), None);
}

#[test]
fn a_store_that_grows_is_seen_and_the_row_stays() {
    let mut session = demo();
    session.keys("2 down down down");
    let before = session.model.screens.streams.window.selected_key();
    session.send(Message::Changed);
    assert_eq!(session.model.screens.streams.window.selected_key(), before);
    assert_eq!(session.model.facts.changed_at, None, "nothing new: the source only cannot be sure");
    session.model.facts.glance.as_mut().unwrap().head = Some(Position(1));
    session.send(Message::Changed);
    assert_eq!(session.model.screens.streams.window.selected_key(), before);
    assert!(session.text().contains("● live"));
}

#[test]
fn what_could_not_be_counted_in_time_is_estimated_and_counted_on_demand() {
    let mut session = demo();
    let totals = session.model.facts.totals.take();
    let mut glance = session.model.facts.glance.take().unwrap();
    glance.estimate = Some(12_300_000);
    session.model.facts.glance = Some(glance);
    session.model.facts.uncounted = Some(std::time::Duration::from_secs(10));
    let text = session.text();
    assert!(text.lines().next().unwrap().contains("~12,300,000 events"), "{text}");
    assert!(text.contains("not counted within 10 s; c counts"), "{text}");
    session.keys("c");
    assert_eq!((&session.model.facts.totals, session.model.facts.uncounted), (&totals, None));
    assert!(!session.text().contains('~'), "{}", session.text());
}

#[test]
fn bisect_finds_over_everything_and_enter_goes_there() {
    let mut session = demo();
    session.keys("B").types("state.refunded >").keys("enter");
    assert!(
        matches!(&session.model.modal, Some(Modal::Prompt(prompt)) if prompt.error.is_some()),
        "half an expression"
    );
    session.types(" state.captured").keys("enter");
    let Some(Modal::Hits(hits)) = &session.model.modal else { panic!("{:?}", session.model.notice) };
    assert!(hits.found.about.contains("1 finding") && hits.found.about.contains("streams"), "{}", hits.found.about);
    session.keys("enter");
    let travel = &session.model.screens.travel;
    assert_eq!(travel.title(), "payment-527@4");
    // In one stream, and nothing found is an answer too.
    session.keys("B").types("state.captured < 0").keys("enter");
    let Some(Modal::Hits(hits)) = &session.model.modal else { panic!("{:?}", session.model.notice) };
    assert!(hits.found.about.contains("nothing found in 5 events of 1 stream"), "{}", hits.found.about);
    session.keys("esc");
    assert!(session.model.modal.is_none());
}

#[test]
fn a_pattern_over_the_log_lists_what_happened_so() {
    let mut session = demo();
    session.keys("3 p").types("PaymentCaptured afterwards").keys("enter");
    assert!(matches!(&session.model.modal, Some(Modal::Prompt(prompt)) if prompt.error.is_some()), "no pattern");
    session.keys("ctrl-u").types("StockReservationRefused then PaymentRefunded").keys("enter");
    let Some(Modal::Hits(hits)) = &session.model.modal else { panic!("{:?}", session.model.notice) };
    let found = &hits.found;
    assert!(!found.hits.is_empty() && found.about.contains("events"), "{}", found.about);
    assert!(found.hits.iter().all(|hit| hit.head.event_type == "StockReservationRefused"));
    assert!(found.hits[0].what.ends_with("later: PaymentRefunded 976"), "{}", found.hits[0].what);
    let stream = found.hits[0].head.stream_id.clone();
    session.keys("enter");
    assert_eq!(session.model.screens.travel.stream, Some(stream));
}

#[test]
fn a_fields_history_is_a_list_that_leads_to_its_versions() {
    let mut session = demo();
    session.keys(":").types("payment-527@4").keys("enter tab");
    session.model.screens.travel.tree.select("/refunded");
    session.keys("H");
    let Some(Modal::Hits(hits)) = &session.model.modal else { panic!("{:?}", session.model.notice) };
    let what: Vec<&str> = hits.found.hits.iter().map(|hit| hit.what.as_str()).collect();
    assert!(what.len() >= 2 && what[what.len() - 1] == "36000 → 130000", "{what:?}");
    session.keys("up down enter");
    assert!(session.model.modal.is_none());
}

#[test]
fn conditions_stop_the_run_forwards_and_backwards() {
    let mut session = demo();
    session.keys(":").types("payment-527@0").keys("enter");
    session.keys("n");
    assert!(session.model.notice.as_deref().is_some_and(|notice| notice.contains("nothing to stop at")));
    session.keys("x").types("state.refunded > state.captured").keys("enter n");
    assert_eq!(session.model.screens.travel.at, Some(Version(4)));
    session.keys("n");
    assert!(session.model.notice.as_deref().is_some_and(|notice| notice.contains("no stop")));
    session.keys("x").types("type *Captured").keys("enter N");
    assert_eq!(session.model.screens.travel.at, Some(Version(2)));
    assert!(session.model.notice.as_deref().is_some_and(|notice| notice.contains("type *Captured")));
    session.keys("x enter home");
    session.keys("x").types("gap > 1s").keys("enter n");
    assert!(session.model.screens.travel.at > Some(Version(0)));
}
