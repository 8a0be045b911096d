//! A question whose connection is lost is asked again over another one: a read changes nothing, so it can be asked twice.

/// How often a question is asked again: all connections may have been lost at once, and a reader has two.
pub(crate) const CONNECTIONS: u64 = 2;

/// Asks something from its beginning, again where the connection is lost meanwhile, and adds to a count how often that was.
macro_rules! anew {
    ($remade:expr, $asked:expr) => {{
        let mut lost = 0;
        loop {
            let answer: Result<_, $crate::store::StoreError> = async { $asked }.await;
            match answer {
                Err(error) if error.is_lost() && lost < $crate::store::anew::CONNECTIONS => lost += 1,
                Ok(answer) => {
                    $remade.fetch_add(lost, std::sync::atomic::Ordering::Relaxed);
                    break Ok(answer);
                }
                failed => break failed,
            }
        }
    }};
}

pub(crate) use anew;
