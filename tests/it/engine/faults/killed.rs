//! The real program is killed wherever it is, again and again, in `run` and in `rebuild`.

use super::whole::{check, check_messages, eventually, is_at_rest, number, orders, stock};
use crate::cli::program;
use crate::engine::run::Running;
use crate::engine::shop::{Kind, on_each, place, shop_at};
use foldback::adapters::SourceSpec;
use foldback::engine::Chance;
use std::path::{Path, PathBuf};

on_each! {
    what_is_killed_anywhere_is_gone_on_with,
}

const ROUNDS: usize = 6;
const FAULT: &str = "shipping.book%3=refuse:no carrier";

/// Grows with everything that an engine does.
const DONE: &str = "SELECT CAST((SELECT count(*) FROM events) + (SELECT count(*) FROM saga_log) \
     + (SELECT count(*) FROM outbox WHERE status = 'published') \
     + (SELECT coalesce(sum(last_processed_position), 0) FROM projection_checkpoints) AS BIGINT)";

fn words(spec: &SourceSpec) -> PathBuf {
    match spec {
        SourceSpec::Sqlite { path, .. } => path.clone(),
        SourceSpec::Postgres(address) => PathBuf::from(address.words()),
        _ => unreachable!("a shop stands on a database"),
    }
}

async fn what_is_killed_anywhere_is_gone_on_with(kind: Kind) {
    let (spec, folder) = place(kind);
    let words = words(&spec);
    let shop = shop_at(spec, folder).await;
    stock(&shop).await;
    let aside = tempfile::tempdir().unwrap();
    let out = aside.path().join("messages.jsonl");
    let rest = ["--publish", out.to_str().unwrap(), "--fault", FAULT];
    let (mut placed, mut interrupted, chance) = (Vec::new(), 0, Chance::seeded(7));
    for round in 0..ROUNDS {
        for number in 0..3 {
            let id = format!("{round}-{number}");
            orders(&shop.bus, &id).await;
            placed.push(id);
        }
        let (before, more) = (number(&shop, DONE).await.unwrap(), 1 + chance.below(300) as i64);
        let running = Running::start(&words, &rest);
        let mut rebuilding = rebuilding(&words);
        eventually("something to interrupt", async || {
            Ok(number(&shop, DONE).await? >= before + more || is_at_rest(&shop, placed.len()).await?)
        })
        .await;
        // SIGKILL, wherever they are.
        drop(running);
        rebuilding.kill().unwrap();
        rebuilding.wait().unwrap();
        interrupted += usize::from(!is_at_rest(&shop, placed.len()).await.unwrap());
        // As six seconds would do.
        shop.store.books.database().run("DELETE FROM leases", &[]).await.unwrap();
    }
    assert!(interrupted > 0, "it was always done before it was killed");
    let mut last = Running::start(&words, &[&["--until-idle"], &rest[..]].concat());
    last.until_it_says("nothing is left to do");
    assert_eq!(last.child.wait().unwrap().code(), Some(0));
    assert!(is_at_rest(&shop, placed.len()).await.unwrap());
    check(&shop, &placed).await;
    check_messages(&shop, &out).await;
}

fn rebuilding(store: &Path) -> std::process::Child {
    let nobody = std::process::Stdio::null;
    program().arg("rebuild").arg(store).arg("--all").stdout(nobody()).stderr(nobody()).spawn().unwrap()
}
