//! What a command of flow consists of, and the one adapter that makes Nushell's commands of them.

use std::marker::PhantomData;

use nu_plugin::{DynamicCompletionCall, EngineInterface, EvaluatedCall, PluginCommand};
use nu_protocol::engine::ArgType;
use nu_protocol::{
    Category, DynamicSuggestion, Example, LabeledError, PipelineData, ShellError, Signature, Span,
    Value,
};

use crate::completion::Completion;
use crate::plugin::FlowPlugin;

/// A command of flow: its texts, its signature, its examples and what it does.
///
/// `Data` is what goes through it: by default a [`Value`], which is collected before the command
/// runs; with [`PipelineData`] it reads and returns streams.
pub(crate) trait FlowCommand<Data = Value> {
    /// The words that call it.
    const NAME: &'static str;

    /// One sentence, which fits into a menu of completions.
    const DESCRIPTION: &'static str;

    /// What its help says beyond that.
    const EXTRA: &'static str = "";

    /// Other words under which `help --find` finds it.
    const SEARCH_TERMS: &'static [&'static str];

    /// Adds types and arguments to `signature`, which has the name and the category already.
    fn signature(signature: Signature) -> Signature;

    /// How it is used: each an [`example`] or an [`example_with_result`].
    fn examples() -> Vec<Example<'static>> {
        Vec::new()
    }

    /// What the argument that is being written could be. Where it is none, Nushell offers what it
    /// offers by itself, such as files.
    fn complete(_completion: &Completion<'_>) -> Option<Vec<DynamicSuggestion>> {
        None
    }

    /// Runs the command.
    ///
    /// # Errors
    /// What the user is told, with a code, and with labels at what it is about.
    fn run(request: Request<'_>, input: Data) -> Result<Data, LabeledError>;
}

/// What Nushell asks a command to do.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) plugin: &'a FlowPlugin,
    pub(crate) engine: &'a EngineInterface,
    pub(crate) call: &'a EvaluatedCall,
}

impl Request<'_> {
    /// The help of the command, which is all that one with subcommands has to answer.
    pub(crate) fn help(self) -> Result<Value, LabeledError> {
        Ok(Value::string(self.engine.get_help()?, self.call.head))
    }
}

/// An example without a result, which no test runs.
pub(crate) fn example(example: &'static str, description: &'static str) -> Example<'static> {
    Example {
        example,
        description,
        result: None,
    }
}

/// An example with its result, which a test compares with what the example gives.
pub(crate) fn example_with_result(
    example: &'static str,
    description: &'static str,
    result: Value,
) -> Example<'static> {
    Example {
        example,
        description,
        result: Some(result),
    }
}

/// Makes one of Nushell's commands of a [`FlowCommand`].
pub(crate) fn adapt<Data, Command>(_: Command) -> Box<dyn PluginCommand<Plugin = FlowPlugin>>
where
    Data: Payload + 'static,
    Command: FlowCommand<Data> + 'static,
{
    Box::new(Adapter::<Data, Command>(PhantomData))
}

/// What a command can take from a pipeline and hand to it.
pub(crate) trait Payload: Sized {
    /// Takes the input, which is as if it stood at `head` where it has no place of its own.
    fn collect(input: PipelineData, head: Span) -> Result<Self, ShellError>;

    /// Hands over the output.
    fn into_pipeline(self) -> PipelineData;
}

impl Payload for Value {
    fn collect(input: PipelineData, head: Span) -> Result<Self, ShellError> {
        let span = input.span().unwrap_or(head);
        input.into_value(span)
    }

    fn into_pipeline(self) -> PipelineData {
        PipelineData::value(self, None)
    }
}

impl Payload for PipelineData {
    fn collect(input: PipelineData, _head: Span) -> Result<Self, ShellError> {
        Ok(input)
    }

    fn into_pipeline(self) -> PipelineData {
        self
    }
}

/// A [`FlowCommand`] as a [`PluginCommand`]. The command is a type without a value.
struct Adapter<Data, Command>(PhantomData<fn(Data) -> Command>);

impl<Data: Payload, Command: FlowCommand<Data>> PluginCommand for Adapter<Data, Command> {
    type Plugin = FlowPlugin;

    fn name(&self) -> &str {
        Command::NAME
    }

    fn description(&self) -> &str {
        Command::DESCRIPTION
    }

    fn extra_description(&self) -> &str {
        Command::EXTRA
    }

    fn search_terms(&self) -> Vec<&str> {
        Command::SEARCH_TERMS.to_vec()
    }

    fn signature(&self) -> Signature {
        Command::signature(Signature::build(Command::NAME).category(Category::Experimental))
    }

    fn examples(&self) -> Vec<Example<'_>> {
        Command::examples()
    }

    fn run(
        &self,
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: &EvaluatedCall,
        input: PipelineData,
    ) -> Result<PipelineData, LabeledError> {
        let request = Request {
            plugin,
            engine,
            call,
        };
        let input = Data::collect(input, call.head)?;
        Command::run(request, input).map(Data::into_pipeline)
    }

    #[expect(
        deprecated,
        reason = "the only way to complete, marked as experimental"
    )]
    fn get_dynamic_completion(
        &self,
        plugin: &FlowPlugin,
        engine: &EngineInterface,
        call: DynamicCompletionCall,
        argument: ArgType<'_>,
        _experimental: nu_protocol::engine::ExperimentalMarker,
    ) -> Option<Vec<DynamicSuggestion>> {
        Command::complete(&Completion {
            plugin,
            engine,
            call: &call.call,
            argument: &argument,
        })
    }
}
