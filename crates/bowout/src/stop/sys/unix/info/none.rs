//! NetBSD, OpenBSD, DragonFly: not asked.

use super::Info;

pub(super) fn of(_: u32) -> Option<Info> {
    None
}
