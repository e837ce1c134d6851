//! What is read in bulk, and what is taken in.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml exempts test functions only, not their helpers"
)]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flow_store::{Entry, Filter, Import, Imported, Skipped, Store};

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(&folder.path().join(".flow/memory.db"));
    (folder, store)
}

fn at(milliseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(milliseconds)
}

fn entry(namespace: &str, key: &str, value: &str, updated: u64) -> Entry {
    Entry {
        namespace: namespace.to_owned(),
        key: key.to_owned(),
        value: value.to_owned(),
        created: at(1),
        updated: at(updated),
        expires: None,
    }
}

fn skipped(namespace: &str, key: &str, reason: &str) -> Skipped {
    Skipped {
        namespace: namespace.to_owned(),
        key: key.to_owned(),
        reason: reason.to_owned(),
    }
}

fn import(store: &Store, entries: &[Entry]) -> Imported {
    store.import(entries.to_vec(), Import::default()).unwrap()
}

fn names(entries: &[Entry]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| format!("{}:{}", entry.namespace, entry.key))
        .collect()
}

#[test]
fn a_copy_by_export_and_import_has_the_same_digest() {
    let (_folder, store) = store();
    let mut session = store.session();
    for number in 0..500 {
        let expires_in = (number % 3 == 0).then_some(Duration::from_secs(3600));
        let namespace = format!("n{}", number % 7);
        let value = format!("{{\"é\":[{number},1.0]}}");
        session
            .set(&namespace, &number.to_string(), &value, expires_in)
            .unwrap();
    }
    session.commit().unwrap();
    session.delete("n0", "0").unwrap();
    session.set("n1", "1", "null", None).unwrap();
    session.commit().unwrap();
    let entries = store.entries(&Filter::default()).unwrap();
    assert_eq!(entries.len(), 499);

    let (_folder, copy) = self::store();
    let empty = copy.digest().unwrap();
    let mut reversed = entries.clone();
    reversed.reverse();
    assert_eq!(import(&copy, &reversed).added, 499);
    assert_eq!(copy.digest().unwrap(), store.digest().unwrap());
    assert_eq!(copy.statistics().unwrap().digest, store.digest().unwrap());
    assert_ne!(copy.digest().unwrap(), empty);
    assert_eq!(copy.entries(&Filter::default()).unwrap(), entries);
    assert_eq!(import(&copy, &entries).unchanged, 499);
}

#[test]
fn every_part_of_an_entry_is_in_the_digest() {
    let base = entry("a", "k", "1", 5);
    let far = at(100_000_000_000_000);
    let variants = [
        base.clone(),
        Entry {
            namespace: "b".to_owned(),
            ..base.clone()
        },
        Entry {
            key: "l".to_owned(),
            ..base.clone()
        },
        Entry {
            value: "2".to_owned(),
            ..base.clone()
        },
        Entry {
            created: at(2),
            ..base.clone()
        },
        Entry {
            updated: at(6),
            ..base.clone()
        },
        Entry {
            expires: Some(far),
            ..base
        },
    ];
    let digests: std::collections::BTreeSet<_> = variants
        .iter()
        .map(|entry| {
            let (_folder, store) = store();
            import(&store, std::slice::from_ref(entry));
            store.digest().unwrap()
        })
        .collect();
    assert_eq!(digests.len(), variants.len());
    assert!(
        digests
            .iter()
            .all(|digest| digest.starts_with("sha256:") && digest.len() == 71)
    );
}

#[test]
fn an_import_merges_and_says_what_it_left_out_and_why() {
    let (_folder, store) = store();
    import(
        &store,
        &[
            entry("a", "older", "1", 10),
            entry("a", "newer", "1", 10),
            entry("a", "same", "1", 10),
        ],
    );
    let expired = Entry {
        expires: Some(at(1000)),
        ..entry("a", "gone", "1", 10)
    };
    let imported = import(
        &store,
        &[
            entry("a", "older", "2", 11),
            entry("a", "newer", "2", 9),
            entry("a", "same", " 1 ", 10),
            entry("a", "new", "2", 1),
            expired,
            entry("a b", "k", "1", 1),
            entry("a", "", "1", 1),
            entry("a", "bad", "{", 1),
            entry("a", "twice", "\"late\"", 8),
            entry("a", "twice", "\"early\"", 7),
        ],
    );
    assert_eq!(
        (imported.added, imported.replaced, imported.unchanged),
        (2, 1, 1)
    );
    assert_eq!(
        imported.skipped,
        [
            skipped("a", "newer", "the store has a newer value"),
            skipped("a", "gone", "it has expired"),
            skipped(
                "a b",
                "k",
                "not a namespace: `a b` has a character that none may have"
            ),
            skipped("a", "", "not a key: `` is empty"),
            skipped(
                "a",
                "bad",
                "the value is not JSON: EOF while parsing an object at line 1 column 1"
            ),
            skipped("a", "twice", "the import has a later value of the same key"),
        ]
    );
    let values: Vec<_> = store
        .entries(&Filter::default())
        .unwrap()
        .into_iter()
        .map(|entry| (entry.key, entry.value))
        .collect();
    let expected = [
        ("new", "2"),
        ("newer", "1"),
        ("older", "2"),
        ("same", "1"),
        ("twice", "\"late\""),
    ];
    assert_eq!(
        values,
        expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
}

#[test]
fn an_import_that_overwrites_replaces_also_what_is_newer() {
    let (_folder, store) = store();
    import(&store, &[entry("a", "k", "1", 10)]);
    let options = Import {
        overwrite: true,
        dry_run: false,
    };
    let imported = store
        .import(vec![entry("a", "k", "2", 9)], options)
        .unwrap();
    assert_eq!(
        imported,
        Imported {
            replaced: 1,
            ..Imported::default()
        }
    );
    assert_eq!(
        store.entries(&Filter::default()).unwrap(),
        [entry("a", "k", "2", 9)]
    );
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let (folder, store) = store();
    let dry = Import {
        overwrite: false,
        dry_run: true,
    };
    let entries = [entry("a", "k", "1", 10), entry("a", "", "1", 10)];
    let said = store.import(entries.to_vec(), dry).unwrap();
    assert!(!folder.path().join(".flow").exists());
    assert_eq!(said, import(&store, &entries));

    let digest = store.digest().unwrap();
    let entries = [entry("a", "k", "2", 11), entry("a", "l", "2", 11)];
    let said = store.import(entries.to_vec(), dry).unwrap();
    assert_eq!(store.digest().unwrap(), digest);
    assert_eq!(said, import(&store, &entries));
    assert_eq!((said.added, said.replaced), (1, 1));
}

#[test]
fn a_filter_takes_a_namespace_a_prefix_a_page() {
    let (_folder, store) = store();
    let all = ["a:k", "a:l/1", "a:l/2", "b:l/1", "c:k", "c:l/3"];
    let entries: Vec<_> = all
        .iter()
        .map(|name| {
            let (namespace, key) = name.split_once(':').unwrap();
            entry(namespace, key, "1", 1)
        })
        .collect();
    import(&store, &entries);
    let found = |namespace: Option<&str>, prefix: &str, after: Option<(&str, &str)>, limit| {
        let filter = Filter {
            namespace: namespace.map(str::to_owned),
            prefix: prefix.to_owned(),
            after: after.map(|(namespace, key)| (namespace.to_owned(), key.to_owned())),
            limit,
        };
        names(&store.entries(&filter).unwrap())
    };
    assert_eq!(found(None, "", None, None), all);
    assert_eq!(found(None, "", None, Some(0)), [""; 0]);
    assert_eq!(
        found(None, "", Some(("a", "l/1")), Some(2)),
        ["a:l/2", "b:l/1"]
    );
    assert_eq!(
        found(None, "l/", None, None),
        ["a:l/1", "a:l/2", "b:l/1", "c:l/3"]
    );
    assert_eq!(found(None, "l/", Some(("a", "l/2")), Some(1)), ["b:l/1"]);
    assert_eq!(found(Some("a"), "", None, None), ["a:k", "a:l/1", "a:l/2"]);
    assert_eq!(found(Some("a"), "l", Some(("a", "k")), Some(1)), ["a:l/1"]);
    assert_eq!(found(Some("a"), "l", Some(("a", "l/1")), None), ["a:l/2"]);
    assert_eq!(found(Some("b"), "", Some(("a", "z")), None), ["b:l/1"]);
    assert_eq!(found(Some("a"), "", Some(("b", "")), None), [""; 0]);
}

#[test]
fn a_search_finds_keys_and_values_in_any_case() {
    let (_folder, store) = store();
    import(
        &store,
        &[
            entry("a", "Straße", "1", 1),
            entry("a", "b", "{\"City\":\"ÅRHUS\"}", 1),
            entry("b", "c", "\"say \\\"hi\\\"\"", 1),
            entry("b", "d", "[\"\\u00c5rhus\"]", 1),
        ],
    );
    let found = |text: &str, limit| {
        let filter = Filter {
            limit,
            ..Filter::default()
        };
        names(&store.search(text, &filter).unwrap())
    };
    assert_eq!(found("STRAß", None), ["a:Straße"]);
    assert_eq!(found("århus", None), ["a:b", "b:d"]);
    assert_eq!(found("århus", Some(1)), ["a:b"]);
    assert_eq!(found("\"HI\"", None), ["b:c"]);
    assert_eq!(found("city", None), ["a:b"]);
    assert_eq!(found("nowhere", None), [""; 0]);
}

#[test]
fn statistics_and_namespaces_count_what_is_there() {
    let (_folder, store) = store();
    assert_eq!(store.statistics().unwrap().keys, 0);
    assert_eq!(store.namespaces().unwrap(), []);
    assert!(!store.exists());
    import(
        &store,
        &[
            entry("a", "k", "\"é\"", 5),
            entry("a", "l", "1", 9),
            entry("b", "k", "1", 7),
        ],
    );
    let statistics = store.statistics().unwrap();
    assert_eq!(
        (statistics.namespaces, statistics.keys, statistics.bytes),
        (2, 3, 6)
    );
    assert_eq!(
        (statistics.oldest, statistics.newest),
        (Some(at(1)), Some(at(9)))
    );
    assert_eq!((statistics.schema, statistics.expired), (1, 0));
    assert!(statistics.file_size > 4096);
    let namespaces: Vec<_> = store
        .namespaces()
        .unwrap()
        .into_iter()
        .map(|of| (of.name, of.keys, of.bytes, of.updated))
        .collect();
    assert_eq!(
        namespaces,
        [("a".to_owned(), 2, 5, at(9)), ("b".to_owned(), 1, 1, at(7))]
    );
}
