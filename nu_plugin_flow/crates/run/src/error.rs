//! Why an agent cannot be run, and what that is about.

use std::error::Error as StdError;
use std::fmt::{self, Debug, Display, Formatter};

use miette::{Diagnostic, LabeledSpan, Severity, SourceCode};

/// What an error is about, so that whoever asked can point at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The agent that is to run.
    Agent,
    /// An agent that it may call by its manifest, or one that such an agent may call.
    Callee,
    /// An agent that it may call by the grant of this number among
    /// [`Overrides`](crate::Overrides), from 0.
    Grant(usize),
    /// The network, which the overrides grant.
    Network,
}

/// An agent cannot be run, or its surroundings failed with an `E`.
#[derive(Debug)]
pub enum Error<E> {
    /// Something about the agent or what it is granted.
    Run(About, Box<dyn Diagnostic + Send + Sync>),
    /// What the run takes from its caller.
    Surroundings(E),
}

impl<E> Error<E> {
    /// An error about the agent that is to run.
    pub fn agent(error: impl Diagnostic + Send + Sync + 'static) -> Self {
        Self::Run(About::Agent, Box::new(error))
    }

    /// The same as an error of an agent that `caller` knows as `callee`.
    pub(crate) fn of_callee(self, about: About, caller: &str, callee: &str) -> Self {
        match self {
            Self::Run(_, error) => Self::Run(
                about,
                Box::new(CalleeError {
                    caller: caller.to_owned(),
                    callee: callee.to_owned(),
                    error,
                }),
            ),
            other @ Self::Surroundings(_) => other,
        }
    }
}

impl<E: Display> Display for Error<E> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(_, error) => Display::fmt(error, formatter),
            Self::Surroundings(error) => Display::fmt(error, formatter),
        }
    }
}

impl<E: StdError> StdError for Error<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Run(_, error) => error.source(),
            Self::Surroundings(error) => error.source(),
        }
    }
}

/// The error as one of any kind.
pub(crate) fn boxed(
    error: impl Diagnostic + Send + Sync + 'static,
) -> Box<dyn Diagnostic + Send + Sync> {
    Box::new(error)
}

/// The error of an agent that another one may call, in the place of that agent's own.
#[derive(Debug)]
struct CalleeError {
    caller: String,
    callee: String,
    error: Box<dyn Diagnostic + Send + Sync>,
}

impl Display for CalleeError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self {
            caller,
            callee,
            error,
        } = self;
        write!(formatter, "`{caller}` cannot call `{callee}`: {error}")
    }
}

impl StdError for CalleeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}

impl Diagnostic for CalleeError {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.error.code()
    }

    fn severity(&self) -> Option<Severity> {
        self.error.severity()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.error.help()
    }

    fn url<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.error.url()
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.error.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.error.labels()
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        self.error.related()
    }

    fn diagnostic_source(&self) -> Option<&dyn Diagnostic> {
        self.error.diagnostic_source()
    }
}
