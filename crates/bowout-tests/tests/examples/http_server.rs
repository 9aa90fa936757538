use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bowout_tests::{Actor, PATIENCE, example, sys};

/// Long after a test has failed.
const NEVER: &str = "1h";

fn server(grace: &str) -> (Actor, String) {
    let mut server = Actor::start(example("http_server").args(["127.0.0.1:0", grace]));
    let line = server.next_line().expect("a line");
    let address = line.strip_prefix("listening on http://").expect("its address");
    let address = address.to_owned();
    (server, address)
}

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("it is not zero");
    stream
}

/// Begins an upload of ten bytes, and sends five. The server has asked for them, so the request is in its hands.
fn begin_upload(address: &str) -> TcpStream {
    let mut stream = connect(address);
    let head = "PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("the server reads");
    read_until(&mut stream, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"12345").expect("the server reads");
    stream
}

fn finish_upload(stream: &mut TcpStream) {
    stream.write_all(b"67890").expect("the server reads");
    let response = read_until(stream, "received 10 bytes\n");
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response:?}");
}

fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut byte = [0];
        let count = stream.read(&mut byte).expect("the server answers");
        assert_eq!(count, 1, "the server hung up after {text:?}");
        text.push(byte[0].into());
    }
    text
}

fn wait_until_refused(address: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match TcpStream::connect(address) {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => return,
            _ => assert!(Instant::now() < deadline, "{address} still lets everybody in"),
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_request_in_flight_is_answered_and_nobody_new_is_let_in() {
    let (mut server, address) = server(NEVER);
    let mut upload = begin_upload(&address);
    server.ask(sys::TERMINATE);
    wait_until_refused(&address);
    finish_upload(&mut upload);
    server.expect("received 10 bytes");
    assert_eq!(server.next_line(), None);
    assert_eq!(server.ended(), sys::ends_by(sys::TERMINATE));
}

#[test]
fn idle_connections_hold_nobody_up() {
    let (mut server, address) = server(NEVER);
    let silent = connect(&address);
    let mut kept_alive = begin_upload(&address);
    finish_upload(&mut kept_alive);
    server.ask(sys::TERMINATE);
    server.expect("received 10 bytes");
    assert_eq!(server.next_line(), None);
    assert_eq!(server.ended(), sys::ends_by(sys::TERMINATE));
    drop((silent, kept_alive));
}

#[test]
fn a_client_without_end_is_cut_off_at_the_deadline() {
    let (mut server, address) = server("2s");
    finish_upload(&mut begin_upload(&address));
    let endless = begin_upload(&address);
    server.ask(sys::TERMINATE);
    server.expect("received 10 bytes");
    assert_eq!(server.next_line(), None);
    assert_eq!(server.ended(), sys::ends_by(sys::TERMINATE));
    drop(endless);
}
