//! Linux: `PR_SET_CHILD_SUBREAPER`.

use std::io;

use rustix::process::{getpid, set_child_subreaper};

pub(in crate::spawn) fn become_subreaper() -> io::Result<()> {
    // Any number but 0 means "on".
    Ok(set_child_subreaper(Some(getpid()))?)
}
