//! What has to be known of a function before its first `try` can be rewritten:
//! a `try_table` names its handlers in front of the body, a `try` behind it.

use wasmparser::{BlockType, FunctionBody, Operator};

use super::{error::ConvertError, types::Types};

/// How to rewrite one function.
pub(super) struct Plan {
    /// Every `try`, in the order of the code.
    pub(super) tries: Vec<Try>,
    /// How many parameters come before the function's declared locals.
    pub(super) parameters: u32,
    /// How many locals it takes to keep exceptions for `rethrow`.
    pub(super) slots: u32,
    /// Some `delegate` hands exceptions to the caller past a handler.
    pub(super) leaves: bool,
}

/// How to rewrite one `try`.
pub(super) struct Try {
    pub(super) block: BlockType,
    /// Its own clauses; none for a `delegate`.
    pub(super) clauses: Vec<Clause>,
    /// Where a `delegate` sends exceptions, in order of precedence; nothing if
    /// they go there by themselves.
    pub(super) handlers: Vec<Handler>,
    /// Which of the locals for exceptions the clauses use.
    pub(super) slot: u32,
    /// The clause around it whose `rethrow` may still come.
    within: Option<ClauseId>,
    /// The `try` whose body it stands in.
    enclosing: Option<usize>,
    /// The `try` that gets what this one does not handle.
    escape: Option<usize>,
}

/// A `catch` or, without a tag, a `catch_all`.
pub(super) struct Clause {
    pub(super) tag: Option<u32>,
    /// A `rethrow` needs the exception itself.
    pub(super) captured: bool,
    /// The type of the block that an exception branches out of.
    pub(super) block: BlockType,
    offset: usize,
}

/// An entry of the `try_table` that a `delegate` becomes.
#[derive(Clone, Copy)]
pub(super) enum Handler {
    Clause(ClauseId),
    /// Throw it again where nothing in this function catches it.
    Caller,
}

/// A clause by its `try` and its place there.
#[derive(Clone, Copy)]
pub(super) struct ClauseId {
    pub(super) owner: usize,
    pub(super) place: usize,
}

/// Analyses a function; `None` if it has no legacy exceptions.
pub(super) fn analyse(
    body: &FunctionBody<'_>,
    function: usize,
    types: &mut Types,
) -> Result<Option<Plan>, ConvertError> {
    let mut analysis = Analysis::default();
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        let (operator, offset) = reader.read_with_offset()?;
        analysis.operator(&operator, offset)?;
    }
    if analysis.tries.is_empty() {
        return Ok(None);
    }
    if let Some(offset) = analysis.try_table {
        return Err(ConvertError::Mixed { offset });
    }
    let offset = body.range().start;
    analysis
        .finish(types.parameters(function, offset)?, types)
        .map(Some)
}

#[derive(Default)]
struct Analysis {
    tries: Vec<Try>,
    /// The open blocks, without the function's own.
    frames: Vec<Frame>,
    /// The first instruction of the current encoding.
    try_table: Option<usize>,
}

#[derive(Clone, Copy)]
enum Frame {
    Plain,
    Try(usize),
    Clause(ClauseId),
}

impl Analysis {
    fn operator(&mut self, operator: &Operator<'_>, offset: usize) -> Result<(), ConvertError> {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                self.frames.push(Frame::Plain);
            }
            Operator::TryTable { .. } => {
                self.try_table.get_or_insert(offset);
                self.frames.push(Frame::Plain);
            }
            // The last `end` closes the function, which has no frame here.
            Operator::End => drop(self.frames.pop()),
            Operator::Try { blockty } => self.open(*blockty),
            Operator::Catch { tag_index } => self.clause(Some(*tag_index), "catch", offset)?,
            Operator::CatchAll => self.clause(None, "catch_all", offset)?,
            Operator::Delegate { relative_depth } => self.delegate(*relative_depth, offset)?,
            Operator::Rethrow { relative_depth } => self.rethrow(*relative_depth, offset)?,
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, block: BlockType) {
        let enclosing = innermost_try(&self.frames);
        let within = self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Clause(clause) => Some(*clause),
            Frame::Plain | Frame::Try(_) => None,
        });
        self.frames.push(Frame::Try(self.tries.len()));
        self.tries.push(Try {
            block,
            clauses: Vec::new(),
            handlers: Vec::new(),
            slot: 0,
            within,
            enclosing,
            escape: enclosing,
        });
    }

    fn clause(
        &mut self,
        tag: Option<u32>,
        instruction: &'static str,
        offset: usize,
    ) -> Result<(), ConvertError> {
        let misplaced = ConvertError::Misplaced {
            instruction,
            offset,
        };
        let owner = match self.frames.pop() {
            Some(Frame::Try(owner)) => owner,
            Some(Frame::Clause(clause)) => clause.owner,
            Some(Frame::Plain) | None => return Err(misplaced),
        };
        let Some(owned) = self.tries.get_mut(owner) else {
            return Err(misplaced);
        };
        let place = owned.clauses.len();
        owned.clauses.push(Clause {
            tag,
            captured: false,
            block: BlockType::Empty,
            offset,
        });
        self.frames.push(Frame::Clause(ClauseId { owner, place }));
        Ok(())
    }

    fn delegate(&mut self, depth: u32, offset: usize) -> Result<(), ConvertError> {
        let Some(Frame::Try(delegating)) = self.frames.pop() else {
            return Err(ConvertError::Misplaced {
                instruction: "delegate",
                offset,
            });
        };
        // Labels count from outside of the `try`; one more is the function's.
        let target = self.frames.len().checked_sub(depth as usize);
        let outside = target.and_then(|target| self.frames.get(..target));
        let outside = outside.ok_or(ConvertError::UnknownIndex {
            kind: "label",
            index: depth,
            offset,
        })?;
        let escape = innermost_try(outside);
        if let Some(delegating) = self.tries.get_mut(delegating) {
            delegating.escape = escape;
        }
        Ok(())
    }

    fn rethrow(&mut self, depth: u32, offset: usize) -> Result<(), ConvertError> {
        let Some(Frame::Clause(clause)) = self.frames.iter().rev().nth(depth as usize) else {
            return Err(ConvertError::Misplaced {
                instruction: "rethrow",
                offset,
            });
        };
        let owner = self.tries.get_mut(clause.owner);
        if let Some(clause) = owner.and_then(|owner| owner.clauses.get_mut(clause.place)) {
            clause.captured = true;
        }
        Ok(())
    }

    /// Settles what only the whole function tells.
    fn finish(mut self, parameters: u32, types: &mut Types) -> Result<Plan, ConvertError> {
        let slots = self.assign_slots();
        let handlers: Vec<_> = (self
            .tries
            .iter()
            .map(|delegating| self.handlers(delegating)))
        .collect();
        let mut leaves = false;
        for (owner, handlers) in self.tries.iter_mut().zip(handlers) {
            leaves |= matches!(handlers.last(), Some(Handler::Caller));
            owner.handlers = handlers;
            for clause in &mut owner.clauses {
                clause.block =
                    types.clause(owner.block, clause.tag, clause.captured, clause.offset)?;
            }
        }
        Ok(Plan {
            tries: self.tries,
            parameters,
            slots,
            leaves,
        })
    }

    /// Gives clauses that may hold an exception at the same time different
    /// locals, and answers how many that takes.
    fn assign_slots(&mut self) -> u32 {
        let mut slots = 0;
        for id in 0..self.tries.len() {
            let within = self.tries.get(id).and_then(|inner| inner.within);
            let outer = within.and_then(|clause| {
                let owner = self.tries.get(clause.owner)?;
                let clause = owner.clauses.get(clause.place)?;
                Some(owner.slot.saturating_add(u32::from(clause.captured)))
            });
            if let Some(inner) = self.tries.get_mut(id) {
                inner.slot = outer.unwrap_or(0);
                if inner.clauses.iter().any(|clause| clause.captured) {
                    slots = slots.max(inner.slot.saturating_add(1));
                }
            }
        }
        slots
    }

    /// What a `delegate` has to catch to get an exception past the handlers
    /// between it and its target.
    fn handlers(&self, delegating: &Try) -> Vec<Handler> {
        let route = self.route(delegating.escape);
        if delegating.escape == delegating.enclosing || route == self.route(delegating.enclosing) {
            return Vec::new();
        }
        let mut handlers = Vec::new();
        let mut seen = Vec::new();
        for owner in route {
            let clauses = self.tries.get(owner).map(|owner| owner.clauses.as_slice());
            for (place, clause) in clauses.unwrap_or_default().iter().enumerate() {
                if !seen.contains(&clause.tag) {
                    seen.push(clause.tag);
                    handlers.push(Handler::Clause(ClauseId { owner, place }));
                }
            }
        }
        if !seen.contains(&None) {
            handlers.push(Handler::Caller);
        }
        handlers
    }

    /// The tries that an exception meets which is thrown in the body of
    /// `start`, up to one that catches everything.
    fn route(&self, start: Option<usize>) -> Vec<usize> {
        let mut route = Vec::new();
        let mut next = start;
        // An `escape` always opened earlier, so that this ends.
        while let Some((id, at)) = next.and_then(|id| Some((id, self.tries.get(id)?))) {
            if !at.clauses.is_empty() {
                route.push(id);
            }
            if at.clauses.iter().any(|clause| clause.tag.is_none()) {
                break;
            }
            next = at.escape;
        }
        route
    }
}

/// The `try` whose body encloses what comes next; its clauses do not.
fn innermost_try(frames: &[Frame]) -> Option<usize> {
    frames.iter().rev().find_map(|frame| match frame {
        Frame::Try(id) => Some(*id),
        Frame::Plain | Frame::Clause(_) => None,
    })
}
