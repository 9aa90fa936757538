//! The actor as a service.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::ops::Deref;
use std::time::{Duration, Instant};

use super::Service;
use crate::{PATIENCE, actor_path, skip};

/// The actor as a service. It has no standard streams, so it gets the number of a port as its last argument, where it reports
/// line by line and hears from the test.
pub struct ServiceActor {
    service: Service,
    stream: BufReader<TcpStream>,
}

impl Deref for ServiceActor {
    type Target = Service;

    fn deref(&self) -> &Service {
        &self.service
    }
}

impl ServiceActor {
    /// The next line must be this one.
    pub fn expect(&mut self, line: &str) {
        let mut next = String::new();
        self.stream.read_line(&mut next).expect("the service speaks in time");
        assert_eq!(next.trim_end(), line);
    }

    /// Lets it go on, where it waits for a line from the test.
    pub fn go_on(&mut self) {
        self.stream.get_mut().write_all(b"\n").expect("the service listens");
    }
}

/// The actor as a service in a scenario, ready. `None`, which is said aloud, where nobody like us may make one.
pub fn service(scenario: &str) -> Option<ServiceActor> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback socket");
    let port = listener.local_addr().expect("it is bound").port();
    let Some(service) = Service::start(&actor_path(), &format!("{scenario} {port}")) else {
        skip("only administrators may make a service");
        return None;
    };
    let stream = BufReader::new(connection(&listener));
    let mut actor = ServiceActor { service, stream };
    actor.expect("ready");
    Some(actor)
}

fn connection(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).expect("a socket can be asked");
    let deadline = Instant::now() + PATIENCE;
    let stream = loop {
        match listener.accept() {
            Ok((stream, _)) => break stream,
            Err(error) => assert!(Instant::now() < deadline, "the service does not report: {error}"),
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    stream.set_nonblocking(false).expect("a socket can wait");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket takes a limit");
    stream
}
