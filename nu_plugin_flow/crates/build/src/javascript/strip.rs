//! TypeScript to JavaScript, without Node: types become spaces, so that every
//! line and column stays what it was. What has to become code (an `enum`, a
//! `namespace`, a parameter property) is transformed, with a source map.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use swc_common::{
    GLOBALS, Globals, SourceMap, Span,
    errors::{DiagnosticBuilder, Emitter, Handler},
    sync::Lrc,
};
use swc_ecma_parser::TsSyntax;
use swc_ts_fast_strip::{ErrorCode, Mode, Options, TransformOutput, TsError, operate};

use crate::interpreter::SyntaxProblem;

/// A source in JavaScript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stripped {
    /// The source.
    pub code: String,
    /// The source map, where lines or columns are not those of the source.
    pub map: Option<String>,
}

/// Stack for each byte of a source: one that is nothing but brackets is taken
/// apart by functions that call themselves for each of them.
const STACK: usize = 4096;
/// At least and at most so much stack.
const STACKS: (usize, usize) = (16 << 20, 1 << 30);

/// The source `text` of the file `path` without its types.
///
/// # Errors
/// It is not TypeScript, or uses what has no counterpart in JavaScript.
pub fn strip(path: &str, text: &str) -> Result<Stripped, SyntaxProblem> {
    let (least, most) = STACKS;
    let stack = text.len().saturating_mul(STACK).clamp(least, most);
    let failed = |reason: &str| SyntaxProblem {
        line: 1,
        column: 1,
        message: format!("the types cannot be taken out: {reason}"),
    };
    thread::scope(|scope| {
        let work = thread::Builder::new().stack_size(stack);
        let worker = work.spawn_scoped(scope, || strip_here(path, text));
        let worker = worker.map_err(|error| failed(&error.to_string()))?;
        worker
            .join()
            .unwrap_or_else(|_| Err(failed("swc crashed on this source")))
    })
}

fn strip_here(path: &str, text: &str) -> Result<Stripped, SyntaxProblem> {
    if path.ends_with(".tsx") || path.ends_with(".jsx") {
        return Err(SyntaxProblem {
            line: 1,
            column: 1,
            message: "JSX is not supported: an agent has no page to draw".to_owned(),
        });
    }
    match run(path, text, Mode::StripOnly) {
        Ok(output) => Ok(Stripped {
            code: output.code,
            map: None,
        }),
        Err((ErrorCode::UnsupportedSyntax, _)) => {
            let transformed = run(path, text, Mode::Transform);
            let output = transformed.map_err(|(_, problem)| problem)?;
            Ok(Stripped {
                code: output.code,
                map: output.map,
            })
        }
        Err((_, problem)) => Err(explained(text, problem)),
    }
}

/// A decorator is an unexpected sign to swc where JavaScript has none.
fn explained(text: &str, problem: SyntaxProblem) -> SyntaxProblem {
    let line = text.lines().nth(problem.line.saturating_sub(1));
    let sign = line.and_then(|line| line.chars().nth(problem.column.saturating_sub(1)));
    match sign {
        Some('@') => SyntaxProblem {
            message: "decorators are not supported: write a function around the class".to_owned(),
            ..problem
        },
        _ => problem,
    }
}

fn run(path: &str, text: &str, mode: Mode) -> Result<TransformOutput, (ErrorCode, SyntaxProblem)> {
    let sources = Lrc::new(SourceMap::default());
    let first = First::default();
    let handler = Handler::with_emitter(false, false, Box::new(first.clone()));
    let options = Options {
        module: Some(true),
        filename: Some(path.to_owned()),
        parser: TsSyntax {
            decorators: false,
            ..TsSyntax::default()
        },
        source_map: matches!(mode, Mode::Transform),
        mode,
        transform: None,
        deprecated_ts_module_as_error: None,
    };
    let stripped = GLOBALS.set(&Globals::new(), || {
        operate(&sources, &handler, text.to_owned(), options)
    });
    stripped.map_err(|error| (error.code, first.problem(&sources, &error)))
}

/// A message, and its place where it has one.
type Said = (String, Option<Span>);

/// Keeps the first thing that was wrong.
#[derive(Clone, Default)]
struct First(Arc<Mutex<Option<Said>>>);

impl Emitter for First {
    fn emit(&mut self, problem: &mut DiagnosticBuilder<'_>) {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| (problem.message(), problem.span.primary_span()));
    }
}

impl First {
    fn problem(&self, sources: &SourceMap, error: &TsError) -> SyntaxProblem {
        let first = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (message, span) = first.unwrap_or_else(|| (error.message.clone(), None));
        let place = span.map(|span| sources.lookup_char_pos(span.lo));
        SyntaxProblem {
            line: place.as_ref().map_or(1, |place| place.line),
            column: place.as_ref().map_or(1, |place| place.col.0 + 1),
            message: message.lines().collect::<Vec<_>>().join(" "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_become_spaces_and_nothing_moves() {
        let text = "import type { A } from './a.ts';\nexport function handle(record: { id: number }): string {\n  return (record.id as unknown as string)!;\n}\n";
        let stripped = strip("main.ts", text).unwrap();
        assert_eq!(stripped.map, None);
        assert_eq!(stripped.code.len(), text.len());
        assert_eq!(stripped.code.lines().count(), text.lines().count());
        assert!(stripped.code.contains("handle(record                )"));
        assert!(!stripped.code.contains("number"));
    }

    #[test]
    fn an_enum_becomes_code_with_a_source_map() {
        let text =
            "enum Size { Small, Large }\nexport const handle = (it: unknown) => Size.Large;\n";
        let stripped = strip("main.ts", text).unwrap();
        assert!(
            stripped.code.contains("Size[Size[\"Small\"] = 0]"),
            "{}",
            stripped.code
        );
        assert!(stripped.map.unwrap().contains("\"main.ts\""));
    }

    #[test]
    fn what_is_no_typescript_is_a_problem_with_its_place() {
        let problem = strip("main.ts", "const one = 1;\nconst x: = 3;\n").unwrap_err();
        assert_eq!((problem.line, problem.column), (2, 10));
        let problem = strip("main.ts", "@sealed\nclass A {}\n").unwrap_err();
        assert_eq!((problem.line, problem.column), (1, 1));
        assert!(
            problem.message.contains("decorators"),
            "{}",
            problem.message
        );
        let problem = strip("view.tsx", "").unwrap_err();
        assert!(problem.message.contains("JSX"));
    }

    #[test]
    fn characters_are_counted_and_not_bytes() {
        let problem = strip("main.ts", "const é = 'ü'; const x: = 1").unwrap_err();
        assert_eq!(problem.column, 25);
    }

    #[test]
    fn a_source_that_is_nested_without_end_is_no_crash() {
        let text = format!(
            "export const x = {}1{};",
            "(".repeat(20_000),
            ")".repeat(20_000)
        );
        let _ = strip("main.ts", &text);
    }
}
