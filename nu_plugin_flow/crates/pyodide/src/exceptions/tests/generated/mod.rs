//! Random nests of legacy exceptions against an interpreter of their own.

mod interpreter;
mod node;
mod text;

use proptest::prelude::*;

use self::node::nodes;
use super::{convert_valid, run};

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_converted_function_does_what_the_legacy_one_did(nodes in nodes()) {
        let text = text::module(&nodes);
        let wasm = convert_valid(&super::assemble(&super::with_tags(&text)));
        let seeds = [0, 1, 0x5555_5555];
        let expected = seeds.map(|seed| interpreter::run(&nodes, seed));
        let results = run(&wasm, &seeds);
        prop_assert_eq!(results, expected.map(super::Returns), "{}", text);
    }
}
