use bowout_tests::{Actor, actor};

fn refusals(names: &[&str]) -> Vec<String> {
    Actor::start(actor("subscribe-refused").args(names)).rest()
}

#[test]
fn what_nobody_can_catch_and_what_means_a_broken_program() {
    let refusals = refusals(&["KILL", "STOP", "SEGV", "BUS", "FPE", "ILL", "TRAP", "ABRT", "SYS"]);
    let broken = |name: &str| {
        format!(
            "{name}: {name} says that the program itself is broken: handle it with sigaction(2), on the thread that it strikes"
        )
    };
    let uncatchable =
        |name: &str| format!("{name}: no program can catch {name}: subscribe to another one, such as USR1");
    assert_eq!(refusals[..2], [uncatchable("KILL"), uncatchable("STOP")]);
    assert_eq!(
        refusals[2..],
        ["SEGV", "BUS", "FPE", "ILL", "TRAP", "ABRT", "SYS"].map(broken)
    );
}

/// Otherwise a program would be unstoppable by mistake.
#[test]
fn what_stops_the_program() {
    let stops = |name: &str, trigger: &str| {
        format!(
            "{name}: the signal stops this program: build the listener with `.on(Trigger::{trigger}, Handling::Ignore)` first"
        )
    };
    let more = if cfg!(windows) {
        ["BREAK", "Break"]
    } else {
        ["HUP", "Hangup"]
    };
    assert_eq!(
        refusals(&["INT", more[0]]),
        [stops("INT", "Interrupt"), stops(more[0], more[1])]
    );
}

#[cfg(unix)]
#[test]
fn what_the_system_does_not_have() {
    assert_eq!(
        refusals(&["BREAK"]),
        ["BREAK: this system has no BREAK: `bowout signals` lists what it has"]
    );
}

#[cfg(windows)]
#[test]
fn what_the_system_does_not_have() {
    let nearest = |name: &str| {
        format!(
            "{name}: Windows lets nobody subscribe to {name}: INT (Ctrl-C) and BREAK (Ctrl-Break) it does, and BREAK is the nearest to a reload"
        )
    };
    assert_eq!(refusals(&["HUP", "USR1", "TERM"]), ["HUP", "USR1", "TERM"].map(nearest));
}
