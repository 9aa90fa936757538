//! Linux: an abstract socket, which needs no folder and leaves nothing behind. Anybody can send to it, but the kernel says who did.

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::net::UnixDatagram;

use libc::{c_int, c_uchar, cmsghdr, pid_t};
use rustix::net::sockopt::set_socket_passcred;
use rustix::net::{SocketAddrUnix, bind};
use rustix::process::geteuid;

use super::super::send;

/// Nobody else gets the descriptors of a message.
pub(super) const FLAGS: c_int = libc::MSG_CMSG_CLOEXEC;

pub(super) struct Door {
    address: OsString,
    /// Who was found below us last. When it has ended it is found nowhere, and may have said why.
    below: Option<pid_t>,
}

/// Who has sent a message, by the numbers that he has here; the process is 0 if it has none.
#[derive(Clone, Copy)]
pub(super) struct Sender(libc::ucred);

pub(super) fn open() -> io::Result<(UnixDatagram, Door)> {
    let socket = UnixDatagram::unbound()?;
    set_socket_passcred(&socket, true)?;
    // Without a name the kernel finds one ("autobind", unix(7)).
    bind(&socket, &SocketAddrUnix::new_unnamed())?;
    let name = abstract_name(&socket)?;
    let address = OsString::from_vec([b"@", &name[..]].concat());
    Ok((socket, Door { address, below: None }))
}

fn abstract_name(socket: &UnixDatagram) -> io::Result<Vec<u8>> {
    #[cfg(target_os = "android")]
    use std::os::android::net::SocketAddrExt;
    #[cfg(target_os = "linux")]
    use std::os::linux::net::SocketAddrExt;
    let address = socket.local_addr()?;
    let name = address.as_abstract_name().map(<[u8]>::to_vec);
    name.ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
}

impl Door {
    pub(super) fn address(&self) -> OsString {
        self.address.clone()
    }

    /// Lets those speak who could also do anything else to us, and whoever is below us: he may have changed his user.
    pub(super) fn admit(&mut self, sender: Option<Sender>) -> Result<(), String> {
        let Some(Sender(libc::ucred { pid, uid, .. })) = sender else {
            return Err("a message without a sender is not passed on".into());
        };
        if uid == 0 || uid == geteuid().as_raw() || self.below == Some(pid) {
            return Ok(());
        }
        let below = send::below().unwrap_or_default();
        if below.iter().any(|id| Ok(id.pid()) == pid.try_into()) {
            self.below = Some(pid);
            return Ok(());
        }
        Err(format!(
            "a message of process {pid}, of another user ({uid}) and not below this one, is not passed on"
        ))
    }
}

/// The sender, if this part of a message tells it.
pub(super) fn sender(part: &cmsghdr, data: *const c_uchar) -> Option<Sender> {
    let tells = part.cmsg_level == libc::SOL_SOCKET && part.cmsg_type == libc::SCM_CREDENTIALS;
    // SAFETY: with this type, it is what the kernel has put there
    // ([unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html)).
    tells.then(|| Sender(unsafe { data.cast::<libc::ucred>().read_unaligned() }))
}
