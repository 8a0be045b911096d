//! Which reducer folds which category.

use crate::aggregate::Aggregate;
use crate::aggregates::{Account, Inventory, Order, Payment, User};
use crate::event::Category;
use crate::reducer::{Domain, Reducer};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Reducers by category, in order of the categories' names.
#[derive(Clone, Default)]
pub struct Registry {
    reducers: BTreeMap<Category, Arc<dyn Reducer>>,
}

impl Registry {
    /// No reducers.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The embedded domain: account, inventory, order, payment, user.
    pub fn embedded() -> Self {
        Self::empty().with::<Order>().with::<Payment>().with::<Inventory>().with::<Account>().with::<User>()
    }

    /// With one more aggregate. It takes the place of one of the same category.
    pub fn with<A: Aggregate>(self) -> Self {
        self.with_reducer(Category::from(A::CATEGORY), Arc::new(Domain::<A>::new()))
    }

    /// With one more reducer of any kind. It takes the place of one of the same category.
    pub fn with_reducer(mut self, category: Category, reducer: Arc<dyn Reducer>) -> Self {
        self.reducers.insert(category, reducer);
        self
    }

    /// The reducer of a category.
    pub fn get(&self, category: &Category) -> Option<Arc<dyn Reducer>> {
        self.reducers.get(category).cloned()
    }

    /// The categories that have a reducer, by name.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.reducers.keys()
    }

    /// Every category with its reducer, by name.
    pub fn reducers(&self) -> impl Iterator<Item = (&Category, &Arc<dyn Reducer>)> {
        self.reducers.iter()
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.reducers.iter().map(|(category, reducer)| (category, reducer.info()))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_domain_has_five_aggregates() {
        let registry = Registry::embedded();
        let names: Vec<&str> = registry.categories().map(Category::as_str).collect();
        assert_eq!(names, ["account", "inventory", "order", "payment", "user"]);
        let order = registry.get(&Category::from("order")).unwrap();
        assert_eq!(order.info().to_string(), "domain:order");
        assert!(registry.get(&Category::from("basket")).is_none());
    }
}
