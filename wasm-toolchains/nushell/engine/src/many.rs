//! Several results of one record.

use std::any::Any;

use nu_protocol::{CustomValue, ShellError, Span, Value};
use serde::{Deserialize, Serialize};

/// Several results, as `flow many` returns them from `handle`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Many(pub Vec<Value>);

#[typetag::serde]
impl CustomValue for Many {
    fn clone_value(&self, span: Span) -> Value {
        Value::custom(Box::new(self.clone()), span)
    }

    fn type_name(&self) -> String {
        "several results".to_owned()
    }

    fn to_base_value(&self, span: Span) -> Result<Value, ShellError> {
        Ok(Value::list(self.0.clone(), span))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_mut_any(&mut self) -> &mut dyn Any {
        self
    }
}
