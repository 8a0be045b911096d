//! An id for an event that came without one.

/// A UUID (version 8) made from the event's place, so that loading a file twice gives the same ids.
pub fn derived(stream: &str, version: i64) -> String {
    // FNV-1a over 128 bits: no secret, only a spread that two places practically never share.
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in stream.bytes().chain([0]).chain(version.to_be_bytes()) {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    let marked = hash & !(0xf << 76) & !(0x3 << 62) | 0x8 << 76 | 0x2 << 62;
    let hex = format!("{marked:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::derived;

    #[test]
    fn the_same_place_has_the_same_id_and_another_place_another() {
        let id = derived("order-1", 0);
        assert_eq!(id, derived("order-1", 0));
        assert_ne!(id, derived("order-1", 1));
        assert_ne!(id, derived("order-2", 0));
        assert_eq!((id.len(), &id[14..15]), (36, "8"));
        assert!("89ab".contains(&id[19..20]));
    }
}
