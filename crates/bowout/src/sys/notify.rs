//! Unix: the socket of this process's own supervisor, one datagram a message, as
//! [sd_notify(3)](https://man7.org/linux/man-pages/man3/sd_notify.3.html) has it.

use std::ffi::OsString;
use std::mem::MaybeUninit;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::OnceLock;
use std::time::Duration;
use std::{env, io};

use rustix::io::Errno;
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

use crate::listen::notify::{Notified, NotifyError};

/// The variable that names the socket.
pub(crate) const NOTIFY_SOCKET: &str = "NOTIFY_SOCKET";

/// How long a message that matters waits for a supervisor that does not read.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The most descriptors that a message can have
/// ([unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html), `SCM_MAX_FD`).
pub(crate) const MOST_DESCRIPTORS: usize = 253;

/// Whether a message waits for a supervisor that does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// For as long as we have [`PATIENCE`].
    Waits,
    /// It is lost instead.
    NeverWaits,
}

/// What the supervisor left in the environment. Read once, since reading races with whoever changes it, and the way out is no
/// time for that.
pub(crate) fn address() -> Option<&'static OsString> {
    static ADDRESS: OnceLock<Option<OsString>> = OnceLock::new();
    let address = ADDRESS.get_or_init(|| env::var_os(NOTIFY_SOCKET).filter(|address| !address.is_empty()));
    address.as_ref()
}

/// A socket for each message: one that is kept would be closed by programs that close whatever they do not know.
pub(crate) fn send(message: &[u8], descriptors: &[BorrowedFd<'_>], urgency: Urgency) -> Result<Notified, NotifyError> {
    let Some(address) = address() else {
        return Ok(Notified::NoSupervisor);
    };
    let target = match address.as_bytes() {
        [b'/', ..] => SocketAddr::from_pathname(address),
        [b'@', name @ ..] => abstract_address(name).ok_or_else(|| NotifyError::Address(address.clone()))?,
        _ => return Err(NotifyError::Address(address.clone())),
    };
    let sent = target.and_then(|target| deliver(&target, message, descriptors, urgency));
    sent.map_err(|error| NotifyError::Socket {
        address: address.clone(),
        error,
    })?;
    Ok(Notified::Sent)
}

fn deliver(target: &SocketAddr, message: &[u8], descriptors: &[BorrowedFd<'_>], urgency: Urgency) -> io::Result<()> {
    let socket = UnixDatagram::unbound()?;
    match urgency {
        Urgency::Waits => socket.set_write_timeout(Some(PATIENCE))?,
        Urgency::NeverWaits => socket.set_nonblocking(true)?,
    }
    socket.connect_addr(target)?;
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_DESCRIPTORS))];
    let mut rights = SendAncillaryBuffer::new(&mut space);
    if !descriptors.is_empty() && !rights.push(SendAncillaryMessage::ScmRights(descriptors)) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    loop {
        match sendmsg(&socket, &[io::IoSlice::new(message)], &mut rights, SendFlags::empty()) {
            // Even under SA_RESTART, where a timeout is set (signal(7)).
            Err(Errno::INTR) => {}
            sent => return sent.map(drop).map_err(io::Error::from),
        }
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn abstract_address(name: &[u8]) -> Option<io::Result<SocketAddr>> {
    #[cfg(target_os = "android")]
    use std::os::android::net::SocketAddrExt;
    #[cfg(target_os = "linux")]
    use std::os::linux::net::SocketAddrExt;
    Some(SocketAddr::from_abstract_name(name))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn abstract_address(_: &[u8]) -> Option<io::Result<SocketAddr>> {
    None
}
