//! Programs that are to be found, and one that looks for others.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::process::Command;

use bowout::stop::{self, FindProblem, Pattern, Query};

use crate::say;
use crate::targets::sleep_for_ever;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "listens-on-tcp" => listens_on_tcp,
        "listens-on-udp" => listens_on_udp,
        "finder" => finder,
        "finder-below" => finder_below,
        #[cfg(target_os = "linux")]
        "finder-short-of-descriptors" => linux::finder_short_of_descriptors,
        #[cfg(unix)]
        "finder-as-nobody" => unix::finder_as_nobody,
        #[cfg(unix)]
        "listens-on-socket" => unix::listens_on_socket,
        #[cfg(target_os = "linux")]
        "listens-on-abstract-socket" => unix::listens_on_abstract_socket,
        #[cfg(unix)]
        "forks-workers" => unix::forks_workers,
        #[cfg(unix)]
        "hands-its-socket-on" => unix::hands_its_socket_on,
        _ => return None,
    })
}

fn argument(number: usize) -> String {
    std::env::args().nth(number + 1).unwrap_or_default()
}

/// Tells its port, which is the one in the second argument if there is one; the first one is its address.
fn listens_on_tcp() {
    let address: Ipv4Addr = argument(1).parse().expect("an address");
    let listener = TcpListener::bind((address, argument(2).parse().unwrap_or(0))).expect("the port is free");
    say(&listener.local_addr().expect("it is bound").port().to_string());
    sleep_for_ever();
}

fn listens_on_udp() {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback socket");
    say(&socket.local_addr().expect("it is bound").port().to_string());
    sleep_for_ever();
}

/// What the arguments ask for.
fn query() -> Query {
    let what = argument(2);
    match argument(1).as_str() {
        "name" => Query::Name(what),
        "command-line" => Query::CommandLine(Pattern::containing(what)),
        "port" => Query::Port(what.parse().expect("a port")),
        "socket" => Query::UnixSocket(what.into()),
        "cgroup" => Query::Cgroup(what.into()),
        "unit" => Query::Unit(what),
        "group" => Query::ProcessGroup(what.parse().expect("a group")),
        other => panic!("no query: {other}"),
    }
}

/// Looks for somebody, and tells whom it found, and whom it left out.
fn finder() {
    match stop::find(&query()) {
        Ok(matches) => matches
            .all()
            .iter()
            .for_each(|found| say(&format!("found {}", found.id.pid()))),
        Err(error) => match error.problem() {
            FindProblem::NoMatch { spared } => {
                spared.iter().for_each(|pid| say(&format!("spared {pid}")));
                say("nobody");
            }
            problem => say(&format!("{problem:?}")),
        },
    }
}

/// The same by a child.
fn finder_below() {
    let mut child = Command::new(std::env::current_exe().expect("a path"));
    child.args(["finder", &argument(1), &argument(2)]);
    let status = child.status().expect("it starts");
    assert!(status.success(), "{status}");
}

#[cfg(unix)]
mod unix {
    use std::io::Read;
    use std::net::{Ipv4Addr, TcpListener};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::{UnixListener, UnixStream};
    use std::process::{Command, Stdio};

    use super::argument;
    use crate::say;
    use crate::targets::sleep_for_ever;

    /// Gives up what root may do, and looks then.
    pub fn finder_as_nobody() {
        const NOBODY: u32 = 65534;
        // SAFETY: the calls take numbers.
        let given_up = unsafe { libc::setgid(NOBODY) == 0 && libc::setuid(NOBODY) == 0 };
        assert!(given_up, "{}", std::io::Error::last_os_error());
        super::finder();
    }

    pub fn listens_on_socket() {
        let _listener = UnixListener::bind(argument(1)).expect("the path is free");
        say("ready");
        sleep_for_ever();
    }

    #[cfg(target_os = "linux")]
    pub fn listens_on_abstract_socket() {
        use std::os::linux::net::SocketAddrExt;
        let address = std::os::unix::net::SocketAddr::from_abstract_name(argument(1)).expect("a name");
        let _listener = UnixListener::bind_addr(&address).expect("the name is free");
        say("ready");
        sleep_for_ever();
    }

    /// A server whose workers have inherited its socket; they end with it.
    pub fn forks_workers() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback socket");
        let (mut end, beginning) = UnixStream::pair().expect("two ends");
        for _ in 0..2 {
            // SAFETY: there is no other thread, so the child may do what it likes.
            match unsafe { libc::fork() } {
                0 => {
                    drop(beginning);
                    let _ = end.read(&mut [0]);
                    std::process::exit(0);
                }
                worker => say(&format!("worker {worker}")),
            }
        }
        say(&listener.local_addr().expect("it is bound").port().to_string());
        sleep_for_ever();
        drop(beginning);
    }

    /// Another program has inherited its socket, and ends with it.
    pub fn hands_its_socket_on() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback socket");
        // SAFETY: the descriptor is open; without FD_CLOEXEC a child keeps it.
        unsafe { libc::fcntl(listener.as_raw_fd(), libc::F_SETFD, 0) };
        let other = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn();
        let mut other = other.expect("every Unix has cat");
        say(&format!("other {}", other.id()));
        say(&listener.local_addr().expect("it is bound").port().to_string());
        sleep_for_ever();
        let _ = other.wait();
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::Barrier;
    use std::time::{Duration, Instant};

    use bowout::stop::{self, FindError, Matches, Query};
    use rustix::process::{Resource, getrlimit, setrlimit};

    use super::query;
    use crate::say;

    /// How many moments are tried in which descriptors may run out.
    const MOMENTS: u32 = 100;

    /// Looks for the same again and again. Each time descriptors run out a little later, from the beginning to behind the end. Tells
    /// every answer once.
    pub fn finder_short_of_descriptors() {
        let query = query();
        let started = Instant::now();
        stop::find(&query).expect("it is there");
        let takes = started.elapsed();
        let mut answers = Vec::new();
        for moment in 0..MOMENTS {
            let answer = match find_short_of_descriptors(&query, takes * 2 * moment / MOMENTS) {
                Ok(matches) => format!("found {}", matches.all()[0].id.pid()),
                Err(error) => error.to_string(),
            };
            if !answers.contains(&answer) {
                say(&answer);
                answers.push(answer);
            }
        }
    }

    /// Looks for it, and has no more descriptors to be had from that moment of it on.
    fn find_short_of_descriptors(query: &Query, from: Duration) -> Result<Matches, FindError> {
        let enough = getrlimit(Resource::Nofile);
        let mut none = enough;
        none.current = Some(0);
        let begin = Barrier::new(2);
        let answer = std::thread::scope(|scope| {
            scope.spawn(|| {
                begin.wait();
                std::thread::sleep(from);
                setrlimit(Resource::Nofile, none).expect("who has less may have more again");
            });
            begin.wait();
            stop::find(query)
        });
        setrlimit(Resource::Nofile, enough).expect("who had more may have it again");
        answer
    }
}
