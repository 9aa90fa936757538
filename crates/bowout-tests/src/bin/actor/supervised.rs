//! Services that tell their supervisor what bowout's own functions do not say.

use std::fs::File;
use std::io::{IoSlice, read_to_string};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::os::unix::net::{SocketAddr, UnixDatagram};

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "notify-with-descriptor" => notify_with_descriptor,
        _ => return None,
    })
}

/// Hands a pipe to the supervisor, with a message, and reports what it hears through it.
fn notify_with_descriptor() {
    let (ours, theirs) = rustix::pipe::pipe().expect("a pipe");
    let socket = UnixDatagram::unbound().expect("a socket");
    socket.connect_addr(&address()).expect("a supervisor");
    let message = b"MAINPID=1\nREADY=1\nMAINPIDFDID=7\nFDSTORE=1\nFDNAME=pipe\n";
    let descriptors = [theirs.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut rights = SendAncillaryBuffer::new(&mut space);
    assert!(rights.push(SendAncillaryMessage::ScmRights(&descriptors)));
    sendmsg(&socket, &[IoSlice::new(message)], &mut rights, SendFlags::empty()).expect("it is sent");
    drop(theirs);
    let heard = read_to_string(File::from(ours)).expect("text");
    say(&format!("heard {heard:?}"));
}

/// Where the supervisor listens.
fn address() -> SocketAddr {
    let address = std::env::var("NOTIFY_SOCKET").expect("a supervisor");
    #[cfg(target_os = "linux")]
    if let Some(name) = address.strip_prefix('@') {
        use std::os::linux::net::SocketAddrExt;
        return SocketAddr::from_abstract_name(name).expect("an address");
    }
    SocketAddr::from_pathname(address).expect("an address")
}
