//! The crew: every stream once, in order of their names, whoever is quicker.

use super::{event, explorer};
use foldback::domain::event::Category;
use foldback::domain::reading::StreamSummary;
use foldback::explore::crew::{self, Job, Wants};
use foldback::explore::{Bodies, Explorer, Reporter};
use foldback::store::StoreError;
use serde_json::json;

/// Counts the events of each stream.
struct Count {
    wants: Wants,
    panics_at: Option<&'static str>,
}

impl Job for Count {
    type Out = u64;

    fn wants(&self, _: &StreamSummary) -> Wants {
        self.wants
    }

    async fn stream(&mut self, summary: &StreamSummary, bodies: &mut Bodies) -> Result<u64, StoreError> {
        assert_ne!(Some(summary.stream_id.as_str()), self.panics_at, "as it was told to");
        let mut count = 0;
        while let Some(page) = bodies.next().await? {
            count += page.len() as u64;
        }
        Ok(count)
    }
}

/// 700 streams of two categories, some with one event and one with 10,000: more than a page, and more than a lot.
async fn many() -> Explorer {
    let mut events = Vec::new();
    for number in 0..700 {
        let category = if number % 3 == 0 { "a" } else { "b" };
        let length = if number == 100 { 10_000 } else { number % 7 + 1 };
        events.extend((0..length).map(|n| event(&format!("{category}-{number:03}"), "Happened", json!({"n": n}))));
    }
    explorer(events).await
}

async fn counted(explorer: &Explorer, category: Option<&str>, wants: Wants) -> Vec<(String, u64, u64)> {
    let mut found = Vec::new();
    let category = category.map(Category::from);
    let make = || Count { wants, panics_at: None };
    crew::run(explorer, category.as_ref(), make, &Reporter::silent(), |summary, count| {
        found.push((summary.stream_id.0.clone(), summary.events, count));
        true
    })
    .await
    .unwrap();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stream_comes_once_and_in_order_with_all_its_events() {
    let explorer = many().await;
    for wants in [Wants::Bodies, Wants::Everything] {
        let found = counted(&explorer, None, wants).await;
        assert_eq!(found.len(), 700);
        assert!(found.is_sorted_by(|a, b| a.0 < b.0));
        assert!(found.iter().all(|(_, length, count)| length == count));
    }
    let found = counted(&explorer, Some("a"), Wants::Bodies).await;
    assert_eq!(found.len(), 234);
    assert!(found.iter().all(|(name, ..)| name.starts_with("a-")));
    assert!(counted(&explorer, None, Wants::Nothing).await.iter().all(|(_, _, count)| *count == 0));
    assert_eq!(counted(&explorer, Some("c"), Wants::Bodies).await, []);
}

#[tokio::test]
async fn it_works_on_a_runtime_of_one_thread_and_stops_when_that_is_enough() {
    let explorer = many().await;
    let mut seen = 0;
    let make = || Count { wants: Wants::Bodies, panics_at: None };
    crew::run(&explorer, None, make, &Reporter::silent(), |_, _| {
        seen += 1;
        seen < 5
    })
    .await
    .unwrap();
    assert_eq!(seen, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_panics_is_not_passed_over() {
    let explorer = many().await;
    let ran = tokio::spawn(async move {
        let make = || Count { wants: Wants::Bodies, panics_at: Some("b-001") };
        crew::run(&explorer, None, make, &Reporter::silent(), |_, _| true).await
    });
    assert!(ran.await.unwrap_err().is_panic());
}
