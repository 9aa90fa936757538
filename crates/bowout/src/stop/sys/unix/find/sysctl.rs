//! macOS and FreeBSD: what sysctl(3) tells.

use std::ptr::null_mut;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The value of a name, however long it is. `None` where there is none, or we may not know it.
pub(super) fn read<const N: usize>(mut name: [libc::c_int; N]) -> Option<Vec<u8>> {
    let parts = libc::c_uint::try_from(N).ok()?;
    let mut size = 0;
    // SAFETY: the name has as many parts as is said. Without a place to write to, only the size is told.
    let asked = unsafe { libc::sysctl(name.as_mut_ptr(), parts, null_mut(), &mut size, null_mut(), 0) };
    if asked != 0 {
        return None;
    }
    // It may grow until it is read.
    size += size / 8;
    let mut value = vec![0_u8; size];
    // SAFETY: as above, with room for `size` bytes, of which the call tells how many it has written.
    let told = unsafe {
        libc::sysctl(
            name.as_mut_ptr(),
            parts,
            value.as_mut_ptr().cast(),
            &mut size,
            null_mut(),
            0,
        )
    };
    value.truncate(size);
    (told == 0).then_some(value)
}

/// The time of day that a start time means: microseconds since 1970.
pub(in crate::stop) fn started_at(start: u64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_micros(start))
}

/// Arguments that end in NUL each, with a blank between two.
pub(super) fn joined(arguments: &[u8]) -> Option<String> {
    let line = arguments.strip_suffix(b"\0").unwrap_or(arguments);
    let line: Vec<u8> = line.iter().map(|byte| if *byte == 0 { b' ' } else { *byte }).collect();
    (!line.is_empty()).then(|| String::from_utf8_lossy(&line).into_owned())
}
