//! A branch is folded to its stream's end page by page, so that steps on it are answered in the meantime; where it has come
//! to already they are quick.

use super::travel::{MARKS, Open};
use crate::app::screens::travel::Reply;
use crate::app::screens::travel::branch::Branched;
use crate::explore::Reporter;
use crate::replay::{Branch, Compared, Edit};
use crate::store::StoreError;
use foldback_domain::event::Version;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// What is folded sooner than another fold can be waited for.
const NEAR: u64 = 20_000;
/// How long a step waits for a fold to the end that has not begun.
const PATIENCE: Duration = Duration::from_millis(500);
/// How many branches are remembered as they end.
const KEPT: usize = 4;

/// The branches of a stream as they end.
#[derive(Default)]
pub(super) struct Ends {
    known: Mutex<Vec<(Option<Version>, Arc<Branched>)>>,
    running: watch::Sender<Option<Running>>,
}

/// A fold that is under way.
#[derive(Debug, Clone)]
struct Running {
    edits: Vec<Edit>,
    through: Option<Version>,
    done: u64,
    total: u64,
}

impl Ends {
    fn known(&self, edits: &[Edit], at: Option<Version>) -> Option<Arc<Branched>> {
        let known = self.known.lock().ok()?;
        known.iter().find(|(end, known)| *end == at && known.branch.edits == edits).map(|(_, known)| known.clone())
    }

    fn is_known(&self, edits: &[Edit]) -> bool {
        self.known.lock().is_ok_and(|known| known.iter().any(|(_, known)| known.branch.edits == edits))
    }

    fn keep(&self, at: Option<Version>, branched: &Arc<Branched>) {
        let Ok(mut known) = self.known.lock() else { return };
        known.push((at, branched.clone()));
        let surplus = known.len().saturating_sub(KEPT);
        known.drain(..surplus);
    }
}

/// Nobody waits for a fold that was given up.
struct Idle<'a>(&'a watch::Sender<Option<Running>>);

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        self.0.send_replace(None);
    }
}

/// Folds a branch to the end beside main. It holds the stream for one page at a time.
pub(super) async fn to_end(
    open: &Open,
    branch: &Branch,
    at: Option<Version>,
    progress: &Reporter,
) -> Result<Reply, StoreError> {
    if let Some(known) = open.ends.known(&branch.edits, at) {
        return Ok(Reply::Branch(Arc::new(Branched { branch: branch.clone(), ..Branched::clone(&known) })));
    }
    let (mut marks, mut left_out) = (Vec::new(), 0);
    let mut keep = |mark| match marks.len() {
        MARKS => left_out += 1,
        _ => marks.push(mark),
    };
    let _idle = Idle(&open.ends.running);
    let begun = {
        let mut travel = open.lock().await;
        travel.know(branch, progress).await?;
        travel.go_along(branch, at, progress).await?
    };
    let compared = match begun {
        Err(why) => Compared::unavailable(at, why),
        Ok(mut along) => {
            along.begin(&mut keep);
            let mut through = None;
            loop {
                let (done, total) = (along.done(), along.total());
                progress.report(done, Some(total));
                open.ends.running.send_replace(Some(Running { edits: branch.edits.clone(), through, done, total }));
                let Some(page) = along.next().await? else { break along.end() };
                open.lock().await.take_along(&mut along, &page, &mut keep);
                through = page.last().map(|event| event.version).or(through);
            }
        }
    };
    let branched = Arc::new(Branched { branch: branch.clone(), compared, marks, left_out });
    open.ends.keep(at, &branched);
    Ok(Reply::Branch(branched))
}

/// Waits until a fold to the end has come to a version, where folding it once more would take long.
pub(super) async fn wait(open: &Open, branch: &Branch, at: Option<Version>, progress: &Reporter) {
    let Some(at) = at else { return };
    // What was folded to the end has left all the keyframes that it could.
    if open.ends.is_known(&branch.edits) {
        return;
    }
    let mut told = open.ends.running.subscribe();
    while open.lock().await.left_to(branch, at) > NEAR {
        let running = told.borrow_and_update().clone().filter(|running| running.edits == branch.edits);
        match running {
            Some(Running { through, .. }) if through >= Some(at) => return,
            Some(Running { done, total, .. }) => {
                progress.report(done, Some(total));
                if told.changed().await.is_err() {
                    return;
                }
            }
            None if timeout(PATIENCE, told.changed()).await.is_err() => return,
            None => {}
        }
    }
}
