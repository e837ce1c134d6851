//! Renumbering of the labels in an instruction.

use std::borrow::Cow;

use wasm_encoder::{Catch, Handle, Instruction};

/// Passes every label depth of `instruction` through `depth`.
pub(super) fn relabel<Error>(
    instruction: &mut Instruction<'_>,
    mut depth: impl FnMut(u32) -> Result<u32, Error>,
) -> Result<(), Error> {
    match instruction {
        Instruction::Br(label)
        | Instruction::BrIf(label)
        | Instruction::BrOnNull(label)
        | Instruction::BrOnNonNull(label)
        | Instruction::BrOnCast {
            relative_depth: label,
            ..
        }
        | Instruction::BrOnCastFail {
            relative_depth: label,
            ..
        }
        | Instruction::BrOnCastDescEq {
            relative_depth: label,
            ..
        }
        | Instruction::BrOnCastDescEqFail {
            relative_depth: label,
            ..
        } => *label = depth(*label)?,
        Instruction::BrTable(labels, default) => {
            for label in labels.to_mut() {
                *label = depth(*label)?;
            }
            *default = depth(*default)?;
        }
        Instruction::TryTable(_, catches) => {
            for catch in catches.to_mut() {
                let (Catch::One { label, .. }
                | Catch::OneRef { label, .. }
                | Catch::All { label }
                | Catch::AllRef { label }) = catch;
                *label = depth(*label)?;
            }
        }
        Instruction::Resume { resume_table, .. }
        | Instruction::ResumeThrow { resume_table, .. }
        | Instruction::ResumeThrowRef { resume_table, .. } => handles(resume_table, depth)?,
        _ => {}
    }
    Ok(())
}

fn handles<Error>(
    handles: &mut Cow<'_, [Handle]>,
    mut depth: impl FnMut(u32) -> Result<u32, Error>,
) -> Result<(), Error> {
    for handle in handles.to_mut() {
        if let Handle::OnLabel { label, .. } = handle {
            *label = depth(*label)?;
        }
    }
    Ok(())
}
