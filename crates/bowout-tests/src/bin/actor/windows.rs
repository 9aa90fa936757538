//! What Windows alone has: a window, and services.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

use bowout::listen::{Builder, Handling, Shutdown, Trigger};
use bowout_tests::Gate;
use windows_sys::Win32::Foundation::TRUE;
use windows_sys::Win32::System::Console::SetConsoleCtrlHandler;
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::core::{BOOL, w};

use crate::say;

/// The scenario of this name.
pub fn find(name: &str) -> Option<fn()> {
    Some(match name {
        "window" => window,
        "window-slow-cleanup" => window_slow_cleanup,
        "window-ignored" => window_ignored,
        "window-again" => window_again,
        "user32" => user32,
        "service" => service,
        "service-exit-7" => service_exit_7,
        "service-return" => service_return,
        "service-hangs" => service_hangs,
        "service-ignores-stop" => service_ignores_stop,
        "service-above-another-handler" => service_above_another_handler,
        "service-without-event" => service_without_event,
        "service-deaf" => service_deaf,
        _ => return None,
    })
}

fn with_window(handling: Handling) -> Shutdown {
    let builder = Builder::new().on(Trigger::WindowClose, handling);
    let shutdown = builder.listen().expect("it listens");
    say(&format!("window {:?}", shutdown.hearing(Trigger::WindowClose)));
    shutdown
}

fn wait_and_leave(shutdown: Shutdown) -> ! {
    shutdown.cleanup("tidy", || say("cleaned"));
    say("ready");
    say(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave()
}

fn window() {
    wait_and_leave(with_window(Handling::Handle));
}

fn window_slow_cleanup() {
    let shutdown = with_window(Handling::Handle);
    shutdown.cleanup("slow", || {
        say("cleaning");
        Gate::pass();
    });
    wait_and_leave(shutdown);
}

fn window_ignored() {
    wait_and_leave(with_window(Handling::Ignore));
}

fn window_again() {
    drop(with_window(Handling::Handle));
    wait_and_leave(with_window(Handling::Handle));
}

fn user32() {
    let loaded = || {
        // SAFETY: the name ends in NUL.
        let module = unsafe { GetModuleHandleW(w!("user32.dll")) };
        !module.is_null()
    };
    let shutdown = crate::listeners::listen();
    say(&format!("loaded {}", loaded()));
    shutdown.cleanup("tidy", || {});
    drop(shutdown);
    say(&format!("loaded {}", loaded()));
    let _shutdown = with_window(Handling::Handle);
    say(&format!("loaded {}", loaded()));
}

/// The test, at the other end of the port that is the last argument.
struct Test(BufReader<TcpStream>);

impl Test {
    fn connect() -> Test {
        let port = std::env::args().next_back().and_then(|port| port.parse::<u16>().ok());
        let address = (Ipv4Addr::LOCALHOST, port.expect("the port is the last argument"));
        Test(BufReader::new(TcpStream::connect(address).expect("the test listens")))
    }

    fn tell(&mut self, line: &str) {
        let _ = writeln!(self.0.get_mut(), "{line}");
    }

    /// Waits for a line, or for the end of the test.
    fn wait(&mut self) {
        let _ = self.0.read_line(&mut String::new());
    }

    fn again(&self) -> Test {
        Test(BufReader::new(
            self.0.get_ref().try_clone().expect("a socket can be shared"),
        ))
    }
}

fn as_service(builder: Builder) -> (Shutdown, Test) {
    let mut test = Test::connect();
    match builder.listen_as_service() {
        Ok(shutdown) => (shutdown, test),
        Err(error) => {
            test.tell(&format!("{error:?}"));
            std::process::exit(1)
        }
    }
}

/// Three cleanups, each of which waits for the test.
fn service() {
    let (shutdown, mut test) = as_service(Builder::new().grace(Duration::from_secs(60)));
    for name in ["first", "second", "third"] {
        let mut test = test.again();
        shutdown.cleanup(name, move || {
            test.tell(&format!("cleaning {name}"));
            test.wait();
        });
    }
    test.tell("ready");
    test.tell(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// A console handler of somebody else's, which was there before the listener: it hears what the listener passes on. It holds
/// the event, since Wine ends every process at a logoff as soon as all handlers have returned.
fn service_above_another_handler() {
    static TEST: OnceLock<TcpStream> = OnceLock::new();
    extern "system" fn beneath(event: u32) -> BOOL {
        let _ = TEST.get().map(|mut test| writeln!(test, "passed on {event}"));
        loop {
            std::thread::park();
        }
    }
    // SAFETY: the handler is a function, which is there until the process ends.
    assert_ne!(unsafe { SetConsoleCtrlHandler(Some(beneath), TRUE) }, 0);
    let (shutdown, mut test) = as_service(Builder::new());
    TEST.get_or_init(|| test.again().0.into_inner());
    test.tell("ready");
    test.tell(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

fn service_exit_7() {
    let (shutdown, mut test) = as_service(Builder::new());
    test.tell("ready");
    test.wait();
    shutdown.exit(7);
}

fn service_return() {
    let (shutdown, mut test) = as_service(Builder::new());
    let mut in_cleanup = test.again();
    shutdown.cleanup("tidy", move || in_cleanup.tell("cleaned"));
    test.tell("ready");
    shutdown.wait();
}

fn service_hangs() {
    let (shutdown, mut test) = as_service(Builder::new().grace(Duration::from_millis(500)));
    test.tell("ready");
    shutdown.wait();
    loop {
        std::thread::park();
    }
}

fn service_ignores_stop() {
    let (shutdown, mut test) = as_service(Builder::new().on(Trigger::ServiceStop, Handling::Ignore));
    test.tell("ready");
    shutdown.wait();
}

/// Listens to the manager, and to nobody else.
fn service_without_event() {
    let (shutdown, mut test) = as_service(Builder::new().on(Trigger::Cooperative, Handling::Default));
    test.tell("ready");
    test.tell(&format!("request {}", shutdown.wait().trigger()));
    shutdown.leave();
}

/// Accepts no stop, and has no event either.
fn service_deaf() {
    let builder = Builder::new().on(Trigger::ServiceStop, Handling::Ignore);
    let (shutdown, mut test) = as_service(builder.on(Trigger::Cooperative, Handling::Default));
    test.tell("ready");
    shutdown.wait();
}
