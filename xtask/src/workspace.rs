//! Where things are.

use std::path::{Path, PathBuf};

#[cfg(unix)]
use crate::error::Error;

/// The folder of the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// A folder under cargo's target folder that is this chore's own, so that chores never wait for each other's locks
/// nor throw away each other's builds.
pub(crate) fn target_dir(chore: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    root().join(target).join(chore)
}

/// Makes a folder, and those above it.
#[cfg(unix)]
pub(crate) fn make_dir(dir: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(dir).map_err(|source| Error::File {
        path: dir.to_owned(),
        source,
    })
}
