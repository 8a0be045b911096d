//! How the elements of one array changed places, read back from the changes.

use super::places::Place;
use crate::replay::ChangeOp;
use crate::replay::pointer::index;
use std::collections::BTreeMap;

/// Where each element of an array went. Those that are not named kept their order and fill the places left over.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Shift {
    /// Indexes before of the elements that were removed or moved away, in order, and where the moved ones stand now.
    left: Vec<(usize, Option<usize>)>,
    /// Indexes after of the elements that were added or moved here, in order, and where the moved ones stood.
    came: Vec<(usize, Option<usize>)>,
}

/// What changed below an array, by index, and how its elements changed places.
pub(crate) struct Elements<'p, 'c> {
    /// By index before.
    pub gone: BTreeMap<usize, &'p Place<'c>>,
    /// By index after.
    pub here: BTreeMap<usize, &'p Place<'c>>,
    pub shift: Shift,
}

impl<'p, 'c> Elements<'p, 'c> {
    /// Reads the places of an array; `None` where one of them is no place of an array.
    pub(crate) fn between(gone: Option<&'p Place<'c>>, here: Option<&'p Place<'c>>) -> Option<Self> {
        let numbered = |place: Option<&'p Place<'c>>| place.map_or(Some(BTreeMap::new()), Place::elements);
        let (gone, here) = (numbered(gone)?, numbered(here)?);
        let shift = Shift::of(&gone, &here)?;
        Some(Elements { gone, here, shift })
    }
}

impl Shift {
    fn of(gone: &BTreeMap<usize, &Place<'_>>, here: &BTreeMap<usize, &Place<'_>>) -> Option<Shift> {
        let mut left: Vec<_> =
            gone.iter().filter(|(_, place)| place.change.is_some()).map(|(index, _)| (*index, None)).collect();
        let mut came = Vec::new();
        for (place, found) in here {
            match found.op() {
                Some(ChangeOp::Add) => came.push((*place, None)),
                Some(ChangeOp::Move { from }) => {
                    let from = index(from.rsplit('/').next()?)?;
                    left.push((from, Some(*place)));
                    came.push((*place, Some(from)));
                }
                _ => {}
            }
        }
        left.sort_unstable_by_key(|(index, _)| *index);
        Some(Shift { left, came })
    }

    /// Whether every element stands where it stood.
    pub(crate) fn is_still(&self) -> bool {
        self.left.is_empty() && self.came.is_empty()
    }

    /// How long the array is after; `None` where more left than there were.
    pub(crate) fn len_after(&self, before: usize) -> Option<usize> {
        Some(before.checked_sub(self.left.len())? + self.came.len())
    }

    /// Where the element at an index after stood before; `None` for one that was added.
    pub(crate) fn origin(&self, after: usize) -> Option<usize> {
        match self.came.binary_search_by_key(&after, |(place, _)| *place) {
            Ok(found) => self.came[found].1,
            Err(newcomers) => Some(skip(&self.left, |(index, _)| *index, after - newcomers)),
        }
    }

    /// Where the element at an index before stands after; `None` for one that was removed.
    pub(crate) fn target(&self, before: usize) -> Option<usize> {
        match self.left.binary_search_by_key(&before, |(index, _)| *index) {
            Ok(found) => self.left[found].1,
            Err(leavers) => Some(skip(&self.came, |(place, _)| *place, before - leavers)),
        }
    }
}

/// The index of the element with this rank among those that are not in the sorted list.
fn skip<T>(list: &[T], index: impl Fn(&T) -> usize, rank: usize) -> usize {
    // list[n] has index(n) - n unlisted elements in front of it, which never falls: count by halving.
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = (low + high) / 2;
        if index(&list[middle]) - middle <= rank { low = middle + 1 } else { high = middle }
    }
    rank + low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_find_their_way_and_back() {
        // before: a b c d e; c is removed, a moves behind e, x and y come in: x b d y e a
        let shift = Shift { left: vec![(0, Some(5)), (2, None)], came: vec![(0, None), (3, None), (5, Some(0))] };
        assert_eq!(shift.len_after(5), Some(6));
        assert_eq!([0, 1, 2, 3, 4].map(|i| shift.target(i)), [Some(5), Some(1), None, Some(2), Some(4)]);
        let origins = [0, 1, 2, 3, 4, 5].map(|i| shift.origin(i));
        assert_eq!(origins, [None, Some(1), Some(3), None, Some(4), Some(0)]);
    }

    #[test]
    fn without_changes_nothing_shifts() {
        let shift = Shift::default();
        assert!(shift.is_still());
        assert_eq!((shift.target(7), shift.origin(7)), (Some(7), Some(7)));
    }
}
