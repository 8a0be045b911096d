//! Money: whole minor units and a currency, never a floating point number.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A currency by its three letters: `KRW`. Any three capital letters are one; the domain does not keep a list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The Korean won, which has no minor unit.
    pub const KRW: Currency = Currency(*b"KRW");
    /// The US dollar.
    pub const USD: Currency = Currency(*b"USD");

    /// The currency of this code; `None` where it is not three capital letters.
    pub fn parse(code: &str) -> Option<Currency> {
        let letters: [u8; 3] = code.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Currency(letters))
    }

    /// Its code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency is made of ASCII letters only")
    }

    /// How many digits its minor unit has: 0 for won and yen, 3 for a few dinars, else 2.
    pub fn digits(&self) -> u32 {
        match &self.0 {
            b"KRW" | b"JPY" | b"VND" | b"CLP" | b"ISK" => 0,
            b"BHD" | b"KWD" | b"OMR" | b"JOD" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({self})")
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Code;
        impl Visitor<'_> for Code {
            type Value = Currency;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a currency of three capital letters, such as KRW")
            }
            fn visit_str<E: Error>(self, code: &str) -> Result<Currency, E> {
                Currency::parse(code).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(code), &self))
            }
        }
        deserializer.deserialize_str(Code)
    }
}

/// An amount of a currency, in its minor units. Negative amounts exist: history may have made them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// How many minor units.
    pub amount: i64,
    /// Of which currency.
    pub currency: Currency,
}

impl Money {
    /// An amount of a currency.
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Money { amount, currency }
    }

    /// The sum; `None` where the currencies differ or the sum is too large to be written.
    pub fn checked_add(self, other: Money) -> Option<Money> {
        let amount = self.amount.checked_add(other.amount)?;
        (self.currency == other.currency).then_some(Money { amount, ..self })
    }

    /// The difference; `None` where the currencies differ or the difference is too large to be written.
    pub fn checked_sub(self, other: Money) -> Option<Money> {
        let amount = self.amount.checked_sub(other.amount)?;
        (self.currency == other.currency).then_some(Money { amount, ..self })
    }

    /// So many times the amount; `None` where that is too large to be written.
    pub fn checked_mul(self, times: i64) -> Option<Money> {
        Some(Money { amount: self.amount.checked_mul(times)?, ..self })
    }
}

/// Written for people: `30,300 KRW`, `-12.50 USD`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10u64.pow(self.currency.digits());
        let units = self.amount.unsigned_abs();
        if self.amount < 0 {
            f.write_str("-")?;
        }
        let whole = (units / scale).to_string();
        for (place, digit) in whole.char_indices() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if scale > 1 {
            write!(f, ".{:0width$}", units % scale, width = self.currency.digits() as usize)?;
        }
        write!(f, " {}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_for_people() {
        for (amount, code, text) in [
            (30_300, "KRW", "30,300 KRW"),
            (0, "KRW", "0 KRW"),
            (-1_250, "USD", "-12.50 USD"),
            (123_456_789, "USD", "1,234,567.89 USD"),
            (5, "KWD", "0.005 KWD"),
            (i64::MIN, "KRW", "-9,223,372,036,854,775,808 KRW"),
        ] {
            assert_eq!(Money::new(amount, Currency::parse(code).unwrap()).to_string(), text);
        }
    }

    #[test]
    fn sums_never_mix_currencies_and_never_wrap() {
        let won = Money::new(5, Currency::KRW);
        assert_eq!(won.checked_add(Money::new(5, Currency::USD)), None);
        assert_eq!(won.checked_sub(Money::new(7, Currency::KRW)), Some(Money::new(-2, Currency::KRW)));
        assert_eq!(Money::new(i64::MAX, Currency::KRW).checked_add(won), None);
        assert_eq!(won.checked_mul(i64::MAX), None);
    }

    #[test]
    fn a_currency_is_three_capital_letters() {
        assert_eq!(serde_json::from_str::<Currency>("\"KRW\"").unwrap(), Currency::KRW);
        let error = serde_json::from_str::<Currency>("\"won\"").unwrap_err().to_string();
        assert!(error.contains("three capital letters"), "{error}");
    }
}
