//! macOS and FreeBSD: what [sysctl(3)](https://man.freebsd.org/cgi/man.cgi?query=sysctl&sektion=3) tells.

use std::io;
use std::ptr::{null, null_mut};

/// The value of a name, however long it is.
pub(crate) fn read(name: &[libc::c_int]) -> io::Result<Vec<u8>> {
    // macOS would have the name mutable, and leaves it as it is.
    let mut name = name.to_vec();
    let parts = libc::c_uint::try_from(name.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    loop {
        let mut size = 0;
        // SAFETY: the name has as many parts as is said. Without a place to write to, only the size is told.
        if unsafe { libc::sysctl(name.as_mut_ptr(), parts, null_mut(), &mut size, null::<u8>() as _, 0) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // It may grow until it is read.
        size += size / 8 + 1024;
        let mut value = vec![0_u8; size];
        let place = value.as_mut_ptr().cast();
        // SAFETY: as above, with room for `size` bytes, of which the call tells how many it has written.
        if unsafe { libc::sysctl(name.as_mut_ptr(), parts, place, &mut size, null::<u8>() as _, 0) } == 0 {
            value.truncate(size);
            return Ok(value);
        }
        match io::Error::last_os_error() {
            // It has grown by more.
            error if error.raw_os_error() == Some(libc::ENOMEM) => {}
            error => return Err(error),
        }
    }
}

/// The processes that a name of `kern.proc` lists.
#[cfg(target_os = "freebsd")]
pub(crate) fn processes(what: libc::c_int, which: &[libc::c_int]) -> io::Result<Vec<libc::kinfo_proc>> {
    let name = [&[libc::CTL_KERN, libc::KERN_PROC, what], which].concat();
    let list = read(&name)?;
    let entries = list.chunks_exact(size_of::<libc::kinfo_proc>());
    // SAFETY: there are enough bytes, the struct is plain data of which every value is one, and it need not be aligned.
    Ok(entries
        .map(|entry| unsafe { entry.as_ptr().cast::<libc::kinfo_proc>().read_unaligned() })
        .collect())
}
