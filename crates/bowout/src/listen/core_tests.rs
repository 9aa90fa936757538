use super::*;
use proptest::prelude::*;

const GRACE: Duration = Duration::from_secs(10);

fn arrival(trigger: Trigger, now: Instant) -> Arrival {
    let limit = (trigger == Trigger::Close).then_some(Duration::from_secs(5));
    Arrival {
        trigger,
        sender: None,
        limit,
        now,
        time: SystemTime::UNIX_EPOCH,
    }
}

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

#[test]
fn the_first_request_begins_and_sets_the_deadline() {
    let start = Instant::now();
    let mut core = Core::new(GRACE, SecondRequest::LeaveNow);
    assert_eq!(core.wake_at(), None);
    assert_eq!(core.request(arrival(Trigger::Terminate, start)), Verdict::Begin);
    let request = core.first().unwrap();
    assert_eq!(
        (request.trigger(), request.deadline()),
        (Trigger::Terminate, Some(start + GRACE))
    );
}

#[test]
fn one_request_told_twice_is_one_and_a_later_one_is_a_second() {
    let start = Instant::now();
    let mut core = Core::new(GRACE, SecondRequest::LeaveNow);
    core.request(arrival(Trigger::Terminate, start));
    assert_eq!(
        core.request(arrival(Trigger::Hangup, start + millis(199))),
        Verdict::Coalesced
    );
    assert_eq!(
        core.request(arrival(Trigger::Terminate, start + millis(200))),
        Verdict::LeaveNow
    );
}

#[test]
fn that_nobody_is_left_is_never_a_second_request_nor_is_the_first_one_after_it() {
    let start = Instant::now();
    let mut core = Core::new(GRACE, SecondRequest::LeaveNow);
    let mut after = |seconds, trigger| core.request(arrival(trigger, start + Duration::from_secs(seconds)));
    assert_eq!(after(0, Trigger::StdinClosed), Verdict::Begin);
    assert_eq!(after(1, Trigger::ParentGone), Verdict::Coalesced);
    assert_eq!(after(2, Trigger::Terminate), Verdict::Coalesced);
    assert_eq!(after(3, Trigger::ParentGone), Verdict::Coalesced);
    assert_eq!(after(4, Trigger::Terminate), Verdict::LeaveNow);
}

#[test]
fn the_program_leaves_for_what_was_asked_and_not_for_a_circumstance() {
    let start = Instant::now();
    let mut core = Core::new(GRACE, SecondRequest::LeaveNow);
    core.request(arrival(Trigger::ParentGone, start));
    assert_eq!((core.leaves_for(), core.wake_at().is_some()), (None, true));
    core.request(arrival(Trigger::Terminate, start));
    assert_eq!(core.leaves_for(), Some(Trigger::Terminate));
}

#[test]
fn the_end_of_the_session_is_no_second_request() {
    let start = Instant::now();
    let mut core = Core::new(GRACE, SecondRequest::LeaveNow);
    core.request(arrival(Trigger::ServiceStop, start));
    for (trigger, at) in [(Trigger::Preshutdown, 500), (Trigger::SystemShutdown, 1_000)] {
        assert_eq!(core.request(arrival(trigger, start + millis(at))), Verdict::Coalesced);
    }
    assert_eq!(core.repeats(), 0);
}

#[test]
fn a_key_held_down_is_a_second_request_in_the_end() {
    let start = Instant::now();
    let mut core = Core::new(GRACE, SecondRequest::Note);
    let presses = (0..10).map(|n| core.request(arrival(Trigger::Interrupt, start + millis(33 * n))));
    assert!(presses.collect::<Vec<_>>().contains(&Verdict::Repeat));
}

#[test]
fn a_request_while_the_program_leaves_by_itself_is_not_a_second_one() {
    let start = Instant::now();
    let mut core = Core::new(GRACE, SecondRequest::LeaveNow);
    core.request(arrival(Trigger::Program, start));
    assert_eq!(core.leaves_for(), None);
    assert_eq!(
        core.request(arrival(Trigger::Interrupt, start + millis(500))),
        Verdict::Coalesced
    );
    assert_eq!(core.leaves_for(), Some(Trigger::Interrupt));
    assert_eq!(
        core.request(arrival(Trigger::Interrupt, start + millis(1_000))),
        Verdict::LeaveNow
    );
}

#[test]
fn the_systems_limit_tightens_a_wider_grace_and_never_widens_a_tighter_one() {
    let start = Instant::now();
    let mut core = Core::new(GRACE, SecondRequest::Note);
    core.request(arrival(Trigger::Terminate, start));
    core.request(arrival(Trigger::Close, start + millis(1_000)));
    assert_eq!(core.first().unwrap().deadline(), Some(start + millis(6_000)));
    let mut core = Core::new(millis(100), SecondRequest::Note);
    core.request(arrival(Trigger::Close, start));
    assert_eq!(core.first().unwrap().deadline(), Some(start + millis(100)));
}

#[test]
fn cleanups_are_handed_over_once_and_then_the_deadline_comes() {
    let start = Instant::now();
    let mut core = Core::new(GRACE, SecondRequest::LeaveNow);
    core.request(arrival(Trigger::Terminate, start));
    assert_eq!(look_until(&mut core, start + millis(8_999)), []);
    assert_eq!(core.wake_at(), Some(start + millis(9_000)));
    assert_eq!(core.due(start + millis(9_000)), Due::RunCleanups);
    assert_eq!(look_until(&mut core, start + millis(9_999)), []);
    assert_eq!(core.wake_at(), Some(start + GRACE));
    assert_eq!(core.due(start + GRACE), Due::LeaveNow);
}

/// Looks at the clock whenever the core wants to, as the watching thread does, and tells what was due.
fn look_until(core: &mut Core, end: Instant) -> Vec<Due> {
    let mut due = Vec::new();
    while let Some(at) = core.wake_at().filter(|at| *at <= end) {
        due.extend(Some(core.due(at)).filter(|due| *due != Due::Nothing));
        if due.last() == Some(&Due::LeaveNow) {
            break;
        }
    }
    due
}

#[test]
fn the_grace_does_not_run_while_the_process_is_stopped() {
    let start = Instant::now();
    let mut core = Core::new(GRACE, SecondRequest::LeaveNow);
    core.request(arrival(Trigger::Terminate, start));
    assert_eq!(look_until(&mut core, start + millis(5_000)), []);
    let stopped = Duration::from_secs(60);
    assert_eq!(core.due(start + millis(5_250) + stopped), Due::Nothing);
    assert_eq!(core.first().unwrap().deadline(), Some(start + GRACE + stopped));
    assert_eq!(
        look_until(&mut core, start + GRACE + stopped),
        [Due::RunCleanups, Due::LeaveNow]
    );
}

#[test]
fn the_systems_limit_runs_on_while_the_process_is_stopped() {
    let start = Instant::now();
    let mut core = Core::new(GRACE, SecondRequest::LeaveNow);
    core.request(arrival(Trigger::Close, start));
    assert_eq!(core.due(start + Duration::from_secs(60)), Due::LeaveNow);
}

#[test]
fn a_slow_scheduler_is_no_stop() {
    let start = Instant::now();
    let mut core = Core::new(GRACE, SecondRequest::LeaveNow);
    core.request(arrival(Trigger::Terminate, start));
    for look in 1..=20 {
        core.due(start + millis(400 * look));
    }
    assert_eq!(core.first().unwrap().deadline(), Some(start + GRACE));
}

#[test]
fn without_an_end_to_the_grace_nothing_is_ever_due() {
    let mut core = Core::new(Duration::MAX, SecondRequest::LeaveNow);
    core.request(arrival(Trigger::Terminate, Instant::now()));
    assert_eq!(core.first().unwrap().deadline(), None);
    assert_eq!(core.due(Instant::now() + Duration::from_secs(1_000_000)), Due::Nothing);
}

fn triggers() -> impl Strategy<Value = Trigger> {
    proptest::sample::select(vec![
        Trigger::Program,
        Trigger::Terminate,
        Trigger::Interrupt,
        Trigger::Close,
    ])
}

fn any_trigger() -> impl Strategy<Value = Trigger> {
    let more = vec![
        Trigger::StdinClosed,
        Trigger::ParentGone,
        Trigger::Preshutdown,
        Trigger::SystemShutdown,
    ];
    prop_oneof![triggers(), proptest::sample::select(more)]
}

proptest! {
    #[test]
    fn whatever_comes_there_is_one_beginning_and_a_deadline_that_moves_only_with_a_stop(
        grace in 0u64..20_000,
        steps in proptest::collection::vec((triggers(), 0u64..3_000, prop::option::of(201u64..60_000)), 1..30),
    ) {
        let start = Instant::now();
        let mut now = start;
        let mut core = Core::new(millis(grace), SecondRequest::Note);
        let (mut begins, mut due, mut last, mut stopped) = (0, Vec::new(), None, 0);
        for (trigger, pause, stop) in steps {
            begins += u32::from(core.request(arrival(trigger, now)) == Verdict::Begin);
            let deadline = core.first().and_then(|request| request.deadline());
            prop_assert!(deadline.is_some() && (last.is_none() || deadline <= last), "{:?} {:?}", last, deadline);
            prop_assert!(deadline <= Some(start + millis(grace + stopped)));
            now += millis(pause);
            due.extend(look_until(&mut core, now));
            if due.contains(&Due::LeaveNow) {
                break;
            }
            if let Some(stop) = stop {
                now = core.wake_at().unwrap() + millis(stop);
                stopped += stop;
                due.extend(Some(core.due(now)).filter(|due| *due != Due::Nothing));
            }
            last = core.first().unwrap().deadline();
            prop_assert_eq!(due.contains(&Due::LeaveNow), last <= Some(now));
            prop_assert!(core.wake_at().unwrap() <= now + LOOK_EVERY);
            if due.contains(&Due::LeaveNow) {
                break;
            }
        }
        prop_assert_eq!(begins, 1);
        prop_assert!(due.iter().filter(|due| **due == Due::RunCleanups).count() <= 1);
    }
    #[test]
    fn a_second_request_is_one_that_was_asked_for_well_after_the_one_before(
        steps in proptest::collection::vec((any_trigger(), 0u64..1_000), 1..30),
    ) {
        let mut now = Instant::now();
        let mut leaving = Core::new(GRACE, SecondRequest::LeaveNow);
        let mut noting = Core::new(GRACE, SecondRequest::Note);
        let (mut asked, mut last, mut repeats) = (None, None, 0);
        for (at, (trigger, pause)) in steps.into_iter().enumerate() {
            let (verdict, noted) = (leaving.request(arrival(trigger, now)), noting.request(arrival(trigger, now)));
            let apart = last.is_some_and(|last| now.duration_since(last) >= REPEAT_WINDOW);
            let is_second = trigger.is_asked() && apart && !trigger.ends_more_than_us();
            prop_assert_eq!(verdict == Verdict::LeaveNow, is_second);
            prop_assert_eq!(noted == Verdict::Repeat, is_second);
            prop_assert_eq!(verdict == Verdict::Begin, at == 0);
            repeats += u32::from(is_second);
            if trigger.is_asked() {
                asked = asked.or(Some(trigger));
                last = last.filter(|_| !apart).or(Some(now));
            }
            prop_assert_eq!((leaving.leaves_for(), noting.repeats()), (asked, repeats));
            now += millis(pause);
        }
    }
}
