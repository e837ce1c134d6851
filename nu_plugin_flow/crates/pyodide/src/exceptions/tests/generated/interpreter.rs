//! What the legacy instructions mean, on the tree instead of on code.

use super::node::{FUEL, Node};

/// Why a piece did not run to its end.
enum Exit {
    /// A branch to a label, by depth.
    Branch(u32),
    Throw(Exception),
    /// Thrown where a label is, by depth.
    Delegated(u32, Exception),
}

#[derive(Clone, Copy)]
struct Exception {
    tag: u8,
    value: i32,
}

/// The labels around a piece, innermost last: a clause has its exception.
type Labels = Vec<Option<Exception>>;

struct Machine {
    trace: i32,
    fuel: i32,
    labels: Labels,
}

/// The trace that `text::module` computes for the same nodes.
pub(super) fn run(nodes: &[Node], seed: i32) -> i32 {
    let mut machine = Machine {
        trace: seed,
        fuel: FUEL,
        labels: Vec::new(),
    };
    let exit = machine.labelled(None, nodes);
    match exit {
        Ok(()) | Err(Exit::Branch(0)) => {}
        Err(Exit::Throw(exception) | Exit::Delegated(0, exception)) => {
            machine.mark(1000 + i32::from(exception.tag));
            machine.mark(exception.value);
        }
        Err(Exit::Branch(_) | Exit::Delegated(..)) => panic!("no such label"),
    }
    machine.trace
}

impl Machine {
    fn mark(&mut self, number: i32) {
        self.trace = self.trace.wrapping_mul(31).wrapping_add(number);
    }

    /// Decides by the trace.
    fn chance(&mut self) -> bool {
        self.mark(7);
        (self.trace >> 3) & 1 == 1
    }

    fn labelled(&mut self, label: Option<Exception>, nodes: &[Node]) -> Result<(), Exit> {
        self.labels.push(label);
        let result = nodes.iter().try_for_each(|node| self.node(node));
        self.labels.pop();
        result
    }

    fn node(&mut self, node: &Node) -> Result<(), Exit> {
        match node {
            Node::Mark(number) => self.mark(i32::from(*number)),
            Node::Throw { tag, always, .. } => {
                if *always || self.chance() {
                    let value = if *tag == 2 { 0 } else { self.trace };
                    return Err(Exit::Throw(Exception { tag: *tag, value }));
                }
            }
            Node::Branch { depth, always } => {
                let depth = u32::from(*depth) % self.labels.len() as u32;
                if *always || self.chance() {
                    if self.fuel == 0 {
                        return Ok(());
                    }
                    self.fuel -= 1;
                    return Err(Exit::Branch(depth));
                }
            }
            Node::Block(nodes) => {
                let result = self.labelled(None, nodes);
                return self.leave(result);
            }
            Node::Loop(nodes) => loop {
                match self.labelled(None, nodes) {
                    Err(Exit::Branch(0)) => {}
                    result => return self.leave(result),
                }
            },
            Node::If(then, other) => {
                let nodes = if self.chance() { then } else { other };
                let result = self.labelled(None, nodes);
                return self.leave(result);
            }
            Node::Try { body, clauses, all } => return self.attempt(body, clauses, all.as_deref()),
            Node::Delegate { body, depth } => {
                // A `delegate` counts labels from outside of its `try`.
                let depth = u32::from(*depth) % self.labels.len() as u32;
                return match self.labelled(None, body) {
                    Err(Exit::Throw(exception) | Exit::Delegated(0, exception)) => {
                        Err(Exit::Delegated(depth, exception))
                    }
                    result => self.leave(result),
                };
            }
            Node::Rethrow { depth, always } => {
                if let Some(exception) = self.rethrown(*depth)
                    && (*always || self.chance())
                {
                    return Err(Exit::Throw(exception));
                }
            }
        }
        Ok(())
    }

    fn attempt(
        &mut self,
        body: &[Node],
        clauses: &[(u8, Vec<Node>)],
        all: Option<&[Node]>,
    ) -> Result<(), Exit> {
        match self.labelled(None, body) {
            Err(Exit::Throw(exception) | Exit::Delegated(0, exception)) => {
                let clause = clauses.iter().find(|(tag, _)| *tag == exception.tag);
                let handler = clause.map(|(_, nodes)| nodes.as_slice());
                if handler.is_some() {
                    self.mark(exception.value);
                }
                let Some(nodes) = handler.or(all) else {
                    return Err(Exit::Throw(exception));
                };
                let result = self.labelled(Some(exception), nodes);
                self.leave(result)
            }
            result => self.leave(result),
        }
    }

    /// What an exit from a labelled piece is outside of it.
    fn leave(&mut self, result: Result<(), Exit>) -> Result<(), Exit> {
        result.or_else(|exit| match exit {
            Exit::Branch(0) => Ok(()),
            Exit::Branch(depth) => Err(Exit::Branch(depth - 1)),
            Exit::Delegated(0, exception) => Err(Exit::Throw(exception)),
            Exit::Delegated(depth, exception) => Err(Exit::Delegated(depth - 1, exception)),
            Exit::Throw(exception) => Err(Exit::Throw(exception)),
        })
    }

    /// One of the clauses around, if there is any.
    fn rethrown(&self, depth: u8) -> Option<Exception> {
        let clauses: Vec<_> = self.labels.iter().rev().copied().flatten().collect();
        let chosen = usize::from(depth).checked_rem(clauses.len())?;
        clauses.get(chosen).copied()
    }
}
