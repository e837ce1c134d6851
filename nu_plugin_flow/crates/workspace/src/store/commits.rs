//! The commits in a workspace's own repository, which would be lost with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::call::Call;
use crate::error::WorkspaceError;
use crate::git;

/// Where a repository keeps what it fetched or pushed: that is elsewhere too.
const REMOTE: &str = "refs/remotes/";

/// The commit of each reference of the repository in `source`, the stash and `HEAD` among them.
/// There are none where there is no repository.
pub(super) fn of(
    source: &Path,
    call: &Call<'_>,
) -> Result<BTreeMap<String, String>, WorkspaceError> {
    if !source.join(".git").exists() {
        return Ok(BTreeMap::new());
    }
    let format = "--format=%(objectname) %(refname)";
    let listed = git::ask(&["for-each-ref", format], source, call)?;
    let mut commits: BTreeMap<String, String> = listed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(commit, name)| (name.to_owned(), commit.to_owned()))
        .collect();
    // A repository without a commit has no HEAD yet.
    if let Ok(head) = git::ask(&["rev-parse", "--verify", "--quiet", "HEAD"], source, call) {
        commits.insert("HEAD".to_owned(), head.trim().to_owned());
    }
    Ok(commits)
}

/// The references to commits that are neither in `known` nor on a remote, as paths.
pub(super) fn unsaved(
    source: &Path,
    known: &BTreeMap<String, String>,
    call: &Call<'_>,
) -> Result<Vec<String>, WorkspaceError> {
    let now = of(source, call)?;
    let (remote, own): (BTreeMap<_, _>, BTreeMap<_, _>) = now
        .into_iter()
        .partition(|(name, _)| name.starts_with(REMOTE));
    let saved: BTreeSet<&String> = known.values().chain(remote.values()).collect();
    let new = own.iter().filter(|(_, commit)| !saved.contains(commit));
    let mut names: Vec<String> = new.map(|(name, _)| format!(".git/{name}")).collect();
    // What HEAD names is named by its branch.
    if names.len() > 1 {
        names.retain(|name| name != ".git/HEAD");
    }
    Ok(names)
}
