//! An inspection as a row.

use std::collections::BTreeSet;

use flow_build::{BuildError, Bundle, bundle};
use flow_cache::Digest;
use flow_run::Located;
use flow_runtime::{Encoding, Inspection, Item, Kind, Producer};
use nu_protocol::{Span, Value, record};

use crate::shell::wit::render_function;

/// One row of the table, with native types.
pub(super) fn row(located: &Located, inspection: &Inspection, span: Span) -> Value {
    let text = |text: &str| Value::string(text, span);
    let texts =
        |texts: &mut dyn Iterator<Item = &str>| Value::list(texts.map(text).collect(), span);
    let memory = match inspection.memory {
        None => Value::nothing(span),
        Some(memory) => {
            let maximum = memory.maximum.map(|bytes| filesize(bytes, span));
            let record = record! {
                "minimum" => filesize(memory.minimum, span),
                "maximum" => maximum.unwrap_or_else(|| Value::nothing(span)),
            };
            Value::record(record, span)
        }
    };
    let row = record! {
        "name" => text(&located.agent.name),
        "kind" => text(kind(inspection.kind)),
        "encoding" => text(match inspection.encoding {
            Encoding::Module => "module",
            Encoding::Component => "component",
        }),
        "path" => text(&located.wasm.to_string_lossy()),
        "size" => filesize(inspection.size, span),
        "digest" => text(&inspection.digest.to_string()),
        "imports" => items(&inspection.imports, span),
        "exports" => items(&inspection.exports, span),
        "permissions" => texts(&mut inspection.permissions.iter().copied()),
        "memory" => memory,
        "features" => texts(&mut inspection.features.iter().map(String::as_str)),
        "producers" => producers(&inspection.producers, span),
    };
    Value::record(row, span)
}

/// The same for an agent of an interpreted language: its imports are modules, and it was made by
/// its interpreter and its packages.
pub(super) fn bundle_row(located: &Located, span: Span) -> Result<Value, BuildError> {
    let path = &located.wasm;
    let bundle = Bundle::read(path)?;
    let failed = |source| BuildError::Io {
        action: "read",
        path: path.clone(),
        source,
    };
    let text = |text: &str| Value::string(text, span);
    let item = |name: &str, signature: &str| {
        Value::record(
            record! {
                "interface" => Value::nothing(span),
                "name" => text(name),
                "signature" => text(signature),
            },
            span,
        )
    };
    let producer = |field: &str, name: &str, version: &str| Producer {
        field: field.to_owned(),
        name: name.to_owned(),
        version: version.to_owned(),
    };
    let toolchain = &bundle.toolchain;
    let mut made = vec![producer(
        "processed-by",
        &toolchain.name,
        &toolchain.version,
    )];
    let packages = bundle.packages.iter();
    made.extend(packages.map(|package| producer("package", &package.name, &package.version)));
    let (kind, exports) = match bundle.kind {
        bundle::Kind::Handler => (Kind::Handler, vec![item("handle", "def handle(record)")]),
        bundle::Kind::Command => (Kind::Command, Vec::new()),
    };
    let modules = bundle
        .imports
        .iter()
        .filter_map(|name| name.split(':').next());
    let modules: BTreeSet<_> = modules.collect();
    let imports = modules.into_iter().map(|name| item(name, "module"));
    let row = record! {
        "name" => text(&located.agent.name),
        "kind" => text(self::kind(kind)),
        "encoding" => text("bundle"),
        "path" => text(&path.to_string_lossy()),
        "size" => filesize(std::fs::metadata(path).map_err(failed)?.len(), span),
        "digest" => text(&Digest::of_file(path).map_err(failed)?.to_string()),
        "imports" => Value::list(imports.collect(), span),
        "exports" => Value::list(exports, span),
        "permissions" => Value::list(Vec::new(), span),
        "memory" => Value::nothing(span),
        "features" => Value::list(Vec::new(), span),
        "producers" => producers(&made, span),
    };
    Ok(Value::record(row, span))
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Handler => "handler",
        Kind::Command => "command",
        Kind::Typed => "typed",
        Kind::Library => "library",
    }
}

fn items(items: &[Item], span: Span) -> Value {
    let rows = items.iter().map(|item| {
        let interface = item
            .interface
            .as_ref()
            .map(|name| Value::string(name, span));
        let signature = match &item.signature {
            flow_runtime::Signature::Text(text) => text.clone(),
            flow_runtime::Signature::Function { parameters, result } => {
                let parameters = parameters.iter();
                let parameters = parameters.map(|(name, wit)| (name.as_str(), wit.clone()));
                render_function(parameters, result.clone())
            }
        };
        let row = record! {
            "interface" => interface.unwrap_or_else(|| Value::nothing(span)),
            "name" => Value::string(&item.name, span),
            "signature" => Value::string(signature, span),
        };
        Value::record(row, span)
    });
    Value::list(rows.collect(), span)
}

fn producers(producers: &[Producer], span: Span) -> Value {
    let rows = producers.iter().map(|producer| {
        let row = record! {
            "field" => Value::string(&producer.field, span),
            "name" => Value::string(&producer.name, span),
            "version" => Value::string(&producer.version, span),
        };
        Value::record(row, span)
    });
    Value::list(rows.collect(), span)
}

/// Bytes as a filesize, which ends at 8 EiB.
fn filesize(bytes: u64, span: Span) -> Value {
    Value::filesize(i64::try_from(bytes).unwrap_or(i64::MAX), span)
}
