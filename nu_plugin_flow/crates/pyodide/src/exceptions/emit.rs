//! Rewriting of one function by its plan.

use wasm_encoder::{
    BlockType, Catch, Function, Instruction,
    reencode::{self, Reencode},
};
use wasmparser::{FunctionBody, Operator};

use super::{
    analysis::{Clause, ClauseId, Handler, Plan, Try},
    error::ConvertError,
    labels::relabel,
};

/// Rewrites `body`, which `plan` was made of.
pub(super) fn emit<R: Reencode + ?Sized>(
    reencoder: &mut R,
    plan: &Plan,
    body: &FunctionBody<'_>,
) -> Result<Function, reencode::Error<R::Error>>
where
    R::Error: From<ConvertError>,
{
    let (function, first_slot) = locals(reencoder, plan, body)?;
    let mut emitter = Emitter {
        reencoder,
        plan,
        function,
        first_slot,
        frames: Vec::new(),
        tries: Vec::with_capacity(plan.tries.len()),
        height: 0,
    };
    emitter.begin()?;
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        let (operator, offset) = reader.read_with_offset()?;
        emitter.operator(operator, offset)?;
    }
    Ok(emitter.function)
}

/// Starts a function with the locals of `body` and those for exceptions, and
/// answers the index of the first of the latter.
fn locals<R: Reencode + ?Sized>(
    reencoder: &mut R,
    plan: &Plan,
    body: &FunctionBody<'_>,
) -> Result<(Function, u32), reencode::Error<R::Error>>
where
    R::Error: From<ConvertError>,
{
    let mut locals = Vec::new();
    let mut first_slot = Some(plan.parameters);
    for declaration in body.get_locals_reader()? {
        let (count, local) = declaration?;
        first_slot = first_slot.and_then(|first| first.checked_add(count));
        locals.push((count, reencoder.val_type(local)?));
    }
    if plan.slots > 0 {
        let exception = reencoder.val_type(wasmparser::ValType::EXNREF)?;
        locals.push((plan.slots, exception));
    }
    match first_slot.filter(|first| first.checked_add(plan.slots).is_some()) {
        Some(first_slot) => Ok((Function::new(locals), first_slot)),
        None => Err(fail(ConvertError::TooMany {
            what: "locals",
            offset: body.range().start,
        })),
    }
}

/// The label of the block around the whole function whose exceptions go on to
/// the caller; only the function's own is further out.
const CALLER: u32 = 1;

struct Emitter<'a, R: ?Sized> {
    reencoder: &'a mut R,
    plan: &'a Plan,
    function: Function,
    first_slot: u32,
    /// The open blocks of the input, the function's own first.
    frames: Vec<Frame>,
    /// The tries met so far, by the label of their outermost block.
    tries: Vec<u32>,
    /// How many labels the output has open. A label is named by how many were
    /// open before it; its depth follows from that.
    height: u32,
}

struct Frame {
    label: u32,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Plain,
    Try(usize),
    Clause(ClauseId),
}

impl<'a, R: Reencode + ?Sized> Emitter<'a, R>
where
    R::Error: From<ConvertError>,
{
    fn begin(&mut self) -> Result<(), reencode::Error<R::Error>> {
        self.open(Kind::Plain);
        if self.plan.leaves {
            let exception = self.reencoder.val_type(wasmparser::ValType::EXNREF)?;
            self.block(&Instruction::Block(BlockType::Result(exception)));
        }
        Ok(())
    }

    fn operator(
        &mut self,
        operator: Operator<'_>,
        offset: usize,
    ) -> Result<(), reencode::Error<R::Error>> {
        match operator {
            Operator::Try { .. } => self.open_try(offset),
            Operator::Catch { .. } => self.clause("catch", offset),
            Operator::CatchAll => self.clause("catch_all", offset),
            Operator::Rethrow { relative_depth } => self.rethrow(relative_depth, offset),
            Operator::Delegate { .. } | Operator::End => {
                self.end();
                Ok(())
            }
            other => {
                let opens = matches!(
                    other,
                    Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. }
                );
                let mut instruction = self.reencoder.instruction(other)?;
                relabel(&mut instruction, |depth| self.depth(depth, offset)).map_err(fail)?;
                self.function.instruction(&instruction);
                if opens {
                    self.open(Kind::Plain);
                }
                Ok(())
            }
        }
    }

    fn open_try(&mut self, offset: usize) -> Result<(), reencode::Error<R::Error>> {
        let id = self.tries.len();
        let plan = self.plan.tries.get(id);
        let plan = plan.ok_or_else(|| misplaced("try", offset))?;
        self.tries.push(self.height);
        let block = self.reencoder.block_type(plan.block)?;
        if plan.clauses.is_empty() {
            let catches = self.delegated(plan)?;
            self.function.instruction(&if catches.is_empty() {
                Instruction::Block(block)
            } else {
                Instruction::TryTable(block, catches.into())
            });
            self.open(Kind::Try(id));
            return Ok(());
        }
        self.function.instruction(&Instruction::Block(block));
        self.open(Kind::Try(id));
        for clause in plan.clauses.iter().rev() {
            let landing = self.reencoder.block_type(clause.block)?;
            self.block(&Instruction::Block(landing));
        }
        let mut catches = Vec::with_capacity(plan.clauses.len());
        for place in 0..plan.clauses.len() {
            catches.extend(self.catch(ClauseId { owner: id, place })?);
        }
        self.block(&Instruction::TryTable(block, catches.into()));
        Ok(())
    }

    /// Ends what comes before a clause, the body or another clause, and starts
    /// the clause.
    fn clause(
        &mut self,
        instruction: &'static str,
        offset: usize,
    ) -> Result<(), reencode::Error<R::Error>> {
        let frame = self.frames.last_mut();
        let next = frame.and_then(|frame| {
            let next = match frame.kind {
                Kind::Try(owner) => ClauseId { owner, place: 0 },
                Kind::Clause(ClauseId { owner, place }) => ClauseId {
                    owner,
                    place: place.saturating_add(1),
                },
                Kind::Plain => return None,
            };
            frame.kind = Kind::Clause(next);
            Some((frame.label, next))
        });
        let (label, next) = next.ok_or_else(|| misplaced(instruction, offset))?;
        let planned = self.planned(next);
        let (plan, clause) = planned.ok_or_else(|| misplaced(instruction, offset))?;
        if next.place == 0 {
            // Of the `try_table`.
            self.close();
        }
        let done = self.depth_of(label);
        self.function.instruction(&Instruction::Br(done));
        self.close();
        if clause.captured {
            let slot = self.first_slot.saturating_add(plan.slot);
            self.function.instruction(&Instruction::LocalSet(slot));
        }
        Ok(())
    }

    fn rethrow(&mut self, depth: u32, offset: usize) -> Result<(), reencode::Error<R::Error>> {
        let frame = self.frames.iter().rev().nth(depth as usize);
        let plan = match frame.map(|frame| frame.kind) {
            Some(Kind::Clause(clause)) => self.plan.tries.get(clause.owner),
            _ => None,
        };
        let plan = plan.ok_or_else(|| misplaced("rethrow", offset))?;
        let slot = self.first_slot.saturating_add(plan.slot);
        self.function.instruction(&Instruction::LocalGet(slot));
        self.function.instruction(&Instruction::ThrowRef);
        Ok(())
    }

    fn end(&mut self) {
        let frame = self.frames.pop();
        if self.frames.is_empty() && self.plan.leaves {
            self.function.instruction(&Instruction::Return);
            self.close();
            self.function.instruction(&Instruction::ThrowRef);
        }
        self.function.instruction(&Instruction::End);
        self.height = frame.map_or(0, |frame| frame.label);
    }

    /// The entry of a `try_table`, to be opened next, for a clause of a `try`
    /// that is open.
    fn catch(&mut self, id: ClauseId) -> Result<Option<Catch>, reencode::Error<R::Error>> {
        let Some((owner, clause)) = self.planned(id) else {
            return Ok(None);
        };
        // The landing blocks stand inside of the outermost one, last clause
        // first.
        let outermost = self.tries.get(id.owner).copied().unwrap_or_default();
        let inward = owner.clauses.len().saturating_sub(id.place);
        let landing = outermost.saturating_add(u32::try_from(inward).unwrap_or(u32::MAX));
        let label = self.depth_of(landing);
        let tag = clause.tag.map(|tag| self.reencoder.tag_index(tag));
        Ok(Some(match (tag.transpose()?, clause.captured) {
            (Some(tag), false) => Catch::One { tag, label },
            (Some(tag), true) => Catch::OneRef { tag, label },
            (None, false) => Catch::All { label },
            (None, true) => Catch::AllRef { label },
        }))
    }

    /// The entries of a `try_table`, to be opened next, for a `delegate`.
    fn delegated(&mut self, plan: &Try) -> Result<Vec<Catch>, reencode::Error<R::Error>> {
        let mut catches = Vec::with_capacity(plan.handlers.len());
        for handler in &plan.handlers {
            match handler {
                Handler::Clause(id) => catches.extend(self.catch(*id)?),
                Handler::Caller => catches.push(Catch::AllRef {
                    label: self.depth_of(CALLER),
                }),
            }
        }
        Ok(catches)
    }

    fn planned(&self, id: ClauseId) -> Option<(&'a Try, &'a Clause)> {
        let owner = self.plan.tries.get(id.owner)?;
        Some((owner, owner.clauses.get(id.place)?))
    }

    /// Enters a block that the input has too.
    fn open(&mut self, kind: Kind) {
        let label = self.height;
        self.frames.push(Frame { label, kind });
        self.height = self.height.saturating_add(1);
    }

    /// Adds a block that the input does not have.
    fn block(&mut self, instruction: &Instruction<'_>) {
        self.function.instruction(instruction);
        self.height = self.height.saturating_add(1);
    }

    /// Ends a block that the input does not have.
    fn close(&mut self) {
        self.function.instruction(&Instruction::End);
        self.height = self.height.saturating_sub(1);
    }

    fn depth_of(&self, label: u32) -> u32 {
        self.height.saturating_sub(label).saturating_sub(1)
    }

    /// What a label depth of the input is in the output.
    fn depth(&self, depth: u32, offset: usize) -> Result<u32, ConvertError> {
        let frame = self.frames.iter().rev().nth(depth as usize);
        let frame = frame.ok_or(ConvertError::UnknownIndex {
            kind: "label",
            index: depth,
            offset,
        })?;
        Ok(self.depth_of(frame.label))
    }
}

fn misplaced<E: From<ConvertError>>(
    instruction: &'static str,
    offset: usize,
) -> reencode::Error<E> {
    fail(ConvertError::Misplaced {
        instruction,
        offset,
    })
}

fn fail<E: From<ConvertError>>(error: ConvertError) -> reencode::Error<E> {
    reencode::Error::UserError(error.into())
}
