use std::{ffi::OsString, path::PathBuf};

use crate::error::CacheError;

/// Where the cache is: `$FLOW_CACHE_DIR`, else `flow` in the user's cache
/// directory (`$XDG_CACHE_HOME`, `~/.cache`, or the platform's own).
pub(crate) fn locate() -> Result<PathBuf, CacheError> {
    choose(std::env::var_os("FLOW_CACHE_DIR"), dirs::cache_dir())
}

fn choose(own: Option<OsString>, user: Option<PathBuf>) -> Result<PathBuf, CacheError> {
    match own.filter(|own| !own.is_empty()) {
        Some(own) => {
            let own = PathBuf::from(own);
            std::path::absolute(&own)
                .map_err(|source| CacheError::new("find the directory", own, source))
        }
        None => Ok(user.ok_or(CacheError::NoPlace)?.join("flow")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_of_flow_comes_first_and_an_empty_one_does_not_count() {
        let user = || Some(PathBuf::from("/home/me/.cache"));
        assert_eq!(
            choose(Some("/elsewhere".into()), user()).unwrap(),
            PathBuf::from("/elsewhere")
        );
        assert_eq!(
            choose(Some("".into()), user()).unwrap(),
            PathBuf::from("/home/me/.cache/flow")
        );
        assert_eq!(
            choose(None, user()).unwrap(),
            PathBuf::from("/home/me/.cache/flow")
        );
        assert!(choose(Some("relative".into()), None).unwrap().is_absolute());
    }

    #[test]
    fn without_a_home_there_is_no_cache() {
        assert!(matches!(choose(None, None), Err(CacheError::NoPlace)));
    }
}
