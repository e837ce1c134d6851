//! What the user named: a namespace, keys, a value; and errors that point at it.

use flow_contract::NameError;
use flow_store::StoreError;
use nu_plugin::EvaluatedCall;
use nu_protocol::{LabeledError, Span, Spanned, Value};

use crate::shell::errors::labeled;

/// The places of a call at which an error of the store can point.
#[derive(Clone, Copy)]
pub(super) struct Spans {
    /// The command.
    pub(super) head: Span,
    /// The namespace, where one was named.
    pub(super) namespace: Option<Span>,
    /// The key, where one was named.
    pub(super) key: Option<Span>,
    /// The value, where there is one.
    pub(super) value: Option<Span>,
}

impl Spans {
    /// Of a call that names nothing.
    pub(super) fn of(head: Span) -> Spans {
        Spans {
            head,
            namespace: None,
            key: None,
            value: None,
        }
    }

    /// The error as Nushell shows it, at what it is about.
    pub(super) fn tell(&self, error: &StoreError) -> LabeledError {
        let (label, span) = match error {
            StoreError::Name(NameError::Namespace { .. }) => ("this namespace", self.namespace),
            StoreError::Name(NameError::Key { .. }) => ("this key", self.key),
            StoreError::Value { .. } => ("this value", self.value),
            _ => ("here", Some(self.head)),
        };
        labeled(error, label, span.unwrap_or(self.head))
    }
}

/// A namespace or a key. One may look like a number: `7`.
///
/// # Errors
/// Where the value has no text.
pub(super) fn name(value: Value, what: &str) -> Result<Spanned<String>, LabeledError> {
    let span = value.span();
    let kind = value.get_type();
    let item = value.coerce_into_string().map_err(|_| {
        LabeledError::new(format!("a {what} is text, not {kind}"))
            .with_code("flow::memory::name")
            .with_help(format!("name one {what}: `orders`"))
            .with_label(format!("this {what}"), span)
    })?;
    Ok(Spanned { item, span })
}

/// The namespace and the key with which a call begins.
///
/// # Errors
/// Where one of them has no text.
pub(super) fn entry(
    call: &EvaluatedCall,
) -> Result<(Spanned<String>, Spanned<String>, Spans), LabeledError> {
    let namespace = name(call.req(0)?, "namespace")?;
    let key = name(call.req(1)?, "key")?;
    let spans = Spans {
        head: call.head,
        namespace: Some(namespace.span),
        key: Some(key.span),
        value: None,
    };
    Ok((namespace, key, spans))
}

/// The namespace that a call may name at a position, and the spans.
///
/// # Errors
/// Where it has no text.
pub(super) fn namespace(
    call: &EvaluatedCall,
    position: usize,
) -> Result<(Option<String>, Spans), LabeledError> {
    let mut spans = Spans::of(call.head);
    let Some(value) = call.opt::<Value>(position)? else {
        return Ok((None, spans));
    };
    let namespace = name(value, "namespace")?;
    spans.namespace = Some(namespace.span);
    Ok((Some(namespace.item), spans))
}
