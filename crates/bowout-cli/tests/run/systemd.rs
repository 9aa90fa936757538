//! `bowout run` as the main process of a service of a real systemd.

use bowout_tests::actor_path;
use bowout_tests::systemd::{Systemd, Unit};

use super::bowout_path;

const SERVICES: [Unit; 2] = [
    ("says", "notify-everything", "Type=notify\nKillMode=mixed"),
    // TERM comes to everybody at once, and from bowout.
    ("stops", "notify-ready tell", "Type=notify"),
];

#[test]
fn readiness_is_passed_on_and_the_end_is_the_program_s() {
    let (bowout, actor) = (bowout_path(), actor_path());
    let program = format!("\"{}\" run --ready notify -- \"{}\"", bowout.display(), actor.display());
    let Some(mut systemd) = Systemd::boot(&program, &SERVICES) else {
        return;
    };
    // Succeeds when systemd has heard from bowout, the only one whom it listens to, that the program is ready.
    systemd.start(&SERVICES);
    systemd.shows("says", "StatusText=half way there");
    systemd.shows("says", "ActiveState=reloading");
    for (name, ..) in SERVICES {
        systemd.systemctl(&format!("stop {name}"));
        assert_eq!(systemd.result(name), "success killed TERM");
    }
}
