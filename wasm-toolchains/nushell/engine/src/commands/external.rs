//! `run-external`, which Nushell calls for a word that is none of its commands.

use nu_engine::command_prelude::*;
use nu_protocol::levenshtein_distance;
use nu_protocol::shell_error::generic::GenericError;

use crate::commands::vocabulary::{RUN_EXTERNAL, vocabulary};

/// A name is similar where at most one letter in this many differs.
const DISTANCE: usize = 3;
/// Names of this length and shorter are never similar.
const SHORT: usize = 4;

const INSTEAD: &str = "do it with Nushell's own commands, or run the program outside of the agent and hand it its output";

/// `run-external`: an agent starts no programs.
#[derive(Clone)]
pub struct RunExternal;

impl Command for RunExternal {
    fn name(&self) -> &str {
        RUN_EXTERNAL
    }

    fn description(&self) -> &str {
        "an agent starts no programs"
    }

    fn extra_description(&self) -> &str {
        INSTEAD
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name())
            .input_output_types(vec![(Type::Any, Type::Any)])
            .rest(
                "command",
                SyntaxShape::Any,
                "The program and its arguments.",
            )
            .allows_unknown_args()
            .category(Category::Custom("unavailable".to_owned()))
    }

    fn run(
        &self,
        engine_state: &EngineState,
        stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let name: Value = call.req(engine_state, stack, 0)?;
        let span = name.span();
        let name = name.coerce_into_string().unwrap_or_default();
        let message = format!("`{name}` is no command of Nushell, and an agent starts no programs");
        let known = vocabulary(engine_state);
        let similar = known
            .iter()
            .map(|known| (levenshtein_distance(known, &name), known))
            .filter(|(distance, known)| known.len() > SHORT && *distance * DISTANCE <= known.len())
            .min();
        let help = match similar {
            Some((_, similar)) => format!("did you mean `{similar}`?"),
            None => INSTEAD.to_owned(),
        };
        Err(GenericError::new(message, "not found", span)
            .with_help(help)
            .into())
    }
}
