//! What stands for the component's imports where there is no host.

const NO_MEMORY: &str = "durable memory exists only inside flow";
const NO_PEERS: &str = "other agents can be called only inside flow";

pub fn get(_namespace: &str, _key: &str) -> Result<Option<String>, String> {
    Err(NO_MEMORY.to_owned())
}

pub fn set(
    _namespace: &str,
    _key: &str,
    _value: &str,
    _expires_in: Option<u64>,
) -> Result<(), String> {
    Err(NO_MEMORY.to_owned())
}

pub fn delete(_namespace: &str, _key: &str) -> Result<bool, String> {
    Err(NO_MEMORY.to_owned())
}

pub fn list_keys(
    _namespace: &str,
    _prefix: &str,
    _cursor: Option<&str>,
) -> Result<(Vec<String>, Option<String>), String> {
    Err(NO_MEMORY.to_owned())
}

pub fn compare_and_set(
    _namespace: &str,
    _key: &str,
    _expected: Option<&str>,
    _value: &str,
) -> Result<bool, String> {
    Err(NO_MEMORY.to_owned())
}

pub fn call(_agent: &str, _input: &str) -> Result<String, String> {
    Err(NO_PEERS.to_owned())
}
