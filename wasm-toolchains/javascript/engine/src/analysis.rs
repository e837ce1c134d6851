//! What a source is, without running it: read from QuickJS's bytecode, so that no second
//! parser can disagree.

use std::collections::BTreeMap;

use rquickjs::{Ctx, Module, WriteOptions, module::Declared};

use crate::{failure::Failure, interpreter::Interpreter, modules::READ_ONLY};

/// The version of QuickJS's bytecode that is read here.
const BYTECODE_VERSION: u8 = 26;

/// What a module is.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Analysis {
    /// Whether it exports `handle` or has a default export.
    pub(crate) handler: bool,
    pub(crate) asynchronous: bool,
    pub(crate) imports: Vec<String>,
}

/// Reads the source of the file `path`.
pub(crate) fn analyse(
    interpreter: &Interpreter,
    path: &str,
    source: &str,
) -> Result<Analysis, Failure> {
    interpreter.with(|ctx| {
        // A name of its own: the module with the file's name is the one that runs.
        let module = Module::declare(ctx.clone(), format!("{READ_ONLY}{path}"), source);
        let module = module.map_err(|error| {
            let files = BTreeMap::from([(path.to_owned(), source.to_owned())]);
            Failure::of(ctx, &files, error)
        })?;
        of_module(ctx, &module, source)
    })
}

/// Reads a compiled module.
pub(crate) fn of_module<'js>(
    ctx: &Ctx<'js>,
    module: &Module<'js, Declared>,
    source: &str,
) -> Result<Analysis, Failure> {
    let options = WriteOptions {
        strip_source: true,
        strip_debug: true,
        ..WriteOptions::default()
    };
    let code = module
        .write(options)
        .map_err(|error| Failure::of(ctx, &BTreeMap::new(), error))?;
    let read = Reader {
        code: &code,
        atoms: Vec::new(),
        first: 0,
    };
    let Some((imports, exports)) = read.module() else {
        return Err(Failure::new(
            "this QuickJS compiles to a form that is unknown here",
        ));
    };
    Ok(Analysis {
        handler: exports
            .iter()
            .any(|name| name == "default" || name == "handle"),
        asynchronous: is_asynchronous(source),
        imports,
    })
}

/// Whether the exported function says `async`. Only shown, never relied on.
fn is_asynchronous(source: &str) -> bool {
    let normalised: String = source.split_whitespace().collect::<Vec<_>>().join(" ");
    [
        "export default async",
        "async function handle",
        "async function* handle",
        "handle = async",
    ]
    .iter()
    .any(|sign| normalised.contains(sign))
}

/// Reads the start of a module's bytecode: its atoms, imports and exports.
struct Reader<'a> {
    code: &'a [u8],
    /// The names that the bytecode spells out.
    atoms: Vec<String>,
    /// Numbers below it stand for names that are part of QuickJS.
    first: u32,
}

/// The imported modules and the exported names.
type Names = (Vec<String>, Vec<String>);

impl Reader<'_> {
    fn module(mut self) -> Option<Names> {
        if self.byte()? != BYTECODE_VERSION {
            return None;
        }
        // A checksum.
        self.skip(4)?;
        for _ in 0..self.number()? {
            let atom = self.written_name()?;
            self.atoms.push(atom);
        }
        self.skip(1)?;
        // The module's own name is the first that is written.
        self.first = self.number()? >> 1;
        let mut imports = Vec::new();
        for _ in 0..self.number()? {
            imports.push(self.name()?);
        }
        let mut exports = Vec::new();
        for _ in 0..self.number()? {
            let is_local = self.byte()? == 0;
            self.number()?;
            if !is_local {
                self.name()?;
            }
            exports.push(self.name()?);
        }
        imports.sort();
        imports.dedup();
        Some((imports, exports))
    }

    fn written_name(&mut self) -> Option<String> {
        if self.byte()? == 0 {
            self.skip(4)?;
            return Some(String::new());
        }
        let length = self.number()?;
        let is_wide = length & 1 == 1;
        let length = usize::try_from(length >> 1).ok()?;
        let bytes = self.take(if is_wide {
            length.checked_mul(2)?
        } else {
            length
        })?;
        if is_wide {
            let units = bytes
                .chunks_exact(2)
                .filter_map(|pair| pair.first_chunk::<2>());
            let units: Vec<_> = units.map(|pair| u16::from_le_bytes(*pair)).collect();
            return Some(String::from_utf16_lossy(&units));
        }
        Some(bytes.iter().map(|byte| char::from(*byte)).collect())
    }

    /// A name by its number.
    fn name(&mut self) -> Option<String> {
        let number = self.number()?;
        if number & 1 == 1 {
            return Some((number >> 1).to_string());
        }
        match (number >> 1).checked_sub(self.first) {
            Some(index) => self.atoms.get(usize::try_from(index).ok()?).cloned(),
            // The only word of the language that can be exported.
            None => Some("default".to_owned()),
        }
    }

    /// A number in base 128, least first.
    fn number(&mut self) -> Option<u32> {
        let mut number = 0u32;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 127).checked_shl(shift)?;
            if byte & 128 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn skip(&mut self, length: usize) -> Option<()> {
        self.take(length).map(|_| ())
    }

    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let (taken, rest) = self.code.split_at_checked(length)?;
        self.code = rest;
        Some(taken)
    }
}
