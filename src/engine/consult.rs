//! What a command's decision needs to know of read models: a little old, and not there at all where nobody keeps them.

use super::Works;
use crate::store::StoreError;
use foldback_domain::aggregates::order::PlaceOrder;
use foldback_domain::policies::place_order::{self, Objection};
use foldback_domain::projections::{customer_summaries, key, stock_levels};
use std::collections::BTreeMap;

/// What speaks against an order by the stock and the customer's credit, as the read models know them.
pub(super) async fn place_order(works: &Works, place: &PlaceOrder) -> Result<Option<Objection>, StoreError> {
    let products: Vec<String> = place.items.iter().map(|item| item.product_id.as_str().to_owned()).collect();
    let mut available = BTreeMap::new();
    for (sku, row) in works.books.read_live_rows("stock-levels", &products).await? {
        // A row that does not decode is for the projection to complain about.
        if let Ok(row) = serde_json::from_str::<stock_levels::Row>(&row) {
            available.insert(sku, row.available);
        }
    }
    let customer = [key(place.customer_id.as_str())];
    let summary = works.books.read_live_rows("customer-summaries", &customer).await?;
    let summary = summary.first().and_then(|(_, row)| serde_json::from_str::<customer_summaries::Row>(row).ok());
    let open = summary.and_then(|summary| summary.open.get(place.currency.as_str()).copied());
    Ok(place_order::check(place, |product| available.get(product.as_str()).copied(), open).err())
}
