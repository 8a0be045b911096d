//! The fold of a long stream that runs ahead of every question, and the questions that wait until it has come to them.

use super::travel::Open;
use crate::app::screens::travel::Ask;
use crate::explore::Reporter;
use crate::explore::travel::Travel;
use crate::store::StoreError;
use foldback_domain::event::Version;
use foldback_domain::reading::Direction;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How long a question waits for a fold that nobody has begun yet.
const PATIENCE: Duration = Duration::from_secs(2);

/// How far a stream is folded ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ahead {
    /// Nobody folds ahead: a question folds what it needs.
    Idle,
    /// It is about to begin.
    Expected,
    /// It is under way.
    Running {
        /// Every version up to this one can be asked for at once.
        through: Option<Version>,
        /// How many events are folded,
        done: u64,
        /// of so many.
        total: u64,
    },
}

/// Notes that a stream that was just opened is about to be folded ahead, where much of it is still to be folded.
pub(super) fn expect(ahead: &watch::Sender<Ahead>, travel: &Travel) {
    if travel.is_long().is_some() && travel.is_behind() {
        ahead.send_if_modified(|ahead| std::mem::replace(ahead, Ahead::Expected) != Ahead::Expected);
    }
}

/// Nobody waits for a fold that was given up.
struct Idle<'a>(&'a watch::Sender<Ahead>);

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        self.0.send_replace(Ahead::Idle);
    }
}

/// Folds a stream to its end. It holds the stream for one page at a time.
pub(super) async fn fold(open: &Open, ahead: &watch::Sender<Ahead>, progress: &Reporter) -> Result<(), StoreError> {
    let _idle = Idle(ahead);
    let begun = open.lock().await.begin_ahead().await?;
    let Some(begun) = begun else { return Ok(()) };
    let (mut pages, total, mut done, mut through) = (begun.pages, begun.left, 0, begun.after);
    loop {
        ahead.send_replace(Ahead::Running { through, done, total });
        progress.report(done, Some(total));
        let Some(page) = pages.next().await? else { break };
        let folds = open.lock().await.feed(&page);
        done += page.len() as u64;
        // The last version of a page may have more events on the next.
        through = page.last().map(|event| Version(event.version.0.saturating_sub(1))).or(through);
        if !folds {
            break;
        }
    }
    open.lock().await.end_ahead(done).await;
    Ok(())
}

/// Waits until the fold ahead has come to what is asked; not where a state that is not verified yet answers it.
pub(super) async fn wait(open: &Open, ahead: &watch::Sender<Ahead>, ask: &Ask, progress: &Reporter) {
    let (wanted, before) = match ask {
        Ask::Step { at: Some(at), base, .. } => (*at, Some(base.unwrap_or(Version(at.0.saturating_sub(1))))),
        Ask::Tallies { to, .. }
        | Ask::Blame { at: Some(to), .. }
        | Ask::Beside { at: Some(to), .. }
        | Ask::Branch { at: Some(to), .. } => (*to, None),
        Ask::Change { from: Some(from), direction: Direction::Backward, .. } => (*from, None),
        _ => return,
    };
    let mut told = ahead.subscribe();
    loop {
        let now = *told.borrow_and_update();
        match now {
            Ahead::Idle => return open.lock().await.forget_guess(),
            Ahead::Running { through, .. } if through >= Some(wanted) => return,
            Ahead::Running { done, total, .. } => {
                if let Some(before) = before {
                    let travel = open.lock().await;
                    if travel.guesses(wanted) && travel.guesses(before) {
                        return;
                    }
                }
                progress.report(done, Some(total));
            }
            Ahead::Expected => {
                if timeout(PATIENCE, told.changed()).await.is_err() {
                    return;
                }
                continue;
            }
        }
        if told.changed().await.is_err() {
            return;
        }
    }
}
