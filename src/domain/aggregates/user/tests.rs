//! Given what happened, when something is asked for, then that happens: rules and properties.

use super::*;
use crate::address::Address;
use crate::aggregate::{DecodeError, DomainEvent};
use crate::aggregates::properties::{history_folds, rules_hold, text};
use crate::event::{EventBody, Payload, Version};
use crate::ids::UserId;
use crate::reducer::{Domain, Reducer};
use crate::spec::given;
use proptest::prelude::*;
use serde_json::json;

fn user_id() -> UserId {
    "kim".into()
}

fn contact(email: &str) -> Contact {
    Contact { email: email.into(), phone: None }
}

fn registered() -> UserEvent {
    UserEvent::UserRegistered(UserRegistered {
        user_id: user_id(),
        name: "Kim Minji".into(),
        country: "KR".into(),
        contact: contact("kim@example.com"),
    })
}

fn register(name: &str, email: &str) -> UserCommand {
    UserCommand::RegisterUser(RegisterUser {
        user_id: user_id(),
        name: name.into(),
        email: email.into(),
        phone: None,
        country: "KR".into(),
    })
}

fn address(city: &str) -> Address {
    Address {
        street: "1 Haeundae-ro".into(),
        city: city.into(),
        state: "Busan".into(),
        zip_code: "48094".into(),
        country: "KR".into(),
    }
}

fn relocated(city: &str) -> UserEvent {
    UserEvent::UserRelocated(UserRelocated { user_id: user_id(), address: address(city) })
}

fn relocate(city: &str) -> UserCommand {
    UserCommand::RelocateUser(RelocateUser { user_id: user_id(), address: address(city) })
}

fn change(email: Option<&str>, phone: Option<&str>) -> UserCommand {
    UserCommand::ChangeContact(ChangeContact {
        user_id: user_id(),
        email: email.map(Into::into),
        phone: phone.map(Into::into),
    })
}

fn deleted() -> UserEvent {
    UserEvent::UserDeleted(UserDeleted { user_id: user_id(), reason: "asked to be forgotten".into() })
}

fn delete() -> UserCommand {
    UserCommand::DeleteUser(DeleteUser { user_id: user_id(), reason: "asked to be forgotten".into() })
}

#[test]
fn users_register_once_with_a_name_and_an_address() {
    given::<User>([]).when(register("Kim Minji", "kim@example.com")).then([registered()]);
    given::<User>([]).when(register(" ", "kim@example.com")).refused("a user needs a name");
    given::<User>([])
        .when(register("Kim", "nowhere"))
        .refused("an e-mail address has an @ inside; this one is \"nowhere\"");
    given::<User>([registered()]).when(register("Kim", "k@e")).refused("the user exists already");
    given::<User>([]).when(delete()).refused("the user does not exist; register them first");
}

#[test]
fn users_move_and_change_how_they_are_reached() {
    given::<User>([registered()]).when(relocate("Busan")).then([relocated("Busan")]);
    given::<User>([registered(), relocated("Busan")]).when(relocate("Busan")).refused("nothing would change");
    given::<User>([registered()]).when(change(None, Some("010-1234"))).then([UserEvent::ContactChanged(
        ContactChanged {
            user_id: user_id(),
            contact: Contact { email: "kim@example.com".into(), phone: Some("010-1234".into()) },
        },
    )]);
    given::<User>([registered()]).when(change(None, None)).refused("nothing would change");
}

#[test]
fn a_deleted_user_is_forgotten() {
    let gone = given::<User>([registered(), relocated("Busan"), deleted()]);
    assert_eq!(
        serde_json::to_value(gone.state()).unwrap(),
        json!({"status": "DELETED", "user_id": "kim", "relocations": 1, "delete_reason": "asked to be forgotten"})
    );
    gone.when(relocate("Seoul")).refused("the user was deleted");
    gone.when(register("Kim Minji", "kim@example.com")).refused("the user was deleted");
}

#[test]
fn all_three_schemas_of_a_registration_are_read_alike() {
    let stored = [
        (1, json!({"user_id": "kim", "name": "Kim Minji", "mail": "kim@example.com"})),
        (2, json!({"user_id": "kim", "name": "Kim Minji", "email": "kim@example.com", "country": "KR"})),
        (3, registered().encode()),
    ];
    for (schema, data) in stored {
        let event = EventBody {
            version: Version(0),
            event_type: "UserRegistered".into(),
            schema_version: Some(schema),
            data: Payload::Json(data.to_string()),
            more: None,
        };
        assert_eq!(UserEvent::decode(&event.event_type, schema, &event.data), Ok(registered()));
        let today = Domain::<User>::new().upcast(&event).map(Result::unwrap);
        assert_eq!(today, (schema < 3).then(|| registered().encode()));
    }
    assert_eq!(
        UserEvent::upcast("UserRegistered", 4, &Payload::Json("{}".into())),
        Some(Err(DecodeError::UnknownSchema { found: 4, newest: 3 }))
    );
}

fn any_command() -> impl Strategy<Value = UserCommand> {
    prop_oneof![
        (text(), text()).prop_map(|(name, email)| register(&name, &email)),
        Just(register("Kim Minji", "kim@example.com")),
        text().prop_map(|city| relocate(&city)),
        (prop::option::of(text()), prop::option::of(text()))
            .prop_map(|(email, phone)| change(email.as_deref(), phone.as_deref())),
        Just(delete()),
    ]
}

fn any_event() -> impl Strategy<Value = UserEvent> {
    prop_oneof![
        Just(registered()),
        text().prop_map(|city| relocated(&city)),
        (text(), prop::option::of(text())).prop_map(|(email, phone)| UserEvent::ContactChanged(ContactChanged {
            user_id: user_id(),
            contact: Contact { email, phone },
        })),
        Just(deleted()),
    ]
}

proptest! {
    #[test]
    fn rules_hold_for_any_commands(commands in prop::collection::vec(any_command(), 0..16)) {
        rules_hold::<User>(commands);
    }

    #[test]
    fn any_history_folds(events in prop::collection::vec(any_event(), 0..12)) {
        history_folds::<User>(events);
    }
}
