//! A postal address, as orders and users have it.

use serde::{Deserialize, Serialize};

/// Where somebody lives or something is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// City or town.
    pub city: String,
    /// State or province.
    pub state: String,
    /// Postal code: text, since some begin with a zero and some have letters.
    pub zip_code: String,
    /// Country, by its two letters.
    pub country: String,
}
