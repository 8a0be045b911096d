//! A coupon takes its discount off twice: an import repeats what the customer did.

use crate::sample_data::catalogue::by_sku;
use crate::sample_data::orders::{self, Fate, Flow};
use crate::sample_data::time::{MINUTE, SECOND};
use crate::sample_data::world::{Because, World};
use foldback::domain::aggregates::Order;
use serde_json::json;

pub fn begin(world: &mut World) {
    let mut flow = Flow::new("1063", "choi", Fate::Fulfilled);
    let items = json!([by_sku("SKU-9").item(1, "KRW"), by_sku("SKU-6").item(1, "KRW")]);
    flow.place(world, items, "KRW", "Daegu");
    world.after(MINUTE..2 * MINUTE, move |world| {
        flow.order(world, "choi", "ApplyCoupon", json!({"code": "NEWYEAR10", "discount": 6_070}));
        let coupon = flow.because.clone();
        world.after(20 * SECOND..40 * SECOND, move |world| {
            flow.order(world, "choi", "AddItem", json!({"item": by_sku("SKU-3").item(2, "KRW")}));
            world.after(20 * SECOND..40 * SECOND, move |world| {
                let data = json!({"order_id": "1063", "code": "NEWYEAR10", "discount": 6_070});
                let because = Because { actor: "import-job".into(), ..coupon };
                world.append_raw::<Order>("1063", "CouponApplied", 1, data, &because);
                orders::confirm(world, flow);
            });
        });
    });
}
