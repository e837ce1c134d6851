//! The types of an agent's records and results, as its manifest names them.

use std::fmt::Display;

use flow_build::Manifest;
use flow_build::manifest::Located;
use flow_contract::{Signature, Type, TypeError, parse_type};
use miette::Diagnostic;
use thiserror::Error;

/// A signature in a manifest that is not a type.
#[derive(Debug, Error)]
#[error("agent.toml:{line}: {error}")]
pub struct SignatureError {
    line: usize,
    error: TypeError,
}

impl Diagnostic for SignatureError {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.error.code()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.error.help()
    }
}

/// The types of one record and of one result that `manifest` names.
///
/// # Errors
/// One of them is not a type.
pub fn read_signature(manifest: &Manifest) -> Result<Signature, SignatureError> {
    Ok(Signature {
        input: element(manifest.signature_input.as_ref())?,
        output: element(manifest.signature_output.as_ref())?,
    })
}

fn element(text: Option<&Located<String>>) -> Result<Option<Type>, SignatureError> {
    let Some(text) = text else { return Ok(None) };
    match parse_type(&text.value) {
        Ok(parsed) => Ok(Some(parsed.element())),
        Err(error) => Err(SignatureError {
            line: text.line,
            error,
        }),
    }
}
