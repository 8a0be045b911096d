//! What the shop sells and who lives where, as the stories need it.

pub use foldback::engine::shop::catalogue::*;

pub fn by_sku(sku: &str) -> &'static Product {
    PRODUCTS.iter().find(|product| product.sku == sku).expect("a product of the shop")
}
