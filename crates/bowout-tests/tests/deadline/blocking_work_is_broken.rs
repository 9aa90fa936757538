use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use bowout::deadline;
use bowout::stop::{Plan, Target, stop};
use bowout_tests::Actor;

const LIMIT: Duration = Duration::from_millis(50);

/// A connection on which nothing ever comes, and its other end.
fn silence() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (stream, listener.accept().unwrap().0)
}

/// Not on Windows, where a read that has begun does not notice: <https://github.com/rust-lang/rust/issues/121594>.
#[cfg(unix)]
#[test]
fn a_read_ends_when_the_callback_shuts_the_socket_down() {
    let (mut stream, _other_end) = silence();
    let began = Instant::now();
    let outcome = deadline::within(LIMIT, |scope| {
        let line = stream.try_clone()?;
        scope.on_elapsed(move || drop(line.shutdown(std::net::Shutdown::Both)))?;
        stream.read_to_end(&mut Vec::new())
    });
    let error = io::Error::from(outcome.unwrap_err());
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert!(began.elapsed() >= LIMIT);
}

#[test]
fn a_read_ends_by_what_remains_as_its_own_timeout() {
    let (mut stream, _other_end) = silence();
    let began = Instant::now();
    let outcome = deadline::within(LIMIT, |scope| -> io::Result<usize> {
        loop {
            scope.check()?;
            stream.set_read_timeout(Some(scope.remaining().max(Duration::from_millis(1))))?;
            match stream.read(&mut [0; 64]) {
                Err(error) if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {}
                done => return done,
            }
        }
    });
    assert!(outcome.is_err());
    assert!(began.elapsed() >= LIMIT);
}

#[test]
fn a_wait_for_a_child_ends_when_the_callback_stops_it() {
    let mut actor = Actor::ready("wait");
    let outcome = deadline::within(LIMIT, |scope| {
        let target = Target::open(actor.pid().to_string().parse().unwrap()).unwrap();
        let plan: Plan = "KILL".parse().unwrap();
        scope.on_elapsed(move || drop(stop(target, &plan))).unwrap();
        actor.ended()
    });
    assert!(outcome.is_err());
    assert!(!actor.is_alive());
}
