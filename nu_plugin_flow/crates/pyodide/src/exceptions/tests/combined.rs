//! A pass that renumbers the module and converts exceptions at once.

use wasm_encoder::{
    CodeSection, Module, TypeSection,
    reencode::{self, Reencode, utils},
};
use wasmparser::{FunctionBody, Parser, TypeSectionReader, Validator};

use super::{Returns, assemble, run, with_tags};
use crate::exceptions::{ConvertError, translation::Translation};

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct RenumberError(#[from] ConvertError);

/// Puts a global in front of the module's own.
struct Renumber<'a> {
    exceptions: &'a Translation,
}

impl Reencode for Renumber<'_> {
    type Error = RenumberError;

    fn global_index(&mut self, global: u32) -> Result<u32, reencode::Error<RenumberError>> {
        Ok(global + 1)
    }

    fn parse_global_section(
        &mut self,
        globals: &mut wasm_encoder::GlobalSection,
        section: wasmparser::GlobalSectionReader<'_>,
    ) -> Result<(), reencode::Error<RenumberError>> {
        let new = wasm_encoder::GlobalType {
            val_type: wasm_encoder::ValType::F64,
            mutable: false,
            shared: false,
        };
        globals.global(new, &wasm_encoder::ConstExpr::f64_const(0.0.into()));
        utils::parse_global_section(self, globals, section)
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), reencode::Error<RenumberError>> {
        utils::parse_type_section(self, types, section)?;
        self.exceptions.append_types(self, types)
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), reencode::Error<RenumberError>> {
        code.function(&self.exceptions.function(self, &body)?);
        Ok(())
    }
}

const TEXT: &str = r#"
    (global $sum (mut i32) (i32.const 40))
    (func (export "run") (param i32) (result i32)
        try
            (call $throw (local.get 0))
        catch $b
            drop
            global.get $sum
            i32.add
            global.set $sum
        catch $a
            global.set $sum
        end
        global.get $sum)"#;

#[test]
fn exceptions_are_converted_in_the_course_of_another_pass() {
    let wasm = assemble(&with_tags(TEXT));
    let exceptions = Translation::of(&wasm).unwrap();
    let mut module = Module::new();
    let mut renumber = Renumber {
        exceptions: &exceptions,
    };
    renumber
        .parse_core_module(&mut module, Parser::new(0), &wasm)
        .unwrap();
    let converted = module.finish();
    Validator::new().validate_all(&converted).unwrap();
    assert_eq!(
        run(&converted, &[0, 1, 2]),
        [Returns(40), Returns(10), Returns(60)]
    );
}

#[test]
fn a_function_of_another_module_is_refused() {
    let other = Translation::of(&assemble("(module)")).unwrap();
    let mut module = Module::new();
    let mut renumber = Renumber { exceptions: &other };
    let wasm = assemble(&with_tags(TEXT));
    let error = renumber.parse_core_module(&mut module, Parser::new(0), &wasm);
    let error = error.expect_err("it is refused").to_string();
    assert!(error.starts_with("function of another module"), "{error}");
}
