//! Windows: nobody adopts orphans.

use bowout::spawn::{SubreaperError, become_subreaper};

use crate::say;

pub fn adopts() {
    assert!(matches!(become_subreaper(), Err(SubreaperError::Unsupported)));
    say("unsupported");
}
