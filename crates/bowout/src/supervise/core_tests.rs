//! The core, tried out: what it is to do in each case, and that no order of events leads it astray.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::Signal;
use crate::stop::Plan;

use super::core::{Core, Order, Settings};
use super::{Escalation, Leftovers, Reach};

const SECOND: Duration = Duration::from_secs(1);

fn settings() -> Settings {
    Settings {
        forward_to: Reach::Main,
        map: Vec::new(),
        timeout: None,
        plan: "TERM/10s/KILL/5s".parse().unwrap(),
        stop_reach: Reach::Tree,
        escalation: Escalation::OnTimeout,
        leftovers: Leftovers::Stop,
    }
}

const ASK: Option<Order> = Some(Order::Ask(Signal::Term, Reach::Tree));
const FORCE: Option<Order> = Some(Order::Ask(Signal::Kill, Reach::Tree));

#[test]
fn a_signal_is_passed_on_as_the_last_word_on_it_says() {
    let now = Instant::now();
    let map = vec![
        (Signal::Term, None),
        (Signal::Hup, None),
        (Signal::Term, Some(Signal::Quit)),
        // What another becomes is not changed once more.
        (Signal::Quit, Some(Signal::Usr1)),
    ];
    let mut core = Core::new(Settings { map, ..settings() }, now);
    let forward = |signal| Some(Order::Forward(signal, Reach::Main));
    assert_eq!(core.signal(now, Signal::Term), forward(Signal::Quit));
    assert_eq!(core.signal(now, Signal::Hup), None);
    assert_eq!(core.signal(now, Signal::Int), forward(Signal::Int));
    assert_eq!(core.deadline(), None);
}

#[test]
fn a_timeout_begins_the_plan_and_each_stage_has_its_time() {
    let now = Instant::now();
    let timeout = Some(SECOND);
    let mut core = Core::new(Settings { timeout, ..settings() }, now);
    assert_eq!(core.tick(now), None, "not yet");
    assert_eq!(core.tick(now + SECOND), ASK);
    assert!(core.timed_out() && !core.forced());
    assert_eq!(core.deadline(), Some(now + 11 * SECOND));
    // Passed on all the same.
    assert_eq!(
        core.signal(now, Signal::Usr1),
        Some(Order::Forward(Signal::Usr1, Reach::Main))
    );
    assert_eq!(core.tick(now + 11 * SECOND), FORCE);
    assert!(core.forced() && !core.is_over());
    assert_eq!(core.tick(now + 16 * SECOND), None);
    assert!(core.has_given_up() && core.is_over());
    assert_eq!(core.deadline(), None);
}

#[test]
fn whoever_is_left_behind_has_the_whole_plan() {
    let now = Instant::now();
    let mut core = Core::new(settings(), now);
    assert_eq!(core.main_ended(now), ASK);
    assert!(!core.timed_out());
    assert_eq!(
        core.signal(now, Signal::Usr1),
        Some(Order::Forward(Signal::Usr1, Reach::Tree))
    );
    assert_eq!(core.signal(now, Signal::Int), FORCE, "the second request");
    assert_eq!(core.signal(now, Signal::Int), None);
    assert!(core.has_given_up());
}

#[test]
fn whoever_was_asked_with_the_main_process_keeps_his_time() {
    let now = Instant::now();
    let mut core = Core::new(
        Settings {
            timeout: Some(SECOND),
            ..settings()
        },
        now,
    );
    core.tick(now + SECOND);
    assert_eq!(core.main_ended(now + 3 * SECOND), None);
    assert_eq!(core.deadline(), Some(now + 11 * SECOND));
    // Who was not asked is asked.
    let mut core = Core::new(
        Settings {
            timeout: Some(SECOND),
            stop_reach: Reach::Main,
            ..settings()
        },
        now,
    );
    assert_eq!(core.tick(now + SECOND), Some(Order::Ask(Signal::Term, Reach::Main)));
    assert_eq!(core.main_ended(now + 3 * SECOND), ASK);
    assert_eq!(core.deadline(), Some(now + 13 * SECOND));
}

#[test]
fn leftovers_can_be_waited_for_or_left() {
    let now = Instant::now();
    let mut core = Core::new(
        Settings {
            leftovers: Leftovers::Wait,
            timeout: Some(SECOND),
            ..settings()
        },
        now,
    );
    assert_eq!(core.main_ended(now), None);
    assert_eq!(
        (core.deadline(), core.is_over()),
        (None, false),
        "however long it takes"
    );
    assert_eq!(
        core.signal(now, Signal::Term),
        Some(Order::Forward(Signal::Term, Reach::Tree))
    );
    let mut core = Core::new(
        Settings {
            leftovers: Leftovers::Leave,
            ..settings()
        },
        now,
    );
    assert_eq!(core.main_ended(now), None);
    assert!(core.is_over() && !core.has_given_up());
}

#[test]
fn a_request_begins_the_plan_where_that_is_wished() {
    let now = Instant::now();
    let escalates = || {
        Core::new(
            Settings {
                escalation: Escalation::OnRequest,
                ..settings()
            },
            now,
        )
    };
    for request in [Signal::Term, Signal::Int, Signal::Hup, Signal::Quit] {
        let mut core = escalates();
        assert_eq!(core.signal(now, request), Some(Order::Ask(request, Reach::Tree)));
        assert_eq!(core.deadline(), Some(now + 10 * SECOND));
        // A second one is passed on, and changes nothing.
        assert_eq!(core.signal(now, request), Some(Order::Forward(request, Reach::Main)));
        assert_eq!(core.tick(now + 10 * SECOND), FORCE);
        assert!(!core.timed_out());
    }
    assert_eq!(
        escalates().signal(now, Signal::Usr1),
        Some(Order::Forward(Signal::Usr1, Reach::Main))
    );
}

#[test]
fn a_parent_that_is_gone_begins_the_plan_once() {
    let now = Instant::now();
    let mut core = Core::new(settings(), now);
    assert_eq!(core.parent_gone(now), ASK);
    assert_eq!(core.parent_gone(now), None);
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Passes(u64),
    Signal(Signal),
    MainEnds,
    ParentDies,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let signal = prop_oneof![
        Just(Signal::Term),
        Just(Signal::Int),
        Just(Signal::Usr1),
        Just(Signal::Cont)
    ];
    let event = prop_oneof![
        4 => (0_u64..20_000).prop_map(Event::Passes),
        3 => signal.prop_map(Event::Signal),
        1 => Just(Event::MainEnds),
        1 => Just(Event::ParentDies),
    ];
    prop::collection::vec(event, 0..40)
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let reach = || prop_oneof![Just(Reach::Main), Just(Reach::Group), Just(Reach::Tree)];
    let plan = prop_oneof![
        Just("TERM/10s/KILL"),
        Just("TERM/inf"),
        Just("INT/1s/TERM/1s/KILL/inf"),
        Just("KILL/0")
    ];
    let leftovers = prop_oneof![Just(Leftovers::Stop), Just(Leftovers::Wait), Just(Leftovers::Leave)];
    let escalation = prop_oneof![Just(Escalation::OnTimeout), Just(Escalation::OnRequest)];
    let timeout = prop_oneof![
        Just(None),
        (0_u64..30_000).prop_map(|millis| Some(Duration::from_millis(millis)))
    ];
    (reach(), reach(), plan, leftovers, escalation, timeout).prop_map(
        |(forward_to, stop_reach, plan, leftovers, escalation, timeout)| Settings {
            forward_to,
            stop_reach,
            plan: plan.parse::<Plan>().unwrap(),
            leftovers,
            escalation,
            timeout,
            map: Vec::new(),
        },
    )
}

proptest! {
    /// Whatever happens: what is over stays over and does nothing; force comes after everybody was asked, and `forced` tells it; the
    /// plan never goes back, but that it begins anew for those whom it did not reach; a deadline that was met is not due again.
    #[test]
    fn no_order_of_events_leads_it_astray(settings in any_settings(), events in events()) {
        let mut now = Instant::now();
        let stages: Vec<Signal> = settings.plan.stages().iter().map(|stage| stage.signal).collect();
        let mut core = Core::new(settings.clone(), now);
        let mut main_runs = true;
        let mut asked = Vec::new();
        for event in events {
            let was_over = core.is_over();
            let order = match event {
                Event::Passes(millis) => {
                    now += Duration::from_millis(millis);
                    core.tick(now)
                }
                Event::Signal(signal) => core.signal(now, signal),
                Event::ParentDies => core.parent_gone(now),
                Event::MainEnds if main_runs => {
                    main_runs = false;
                    core.main_ended(now)
                }
                Event::MainEnds => None,
            };
            prop_assert_eq!(core.main_has_ended(), !main_runs);
            if was_over {
                prop_assert!(core.is_over(), "{:?}", event);
                prop_assert!(!matches!(order, Some(Order::Ask(..))), "{event:?} {order:?}");
            }
            if let Some(Order::Ask(signal, reach)) = order {
                asked.push((signal, reach));
                prop_assert!(main_runs || reach == Reach::Tree || settings.leftovers != Leftovers::Stop);
            }
            prop_assert_eq!(core.forced(), asked.iter().any(|(signal, _)| *signal == Signal::Kill));
            prop_assert!(core.deadline().is_none_or(|deadline| deadline > now || !matches!(event, Event::Passes(_))
                || stages.iter().all(|stage| *stage == Signal::Kill)), "{:?}", event);
        }
        // Each request of the plan is made twice at most: to whom it is told to reach, and to whom is left.
        prop_assert!(asked.len() <= 2 * stages.len(), "{asked:?}");
    }
}
