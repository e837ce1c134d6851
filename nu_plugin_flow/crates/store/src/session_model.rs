//! A session against a model of it: whatever is done in whatever order, both say the same.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml exempts test functions only, not their helpers"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;

use crate::conditions::{NOW, clocked, store};
use crate::entry::time;
use crate::entry::{Entry, Filter};
use crate::session::Session;
use crate::store::Store;

#[derive(Debug, Clone)]
enum Step {
    Get(usize, usize),
    Set(usize, usize, usize, Option<u8>),
    Delete(usize, usize),
    List(usize, usize, usize),
    Compare(usize, usize, Option<usize>, usize),
    Begin,
    Keep,
    Undo,
    Commit,
    Discard,
    Wait(u8),
}

const NAMESPACES: [&str; 2] = ["a", "a/b"];
const KEYS: [&str; 6] = ["k", "k/", "k/1", "k/é", "k0", "\u{10ffff}"];
const PREFIXES: [&str; 4] = ["", "k", "k/", "\u{10ffff}"];
/// As they are stored. The first two are the same value.
const VALUES: [&str; 4] = ["{\"x\":1,\"y\":2}", "{\"y\":2,\"x\":1}", "null", "\"text\""];

fn step() -> impl Strategy<Value = Step> {
    let place = || (0..NAMESPACES.len(), 0..KEYS.len());
    let value = || 0..VALUES.len();
    prop_oneof![
        3 => place().prop_map(|(n, k)| Step::Get(n, k)),
        6 => (place(), value(), prop::option::of(0..8_u8))
            .prop_map(|((n, k), v, e)| Step::Set(n, k, v, e)),
        3 => place().prop_map(|(n, k)| Step::Delete(n, k)),
        3 => (0..NAMESPACES.len(), 0..PREFIXES.len(), 0..4_usize)
            .prop_map(|(n, p, l)| Step::List(n, p, l)),
        4 => (place(), prop::option::of(value()), value())
            .prop_map(|((n, k), e, v)| Step::Compare(n, k, e, v)),
        2 => Just(Step::Begin),
        1 => Just(Step::Keep),
        1 => Just(Step::Undo),
        2 => Just(Step::Commit),
        1 => Just(Step::Discard),
        2 => (1..6_u8).prop_map(Step::Wait),
    ]
}

/// What is known of a key. `created` is none until the record is committed.
#[derive(Debug, Clone, PartialEq)]
struct Known {
    value: &'static str,
    expires: Option<i64>,
    created: Option<i64>,
    updated: Option<i64>,
}

type State = BTreeMap<(&'static str, &'static str), Known>;

/// States from the committed one to that in the innermost layer, all of them whole.
struct Model {
    states: Vec<State>,
    now: i64,
}

impl Model {
    fn top(&mut self) -> &mut State {
        self.states.last_mut().unwrap()
    }

    fn forget_expired(&mut self) {
        let now = self.now;
        for state in &mut self.states {
            state.retain(|_, known| known.expires.is_none_or(|expires| expires > now));
        }
    }

    fn get(&mut self, place: (&'static str, &'static str)) -> Option<&'static str> {
        self.top().get(&place).map(|known| known.value)
    }

    fn set(
        &mut self,
        place: (&'static str, &'static str),
        value: &'static str,
        expires: Option<i64>,
    ) {
        let created = self.top().get(&place).and_then(|known| known.created);
        self.top().insert(
            place,
            Known {
                value,
                expires,
                created,
                updated: None,
            },
        );
        self.forget_expired();
    }

    fn commit(&mut self) {
        let now = self.now;
        let mut state = self.states.pop().unwrap();
        for (place, known) in &mut state {
            // What has expired since it was overwritten is created anew.
            if known.updated.is_none() && !self.states[0].contains_key(place) {
                known.created = None;
            }
            known.created.get_or_insert(now);
            known.updated.get_or_insert(now);
        }
        self.states = vec![state.clone(), state];
    }

    fn discard(&mut self) {
        self.states.truncate(1);
        let committed = self.top().clone();
        self.states.push(committed);
    }

    fn entries(&self) -> Vec<Entry> {
        let entry = |((namespace, key), known): (&(&str, &str), &Known)| Entry {
            namespace: (*namespace).to_owned(),
            key: (*key).to_owned(),
            value: known.value.to_owned(),
            created: time(known.created.unwrap()),
            updated: time(known.updated.unwrap()),
            expires: known.expires.map(time),
        };
        self.states[0].iter().map(entry).collect()
    }
}

fn compare(model: &mut Model, session: &mut Session, step: &Step) {
    let place = |n: &usize, k: &usize| (NAMESPACES[*n], KEYS[*k]);
    match step {
        Step::Get(n, k) => {
            let found = session.get(NAMESPACES[*n], KEYS[*k]).unwrap();
            assert_eq!(found.as_deref(), model.get(place(n, k)));
        }
        Step::Set(n, k, v, expires) => {
            let expires_in = expires.map(|expires| Duration::from_millis(expires.into()));
            session
                .set(NAMESPACES[*n], KEYS[*k], VALUES[*v], expires_in)
                .unwrap();
            let expires = expires.map(|expires| model.now + i64::from(expires));
            model.set(place(n, k), VALUES[*v], expires);
        }
        Step::Delete(n, k) => {
            let there = model.top().remove(&place(n, k)).is_some();
            assert_eq!(session.delete(NAMESPACES[*n], KEYS[*k]).unwrap(), there);
        }
        Step::List(n, p, limit) => {
            compare_list(model, session, NAMESPACES[*n], PREFIXES[*p], *limit)
        }
        Step::Compare(n, k, expected, v) => {
            let expected = expected.map(|expected| VALUES[expected]);
            let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            let equal = model.get(place(n, k)).map(parsed) == expected.map(parsed);
            let done = session
                .compare_and_set(NAMESPACES[*n], KEYS[*k], expected, VALUES[*v])
                .unwrap();
            assert_eq!(done, equal);
            if equal {
                model.set(place(n, k), VALUES[*v], None);
            }
        }
        Step::Begin => {
            session.begin();
            let copy = model.top().clone();
            model.states.push(copy);
        }
        Step::Keep => {
            session.keep();
            if model.states.len() > 2 {
                let top = model.states.pop().unwrap();
                *model.top() = top;
            }
        }
        Step::Undo => {
            session.undo();
            if model.states.len() > 2 {
                model.states.pop();
            }
        }
        Step::Commit => {
            session.commit().unwrap();
            assert!(session.is_clean());
            model.commit();
        }
        Step::Discard => {
            session.discard();
            assert!(session.is_clean());
            model.discard();
        }
        Step::Wait(milliseconds) => {
            model.now += i64::from(*milliseconds);
            NOW.set(model.now);
            model.forget_expired();
        }
    }
}

/// Pages of `limit` keys one after the other, which are all keys.
fn compare_list(
    model: &mut Model,
    session: &mut Session,
    namespace: &str,
    prefix: &str,
    limit: usize,
) {
    let mut keys = Vec::new();
    let mut cursor = None;
    loop {
        let page = session
            .list_keys(namespace, prefix, cursor.as_deref(), limit)
            .unwrap();
        assert!(page.keys.len() <= limit.max(1));
        assert!(page.cursor.is_none() || page.keys.len() == limit.max(1));
        keys.extend(page.keys);
        match page.cursor {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    let expected: Vec<_> = model
        .top()
        .keys()
        .filter(|(of, key)| *of == namespace && key.starts_with(prefix))
        .map(|(_, key)| (*key).to_owned())
        .collect();
    assert_eq!(keys, expected);
}

/// Deletes everything and lets what has expired be far in the past.
fn empty(store: &Store) {
    let mut session = store.session();
    for entry in store.entries(&Filter::default()).unwrap() {
        session.delete(&entry.namespace, &entry.key).unwrap();
    }
    session.commit().unwrap();
    NOW.set(NOW.get() + 1_000);
}

#[test]
fn a_session_does_what_a_map_does() {
    let config = ProptestConfig {
        cases: 1_500,
        max_shrink_iters: 4_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let (_folder, store) = store();
    proptest!(config, |(steps in prop::collection::vec(step(), 1..60))| {
        empty(&store);
        let mut session = store.session();
        let mut model = Model { states: vec![State::new(), State::new()], now: NOW.get() };
        for step in &steps {
            compare(&mut model, &mut session, step);
            // What others see is what was committed last.
            let committed = store.entries(&Filter::default()).unwrap();
            prop_assert_eq!(&committed, &model.entries());
        }
        drop(session);
        let reopened = clocked(store.path());
        prop_assert_eq!(reopened.entries(&Filter::default()).unwrap(), model.entries());
        prop_assert_eq!(reopened.digest().unwrap(), store.digest().unwrap());
    });
}
