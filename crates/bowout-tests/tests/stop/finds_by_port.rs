//! By the port that it listens on.

use std::net::{Ipv4Addr, TcpListener, TcpStream};

use bowout::stop::{self, FindProblem, Port, Protocol, Query};
use bowout_tests::{Actor, actor, skip, under_wine};

use super::finding::{found, pids, sorted};

fn port_of(actor: &mut Actor) -> Port {
    let line = actor.next_line().expect("a line");
    line.parse().unwrap_or_else(|_| panic!("{line:?} is no port"))
}

/// Whether the system tells who listens.
fn are_told() -> bool {
    if under_wine() {
        let own = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = Port::new(own.local_addr().unwrap().port()).unwrap();
        let error = found(&Query::Port(port)).unwrap_err();
        assert!(matches!(error.problem(), FindProblem::NoOwner), "{error:?}");
        skip("Wine 8 tells no owners of sockets");
    }
    !under_wine()
}

fn listener(address: &str, port: u16) -> (Actor, Port) {
    let mut actor = Actor::start(actor("listens-on-tcp").args([address, &port.to_string()]));
    let port = port_of(&mut actor);
    (actor, port)
}

#[test]
fn tcp() {
    if !are_told() {
        return;
    }
    let (actor, port) = listener("127.0.0.1", 0);
    assert_eq!(found(&Query::Port(port)).unwrap(), [actor.pid()]);
    assert_eq!(found(&Query::Port(port.of(Protocol::Tcp))).unwrap(), [actor.pid()]);
    // Somebody else may have the same number in UDP, but not this one.
    let udp = found(&Query::Port(port.of(Protocol::Udp))).unwrap_or_default();
    assert!(!udp.contains(&actor.pid()), "{udp:?}");
}

#[test]
fn udp() {
    if !are_told() {
        return;
    }
    let mut actor = Actor::start(&mut actor("listens-on-udp"));
    let port = port_of(&mut actor).of(Protocol::Udp);
    assert_eq!(found(&Query::Port(port)).unwrap(), [actor.pid()]);
}

#[test]
fn a_port_on_which_nobody_listens() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    // This end of it has a port as well, and takes no connections.
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let port = Port::new(client.local_addr().unwrap().port())
        .unwrap()
        .of(Protocol::Tcp);
    let error = found(&Query::Port(port)).unwrap_err();
    assert!(matches!(error.problem(), FindProblem::NotListening), "{error:?}");
    assert!(error.is_missing());
    assert_eq!(error.to_string(), format!("port {port}: no process listens there"));
}

#[test]
fn never_oneself() {
    if !are_told() {
        return;
    }
    let own = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = Port::new(own.local_addr().unwrap().port()).unwrap().of(Protocol::Tcp);
    let error = found(&Query::Port(port)).unwrap_err();
    assert!(
        matches!(error.problem(), FindProblem::NoMatch { spared } if *spared == [std::process::id()]),
        "{error:?}"
    );
}

#[test]
fn two_that_share_the_number_at_different_addresses_are_two() {
    if !cfg!(any(target_os = "linux", windows)) {
        return skip("only 127.0.0.1 is an address of this machine's");
    }
    if !are_told() {
        return;
    }
    let (first, port) = listener("127.0.0.1", 0);
    let (second, _) = listener("127.0.0.2", port.number());
    let matches = stop::find(&Query::Port(port.of(Protocol::Tcp))).unwrap();
    assert_eq!(pids(&matches), sorted([first.pid(), second.pid()]));
    assert!(matches.one().is_err());
}

#[cfg(unix)]
#[test]
fn a_server_and_the_workers_that_it_forked_are_one_server() {
    let mut master = Actor::start(&mut actor("forks-workers"));
    let mut worker = || {
        let line = master.next_line().expect("a line");
        let pid = line.strip_prefix("worker ").and_then(|pid| pid.parse::<u32>().ok());
        pid.unwrap_or_else(|| panic!("{line:?}"))
    };
    let workers = [worker(), worker()];
    let port = port_of(&mut master).of(Protocol::Tcp);
    let matches = stop::find(&Query::Port(port)).unwrap();
    assert_eq!(pids(&matches), sorted([master.pid(), workers[0], workers[1]]));
    assert_eq!(matches.one().unwrap().id.pid(), master.pid());
}

#[cfg(unix)]
#[test]
fn another_program_that_was_handed_the_socket_is_another_one() {
    let mut first = Actor::start(&mut actor("hands-its-socket-on"));
    let other = first.number("other");
    let port = port_of(&mut first).of(Protocol::Tcp);
    let matches = stop::find(&Query::Port(port)).unwrap();
    assert_eq!(pids(&matches), sorted([first.pid(), other]));
    assert!(matches.one().is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn whose_owner_may_not_be_seen_is_not_nobodys() {
    if !rustix::process::geteuid().is_root() {
        return skip("only root can act as somebody else");
    }
    let (_actor, port) = listener("127.0.0.1", 0);
    let mut finder = Actor::start(actor("finder-as-nobody").args(["port", &port.of(Protocol::Tcp).to_string()]));
    assert_eq!(finder.rest(), ["OwnerHidden { user: Some(0) }"]);
}
