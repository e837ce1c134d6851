//! From requirements to a lock: uv where it is there, else pip.

use flow_contract::literals;

use super::{
    answer::Refusal,
    error::PythonError,
    lock::Lock,
    pip,
    requirement::Requirements,
    tools::{REQUIREMENTS, Tools},
    uv,
};
use crate::error::BuildError;

/// Finds a wheel for every package that is asked for and that these need.
///
/// # Errors
/// There is no such set of wheels, no tool that finds it, or no network.
pub(super) fn resolve(requirements: &Requirements, tools: &Tools<'_>) -> Result<Lock, BuildError> {
    let texts = requirements.texts();
    // Every line was read as a requirement before, so that none is an option.
    tools.write(REQUIREMENTS, &(texts.join("\n") + "\n"))?;
    (tools.on_line)(&format!(
        "finding packages for {}",
        literals(texts.iter().map(String::as_str))
    ));
    let first = match uv::resolve(requirements, tools)? {
        Ok(lock) => return Ok(lock),
        Err(refusal) => refusal,
    };
    match pip::resolve(requirements, tools)? {
        Ok(lock) => Ok(lock),
        Err(second) => Err(weightier(first, second).into()),
    }
}

/// Which of two answers of no to report.
fn weightier(uv: Refusal, pip: Refusal) -> PythonError {
    use PythonError::{NoWheel, ToolFailed, Unsatisfied};
    match (uv, pip) {
        (Refusal::NoTool(mut unusable), Refusal::NoTool(more)) => {
            unusable.extend(more);
            PythonError::NoTool { unusable }
        }
        // uv knows all wheels of the version that would have been taken.
        (Refusal::No(error @ NoWheel { .. }), _) => error,
        (_, Refusal::No(error @ NoWheel { .. })) => error,
        // uv says in fewer words what cannot be.
        (Refusal::No(error @ Unsatisfied { .. }), _) => error,
        (Refusal::No(ToolFailed { .. }), Refusal::No(error)) => error,
        (Refusal::No(error), _) | (_, Refusal::No(error)) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_wheel_is_reported_before_anything_else() {
        let no_wheel = || PythonError::NoWheel {
            package: "numpy".to_owned(),
            version: "2.5.5".to_owned(),
            tags: Vec::new(),
        };
        let network = || PythonError::Network {
            tool: "uv".to_owned(),
            message: String::new(),
        };
        let unsatisfied = || PythonError::Unsatisfied {
            requirements: Vec::new(),
            message: String::new(),
        };
        for (first, second) in [
            (Refusal::No(no_wheel()), Refusal::No(unsatisfied())),
            (Refusal::No(unsatisfied()), Refusal::No(no_wheel())),
            (Refusal::NoTool(Vec::new()), Refusal::No(no_wheel())),
        ] {
            let error = weightier(first, second);
            assert!(matches!(error, PythonError::NoWheel { .. }), "{error:?}");
        }
        let error = weightier(Refusal::No(network()), Refusal::NoTool(Vec::new()));
        assert!(matches!(error, PythonError::Network { .. }), "{error:?}");
        let error = weightier(
            Refusal::NoTool(Vec::new()),
            Refusal::NoTool(vec!["pip is too old".to_owned()]),
        );
        assert!(error.to_string().ends_with("(pip is too old)"), "{error}");
    }
}
