use std::collections::HashMap;

use wasm_encoder::{
    Function, Instruction, TypeSection,
    reencode::{self, Reencode},
};
use wasmparser::{Encoding, FuncType, FunctionBody, Parser, Payload, TypeRef};

use super::{
    analysis::{Plan, analyse},
    emit::emit,
    error::ConvertError,
    types::Types,
};

/// How to rewrite the functions of one module.
///
/// To convert exceptions in the course of another re-encoding, make one of the
/// same bytes first and override two methods of its
/// [`Reencode`]:
///
/// ```text
/// struct Renumber<'a> { exceptions: &'a Translation, /* … */ }
///
/// impl Reencode for Renumber<'_> {
///     type Error = RenumberError; // has a variant `#[from] ConvertError`
///
///     fn parse_type_section(&mut self, types: &mut TypeSection, section: TypeSectionReader<'_>) -> Result<(), Error<RenumberError>> {
///         utils::parse_type_section(self, types, section)?;
///         self.exceptions.append_types(self, types)
///     }
///
///     fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Result<(), Error<RenumberError>> {
///         code.function(&self.exceptions.function(self, &body)?);
///         Ok(())
///     }
/// }
/// ```
pub struct Translation {
    /// By where the body starts in the module.
    plans: HashMap<usize, Plan>,
    added: Vec<FuncType>,
}

impl Translation {
    /// Finds the legacy exceptions of a module.
    pub fn of(wasm: &[u8]) -> Result<Translation, ConvertError> {
        let mut types = Types::default();
        let mut plans = HashMap::new();
        let mut function = 0;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::Version {
                    encoding: Encoding::Component,
                    ..
                } => return Err(ConvertError::Component),
                Payload::TypeSection(section) => {
                    for group in section {
                        types.add_group(&group?);
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        if let TypeRef::Tag(tag) = import?.ty {
                            types.add_tag(tag.func_type_idx);
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    for type_index in section {
                        types.add_function(type_index?);
                    }
                }
                Payload::TagSection(section) => {
                    for tag in section {
                        types.add_tag(tag?.func_type_idx);
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    if let Some(plan) = analyse(&body, function, &mut types)? {
                        plans.insert(body.range().start, plan);
                    }
                    function += 1;
                }
                _ => {}
            }
        }
        let added = types.into_added();
        Ok(Translation { plans, added })
    }

    /// The module has no legacy exceptions: nothing would change.
    pub fn is_empty(&self) -> bool {
        self.plans.is_empty()
    }

    /// Whether this function has legacy exceptions.
    pub fn rewrites(&self, body: &FunctionBody<'_>) -> bool {
        self.plans.contains_key(&body.range().start)
    }

    /// Appends the types that the rewritten functions need. To be called when
    /// `types` has all the module's own, whose indices stay as they are.
    pub fn append_types<R: Reencode + ?Sized>(
        &self,
        reencoder: &mut R,
        types: &mut TypeSection,
    ) -> Result<(), reencode::Error<R::Error>> {
        for signature in &self.added {
            let signature = reencoder.func_type(signature.clone())?;
            types.ty().func_type(&signature);
        }
        Ok(())
    }

    /// Rewrites one function of the module.
    ///
    /// `reencoder` maps indices and may replace instructions (by
    /// [`Reencode::instruction`]; its `parse_instruction` and
    /// `new_function_with_parsed_locals` are asked only for functions without
    /// legacy exceptions). Label depths reach it as they are in the input. The
    /// indices of [added types](Translation::append_types) are given to its
    /// `type_index` too.
    pub fn function<R: Reencode + ?Sized>(
        &self,
        reencoder: &mut R,
        body: &FunctionBody<'_>,
    ) -> Result<Function, reencode::Error<R::Error>>
    where
        R::Error: From<ConvertError>,
    {
        match self.plans.get(&body.range().start) {
            Some(plan) => emit(reencoder, plan, body),
            None => unchanged(reencoder, body),
        }
    }
}

fn unchanged<R: Reencode + ?Sized>(
    reencoder: &mut R,
    body: &FunctionBody<'_>,
) -> Result<Function, reencode::Error<R::Error>>
where
    R::Error: From<ConvertError>,
{
    let mut function = reencoder.new_function_with_parsed_locals(body)?;
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        let instruction = reencoder.parse_instruction(&mut reader)?;
        if let Instruction::Try(_) = instruction {
            let offset = body.range().start;
            return Err(reencode::Error::UserError(
                ConvertError::Foreign { offset }.into(),
            ));
        }
        function.instruction(&instruction);
    }
    Ok(function)
}
