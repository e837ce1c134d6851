use super::item::Signature;
use flow_cache::Cache;
use tempfile::TempDir;

use super::*;

fn inspected(wasm: &[u8]) -> Result<Inspection, LoadError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("guest.wasm");
    std::fs::write(&path, wasm).unwrap();
    let runtime = Runtime::with_instances(Cache::at(folder.path().join("cache")), 1);
    inspect(&runtime, &path)
}

fn text(wat: &str) -> Inspection {
    inspected(&wat::parse_str(wat).unwrap()).unwrap()
}

/// Items as `interface#name: signature`; of component functions, how many
/// parameters and results there are.
fn shown(items: &[Item]) -> Vec<String> {
    let shown = items.iter().map(|item| {
        let signature = match &item.signature {
            Signature::Text(text) => text.clone(),
            Signature::Function { parameters, result } => {
                let names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
                format!(
                    "func({}) -> {}",
                    names.join(", "),
                    u8::from(result.is_some())
                )
            }
        };
        let interface = item.interface.as_ref().map(|name| format!("{name}#"));
        format!(
            "{}{}: {signature}",
            interface.unwrap_or_default(),
            item.name
        )
    });
    shown.collect()
}

const COMMAND: &str = r#"(module
  (import "wasi_snapshot_preview1" "path_open"
    (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func (param i32 i32) (result i32)))
  (memory (export "memory") 2 16)
  (global (export "answer") i32 (i32.const 42))
  (table (export "functions") 1 funcref)
  (func (export "_start"))
  (@producers
    (language "Rust" "2024")
    (processed-by "rustc" "1.95.0")
    (processed-by "clang" "")))"#;

#[test]
fn a_core_module_shows_its_types_as_text() {
    let command = text(COMMAND);
    assert_eq!(command.kind, Kind::Command);
    assert_eq!(command.encoding, Encoding::Module);
    assert_eq!(
        shown(&command.imports),
        [
            "wasi_snapshot_preview1#path_open: (i32, i32, i32, i32, i32, i64, i64, i32, i32) -> i32",
            "wasi_snapshot_preview1#environ_get: (i32, i32) -> i32",
        ]
    );
    assert_eq!(
        shown(&command.exports),
        [
            "memory: memory",
            "answer: global i32",
            "functions: table funcref",
            "_start: ()"
        ]
    );
    assert_eq!(command.permissions, ["dirs", "env"]);
    let memory = Memory {
        minimum: 2 << 16,
        maximum: Some(16 << 16),
    };
    assert_eq!(command.memory, Some(memory));
    assert_eq!(command.features, [""; 0]);
    assert_eq!(text("(module)").kind, Kind::Library);
    assert_eq!(text("(module)").memory, None);
    assert_eq!(
        text(r#"(module (import "env" "memory" (memory 1)))"#)
            .memory
            .unwrap()
            .maximum,
        None
    );
}

#[test]
fn producers_are_found_in_nested_modules_and_once() {
    let nested = format!(
        "(component (core module {}) (core module {}))",
        inner(),
        inner()
    );
    let producers = text(&nested).producers;
    let producers: Vec<_> = producers
        .iter()
        .map(|of| (of.field.as_str(), of.name.as_str(), of.version.as_str()))
        .collect();
    assert_eq!(
        producers,
        [
            ("language", "Rust", "2024"),
            ("processed-by", "clang", ""),
            ("processed-by", "rustc", "1.95.0"),
        ]
    );
}

/// What is in the module of [`COMMAND`].
fn inner() -> &'static str {
    COMMAND
        .strip_prefix("(module")
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap()
}

const TYPED: &str = r#"(component
  (import "wasi:cli/environment@0.2.0" (instance
    (export "get-environment" (func (result (list (tuple string string)))))
    (export "get-arguments" (func (result (list string))))))
  (import "flow:agent/peers@0.1.0" (instance
    (export "call" (func (param "agent" string) (result (result string (error string)))))))
  (import "acme:rockets/pad@1.0.0" (instance
    (export "rocket" (type (sub resource)))
    (type $size (enum "small" "large"))
    (export "size" (type (eq $size)))))
  (import "log" (func (param "line" string)))
  (core module $main (memory 1 1) (func (export "run") (result i32) (i32.const 1)))
  (core module $other (memory 3 5))
  (core instance $main (instantiate $main))
  (func $run (result u32) (canon lift (core func $main "run")))
  (instance $shop (export "count" (func $run)))
  (export "acme:rockets/shop@1.0.0" (instance $shop))
  (export "run" (func $run)))"#;

#[test]
fn a_component_shows_its_typed_imports_and_exports() {
    let typed = text(TYPED);
    assert_eq!(
        (typed.kind, typed.encoding),
        (Kind::Typed, Encoding::Component)
    );
    assert_eq!(
        shown(&typed.imports),
        [
            "wasi:cli/environment@0.2.0#get-environment: func() -> 1",
            "wasi:cli/environment@0.2.0#get-arguments: func() -> 1",
            "flow:agent/peers@0.1.0#call: func(agent) -> 1",
            "acme:rockets/pad@1.0.0#rocket: resource",
            "log: func(line) -> 0",
        ]
    );
    assert_eq!(
        shown(&typed.exports),
        [
            "acme:rockets/shop@1.0.0#count: func() -> 1",
            "run: func() -> 1"
        ]
    );
    assert_eq!(typed.permissions, ["env", "agents"]);
    let memory = Memory {
        minimum: 4 << 16,
        maximum: Some(6 << 16),
    };
    assert_eq!(typed.memory, Some(memory));
}

#[test]
fn features_are_those_that_the_code_makes_use_of() {
    for (wat, features) in [
        (
            "(module (func (param f32) (drop (i32.trunc_f32_s (local.get 0)))))",
            &[][..],
        ),
        (
            "(module (func (param f32) (drop (i32.trunc_sat_f32_s (local.get 0)))))",
            &["saturating-float-to-int"],
        ),
        (
            "(module (memory 1) (func (drop (i8x16.splat (i32.const 1))) (memory.fill (i32.const 0) (i32.const 0) (i32.const 0))))",
            &["bulk-memory-opt", "simd"],
        ),
        (
            "(module (memory 1) (data $d \"x\") (func (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0))))",
            &["bulk-memory"],
        ),
        ("(module (memory 1) (memory 1))", &["multi-memory"]),
        ("(module (func $f) (func (return_call $f)))", &["tail-call"]),
        ("(module (func (param externref)))", &["reference-types"]),
        ("(component (core module (memory i64 1)))", &["memory64"]),
    ] {
        assert_eq!(text(wat).features, features, "{wat}");
    }
}

#[test]
fn preview_1_and_http_name_their_permissions() {
    let socket = r#"(module (import "wasi_snapshot_preview1" "sock_recv" (func)))"#;
    assert_eq!(text(socket).permissions, ["net"]);
    let harmless = r#"(module (import "wasi_snapshot_preview1" "fd_write" (func)))"#;
    assert_eq!(text(harmless).permissions, [""; 0]);
    let http = r#"(component (import "wasi:http/outgoing-handler@0.2.0" (instance (export "handle" (func)))))"#;
    assert_eq!(text(http).permissions, ["net"]);
    let types =
        r#"(component (import "wasi:http/types@0.2.0" (instance (export "method" (func)))))"#;
    assert_eq!(text(types).permissions, [""; 0]);
}

#[test]
fn size_and_digest_are_those_of_the_file() {
    let wasm = wat::parse_str(COMMAND).unwrap();
    let command = inspected(&wasm).unwrap();
    assert_eq!(command.size, wasm.len() as u64);
    assert_eq!(command.digest, Digest::of(&wasm));
}

#[test]
fn what_is_damaged_anywhere_is_an_error_or_still_valid_but_never_a_panic() {
    for wat in [COMMAND, TYPED] {
        let whole = wat::parse_str(wat).unwrap();
        for length in 0..whole.len() {
            let Err(error) = inspected(whole.get(..length).unwrap()) else {
                // Ends just between two sections.
                continue;
            };
            assert!(
                matches!(error, LoadError::NotWasm { .. } | LoadError::Invalid { .. }),
                "{length}: {error}"
            );
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            *damaged.get_mut(at).unwrap() ^= 0xff;
            drop(inspected(&damaged));
        }
    }
    assert!(matches!(
        inspected(b"just text"),
        Err(LoadError::NotWasm { .. })
    ));
    assert!(matches!(
        inspected(b"\0asm\x07\0\0\0"),
        Err(LoadError::Invalid { .. })
    ));
    let gone = Runtime::new(Cache::at("nowhere".into()));
    assert!(matches!(
        inspect(&gone, Path::new("no.wasm")),
        Err(LoadError::Read { .. })
    ));
}
