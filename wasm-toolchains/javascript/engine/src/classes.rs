//! Classes of objects, by QuickJS's numbers for them.

use rquickjs::{Object, Result, Value, atom::PredefinedAtom, qjs};

/// QuickJS's class numbers of the language's objects.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Classes {
    pub(crate) date: u32,
    pub(crate) map: u32,
    pub(crate) set: u32,
    pub(crate) generator: u32,
    pub(crate) async_generator: u32,
    pub(crate) promise: u32,
    pub(crate) regexp: u32,
    pub(crate) number: u32,
    pub(crate) string: u32,
    pub(crate) boolean: u32,
    pub(crate) bigint: u32,
    pub(crate) plain: u32,
}

impl Classes {
    /// Reads them from one object of each class.
    pub(crate) fn of<'js>(internal: &Object<'js>) -> Result<Classes> {
        let samples: Object<'js> = internal.get("samples")?;
        let class = |name: &str| -> Result<u32> { Ok(class(&samples.get(name)?)) };
        Ok(Classes {
            date: class("date")?,
            map: class("map")?,
            set: class("set")?,
            generator: class("generator")?,
            async_generator: class("asyncGenerator")?,
            promise: class("promise")?,
            regexp: class("regexp")?,
            number: class("number")?,
            string: class("string")?,
            boolean: class("boolean")?,
            bigint: class("bigint")?,
            plain: class("plain")?,
        })
    }

    /// Whether `value` is the generator of a function with `yield`.
    pub(crate) fn is_generator(&self, value: &Value<'_>) -> bool {
        let class = class(value);
        value.is_object() && (class == self.generator || class == self.async_generator)
    }

    /// Whether `value` is a promise, or has a `then`.
    pub(crate) fn is_thenable(&self, value: &Value<'_>) -> bool {
        let Some(object) = value.as_object() else {
            return false;
        };
        class(value) == self.promise
            || object
                .get::<_, Value<'_>>(PredefinedAtom::Then)
                .is_ok_and(|then| then.is_function())
    }
}

pub(crate) fn class(value: &Value<'_>) -> u32 {
    // SAFETY: the value is live.
    unsafe { qjs::JS_GetClassID(value.as_raw()) }
}

/// What a value is, for messages: `a string`, `an Error`.
pub(crate) fn kind(value: &Value<'_>) -> String {
    let name = || {
        let object = value.as_object()?;
        let constructor: Object<'_> = object.get("constructor").ok()?;
        constructor
            .get::<_, String>("name")
            .ok()
            .filter(|name| !name.is_empty())
    };
    if value.is_undefined() || value.is_null() {
        return value.type_name().to_owned();
    }
    let (name, fallback) = match value {
        value if value.is_function() => (None, "function"),
        value if value.is_array() => (None, "array"),
        value if value.is_symbol() => (None, "symbol"),
        value if value.is_string() => (None, "string"),
        value if value.is_bool() => (None, "boolean"),
        value if value.is_number() => (None, "number"),
        value if value.is_big_int() => (None, "bigint"),
        _ => (name().filter(|name| name != "Object"), "object"),
    };
    let name = name.unwrap_or_else(|| fallback.to_owned());
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {name}")
}
