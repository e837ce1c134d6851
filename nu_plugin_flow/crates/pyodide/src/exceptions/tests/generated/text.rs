//! The nodes as a module in the text format.

use super::node::{FUEL, Node};

const CHANCE: &str = "(call $mark (i32.const 7))
    (i32.and (i32.shr_s (global.get $trace) (i32.const 3)) (i32.const 1))";

/// A module whose `run` starts the trace at its argument, executes the nodes
/// in another function and returns the trace.
pub(super) fn module(nodes: &[Node]) -> String {
    let mut text = Text {
        // The body of a function has a label too, no clause.
        labels: vec![false],
        lines: Vec::new(),
    };
    text.nodes(nodes);
    let body = text.lines.join("\n");
    format!(
        r#"(global $trace (mut i32) (i32.const 0))
        (global $fuel (mut i32) (i32.const {FUEL}))
        (func $mark (param i32)
            (global.set $trace (i32.add
                (i32.mul (global.get $trace) (i32.const 31)) (local.get 0))))
        (func $burn (result i32)
            (if (i32.eqz (global.get $fuel)) (then (return (i32.const 0))))
            (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))
            i32.const 1)
        (func $throw0 (throw $a (global.get $trace)))
        (func $throw1 (throw $b (global.get $trace) (i64.const 9)))
        (func $throw2 (throw $c))
        (func $nodes
        {body}
        )
        (func (export "run") (param i32) (result i32)
            (global.set $trace (local.get 0))
            try
                call $nodes
            catch $a
                (call $mark (i32.const 1000))
                call $mark
            catch $b
                drop
                (call $mark (i32.const 1001))
                call $mark
            catch $c
                (call $mark (i32.const 1002))
                (call $mark (i32.const 0))
            end
            global.get $trace)"#
    )
}

struct Text {
    /// Whether each label around is a clause's, innermost last.
    labels: Vec<bool>,
    lines: Vec<String>,
}

impl Text {
    fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            self.node(node);
        }
    }

    fn labelled(&mut self, clause: bool, nodes: &[Node]) {
        self.labels.push(clause);
        self.nodes(nodes);
        self.labels.pop();
    }

    /// Does something always, or if the trace says so.
    fn perhaps(&mut self, always: bool, instruction: &str) {
        if always {
            self.line(instruction);
        } else {
            self.line(format!("{CHANCE} if {instruction} end"));
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Mark(number) => self.line(format!("(call $mark (i32.const {number}))")),
            Node::Throw {
                tag,
                called,
                always,
            } => self.throw(*tag, *called, *always),
            Node::Branch { depth, always } => {
                let depth = usize::from(*depth) % self.labels.len();
                if *always {
                    self.line(format!("call $burn br_if {depth}"));
                } else {
                    self.line(format!("{CHANCE} if call $burn br_if {} end", depth + 1));
                }
            }
            Node::Block(nodes) => self.block("block", nodes),
            Node::Loop(nodes) => self.block("loop", nodes),
            Node::If(then, other) => {
                self.line(CHANCE);
                self.line("if");
                self.labelled(false, then);
                self.line("else");
                self.labelled(false, other);
                self.line("end");
            }
            Node::Try { body, clauses, all } => {
                self.line("try");
                self.labelled(false, body);
                for (tag, nodes) in clauses {
                    self.line(
                        ["catch $a", "catch $b drop", "catch $c i32.const 0"][usize::from(*tag)],
                    );
                    self.line("call $mark");
                    self.labelled(true, nodes);
                }
                if let Some(nodes) = all {
                    self.line("catch_all");
                    self.labelled(true, nodes);
                }
                self.line("end");
            }
            Node::Delegate { body, depth } => {
                let depth = usize::from(*depth) % self.labels.len();
                self.line("try");
                self.labelled(false, body);
                self.line(format!("delegate {depth}"));
            }
            Node::Rethrow { depth, always } => self.rethrow(*depth, *always),
        }
    }

    fn block(&mut self, instruction: &str, nodes: &[Node]) {
        self.line(instruction);
        self.labelled(false, nodes);
        self.line("end");
    }

    fn throw(&mut self, tag: u8, called: bool, always: bool) {
        if called {
            return self.perhaps(always, &format!("call $throw{tag}"));
        }
        let values = ["global.get $trace", "global.get $trace i64.const 9", ""][usize::from(tag)];
        let name = ["$a", "$b", "$c"][usize::from(tag)];
        self.perhaps(always, &format!("{values} throw {name}"));
    }

    fn rethrow(&mut self, depth: u8, always: bool) {
        let labels = self.labels.iter().rev().enumerate();
        let clauses: Vec<_> = labels
            .filter(|(_, clause)| **clause)
            .map(|(depth, _)| depth)
            .collect();
        if let Some(chosen) = usize::from(depth).checked_rem(clauses.len()) {
            let depth = clauses[chosen] + usize::from(!always);
            self.perhaps(always, &format!("rethrow {depth}"));
        }
    }
}
