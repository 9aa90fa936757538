//! Who listens: the kernel's lists of sockets, and the descriptors of every process.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use super::super::remedy;
use super::unix_diag::{self, Address, FileId};
use crate::stop::find::{FindProblem, Hit, Port, Protocol};

/// The number of a socket, and the user who opened it, where known.
type Sockets = HashMap<u64, Option<u32>>;

/// Those of these processes that listen on a port.
pub(in crate::stop) fn listeners(port: Port, among: &[u32]) -> Result<Vec<Hit>, FindProblem> {
    const LISTS: [(Protocol, &str); 4] = [
        (Protocol::Tcp, "tcp"),
        (Protocol::Tcp, "tcp6"),
        (Protocol::Udp, "udp"),
        (Protocol::Udp, "udp6"),
    ];
    let is_meant = |protocol| port.protocol().is_none_or(|meant| meant == protocol);
    let mut sockets = Sockets::new();
    for (protocol, list) in LISTS.into_iter().filter(|(protocol, _)| is_meant(*protocol)) {
        let lines = read(list)?;
        let lines = lines
            .split(|byte| *byte == b'\n')
            .filter_map(|line| std::str::from_utf8(line).ok());
        sockets.extend(lines.filter_map(|line| parse_internet(line, protocol, port.number())));
    }
    owners(&sockets, among)
}

/// Those of these processes that listen on a Unix socket. The kernel is asked outright: in `/proc/net/unix` a name that has a
/// line's end in it could feign the line of another socket.
pub(in crate::stop) fn socket_listeners(path: &Path, among: &[u32]) -> Result<Vec<Hit>, FindProblem> {
    let wanted = match path.as_os_str().as_bytes().strip_prefix(b"@") {
        Some(name) => Address::Abstract(name.to_vec()),
        None => Address::File(file_of(path)?),
    };
    let untold = |error| {
        let why = format!("the kernel does not tell its Unix sockets: {error}{}", remedy(&error));
        io::Error::other(why)
    };
    let sockets = unix_diag::listening()
        .map_err(|error| FindProblem::Io(untold(error)))?
        .into_iter();
    let sockets = sockets
        .filter(|(_, address)| *address == wanted)
        .map(|(socket, _)| (socket, None));
    owners(&sockets.collect(), among)
}

fn file_of(path: &Path) -> Result<FileId, FindProblem> {
    match fs::metadata(path) {
        Ok(file) if file.file_type().is_socket() => Ok(FileId::from(&file)),
        Ok(_) => Err(FindProblem::NotASocket),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(FindProblem::NoSuchSocket)
        }
        Err(error) => Err(FindProblem::Io(error)),
    }
}

/// One of the lists of this network namespace, or nothing where the protocol is switched off.
fn read(list: &str) -> Result<Vec<u8>, FindProblem> {
    match fs::read(format!("/proc/net/{list}")) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        list => list.map_err(FindProblem::Io),
    }
}

/// A socket of a line of `/proc/net/tcp` and its like, if it listens on the port
/// ([proc_pid_net(5)](https://man7.org/linux/man-pages/man5/proc_pid_net.5.html)).
fn parse_internet(line: &str, protocol: Protocol, port: u16) -> Option<(u64, Option<u32>)> {
    // Of enum tcp_states: a UDP socket that has no peer is "closed".
    const LISTEN: &str = "0A";
    const CLOSE: &str = "07";
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let field = |number: usize| fields.get(number).copied();
    let (_, local) = field(1)?.rsplit_once(':')?;
    let state = match protocol {
        Protocol::Tcp => LISTEN,
        Protocol::Udp => CLOSE,
    };
    let listens = u16::from_str_radix(local, 16) == Ok(port) && field(3)? == state;
    listens.then(|| Some((field(9)?.parse().ok()?, field(7)?.parse().ok())))?
}

/// Those of these processes that have one of the sockets.
fn owners(sockets: &Sockets, among: &[u32]) -> Result<Vec<Hit>, FindProblem> {
    if sockets.is_empty() {
        return Err(FindProblem::NotListening);
    }
    let mut hits = Vec::new();
    let mut owned = HashSet::new();
    let mut may_see_all = true;
    for pid in among {
        match open_sockets(*pid) {
            Ok(open) => {
                let held: Vec<u64> = open.into_iter().filter(|socket| sockets.contains_key(socket)).collect();
                // One stands for all, the same one in a server's worker that has inherited them.
                let socket = held.iter().min().copied();
                hits.extend(socket.map(|_| Hit { pid: *pid, socket }));
                owned.extend(held);
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => may_see_all = false,
            // It has exited.
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(FindProblem::Io(error)),
        }
    }
    match sockets.iter().find(|(socket, _)| !owned.contains(*socket)) {
        Some((_, user)) if !may_see_all => Err(FindProblem::OwnerHidden { user: *user }),
        Some(_) if hits.is_empty() => Err(FindProblem::NoOwner),
        _ => Ok(hits),
    }
}

fn open_sockets(pid: u32) -> io::Result<Vec<u64>> {
    let mut sockets = Vec::new();
    for entry in fs::read_dir(format!("/proc/{pid}/fd"))? {
        match fs::read_link(entry?.path()) {
            Ok(link) => sockets.extend(link.to_str().and_then(parse_link)),
            // It was closed.
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(sockets)
}

fn is_gone(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ESRCH))
}

/// `socket:[12345]`.
fn parse_link(link: &str) -> Option<u64> {
    link.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TCP: &str =
        "   1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 40132 1 0 100 0";
    const TCP6: &str = "   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A \
                        00000000:00000000 00:00000000 00000000     0        0 7 1 0 100 0 0 10 0";
    const CONNECTED: &str =
        "   2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 9 1 0";
    const UDP: &str =
        "  63: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 88 2 0 0";

    #[test]
    fn only_who_listens_on_the_port_is_read() {
        assert_eq!(parse_internet(TCP, Protocol::Tcp, 8080), Some((40132, Some(1000))));
        assert_eq!(parse_internet(TCP6, Protocol::Tcp, 8080), Some((7, Some(0))));
        assert_eq!(parse_internet(UDP, Protocol::Udp, 53), Some((88, Some(101))));
        for (line, protocol, port) in [
            (TCP, Protocol::Tcp, 808),
            (TCP, Protocol::Udp, 8080),
            (CONNECTED, Protocol::Tcp, 8080),
            (UDP, Protocol::Tcp, 53),
            ("  sl  local_address rem_address   st", Protocol::Tcp, 8080),
        ] {
            assert_eq!(parse_internet(line, protocol, port), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(line in "([0-9A-Fa-f]{0,8}[ :]{0,2}){0,12}|.{0,80}") {
            let _ = parse_internet(&line, Protocol::Tcp, 80);
            let _ = parse_link(&line);
        }
    }
}
