//! Types and signatures as WIT text. Component types are structural: what a
//! WIT file names is written out in place.

use flow_runtime::typed::Type;

/// The type as WIT text: `list<record { id: s64, name: option<string> }>`.
pub fn render_type(wit: &Type) -> String {
    match wit {
        Type::Bool => "bool".into(),
        Type::S8 => "s8".into(),
        Type::U8 => "u8".into(),
        Type::S16 => "s16".into(),
        Type::U16 => "u16".into(),
        Type::S32 => "s32".into(),
        Type::U32 => "u32".into(),
        Type::S64 => "s64".into(),
        Type::U64 => "u64".into(),
        Type::Float32 => "f32".into(),
        Type::Float64 => "f64".into(),
        Type::Char => "char".into(),
        Type::String => "string".into(),
        Type::ErrorContext => "error-context".into(),
        Type::Own(_) => "own<resource>".into(),
        Type::Borrow(_) => "borrow<resource>".into(),
        Type::Enum(names) => braced("enum", names.names().map(str::to_owned)),
        Type::Flags(names) => braced("flags", names.names().map(str::to_owned)),
        compound => render_compound(compound),
    }
}

fn render_compound(wit: &Type) -> String {
    match wit {
        Type::List(list) => format!("list<{}>", render_type(&list.ty())),
        Type::FixedLengthList(list) => format!("list<{}, {}>", render_type(&list.ty()), list.len()),
        Type::Map(map) => {
            let (key, value) = (render_type(&map.key()), render_type(&map.value()));
            format!("map<{key}, {value}>")
        }
        Type::Option(option) => format!("option<{}>", render_type(&option.ty())),
        Type::Tuple(tuple) => {
            let items: Vec<String> = tuple.types().map(|item| render_type(&item)).collect();
            format!("tuple<{}>", items.join(", "))
        }
        Type::Record(record) => braced(
            "record",
            record
                .fields()
                .map(|field| format!("{}: {}", field.name, render_type(&field.ty))),
        ),
        Type::Variant(variant) => braced(
            "variant",
            variant.cases().map(|case| match case.ty {
                Some(payload) => format!("{}({})", case.name, render_type(&payload)),
                None => case.name.to_owned(),
            }),
        ),
        Type::Result(result) => match (result.ok(), result.err()) {
            (None, None) => "result".into(),
            (Some(ok), None) => format!("result<{}>", render_type(&ok)),
            (ok, Some(err)) => {
                let ok = ok.map_or("_".into(), |ok| render_type(&ok));
                format!("result<{ok}, {}>", render_type(&err))
            }
        },
        Type::Future(future) => with_payload("future", future.ty()),
        Type::Stream(stream) => with_payload("stream", stream.ty()),
        other => format!("{other:?}"),
    }
}

fn braced(keyword: &str, members: impl Iterator<Item = String>) -> String {
    let members: Vec<String> = members.collect();
    format!("{keyword} {{ {} }}", members.join(", "))
}

fn with_payload(keyword: &str, payload: Option<Type>) -> String {
    match payload {
        Some(payload) => format!("{keyword}<{}>", render_type(&payload)),
        None => keyword.to_owned(),
    }
}

/// A function as WIT text: `func(id: s64) -> string`.
pub fn render_function<'p>(
    parameters: impl IntoIterator<Item = (&'p str, Type)>,
    results: impl IntoIterator<Item = Type>,
) -> String {
    let parameters: Vec<String> = parameters
        .into_iter()
        .map(|(name, wit)| format!("{name}: {}", render_type(&wit)))
        .collect();
    let results: Vec<String> = results.into_iter().map(|wit| render_type(&wit)).collect();
    let arrow = if results.is_empty() { "" } else { " -> " };
    format!(
        "func({}){arrow}{}",
        parameters.join(", "),
        results.join(", ")
    )
}
