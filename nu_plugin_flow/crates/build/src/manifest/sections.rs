//! The tables of `agent.toml`, one function each.

use std::path::Path;

use flow_contract::{
    AgentGrant, DirGrant, MemoryGrant, NetGrant, parse_env, parse_size, parse_timeout,
};
use toml::de::{DeTable, DeValue};

use super::{
    content::{Grant, Manifest, Setting},
    error::{ManifestError, Problem},
    reader::{Field, Source},
};

const TABLES: &[&str] = &["agent", "signature", "limits", "permissions", "build"];

pub(super) fn read(path: &Path, text: &str) -> Result<Manifest, ManifestError> {
    let source = Source { path, text };
    let document = DeTable::parse(text).map_err(|error| {
        let problem = Problem::Syntax {
            message: error.message().to_owned(),
        };
        source.error(error.span().unwrap_or_default(), problem)
    })?;
    let mut manifest = Manifest::default();
    for (name, field) in source.fields("", document.get_ref(), TABLES)? {
        match name {
            "agent" => agent(&field, &mut manifest)?,
            "signature" => signature(&field, &mut manifest)?,
            "limits" => limits(&field, &mut manifest)?,
            "permissions" => permissions(&field, &mut manifest)?,
            _ => build(&field, &mut manifest)?,
        }
    }
    Ok(manifest)
}

fn agent(section: &Field<'_>, manifest: &mut Manifest) -> Result<(), ManifestError> {
    let keys = &["name", "language", "entry", "description"];
    for (name, field) in section.source.fields("agent", section.table()?, keys)? {
        match name {
            "name" => manifest.name = Some(field.located_string()?),
            "language" => manifest.language = Some(field.located_string()?),
            "entry" => manifest.entry = Some(field.located_string()?),
            _ => manifest.description = Some(field.string()?.to_owned()),
        }
    }
    Ok(())
}

fn signature(section: &Field<'_>, manifest: &mut Manifest) -> Result<(), ManifestError> {
    for (name, field) in
        section
            .source
            .fields("signature", section.table()?, &["input", "output"])?
    {
        match name {
            "input" => manifest.signature_input = Some(field.located_string()?),
            _ => manifest.signature_output = Some(field.located_string()?),
        }
    }
    Ok(())
}

fn limits(section: &Field<'_>, manifest: &mut Manifest) -> Result<(), ManifestError> {
    let keys = &["timeout", "memory", "output", "fuel", "table_elements"];
    let limits = &mut manifest.limits;
    for (name, field) in section.source.fields("limits", section.table()?, keys)? {
        let size =
            |field: &Field<'_>| parse_size(field.string()?).map_err(|error| field.refuse(error));
        match name {
            "timeout" => {
                let timeout =
                    parse_timeout(field.string()?).map_err(|error| field.refuse(error))?;
                limits.timeout = Some(timeout);
            }
            "memory" => limits.memory = Some(size(&field)?),
            "output" => limits.output = Some(size(&field)?),
            "fuel" => limits.fuel = Some(field.count()?),
            _ => limits.table_elements = Some(field.count()?),
        }
    }
    Ok(())
}

fn permissions(section: &Field<'_>, manifest: &mut Manifest) -> Result<(), ManifestError> {
    let keys = &["dirs", "env", "net", "memory", "agents"];
    let base = section.source.path.parent().unwrap_or(Path::new("."));
    for (name, field) in section
        .source
        .fields("permissions", section.table()?, keys)?
    {
        for element in field.elements()? {
            let text = element.string()?;
            let refuse = |error| element.refuse(error);
            let grant = match name {
                "dirs" => Grant::Dir(DirGrant::parse(text, base).map_err(refuse)?),
                "env" => Grant::Env(parse_env(text).map_err(refuse)?),
                "net" => Grant::Net(NetGrant::parse(text).map_err(refuse)?),
                "memory" => Grant::Memory(MemoryGrant::parse(text).map_err(refuse)?),
                _ => Grant::Agent(AgentGrant::parse(text, base).map_err(refuse)?),
            };
            manifest
                .grants
                .push(section.source.locate(element.value.span(), grant));
        }
    }
    Ok(())
}

/// The keys are the language's own and checked by it; see `Language::plan`.
fn build(section: &Field<'_>, manifest: &mut Manifest) -> Result<(), ManifestError> {
    let expected = "a string, a list of strings, `true` or `false`";
    for (key, value) in section.table()?.iter() {
        let name = key.get_ref().to_string();
        let field = Field {
            source: section.source,
            key: format!("build.{name}"),
            value,
        };
        let setting = match value.get_ref() {
            DeValue::String(text) => Setting::Text(text.to_string()),
            DeValue::Boolean(flag) => Setting::Flag(*flag),
            DeValue::Array(_) => {
                let elements = field.elements()?;
                let texts = elements
                    .iter()
                    .map(|element| Ok(element.string()?.to_owned()));
                Setting::List(texts.collect::<Result<_, ManifestError>>()?)
            }
            _ => return Err(field.wrong_type(expected)),
        };
        manifest
            .build
            .insert(name, section.source.locate(key.span(), setting));
    }
    Ok(())
}
