//! What only Linux is asked for yet.

use std::path::Path;

use crate::stop::find::{FindProblem, Hit, Port};

pub(in crate::stop) fn listeners(_: Port, _: &[u32]) -> Result<Vec<Hit>, FindProblem> {
    Err(FindProblem::NotOnThisSystem)
}

pub(in crate::stop) fn socket_listeners(_: &Path, _: &[u32]) -> Result<Vec<Hit>, FindProblem> {
    Err(FindProblem::NotOnThisSystem)
}

pub(in crate::stop) fn cgroup(_: &Path) -> Result<Vec<u32>, FindProblem> {
    Err(FindProblem::NotOnThisSystem)
}

pub(in crate::stop) fn unit(_: &str) -> Result<Vec<u32>, FindProblem> {
    Err(FindProblem::NotOnThisSystem)
}
