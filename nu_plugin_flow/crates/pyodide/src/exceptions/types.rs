//! The types of a module, and those that its conversion adds.

use std::collections::HashMap;

use wasmparser::{BlockType, CompositeInnerType, FuncType, RecGroup, ValType};

use super::error::ConvertError;

/// The types, functions and tags that a function body may refer to.
#[derive(Default)]
pub(super) struct Types {
    /// By type index; `None` is a type that is not a function's.
    types: Vec<Option<FuncType>>,
    /// One index for each signature: which one does not matter to a block.
    indices: HashMap<FuncType, u32>,
    /// What the conversion needs beyond `types`; their indices follow.
    added: Vec<FuncType>,
    /// The type index of each defined function.
    functions: Vec<u32>,
    /// The type index of each tag, imported ones first.
    tags: Vec<u32>,
}

impl Types {
    pub(super) fn add_group(&mut self, group: &RecGroup) {
        for subtype in group.types() {
            let composite = &subtype.composite_type;
            let signature = match &composite.inner {
                CompositeInnerType::Func(signature) if !composite.shared => Some(signature.clone()),
                _ => None,
            };
            if let (Some(signature), Ok(index)) = (&signature, u32::try_from(self.types.len())) {
                self.indices.entry(signature.clone()).or_insert(index);
            }
            self.types.push(signature);
        }
    }

    pub(super) fn add_function(&mut self, type_index: u32) {
        self.functions.push(type_index);
    }

    pub(super) fn add_tag(&mut self, type_index: u32) {
        self.tags.push(type_index);
    }

    /// How many parameters the defined function `function` has.
    pub(super) fn parameters(&self, function: usize, offset: usize) -> Result<u32, ConvertError> {
        let type_index = self.functions.get(function).copied();
        let type_index = type_index.ok_or(ConvertError::UnknownIndex {
            kind: "function",
            index: u32::try_from(function).unwrap_or(u32::MAX),
            offset,
        })?;
        let count = self.signature(type_index, offset)?.params().len();
        u32::try_from(count).map_err(|_| ConvertError::TooMany {
            what: "parameters",
            offset,
        })
    }

    /// The type of the block that a clause of a `try` branches out of: it takes
    /// what the `try` takes and leaves the tag's values, then the exception if
    /// it is `captured`.
    pub(super) fn clause(
        &mut self,
        try_type: BlockType,
        tag: Option<u32>,
        captured: bool,
        offset: usize,
    ) -> Result<BlockType, ConvertError> {
        let parameters = match try_type {
            BlockType::FuncType(index) => self.signature(index, offset)?.params(),
            BlockType::Empty | BlockType::Type(_) => &[],
        };
        let values = match tag {
            Some(tag) => self.signature(self.tag(tag, offset)?, offset)?.params(),
            None => &[],
        };
        let exception = captured.then_some(ValType::EXNREF);
        match (parameters, values, exception) {
            ([], [], None) => return Ok(BlockType::Empty),
            ([], [], Some(only)) => return Ok(BlockType::Type(only)),
            ([], [only], None) => return Ok(BlockType::Type(*only)),
            _ => {}
        }
        let results = values.iter().copied().chain(exception);
        let signature = FuncType::new(parameters.iter().copied(), results.collect::<Vec<_>>());
        self.intern(signature, offset).map(BlockType::FuncType)
    }

    /// The signatures to append to the type section, in order.
    pub(super) fn into_added(self) -> Vec<FuncType> {
        self.added
    }

    fn intern(&mut self, signature: FuncType, offset: usize) -> Result<u32, ConvertError> {
        if let Some(index) = self.indices.get(&signature) {
            return Ok(*index);
        }
        let index = u32::try_from(self.types.len().saturating_add(self.added.len()));
        let index = index.map_err(|_| ConvertError::TooMany {
            what: "types",
            offset,
        })?;
        self.indices.insert(signature.clone(), index);
        self.added.push(signature);
        Ok(index)
    }

    fn tag(&self, index: u32, offset: usize) -> Result<u32, ConvertError> {
        let tag = self.tags.get(index as usize).copied();
        tag.ok_or(ConvertError::UnknownIndex {
            kind: "tag",
            index,
            offset,
        })
    }

    fn signature(&self, index: u32, offset: usize) -> Result<&FuncType, ConvertError> {
        let signature = self.types.get(index as usize).and_then(Option::as_ref);
        signature.ok_or(ConvertError::UnknownIndex {
            kind: "function type",
            index,
            offset,
        })
    }
}
