//! Users: imported from the old shop, signing up, moving, being reached differently, leaving.

use super::catalogue::{NEW_USERS, OLD_USERS, address};
use super::time::{self, HOUR, MINUTE};
use super::world::{Because, World};
use foldback::domain::aggregates::User;
use serde_json::json;

fn country(city: &str) -> &'static str {
    if matches!(city, "Portland" | "Boston") { "US" } else { "KR" }
}

/// Old users come in the schemas of their time: the first ten in the first, the others in the second.
pub fn import(world: &mut World) {
    for (number, (id, name, city)) in OLD_USERS.iter().enumerate() {
        let because = Because::new("import-job", "import of users");
        let email = format!("{id}@example.com");
        let (schema, data) = if number < 10 {
            (1, json!({"user_id": id, "name": name, "mail": email}))
        } else {
            (2, json!({"user_id": id, "name": name, "email": email, "country": "KR"}))
        };
        world.append_raw::<User>(id, "UserRegistered", schema, data, &because);
        world.customers.push(((*id).into(), "KR".into(), (*city).into()));
        world.now += world.random.range(400..2_500);
    }
}

pub fn plan(world: &mut World) {
    let signups =
        time::moments(&mut world.random, NEW_USERS.len(), time::start() + 20 * MINUTE, time::end() - 12 * HOUR);
    for (at, (id, name, city)) in signups.into_iter().zip(NEW_USERS) {
        world.at(at, move |world| {
            let mut fields =
                json!({"user_id": id, "name": name, "email": format!("{id}@example.com"), "country": country(city)});
            if world.random.chance(40) {
                fields["phone"] =
                    format!("010-{}-{}", world.random.range(1000..9999), world.random.range(1000..9999)).into();
            }
            world.ask::<User>("RegisterUser", fields, &Because::new(id, &format!("user {id}")));
            world.customers.push(((*id).into(), country(city).into(), (*city).into()));
        });
    }
    for (count, change) in [(11, relocate as fn(&mut World)), (10, change_contact), (2, delete)] {
        for at in time::moments(&mut world.random, count, time::start() + 3 * HOUR, time::end()) {
            world.at(at, change);
        }
    }
}

fn relocate(world: &mut World) {
    let index = world.random.range(0..world.customers.len() as i64) as usize;
    let (id, country, old) = world.customers[index].clone();
    let cities: &[&str] =
        if country == "US" { &["Portland", "Boston"] } else { &["Seoul", "Busan", "Daegu", "Incheon", "Jeju"] };
    let city = **cities.iter().filter(|city| **city != old).collect::<Vec<_>>().first().expect("another city");
    let number = world.random.range(1..250);
    world.customers[index].2 = city.to_owned();
    let because = Because::new(&id, &format!("user {id}"));
    world.ask::<User>("RelocateUser", json!({"user_id": id, "address": address(city, number)}), &because);
}

fn change_contact(world: &mut World) {
    let customers = world.customers.clone();
    let (id, ..) = world.random.pick(&customers);
    let phone = format!("010-{}-{}", world.random.range(1000..9999), world.random.range(1000..9999));
    let because = Because::new(id, &format!("user {id}"));
    world.ask::<User>("ChangeContact", json!({"user_id": id, "phone": phone}), &because);
}

/// Somebody who signed up the day before leaves again; old customers stay, since stories need them.
fn delete(world: &mut World) {
    if world.customers.len() > OLD_USERS.len() + 4 {
        let (id, ..) = world.customers.remove(OLD_USERS.len() + 2);
        let because = Because::new("privacy-desk", &format!("user {id}"));
        world.ask::<User>("DeleteUser", json!({"user_id": id, "reason": "asked to be forgotten"}), &because);
    }
}
