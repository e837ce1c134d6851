//! Files that reach themselves through imports.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::imports::Imports;

/// The groups of files that reach themselves, each sorted; none is the aim.
pub fn circles(imports: &Imports) -> Vec<Vec<PathBuf>> {
    let reached: BTreeMap<&PathBuf, BTreeSet<&PathBuf>> = imports
        .keys()
        .map(|file| (file, reachable(imports, file)))
        .collect();
    let mut circles: Vec<Vec<PathBuf>> = Vec::new();
    for (file, reaches) in &reached {
        if !reaches.contains(*file) || circles.iter().any(|circle| circle.contains(file)) {
            continue;
        }
        let group = reaches.iter().filter(|other| {
            reached
                .get(**other)
                .is_some_and(|back| back.contains(*file))
        });
        circles.push(group.map(|other| (*other).clone()).collect());
    }
    circles
}

fn reachable<'a>(imports: &'a Imports, from: &Path) -> BTreeSet<&'a PathBuf> {
    let mut seen = BTreeSet::new();
    let mut next: Vec<&PathBuf> = imports
        .get(from)
        .into_iter()
        .flat_map(BTreeMap::keys)
        .collect();
    while let Some(file) = next.pop() {
        if seen.insert(file) {
            next.extend(imports.get(file).into_iter().flat_map(BTreeMap::keys));
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::{Sources, imports};

    struct Texts(BTreeMap<&'static str, &'static str>);

    impl Sources for Texts {
        fn text(&self, path: &Path) -> Option<String> {
            self.0.get(path.to_str()?).map(|text| (*text).to_owned())
        }
    }

    /// The circles of a crate of these files, by their names.
    fn found(files: &[(&'static str, &'static str)]) -> Vec<Vec<String>> {
        let texts = Texts(files.iter().copied().collect());
        let circles = circles(&imports(&texts, Path::new("lib.rs")));
        let name = |file: &PathBuf| file.display().to_string();
        circles
            .iter()
            .map(|circle| circle.iter().map(name).collect())
            .collect()
    }

    /// What `b.rs` says that leads back to `a.rs`, which imports it.
    fn with_b(b: &'static str) -> Vec<Vec<String>> {
        found(&[
            ("lib.rs", "mod a; mod b; pub use a::A;"),
            (
                "a.rs",
                "use crate::b::B; pub struct A(B); macro_rules! made { () => {}; } pub(crate) use made;",
            ),
            ("b.rs", b),
        ])
    }

    #[test]
    fn a_circle_is_found_however_it_is_written() {
        for b in [
            "use crate::a::A; pub struct B;",
            "use super::a::A; pub struct B;",
            "use super::{a::{self}}; pub struct B; fn f(_: a::A) {}",
            "use crate::a as other; pub struct B; fn f(_: other::A) {}",
            "use crate::a::*; pub struct B;",
            "pub struct B(crate::a::A);",
            "pub struct B; fn f() { super::a::A; }",
            "pub struct B; fn f() { use crate::a::A; }",
            "pub use crate::a::A; pub struct B;",
            "use crate::A; pub struct B;",
            "pub struct B; fn f() { println!(\"{}\", crate::a::A); }",
            "pub struct B; crate::a::made!();",
            "pub struct B; mod inner { use super::super::a::A; }",
            "pub struct B; #[derive(X)] #[x(crate::a::A)] struct C;",
            "use crate::*; pub struct B; fn f(_: A) {}",
        ] {
            let circles = with_b(b);
            assert!(
                circles
                    .iter()
                    .any(|circle| circle.contains(&"b.rs".to_owned())),
                "not found: {b}"
            );
        }
    }

    #[test]
    fn what_is_no_circle_is_not_taken_for_one() {
        for b in [
            "pub struct B;",
            "use std::fmt; pub struct B(a::Other); mod a { pub struct Other; }",
            "pub struct B; pub(in crate) fn f() { A::new(); }",
            "pub struct B; /// See [`crate::a::A`]. fn f() {}\nfn g() { let a = 1; a.A(); }",
        ] {
            assert_eq!(with_b(b), Vec::<Vec<String>>::new(), "{b}");
        }
    }

    #[test]
    fn a_child_that_imports_what_its_parent_re_exports_of_it_is_a_circle() {
        let circles = found(&[
            ("lib.rs", "mod parent;"),
            ("parent/mod.rs", "mod one; mod two; pub use one::One;"),
            ("parent/one.rs", "pub struct One; use super::two::Two;"),
            ("parent/two.rs", "use super::One; pub struct Two;"),
        ]);
        assert_eq!(
            circles,
            [["parent/mod.rs", "parent/one.rs", "parent/two.rs"]]
        );
    }

    #[test]
    fn modules_below_a_file_and_by_attribute_are_read() {
        let circles = found(&[
            ("lib.rs", "mod a; #[path = \"elsewhere/x.rs\"] mod b;"),
            ("a.rs", "mod below; pub struct A;"),
            ("a/below.rs", "pub fn f() { crate::b::f() }"),
            ("elsewhere/x.rs", "pub fn f() { crate::a::below::f() }"),
        ]);
        assert_eq!(circles, [["a/below.rs", "elsewhere/x.rs"]]);
    }
}
