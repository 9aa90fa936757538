//! The Unix sockets of this network namespace, as the kernel tells them by netlink
//! ([sock_diag(7)](https://man7.org/linux/man-pages/man7/sock_diag.7.html)).

use std::fs::Metadata;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;

use rustix::net::{AddressFamily, SocketFlags, SocketType, netlink, socket_with};

/// What a socket is reached by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// A name of the abstract namespace.
    Abstract(Vec<u8>),
    File(FileId),
}

/// A file, as the kernel numbers it for itself. Names say less: a service with folders of its own may have made its socket under
/// the same one, and a name may be of a folder that has become another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileId {
    device: u32,
    number: u32,
}

impl From<&Metadata> for FileId {
    fn from(file: &Metadata) -> FileId {
        FileId {
            // MKDEV of include/linux/kdev_t.h.
            device: rustix::fs::major(file.dev()) << 20 | rustix::fs::minor(file.dev()),
            // As much of it as is told.
            number: file.ino() as u32,
        }
    }
}

/// The number and the address of each socket that takes connections, or datagrams from anybody.
pub(super) fn listening() -> io::Result<Vec<(u64, Address)>> {
    let (kind, flags) = (SocketType::RAW, SocketFlags::CLOEXEC);
    let socket = socket_with(AddressFamily::NETLINK, kind, flags, Some(netlink::SOCK_DIAG))?;
    rustix::io::write(&socket, &request())?;
    let mut sockets = Vec::new();
    // The kernel fills datagrams of 32 KiB at most (netlink_dump in its source).
    let mut datagram = vec![0; 65_536];
    loop {
        let length = read(&socket, &mut datagram)?;
        match parse(&datagram[..length], &mut sockets)? {
            More::Follows => {}
            More::Done => return Ok(sockets),
        }
    }
}

fn read(socket: &OwnedFd, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match rustix::io::read(socket, &mut *into) {
            Err(rustix::io::Errno::INTR) => {}
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            length => return Ok(length?),
        }
    }
}

// Of include/linux/socket.h, and include/uapi/linux/{netlink,sock_diag,unix_diag}.h.
const AF_UNIX: u8 = 1;
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const NLM_F_REQUEST: u16 = 0x1;
const NLM_F_DUMP: u16 = 0x300;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const UDIAG_SHOW_NAME: u32 = 1;
const UDIAG_SHOW_VFS: u32 = 2;
const UNIX_DIAG_NAME: u16 = 0;
const UNIX_DIAG_VFS: u16 = 1;
/// `struct nlmsghdr`, and `struct unix_diag_msg` behind it.
const HEADER: usize = 16;
const MESSAGE: usize = 16;

// Of include/net/tcp_states.h, which Unix sockets share: one that has no peer is "closed".
const LISTEN: u8 = 10;
const CLOSE: u8 = 7;
const DATAGRAM: u8 = 2;

/// `struct nlmsghdr` and `struct unix_diag_req`: all sockets in these states, with their names and files.
fn request() -> Vec<u8> {
    let mut request = Vec::new();
    request.extend(40_u32.to_ne_bytes());
    request.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    request.extend((NLM_F_REQUEST | NLM_F_DUMP).to_ne_bytes());
    // Its sequence number and port, which are for who sends several: 0.
    request.extend([0; 8]);
    // No protocol, and padding.
    request.extend([AF_UNIX, 0, 0, 0]);
    request.extend((1_u32 << LISTEN | 1 << CLOSE).to_ne_bytes());
    // Of any number.
    request.extend([0; 4]);
    request.extend((UDIAG_SHOW_NAME | UDIAG_SHOW_VFS).to_ne_bytes());
    // No cookie.
    request.extend([0xFF; 8]);
    request
}

#[derive(Debug, PartialEq, Eq)]
enum More {
    Follows,
    Done,
}

/// Reads the messages of a datagram.
fn parse(mut datagram: &[u8], sockets: &mut Vec<(u64, Address)>) -> io::Result<More> {
    while let Some((length, kind)) = u32_at(datagram, 0).zip(u16_at(datagram, 4)) {
        let length = length as usize;
        let Some(message) = datagram.get(HEADER..length) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        match kind {
            SOCK_DIAG_BY_FAMILY => sockets.extend(parse_socket(message)),
            NLMSG_DONE => return Ok(More::Done),
            NLMSG_ERROR => {
                let error = u32_at(message, 0).unwrap_or_default() as i32;
                return Err(io::Error::from_raw_os_error(error.wrapping_neg()));
            }
            _ => {}
        }
        datagram = datagram.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(More::Follows)
}

/// The number and the address of a socket, if it has one and listens.
fn parse_socket(message: &[u8]) -> Option<(u64, Address)> {
    let (kind, state) = (*message.get(1)?, *message.get(2)?);
    if state != LISTEN && kind != DATAGRAM {
        return None;
    }
    let number = u64::from(u32_at(message, 4)?);
    let mut attributes = message.get(MESSAGE..)?;
    while let Some((length, kind)) = u16_at(attributes, 0).zip(u16_at(attributes, 2)) {
        let length = usize::from(length);
        match (kind, attributes.get(4..length)?) {
            // The name of a file does not begin with NUL.
            (UNIX_DIAG_NAME, [0, name @ ..]) => return Some((number, Address::Abstract(name.to_vec()))),
            // `struct unix_diag_vfs`.
            (UNIX_DIAG_VFS, file) => {
                let (file, device) = u32_at(file, 0).zip(u32_at(file, 4))?;
                return Some((number, Address::File(FileId { device, number: file })));
            }
            _ => attributes = attributes.get(length.next_multiple_of(4)..).unwrap_or_default(),
        }
    }
    None
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener, UnixStream};

    fn address_of(socket: &impl std::os::fd::AsFd) -> Option<Address> {
        let socket = std::fs::File::from(socket.as_fd().try_clone_to_owned().unwrap());
        let number = socket.metadata().unwrap().ino();
        let mut sockets = listening().unwrap().into_iter();
        sockets.find(|(this, _)| *this == number).map(|(_, address)| address)
    }

    #[test]
    fn addresses_are_told_whatever_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a\n0: 2 0 10000 1 1 7 b");
        let listener = UnixListener::bind(&path).unwrap();
        let file = FileId::from(&path.metadata().unwrap());
        assert_eq!(address_of(&listener), Some(Address::File(file)));
        let peer = UnixStream::connect(&path).unwrap();
        assert_eq!(address_of(&peer), None, "it takes no connections");
        let name = format!("bowout\0{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let datagrams = UnixDatagram::bind_addr(&address).unwrap();
        assert_eq!(address_of(&datagrams), Some(Address::Abstract(name.into_bytes())));
    }

    proptest! {
        #[test]
        fn parsing_never_panics(bytes: Vec<u8>, length in 0_u32..64, kind in 0_u16..24) {
            let mut datagram = length.to_ne_bytes().to_vec();
            datagram.extend(kind.to_ne_bytes());
            datagram.extend(&bytes);
            let _ = parse(&datagram, &mut Vec::new());
            let _ = parse(&bytes, &mut Vec::new());
            let _ = parse_socket(&bytes);
        }
    }
}
