//! Nushell's commands that cannot work in an agent. They exist to say so, and what to do
//! instead.

use nu_engine::command_prelude::*;
use nu_protocol::shell_error::generic::GenericError;

/// The names of the commands, one a line. A line with a colon begins a group: before the
/// colon stands why its commands cannot work, after it what to do instead.
const LIST: &str = include_str!("unavailable.txt");

/// One of these commands.
#[derive(Clone)]
pub struct Unavailable {
    name: &'static str,
    reason: &'static str,
    instead: &'static str,
}

/// All of them.
pub fn all() -> impl Iterator<Item = Unavailable> {
    let mut about = ("", "");
    LIST.lines().filter_map(move |line| {
        if let Some((reason, instead)) = line.split_once(": ") {
            about = (reason, instead);
            return None;
        }
        let (reason, instead) = about;
        (!line.is_empty()).then_some(Unavailable {
            name: line,
            reason,
            instead,
        })
    })
}

impl Command for Unavailable {
    fn name(&self) -> &str {
        self.name
    }

    fn description(&self) -> &str {
        self.reason
    }

    fn extra_description(&self) -> &str {
        self.instead
    }

    fn signature(&self) -> Signature {
        Signature::build(self.name)
            .input_output_types(vec![(Type::Any, Type::Any)])
            .rest("rest", SyntaxShape::Any, "Whatever it takes elsewhere.")
            .allows_unknown_args()
            .category(Category::Custom("unavailable".to_owned()))
    }

    fn run(
        &self,
        _engine: &EngineState,
        _stack: &mut Stack,
        call: &Call,
        _input: PipelineData,
    ) -> Result<PipelineData, ShellError> {
        let message = format!("`{}` does not work in an agent: {}", self.name, self.reason);
        Err(GenericError::new(message, "not in an agent", call.head)
            .with_help(self.instead)
            .into())
    }
}
