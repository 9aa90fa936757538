//! Three processes that a wrapper runs without knowing two of them.
//!
//! Each holds a connection to the judge, whose end tells that it is gone; when the judge lets go of it, it exits.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use bowout_tests::Actor;

use crate::play::PATIENCE;

pub(super) const CHILD: usize = 0;
pub(super) const GRANDCHILD: usize = 1;
/// A grandchild in a session of its own.
pub(super) const ESCAPEE: usize = 2;

/// What makes the judge a member, with which it is and where to call.
const ROLE: &str = "as-member";

pub(super) struct Family {
    pub(super) members: [Member; 3],
}

pub(super) struct Member(TcpStream);

impl Family {
    /// Starts one under a wrapper. None if they are not there in time.
    pub(super) fn start(under: impl Fn(&[&str]) -> Command) -> Option<(Actor, Family)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
        let judge = std::env::current_exe().ok()?;
        let port = listener.local_addr().ok()?.port().to_string();
        let actor = Actor::start(&mut under(&[judge.to_str()?, ROLE, &CHILD.to_string(), &port]));
        let mut members = [None, None, None];
        for _ in 0..members.len() {
            let mut stream = accept(&listener)?;
            let mut which = [0];
            stream.read_exact(&mut which).ok()?;
            *members.get_mut(usize::from(which[0]))? = Some(Member(stream));
        }
        let [Some(child), Some(grandchild), Some(escapee)] = members else {
            return None;
        };
        let members = [child, grandchild, escapee];
        Some((actor, Family { members }))
    }

    pub(super) fn let_the_child_exit(&mut self) {
        // One that is gone already needs not be told.
        let _ = self.members[CHILD].0.write_all(b"!");
    }
}

/// A member that never calls must not hold the judge up.
fn accept(listener: &TcpListener) -> Option<TcpStream> {
    listener.set_nonblocking(true).ok()?;
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Ok((stream, _)) = listener.accept() {
            stream.set_nonblocking(false).ok()?;
            stream.set_read_timeout(Some(PATIENCE)).ok()?;
            return Some(stream);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    None
}

impl Member {
    /// Whether it ends by then.
    pub(super) fn ends_by(mut self, until: Instant) -> bool {
        let time = until
            .saturating_duration_since(Instant::now())
            .max(Duration::from_millis(1));
        if self.0.set_read_timeout(Some(time)).is_err() {
            return false;
        }
        let still_there = |error: std::io::Error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
        !self.0.read_exact(&mut [0]).is_err_and(still_there)
    }
}

/// What a member does.
pub(crate) fn be(which: &str, port: &str) -> std::io::Result<()> {
    let number = |text: &str| text.parse::<u16>().map_err(std::io::Error::other);
    let which = usize::from(number(which)?);
    if which == ESCAPEE {
        rustix::process::setsid()?;
    }
    let mut judge = TcpStream::connect((Ipv4Addr::LOCALHOST, number(port)?))?;
    if which == CHILD {
        for other in [GRANDCHILD, ESCAPEE] {
            Command::new(std::env::current_exe()?)
                .args([ROLE, &other.to_string(), port])
                .spawn()?;
        }
    }
    judge.write_all(&[which as u8])?;
    // A byte, the end, or an error: all tell it to go.
    let _ = judge.read(&mut [0]);
    Ok(())
}
