//! Names as they come: of every script, of no sense, of 4 kB, and with what a terminal would obey.

use crate::sample_data::catalogue::{address, by_sku};
use crate::sample_data::orders::{self, Fate, Flow};
use crate::sample_data::time::{self, DAY, HOUR, MINUTE};
use crate::sample_data::world::{Because, World};
use foldback::domain::aggregates::{Account, User};
use serde_json::json;

/// A text of exactly so many bytes.
fn long(words: &str, bytes: usize) -> String {
    words.bytes().cycle().take(bytes).map(char::from).collect()
}

pub fn plan(world: &mut World) {
    let afternoon = time::midnight(time::start()) + DAY + 15 * HOUR;
    world.at(afternoon, register);
    world.at(afternoon + 12 * MINUTE, order);
    world.at(afternoon + 31 * MINUTE, |world| {
        let mut flow = Flow::new("🎁-1", "👩‍🚀", Fate::Fulfilled);
        flow.place(world, json!([by_sku("SKU-9").item(1, "KRW")]), "KRW", "Jeju");
        orders::confirm(world, flow);
    });
    world.at(afternoon + 40 * MINUTE, |world| {
        // With its category the name of the stream has 4,096 bytes.
        let id = long("the-longest-name-of-all-", 4_096 - "account-".len());
        let because = Because::new("seo", "opening of the longest account");
        let opened =
            world.ask::<Account>("OpenAccount", json!({"account_id": id, "owner": "seo", "currency": "KRW"}), &because);
        world.ask::<Account>("Deposit", json!({"account_id": id, "amount": 4_096}), &because.after(&opened, "seo"));
    });
}

fn register(world: &mut World) {
    let names = [
        ("김하늘", "김하늘 ☕".to_owned()),
        ("👩‍🚀", "👩‍🚀 Astro Naut 👨‍👩‍👧‍👦".to_owned()),
        ("علي", "علي حسن".to_owned()),
        ("override", "invoice_\u{202e}fdp.exe\u{202c} שלום".to_owned()),
        ("zalgo", "Z\u{351}a\u{36b}l\u{343}g\u{350}o\u{321}\u{322} \u{200b}zero\u{200d}width".to_owned()),
        ("long", long("A name that does not know when to stop. ", 4_096)),
    ];
    for (id, name) in names {
        let fields = json!({"user_id": id, "name": name, "email": "odd@example.com"});
        world.ask::<User>("RegisterUser", fields, &Because::new(id, &format!("user {id}")));
        world.now += world.random.range(20_000..90_000);
    }
}

fn order(world: &mut World) {
    let names = [
        "كوب شاي بالنعناع".to_owned(),
        "Red \u{1b}[31mhot\u{1b}[0m chilli tea\u{7}".to_owned(),
        "two\nlines\tand a tab".to_owned(),
        long("The tea with the longest name in the shop, and the next one is longer still: ", 4_096),
    ];
    let items: Vec<_> = (1..)
        .zip(&names)
        .map(|(number, name)| json!({"product_id": format!("odd-{number}"), "name": name, "quantity": number, "unit_price": 1_000}))
        .collect();
    let mut flow = Flow::new("주문-1", "김하늘", Fate::Fulfilled);
    let fields = json!({
        "customer_id": "김하늘",
        "items": items,
        "currency": "KRW",
        "shipping_address": address("Seoul", 1),
        "shipping_method": "\u{1b}]0;owned\u{7}PIGEON",
    });
    flow.order(world, "김하늘", "PlaceOrder", fields);
    flow.order(world, "김하늘", "ConfirmOrder", json!({}));
}
