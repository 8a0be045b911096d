//! Which handler an event's type is meant for: the one with its whole name, or with its last segment.

/// What separates the segments of a type's name: packages, namespaces, classes within classes.
const SEPARATORS: [char; 5] = ['.', ':', '\\', '/', '$'];

/// The types by which stores say that a stream was deleted, by their last segment.
const DELETED: [&str; 4] = ["$streamDeleted", "$stream-deleted", "StreamDeleted", "Tombstone"];

/// The last segment of a type: `StockReserved` of `com.acme.shop.StockReserved`, `Warehouse::StockReserved`,
/// `Shop.StockReserved, Shop.Events` (.NET names the assembly behind it) and `StockReserved#2` (a schema version).
pub fn last_segment(event_type: &str) -> &str {
    let name = event_type.split(',').next().unwrap_or(event_type).trim_end();
    let name = match name.rsplit_once('#') {
        Some((name, version)) if !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => name,
    };
    name.rsplit(SEPARATORS).next().unwrap_or(name)
}

/// The handler of an event: by the whole name, by the last segment, for deletions, for any event.
pub fn handler<'h>(handlers: &'h [String], event_type: &str) -> Option<&'h str> {
    let named = |name: &str| handlers.iter().map(String::as_str).find(|known| *known == name);
    let special = |name: &str| !name.is_empty() && !name.starts_with('$');
    let last = last_segment(event_type);
    named(event_type)
        .filter(|name| !matches!(*name, "$init" | "$any" | "$deleted"))
        .or_else(|| named(last).filter(|name| special(name)))
        .or_else(|| named("$deleted").filter(|_| is_deletion(event_type)))
        .or_else(|| named("$any"))
}

fn is_deletion(event_type: &str) -> bool {
    DELETED.contains(&event_type) || DELETED.contains(&last_segment(event_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_segments() {
        for (event_type, expected) in [
            ("StockReserved", "StockReserved"),
            ("com.acme.shop.StockReserved", "StockReserved"),
            ("Warehouse::StockReserved", "StockReserved"),
            ("App\\Warehouse\\StockReserved", "StockReserved"),
            ("shop/stock/StockReserved", "StockReserved"),
            ("com.acme.Stock$Reserved", "Reserved"),
            ("StockReserved#2", "StockReserved"),
            ("StockReserved#two", "StockReserved#two"),
            ("Shop.Events.StockReserved, Shop.Events", "StockReserved"),
            ("stock-reserved", "stock-reserved"),
            ("", ""),
        ] {
            assert_eq!(last_segment(event_type), expected, "{event_type}");
        }
    }

    #[test]
    fn the_whole_name_wins() {
        let handlers: Vec<String> = ["$init", "a.B", "B", "$deleted", "$any"].into_iter().map(str::to_owned).collect();
        for (event_type, expected) in [
            ("a.B", "a.B"),
            ("B", "B"),
            ("c.B", "B"),
            ("B#3", "B"),
            ("$streamDeleted", "$deleted"),
            ("com.acme.StreamDeleted", "$deleted"),
            ("C", "$any"),
            ("$init", "$any"),
        ] {
            assert_eq!(handler(&handlers, event_type), Some(expected), "{event_type}");
        }
        assert_eq!(handler(&handlers[..3], "C"), None);
    }
}
