//! What the shop sells and who lives where.

use serde_json::{Value, json};

/// Something that is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Product {
    /// Its number, in the shop and in the warehouse.
    pub sku: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// The price in won.
    pub won: i64,
    /// The price in US cents.
    pub cents: i64,
}

const fn product(sku: &'static str, name: &'static str, won: i64, cents: i64) -> Product {
    Product { sku, name, won, cents }
}

/// Everything that the shop sells.
pub const PRODUCTS: &[Product] = &[
    product("SKU-1", "Boseong green tea, 100 g", 12_900, 990),
    product("SKU-2", "Jeju black tea, 80 g", 15_400, 1_190),
    product("SKU-3", "보리차 티백 30개입", 4_500, 350),
    product("SKU-4", "Celadon teapot, 400 ml", 58_000, 4_450),
    product("SKU-5", "청자 찻잔 2인 세트", 36_000, 2_790),
    product("SKU-6", "Bamboo whisk", 18_700, 1_450),
    product("SKU-7", "Paper tea filters, 50 pcs", 3_200, 250),
    product("SKU-8", "Yuzu marmalade, 500 g", 9_800, 750),
    product("SKU-9", "🍵 Matcha 말차 set 🎁", 42_000, 3_250),
    product("SKU-10", "Rice crackers, \"nurungji\"", 5_600, 430),
    product("SKU-11", "Kettle with gooseneck, 1 l", 73_500, 5_690),
    product("SKU-12", "Tea towel, ramie", 11_000, 850),
];

impl Product {
    /// So many of it, as a command has them: priced in won, or in US cents.
    pub fn item(&self, quantity: i64, currency: &str) -> Value {
        let unit_price = if currency == "USD" { self.cents } else { self.won };
        json!({"product_id": self.sku, "name": self.name, "quantity": quantity, "unit_price": unit_price})
    }
}

/// An address in one of the cities that the shop sends to. Panics for any other.
pub fn address(city: &str, number: i64) -> Value {
    let (street, state, zip_code, country) = match city {
        "Seoul" => ("Sejong-daero", "Seoul", "04524", "KR"),
        "Busan" => ("Haeundae-ro", "Busan", "48094", "KR"),
        "Daegu" => ("Dongseong-ro", "Daegu", "41937", "KR"),
        "Incheon" => ("Art center-daero", "Incheon", "22004", "KR"),
        "Jeju" => ("Nohyeong-ro", "Jeju", "63083", "KR"),
        "Portland" => ("SE Division St", "OR", "97202", "US"),
        "Boston" => ("Beacon St", "MA", "02108", "US"),
        other => panic!("the shop does not send to {other}"),
    };
    json!({"street": format!("{number} {street}"), "city": city, "state": state, "zip_code": zip_code, "country": country})
}

/// Users who were there before this log begins: id, name, city.
pub const OLD_USERS: &[(&str, &str, &str)] = &[
    ("kim", "Kim Minji", "Seoul"),
    ("lee", "Lee Junho", "Busan"),
    ("park", "박서연", "Seoul"),
    ("choi", "Choi Yuna", "Daegu"),
    ("jung", "정우진", "Incheon"),
    ("kang", "Kang Haneul", "Seoul"),
    ("cho", "Cho Eunji", "Jeju"),
    ("yoon", "윤도현", "Seoul"),
    ("jang", "Jang Sora", "Busan"),
    ("lim", "Lim Taeyang", "Seoul"),
    ("han", "한지민", "Daegu"),
    ("oh", "Oh Seungwoo", "Seoul"),
    ("seo", "Seo Jiwon", "Incheon"),
    ("shin", "신예린", "Seoul"),
    ("kwon", "Kwon Minho", "Busan"),
    ("hwang", "Hwang Nari", "Jeju"),
    ("ahn", "안재현", "Seoul"),
    ("song", "Song Hyerin", "Seoul"),
];

/// Users who sign up while the log runs.
pub const NEW_USERS: &[(&str, &str, &str)] = &[
    ("yoo", "Yoo Areum", "Seoul"),
    ("miller", "Dana Miller", "Portland"),
    ("hong", "홍길동", "Seoul"),
    ("jeon", "Jeon Bomi", "Busan"),
    ("ko", "Ko Dongwook", "Jeju"),
    ("obrien", "Siobhán O'Brien", "Boston"),
    ("moon", "문가람", "Seoul"),
    ("yang", "Yang Seojun", "Daegu"),
    ("bae", "Bae Suji", "Seoul"),
    ("garcia", "Inés García", "Portland"),
    ("baek", "Baek Hyun", "Incheon"),
    ("heo", "허난설", "Seoul"),
    ("nam", "Nam Joohyuk", "Seoul"),
    ("washington", "Carl Washington", "Boston"),
    ("noh", "Noh Jihye", "Busan"),
    ("ha", "하정우", "Seoul"),
    ("joo", "Joo Minkyu", "Seoul"),
    ("nguyen", "Nguyễn Thị Hà", "Portland"),
];
