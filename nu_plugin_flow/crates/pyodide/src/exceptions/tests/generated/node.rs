//! Random functions.

use proptest::prelude::*;

/// A piece of a function. Depths are taken modulo what there is.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// Mixes a number into the trace, which is what is compared in the end.
    Mark(u8),
    /// Throws `$a`, `$b` or `$c`, from a callee if `called`; always, or if the
    /// trace says so.
    Throw {
        tag: u8,
        called: bool,
        always: bool,
    },
    /// Branches; always, or if the trace says so, at most `FUEL` times.
    Branch {
        depth: u8,
        always: bool,
    },
    Block(Vec<Node>),
    Loop(Vec<Node>),
    If(Vec<Node>, Vec<Node>),
    Try {
        body: Vec<Node>,
        clauses: Vec<(u8, Vec<Node>)>,
        all: Option<Vec<Node>>,
    },
    Delegate {
        body: Vec<Node>,
        depth: u8,
    },
    Rethrow {
        depth: u8,
        always: bool,
    },
}

/// Bounds the branches that depend on the trace, and so every loop.
pub(super) const FUEL: i32 = 40;

pub(super) fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let often = any::<u8>().prop_map(|number| number % 4 == 0);
    let leaf = prop_oneof![
        3 => any::<u8>().prop_map(Node::Mark),
        3 => (0..3u8, any::<bool>(), often.clone())
            .prop_map(|(tag, called, always)| Node::Throw { tag, called, always }),
        1 => (any::<u8>(), often.clone())
            .prop_map(|(depth, always)| Node::Branch { depth, always }),
        2 => (any::<u8>(), often).prop_map(|(depth, always)| Node::Rethrow { depth, always }),
    ];
    let node = leaf.prop_recursive(6, 60, 4, |node| {
        let nodes = || prop::collection::vec(node.clone(), 0..4);
        let clauses = prop::collection::vec((0..3u8, nodes()), 0..3);
        prop_oneof![
            1 => nodes().prop_map(Node::Block),
            1 => nodes().prop_map(Node::Loop),
            1 => (nodes(), nodes()).prop_map(|(then, other)| Node::If(then, other)),
            4 => (nodes(), clauses, prop::option::of(nodes()))
                .prop_map(|(body, clauses, all)| Node::Try { body, clauses, all }),
            3 => (nodes(), any::<u8>())
                .prop_map(|(body, depth)| Node::Delegate { body, depth }),
        ]
    });
    prop::collection::vec(node, 1..6)
}
