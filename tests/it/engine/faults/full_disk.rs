//! The disk is full: that is said, nothing is half written, and when there is room again everything goes on.

use super::whole::{check, check_messages, eventually, is_at_rest, orders, stock};
use crate::cli::{Run, foldback};
use crate::engine::run::Running;
use crate::engine::shop::{Shop, order, shop_at};
use foldback::adapters::SourceSpec;
use foldback::engine::publisher::{FilePublisher, Publisher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A disk of so many bytes, of one's own.
struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    fn mount(bytes: usize) -> SmallDisk {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={bytes}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(folder.path()).status();
        assert!(mounted.unwrap().success(), "this test mounts a small disk, for which it has to be root");
        SmallDisk { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Fills it to the last byte.
    fn fill(&self) {
        let mut ballast = std::fs::File::options().create(true).append(true).open(self.path("ballast")).unwrap();
        for block in [1 << 16, 1 << 12, 1] {
            while ballast.write_all(&vec![0; block]).is_ok() {}
        }
    }

    /// Makes room.
    fn relieve(&self) {
        std::fs::remove_file(self.path("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}

async fn shop_in(path: &Path) -> Shop {
    shop_at(SourceSpec::Sqlite { path: path.to_owned(), store: None }, None).await
}

#[track_caller]
fn full(run: &Run) {
    assert!(run.code == 3 && run.err.contains("the disk is full; make room"), "{}: {}", run.code, run.err);
    assert_eq!(run.out, "");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs root, to mount a small disk: tests/run"]
async fn a_command_and_a_rebuild_say_so_and_leave_everything_as_it_was() {
    let disk = SmallDisk::mount(2 << 20);
    let db = disk.path("shop.db");
    let name = db.to_str().unwrap();
    let exec = |command: &str, json: &str| foldback(&["exec", name, command, json]);
    assert_eq!(exec("OpenAccount", r#"{"account_id":"7","owner":"kim"}"#).code, 0);
    assert_eq!(foldback(&["rebuild", name, "--all"]).code, 0);
    let seen = || (foldback(&["log", name, "--format", "jsonl"]).out, foldback(&["query", name, "accounts"]).out);
    let before = seen();
    disk.fill();
    let deposit = r#"{"account_id":"7","amount":5,"command_id":"d-1"}"#;
    full(&exec("Deposit", deposit));
    full(&foldback(&["rebuild", name, "account-balances"]));
    full(&foldback(&["exec", disk.path("new.db").to_str().unwrap(), "Deposit", deposit]));
    assert_eq!(seen(), before, "what is there can still be read");
    disk.relieve();
    assert_eq!(seen(), before);
    assert_eq!(exec("Deposit", deposit).code, 0);
    assert_eq!(seen().0.lines().count(), 2);
    assert_eq!(foldback(&["rebuild", name, "--all"]).code, 0);
    let mut files: Vec<_> = std::fs::read_dir(disk.folder.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["shop.db"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs root, to mount a small disk: tests/run"]
async fn a_run_says_so_and_goes_on_when_there_is_room() {
    let disk = SmallDisk::mount(24 << 20);
    let db = disk.path("shop.db");
    let shop = shop_in(&db).await;
    stock(&shop).await;
    let out = disk.path("messages.jsonl");
    let mut running = Running::start(&db, &["--publish", out.to_str().unwrap()]);
    running.until_it_says("running ");
    let mut placed = Vec::new();
    for round in 0..3 {
        let before = shop.count("ShippingStarted").await;
        for number in 0..5 {
            let id = format!("{round}-{number}");
            orders(&shop.bus, &id).await;
            placed.push(id);
        }
        eventually("work", async || Ok(shop.count("ShippingStarted").await > before)).await;
        disk.fill();
        running.until_it_says("the disk is full; make room");
        disk.relieve();
    }
    eventually("rest", async || is_at_rest(&shop, placed.len()).await).await;
    assert_eq!(running.interrupt(), 0);
    check(&shop, &placed).await;
    check_messages(&shop, &out).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs root, to mount a small disk: tests/run"]
async fn a_file_of_messages_has_whole_lines_only() {
    let disk = SmallDisk::mount(1 << 20);
    let shop = crate::engine::shop::shop(crate::engine::shop::Kind::Sqlite).await;
    shop.must("PlaceOrder", &order("1", "kim", "tea", 2, 500)).await;
    let message = shop.store.books.waiting_messages(shop.works.clock.now(), 1).await.unwrap().remove(0);
    let out = disk.path("messages.jsonl");
    let publisher = FilePublisher::open(&out).unwrap();
    publisher.publish(&message).await.unwrap();
    disk.fill();
    let mut told = 1;
    let said = loop {
        match publisher.publish(&message).await {
            Ok(()) => told += 1,
            Err(said) => break said,
        }
    };
    assert!(said.contains("messages.jsonl cannot be written: No space left on device"), "{said}");
    disk.relieve();
    publisher.publish(&message).await.unwrap();
    let text = std::fs::read_to_string(&out).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(text.ends_with('\n') && lines.len() == told + 1 && lines.iter().all(|line| *line == lines[0]), "{text}");
}
