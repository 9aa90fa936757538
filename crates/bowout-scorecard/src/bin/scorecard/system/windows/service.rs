//! What the service control manager tells a service.

use std::io::{self, BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::panic::catch_unwind;
use std::process::Command;
use std::time::{Duration, Instant};

use bowout_scorecard::Scene;
use bowout_tests::sys::Service;
use windows_sys::Win32::System::Services::{SERVICE_ACCEPT_PRESHUTDOWN, SERVICE_ACCEPT_SHUTDOWN, SERVICE_CONTROL_STOP};

use crate::contestant::{Contestant, PEERS};
use crate::play::{LONG, PATIENCE};
use crate::rows::Row;
use crate::verdict::{Judged, Verdict, no};

const A_DISPATCHER: &str = "the crate windows-service does the talking; joining the two is for its user to write";

pub(super) fn rows() -> Vec<Row> {
    [
        Row::new(
            "a service is stopped",
            "The program is a service, and gets the control `STOP`, as `sc stop` sends it. The cleanups run, the service control \
             manager is told that it has stopped, without an error, and the program ends.",
            "It is how everything in Windows' list of services ends.",
            |contestant| is_service(contestant, stops),
        ),
        Row::new(
            "a service hears of the shutdown",
            "The same service must have told the manager that it wants the controls `SHUTDOWN` and `PRESHUTDOWN`. Only the system \
             itself sends these, when it does shut down, so what comes of them is not tried.",
            "A service has no console and no window that would be told.",
            |contestant| is_service(contestant, wants_to_hear_of_the_shutdown),
        ),
    ]
    .into_iter()
    .map(|row| row.note(&PEERS, A_DISPATCHER).not_offered_by(&PEERS))
    .collect()
}

/// Only a program that speaks with the manager can be its service: any other one is killed for not answering, half a minute
/// after it was started.
fn is_service(contestant: &Contestant, judge: fn(&Service, Lines) -> Judged) -> Judged {
    let command = contestant.command(Scene::Service, LONG, Duration::ZERO)?;
    if contestant.name != "bowout" {
        return Err(no("it does not speak with the service control manager"));
    }
    // The harness panics when the manager is not told in time what becomes of the service.
    let judged = catch_unwind(|| {
        let (service, lines) = start(&command)?;
        judge(&service, lines)
    });
    judged.unwrap_or_else(|_| Err(no("the service control manager was not told")))
}

/// What a service says.
type Lines = std::iter::MapWhile<io::Lines<BufReader<TcpStream>>, fn(io::Result<String>) -> Option<String>>;

/// A service that is ready.
fn start(command: &Command) -> Result<(Service, Lines), Verdict> {
    let failed = |error: io::Error| Verdict::NotRun(format!("the service cannot be heard: {error}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    let arguments: Vec<_> = arguments.chain([port.to_string().into()]).collect();
    let Some(service) = Service::start(command.get_program().as_ref(), &arguments.join(" ")) else {
        return Err(Verdict::NotRun("only administrators may make a service".to_owned()));
    };
    let until = Instant::now() + PATIENCE;
    let stream = loop {
        match listener.accept() {
            Ok((stream, _)) => break stream,
            Err(_) if Instant::now() > until => return Err(no("it did not start")),
            Err(_) => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    stream.set_nonblocking(false).map_err(failed)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    let mut lines: Lines = BufReader::new(stream).lines().map_while(Result::ok);
    match lines.next().as_deref() {
        Some("ready") => Ok((service, lines)),
        _ => Err(no("it did not start")),
    }
}

fn stops(service: &Service, lines: Lines) -> Judged {
    let refused = |error| no(format!("the control was refused with error {error}"));
    service.control(SERVICE_CONTROL_STOP).map_err(refused)?;
    let cleaned = lines.filter(|line| line.starts_with("cleaned ")).count();
    match service.ended().dwWin32ExitCode {
        0 if cleaned == 3 => Ok(()),
        0 => Err(no("no cleanup ran")),
        code => Err(no(format!("it stopped with error {code}"))),
    }
}

fn wants_to_hear_of_the_shutdown(service: &Service, _: Lines) -> Judged {
    let both = SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_PRESHUTDOWN;
    match service.status().dwControlsAccepted & both {
        wanted if wanted == both => Ok(()),
        _ => Err(no("it does not want to hear of it")),
    }
}
