//! A payment is refunded beyond what was captured: the old billing did not know that a part had gone back already.

use crate::sample_data::catalogue::by_sku;
use crate::sample_data::orders::{self, Fate, Flow};
use crate::sample_data::time::{HOUR, MINUTE};
use crate::sample_data::world::{Because, World};
use foldback::domain::aggregates::Payment;
use serde_json::json;

pub fn begin(world: &mut World) {
    let mut flow = Flow::new("1024", "lim", Fate::OverRefunded);
    let items = json!([by_sku("SKU-4").item(1, "KRW"), by_sku("SKU-5").item(1, "KRW")]);
    flow.place(world, items, "KRW", "Seoul");
    orders::confirm(world, flow);
}

/// The cups come back, which is right; the old billing then refunds everything once more.
pub fn item_comes_back(world: &mut World, mut flow: Flow, payment_id: String) {
    world.after(HOUR..2 * HOUR, move |world| {
        let fields = json!({"payment_id": payment_id, "amount": by_sku("SKU-5").won, "reason": "cups returned"});
        flow.payment(world, "payments-service", "RefundPayment", fields);
        world.after(80 * MINUTE..110 * MINUTE, move |world| {
            let amount = world.state::<Payment>(&payment_id).captured;
            let data = json!({"payment_id": payment_id, "amount": amount, "currency": "KRW", "reason": "RMA 5581"});
            let because = Because { actor: "legacy-billing".into(), ..flow.because };
            world.append_raw::<Payment>(&payment_id, "PaymentRefunded", 1, data, &because);
        });
    });
}
