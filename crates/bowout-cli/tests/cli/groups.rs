//! Process groups, by name, and behind `--` as kill(1) has them.

use std::os::unix::process::CommandExt;
use std::process::Command;

use bowout_tests::{Actor, Ended};

use super::{bowout, bowout_path, finish, run};

/// One of the demo's programs in this group, or in one of its own.
fn member(of: u32) -> Actor {
    let mut command = bowout(&format!("demo-program well-behaved --of {}", std::process::id()));
    let mut member = Actor::start(command.process_group(of as i32));
    member.expect("ready");
    member
}

#[test]
fn every_member_is_signalled_and_told() {
    for written in ["--group ", "-- -"] {
        let mut leader = member(0);
        let (mut follower, mut stranger) = (member(leader.pid()), member(0));
        let ran = run(&format!("signal INT {written}{}", leader.pid()));
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
        assert_eq!(ran.stdout.lines().count(), 2, "{ran:?}");
        for member in [&mut leader, &mut follower] {
            assert!(ran.stdout.contains(&format!("{} (", member.pid())), "{ran:?}");
            assert_eq!(member.ended(), Ended::Signal(2));
        }
        assert!(stranger.is_alive());
    }
}

#[test]
fn stop_takes_them_too_and_needs_no_leader() {
    let mut leader = member(0);
    let mut follower = member(leader.pid());
    assert_eq!(run(&format!("stop {}", leader.pid())).code, Some(0));
    leader.ended();
    let ran = run(&format!("stop --group {} --json", leader.pid()));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.json()["processes"][0]["pid"], follower.pid());
    assert!(!follower.is_alive());
    assert_eq!(run(&format!("stop --group {}", leader.pid())).code, Some(1));
}

#[test]
fn who_is_spared_in_ones_own_group_is_told() {
    // The shell leads the group in which bowout and the sleep are as well.
    let script = "sleep 60 & \"$0\" signal TERM --group $$ --json; kill $! 2> /dev/null; exit 0";
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(bowout_path()).process_group(0);
    let ran = finish(&mut shell);
    let document = ran.json();
    let mut outcomes: Vec<&str> = document["processes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|process| process["outcome"].as_str().expect("text"))
        .collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["protected", "protected", "sent"], "{document}");
    assert_eq!(document["exit_code"], 64, "{document}");
    let messages = ran.stdout;
    assert!(messages.contains("--allow own") && messages.contains("--allow ancestor"));
}

#[test]
fn bowout_itself_is_the_last_where_it_is_allowed() {
    // The shell is 0 in the file's own way: it is left alone, and sees how the others ended.
    let script = "sleep 60 & \"$0\" signal KILL --group $$ --allow own; echo $?; wait $!; echo $?";
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).arg(bowout_path()).process_group(0);
    let ran = finish(&mut shell);
    assert_eq!(ran.stdout, "137\n137\n", "{ran:?}");
}
