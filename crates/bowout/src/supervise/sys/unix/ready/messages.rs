//! The socket that the main process finds in `NOTIFY_SOCKET`.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixDatagram;

use libc::c_int;

use super::door::{self, Door, Sender};
use super::wake;

/// What systemd takes at most
/// ([sd_notify(3)](https://man7.org/linux/man-pages/man3/sd_notify.3.html) has no word on it; its `NOTIFY_BUFFER_MAX`).
const LONGEST: usize = 4096;

/// What is for a supervisor whose child the sender is. Ours has this process for its child.
const ABOUT_THE_MAIN_PROCESS: [&[u8]; 3] = [b"MAINPID=", b"MAINPIDFD=", b"MAINPIDFDID="];

pub(super) struct Messages {
    socket: UnixDatagram,
    door: Door,
}

/// What our own supervisor is to be told.
pub(super) struct Message {
    pub(super) text: Vec<u8>,
    pub(super) descriptors: Vec<OwnedFd>,
}

impl Messages {
    pub(super) fn open() -> io::Result<Messages> {
        // Read now: what is put there for the main process is not for us.
        crate::sys::notify::address();
        let (socket, door) = door::open()?;
        wake::by_signal(socket.as_raw_fd())?;
        Ok(Messages { socket, door })
    }

    pub(super) fn address(&self) -> OsString {
        self.door.address()
    }

    /// The next one, or why it is not passed on.
    pub(super) fn next(&mut self) -> Option<Result<Message, String>> {
        let mut text = vec![0; LONGEST + 1];
        let received = receive(self.socket.as_raw_fd(), &mut text).ok()?;
        text.truncate(received.length);
        if received.length > LONGEST {
            return Some(Err(format!("a message of more than {LONGEST} bytes is not passed on")));
        }
        let admitted = self.door.admit(received.sender);
        Some(admitted.map(|()| Message::for_our_supervisor(&text, received.descriptors)))
    }
}

impl Message {
    fn for_our_supervisor(text: &[u8], mut descriptors: Vec<OwnedFd>) -> Message {
        let lines = text.split(|byte| *byte == b'\n');
        let (kept_back, passed_on): (Vec<_>, Vec<_>) = lines
            .filter(|line| !line.is_empty())
            .partition(|line| ABOUT_THE_MAIN_PROCESS.iter().any(|name| line.starts_with(name)));
        if kept_back.iter().any(|line| line.starts_with(b"MAINPIDFD=")) {
            descriptors.clear();
        }
        Message {
            text: passed_on.join(&b'\n'),
            descriptors,
        }
    }

    pub(super) fn says_ready(&self) -> bool {
        self.text.split(|byte| *byte == b'\n').any(|line| line == b"READY=1")
    }
}

struct Received {
    length: usize,
    descriptors: Vec<OwnedFd>,
    sender: Option<Sender>,
}

/// Room for the descriptors of a message and its sender, aligned as their headers are.
type Control = [u64; 256];

/// The next datagram.
fn receive(socket: c_int, text: &mut [u8]) -> io::Result<Received> {
    let mut control: Control = [0; 256];
    let mut part = libc::iovec {
        iov_base: text.as_mut_ptr().cast(),
        iov_len: text.len(),
    };
    // SAFETY: msghdr is plain data, for which all zeros is a value.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = &mut part;
    header.msg_iovlen = 1;
    header.msg_control = control.as_mut_ptr().cast();
    header.msg_controllen = size_of::<Control>() as _;
    // SAFETY: the header tells of two buffers of ours, and how long they are.
    let length = unsafe { libc::recvmsg(socket, &mut header, door::FLAGS) };
    let length = usize::try_from(length).map_err(|_| io::Error::last_os_error())?;
    let mut received = Received {
        length,
        descriptors: Vec::new(),
        sender: None,
    };
    // SAFETY: the header is as recvmsg(2) has left it.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(&header) };
    // SAFETY: each of these points to a part of the buffer that recvmsg(2) has filled in, or is null behind the last.
    while let Some(part) = unsafe { next.as_ref() } {
        // SAFETY: as above.
        let data = unsafe { libc::CMSG_DATA(part) };
        if part.cmsg_level == libc::SOL_SOCKET && part.cmsg_type == libc::SCM_RIGHTS {
            // SAFETY: it only computes.
            let head = unsafe { libc::CMSG_LEN(0) } as usize;
            // Of a type of its own in each C library.
            let length: usize = part.cmsg_len as _;
            let count = length.saturating_sub(head) / size_of::<c_int>();
            received.descriptors.extend((0..count).map(|at| {
                // SAFETY: there are as many descriptors, which the kernel has just opened for us and nobody else knows of.
                unsafe { OwnedFd::from_raw_fd(data.cast::<c_int>().add(at).read_unaligned()) }
            }));
        }
        received.sender = received.sender.or(door::sender(part, data));
        // SAFETY: as above.
        next = unsafe { libc::CMSG_NXTHDR(&header, part) };
    }
    Ok(received)
}
