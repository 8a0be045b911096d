//! The overview: what is here, and does anything need me? It is made of sections; each line of them opens something.

use super::super::action::Action;
use super::super::clock;
use super::super::context::Context;
use super::super::effect::{self, Slot};
use super::super::facts::Facts;
use super::super::geometry::Area;
use super::super::place::{Place, Screen};
use crate::analysis::log::Histogram;
use crate::analysis::overview::{Attention, Finding, Glance};
use foldback_domain::event::{Category, Position, StreamName};
use foldback_domain::reading::{StreamSummary, Totals};
use std::time::Duration;

/// How long the first look at every stream may take.
const BUDGET: Duration = Duration::from_secs(2);
/// How long the first count may take before it is given up: others use the server, too.
const COUNTING: Duration = Duration::from_secs(10);
/// How long it may take when the user insists: as long as it takes.
const WHOLE: Duration = Duration::from_secs(86_400);
/// How many parts the clock has; drawing joins them where the terminal is narrower.
pub const PARTS: usize = 120;
/// How long the clock rests before what takes long is read as of then.
const RESTED: Duration = Duration::from_millis(300);

/// What is asked of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// What can be said at once.
    Glance,
    /// The exact counts, within a time.
    Totals {
        /// How long it may take.
        budget: Duration,
    },
    /// What needs attention, within a time.
    Attention {
        /// How long it may take.
        budget: Duration,
    },
    /// What the processes around the log need.
    Needs,
    /// The log's shape over time.
    Histogram {
        /// In so many parts.
        parts: usize,
    },
}

/// What the world answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// What can be said at once.
    Glance(Box<Glance>),
    /// The exact counts.
    Totals {
        /// How much there is.
        totals: Totals,
        /// The longest streams, where a glance could not know them.
        longest: Option<Vec<StreamSummary>>,
    },
    /// Counting took longer than it might.
    Uncounted {
        /// How long it might take.
        budget: Duration,
    },
    /// What needs attention.
    Attention(Attention),
    /// What the processes around the log need.
    Needs(Attention),
    /// The log's shape over time; `None` in an empty log.
    Histogram(Option<Histogram>),
}

/// A line that can be selected, told by what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A finding: its code, and the stream or process that it is about.
    Finding(String, Option<String>),
    /// One of the longest streams.
    Stream(StreamName),
    /// A category.
    Category(Category),
    /// One of the newest events.
    Event(Position),
}

/// The overview's own state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overview {
    /// The selected line; the first one until something else is.
    pub selected: Option<Item>,
    /// Where the clock stood when it was read.
    as_of: Option<Position>,
}

/// Where the sections stand. Each has a title row; one without rows is not shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sections {
    /// What needs attention.
    pub attention: Area,
    /// The store in numbers.
    pub store: Area,
    /// The categories.
    pub categories: Area,
    /// The longest streams.
    pub longest: Area,
    /// The newest events.
    pub newest: Area,
}

/// Where the sections stand on the screen: what needs attention takes what it needs, up to a half.
pub fn sections(body: Area, facts: &Facts) -> Sections {
    let findings = facts.attention.as_ref().map_or(0, |attention| attention.findings.len());
    let categories = facts.totals.as_ref().map_or(3, |totals| totals.categories.len()).max(1);
    let rows = |wanted: usize, most: u16| u16::try_from(wanted).unwrap_or(u16::MAX).min(most);
    if body.width >= 98 {
        let (left, right) = body.left(body.width * 56 / 100, 3);
        let (attention, rest) = left.top(rows(2 + findings * 2, body.height / 2).max(3));
        let longest = rest.top(1).1;
        let (store, rest) = right.top(4);
        let (categories, rest) = rest.top(1).1.top(rows(1 + categories, (body.height / 3).max(5)));
        return Sections { attention, store, categories, longest, newest: rest.top(1).1 };
    }
    // On a short screen what needs attention comes before everything else.
    let most = if body.height > 12 { body.height / 2 } else { body.height.saturating_sub(2) };
    let (attention, rest) = body.top(rows(2 + findings * 2, most.max(4)).max(3));
    let rest = if body.height > 12 { rest.top(1).1 } else { rest };
    let (left, right) = rest.left((rest.width / 2).saturating_sub(1), 3);
    let (categories, below) = left.top(rows(1 + categories, left.height / 2));
    let longest = if left.height > 6 { below.top(1).1 } else { below };
    Sections { attention, store: Area::default(), categories, longest, newest: right }
}

/// How many findings fit: each takes two rows, and the last row sums up.
pub fn findings_shown(section: Area, findings: usize) -> usize {
    (section.rows().saturating_sub(2) / 2).min(findings)
}

impl Overview {
    /// What the screen shows that can be opened, in the order in which the cursor visits it.
    pub fn items(facts: &Facts, sections: &Sections) -> Vec<Item> {
        let mut items = Vec::new();
        let fit = |area: Area| area.rows().saturating_sub(1);
        if let Some(attention) = &facts.attention {
            // Those that do not fit come into view with the cursor.
            if findings_shown(sections.attention, attention.findings.len()) > 0 {
                items.extend(attention.findings.iter().map(item_of));
            }
        }
        if let Some(glance) = &facts.glance {
            let longest = glance.longest.iter().take(fit(sections.longest));
            items.extend(longest.map(|stream| Item::Stream(stream.stream_id.clone())));
        }
        if let Some(totals) = &facts.totals {
            let categories = totals.categories.iter().take(fit(sections.categories));
            items.extend(categories.map(|total| Item::Category(total.category.clone())));
        }
        if let Some(glance) = &facts.glance {
            let newest = glance.newest.iter().take(fit(sections.newest));
            items.extend(newest.filter_map(|head| head.global_position).map(Item::Event));
        }
        items
    }

    /// The selected line, which is the first one until something else is selected.
    pub fn current(&self, items: &[Item]) -> Option<Item> {
        self.selected.as_ref().filter(|item| items.contains(item)).or_else(|| items.first()).cloned()
    }

    /// The first finding in view: the selected one is always among those that fit.
    pub fn first_finding(&self, findings: &[Finding], shown: usize) -> usize {
        let selected = findings.iter().position(|finding| self.selected.as_ref() == Some(&item_of(finding)));
        selected.map_or(0, |selected| (selected + 1).saturating_sub(shown))
    }

    /// Reads what the screen shows as of where the clock stands, where it is of another time.
    pub fn enter(&mut self, cx: &mut Context<'_>) {
        if std::mem::replace(&mut self.as_of, cx.as_of()) == cx.as_of() || cx.as_of().is_none() {
            return;
        }
        cx.run(Slot::Glance, effect::Ask::Overview(Ask::Glance));
        let slow =
            [(Slot::Totals, Ask::Totals { budget: COUNTING }), (Slot::Attention, Ask::Attention { budget: BUDGET })];
        for (slot, ask) in slow {
            cx.desk.run(cx.now, slot, RESTED, effect::Ask::Overview(ask));
        }
    }

    /// Does what an action says.
    pub fn act(&mut self, action: Action, cx: &mut Context<'_>) {
        let items = Overview::items(cx.facts, &sections(cx.area, cx.facts));
        let current = self.current(&items);
        let index = current.as_ref().and_then(|item| items.iter().position(|other| other == item)).unwrap_or(0);
        let last = items.len().saturating_sub(1);
        let to = match action {
            Action::Up => index.saturating_sub(1),
            Action::Down => (index + 1).min(last),
            Action::Top => 0,
            Action::Bottom => last,
            Action::NextPane | Action::PageDown => section_edge(&items, index, true),
            Action::PreviousPane | Action::PageUp => section_edge(&items, index, false),
            Action::Open => {
                if let Some(item) = current {
                    open(&item, cx);
                }
                return;
            }
            Action::CheckAll if cx.facts.uncounted.is_some() => {
                cx.run(Slot::Totals, effect::Ask::Overview(Ask::Totals { budget: WHOLE }));
                cx.notice = Some("counting every event".to_owned());
                return;
            }
            Action::CheckAll if !cx.source.capabilities.state.is_available() => {
                cx.notice = cx.source.capabilities.state.reason().map(|why| format!("nothing to fold: {why}"));
                return;
            }
            Action::CheckAll => {
                cx.run(Slot::Attention, effect::Ask::Overview(Ask::Attention { budget: WHOLE }));
                cx.notice = Some("folding every stream; Esc cancels".to_owned());
                return;
            }
            Action::Refresh => return read_all(cx),
            _ => return,
        };
        self.selected = items.get(to).cloned();
    }

    /// Selects the line under the mouse; a second click opens it.
    pub fn click(&mut self, x: u16, y: u16, cx: &mut Context<'_>) {
        let sections = sections(cx.area, cx.facts);
        let items = Overview::items(cx.facts, &sections);
        let hit = |area: Area| area.row_at(x, y).and_then(|row| row.checked_sub(1));
        let nth = |wanted: fn(&Item) -> bool, n: usize| items.iter().filter(|item| wanted(item)).nth(n).cloned();
        let item = if let Some(row) = hit(sections.attention) {
            let findings = cx.facts.attention.as_ref().map_or(&[][..], |attention| &attention.findings);
            let first = self.first_finding(findings, findings_shown(sections.attention, findings.len()));
            nth(|item| matches!(item, Item::Finding(..)), first + row / 2)
        } else if let Some(row) = hit(sections.longest) {
            nth(|item| matches!(item, Item::Stream(_)), row)
        } else if let Some(row) = hit(sections.categories) {
            nth(|item| matches!(item, Item::Category(_)), row)
        } else {
            hit(sections.newest).and_then(|row| nth(|item| matches!(item, Item::Event(_)), row))
        };
        match item {
            Some(item) if self.selected.as_ref() == Some(&item) => open(&item, cx),
            Some(item) => self.selected = Some(item),
            None => {}
        }
    }
}

/// Reads everything that the overview and the frame show, what is quick first.
pub fn read_all(cx: &mut Context<'_>) {
    cx.run(Slot::Glance, effect::Ask::Overview(Ask::Glance));
    read_slow(cx, Duration::ZERO);
}

/// Reads what may take long. When a store changes all the time it waits a little, and never starts over while it runs.
pub fn read_slow(cx: &mut Context<'_>, delay: Duration) {
    read_failures(cx, delay);
    let asks = [
        (Slot::Histogram, Ask::Histogram { parts: PARTS }),
        (Slot::Totals, Ask::Totals { budget: COUNTING }),
        (Slot::Attention, Ask::Attention { budget: BUDGET }),
    ];
    for (slot, ask) in asks {
        // What could not be counted in its time is counted again only when somebody asks for it.
        let in_vain = slot == Slot::Totals && cx.facts.uncounted.is_some();
        if cx.desk.pending(slot).is_none() && !in_vain {
            cx.desk.run(cx.now, slot, delay, effect::Ask::Overview(ask));
        }
    }
}

/// Reads where something failed, for the marks on the clock.
pub fn read_failures(cx: &mut Context<'_>, delay: Duration) {
    let tells = &cx.source.capabilities;
    let tells = [&tells.projections, &tells.sagas, &tells.dead_letters].iter().any(|one| one.is_available());
    if tells && cx.desk.pending(Slot::Marks).is_none() {
        let ask = effect::Ask::Clock(clock::Ask::Failures { now: cx.now });
        cx.desk.run(cx.now, Slot::Marks, delay, ask);
    }
}

/// The line of a finding.
pub fn item_of(finding: &Finding) -> Item {
    let stream = finding.stream_id.as_ref().map(|stream| stream.as_str().to_owned());
    Item::Finding(finding.code.clone(), finding.about.clone().or(stream))
}

fn open(item: &Item, cx: &mut Context<'_>) {
    match item {
        Item::Stream(stream) => cx.go = Some(Place::Stream(stream.clone(), None)),
        Item::Category(category) => cx.go = Some(Place::Category(category.clone())),
        Item::Event(position) => {
            let newest = cx.facts.glance.iter().flat_map(|glance| &glance.newest);
            let head = newest.into_iter().find(|head| head.global_position == Some(*position));
            cx.go = head.map(|head| Place::Stream(head.stream_id.clone(), head.stream_version));
        }
        Item::Finding(..) => {
            let findings = cx.facts.attention.iter().flat_map(|attention| &attention.findings);
            let Some(finding) = findings.into_iter().find(|finding| item_of(finding) == *item) else { return };
            match &finding.stream_id {
                Some(stream) => cx.go = Some(Place::Stream(stream.clone(), finding.version)),
                None => match (place_of(finding), &finding.stream_id) {
                    (Some(place), _) => cx.go = Some(place),
                    _ => cx.notice = Some(finding.next.clone()),
                },
            }
        }
    }
}

/// Where a finding about a process is looked into.
fn place_of(finding: &Finding) -> Option<Place> {
    let about = finding.about.clone()?;
    Some(match finding.code.as_str() {
        "projection-stalled" | "projection-skipped" => Place::Projection(about),
        "saga-stuck" | "compensation-failed" => Place::Saga(about),
        "dead-letter" | "outbox-stuck" => Place::Screen(Screen::DeadLetters),
        _ => return None,
    })
}

/// The first line of the next section, or of the one before.
fn section_edge(items: &[Item], index: usize, forward: bool) -> usize {
    let kind = |index: usize| items.get(index).map(std::mem::discriminant);
    let mut starts: Vec<usize> =
        (0..items.len()).filter(|index| *index == 0 || kind(*index) != kind(index - 1)).collect();
    if !forward {
        starts.reverse();
    }
    let beyond = |start: &&usize| {
        if forward { **start > index } else { kind(**start) != kind(index) && **start < index }
    };
    starts.iter().find(beyond).or(starts.first()).copied().unwrap_or(0)
}
