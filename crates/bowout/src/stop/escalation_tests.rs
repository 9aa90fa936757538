use super::*;
use proptest::prelude::*;
use std::time::Duration;

/// A second of the tests' clock, which only the tests move.
const TICK: Duration = Duration::from_secs(1);

/// Drives the core and holds everything it does against the rules.
#[derive(Clone)]
struct Judge {
    core: Escalation,
    plan: Plan,
    now: Instant,
    ticks: u64,
    members: Vec<Record>,
    kinship: Kinship,
    forced: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kinship {
    None,
    OneTree,
}

#[derive(Clone, Debug, Default)]
struct Record {
    /// The stages in which it was asked, when, and what came of it.
    asks: Vec<(usize, u64, Answer)>,
    exited: bool,
    /// The stage in which it joined, where it was late.
    late_in: Option<usize>,
}

impl Judge {
    fn new(plan: &Plan, members: usize) -> Judge {
        Judge::of(plan, members, Kinship::None)
    }

    fn tree(plan: &Plan, members: usize) -> Judge {
        Judge::of(plan, members, Kinship::OneTree)
    }

    fn of(plan: &Plan, members: usize, kinship: Kinship) -> Judge {
        let mut core = Escalation::new(plan);
        for member in 0..members {
            let group = match kinship {
                Kinship::None => member,
                Kinship::OneTree => 0,
            };
            core.join(group, 0, Joined::InTime);
        }
        Judge {
            core,
            plan: plan.clone(),
            now: Instant::now(),
            ticks: 0,
            members: vec![Record::default(); members],
            kinship,
            forced: false,
        }
    }

    /// The latest stage in which anybody was asked.
    fn stage(&self) -> usize {
        let stages = self
            .members
            .iter()
            .flat_map(|record| &record.asks)
            .map(|(stage, ..)| *stage);
        stages.max().unwrap_or(0)
    }

    /// Somebody is found in the tree behind the requests of a stage.
    fn join_late(&mut self) {
        let stage = self.stage();
        self.core.join(0, stage, Joined::Late);
        self.members.push(Record {
            late_in: Some(stage),
            ..Record::default()
        });
    }

    fn next_ask(&mut self) -> Option<Ask> {
        let ask = self.core.next_ask(self.now)?;
        let record = &self.members[ask.member];
        let last = self.plan.stages().len() - 1;
        assert_eq!(ask.signal, self.plan.stages()[ask.stage].signal);
        assert!(!record.exited, "asked after its exit");
        assert!(
            !record
                .asks
                .iter()
                .any(|(.., answer)| matches!(answer, Answer::Denied | Answer::Gone))
        );
        if let Some((stage, at, answer)) = record.asks.last() {
            assert!(ask.stage > *stage, "each stage once, in order");
            let others_have_time = self.kinship == Kinship::OneTree && self.waits_for_others(*stage, *at);
            if (*answer == Answer::Sent || others_have_time) && !self.forced && record.late_in.is_none() {
                let wait = self.plan.stages()[*stage].wait.as_secs();
                assert!(self.ticks >= at + wait, "asked again before its time was over");
            }
            assert!(
                ask.stage == stage + 1 || (self.forced && ask.stage == last),
                "a stage was left out"
            );
        } else {
            let first = record.late_in.unwrap_or(0);
            assert!(ask.stage <= first + 1 || self.forced && ask.stage == last);
            if record.late_in == Some(ask.stage) && ask.signal.can_be_caught() {
                assert!(
                    !self.was_reached(ask.stage),
                    "asked with those who were asked before it came"
                );
            }
        }
        Some(ask)
    }

    /// Whether somebody whom the stage's request has reached is still there, and has had no more time than that.
    fn waits_for_others(&self, stage: usize, since: u64) -> bool {
        let wait = self.plan.stages()[stage].wait.as_secs();
        let reached = |record: &Record| {
            let mut asks = record.asks.iter();
            asks.any(|(of, at, answer)| *of == stage && *answer == Answer::Sent && self.ticks < since.max(*at) + wait)
        };
        self.members.iter().any(|record| !record.exited && reached(record))
    }

    /// Whether the stage's request has reached anybody.
    fn was_reached(&self, stage: usize) -> bool {
        let mut asks = self.members.iter().flat_map(|record| &record.asks);
        asks.any(|(of, _, answer)| *of == stage && *answer == Answer::Sent)
    }

    fn answer(&mut self, ask: Ask, answer: Answer) {
        self.members[ask.member].asks.push((ask.stage, self.ticks, answer));
        self.core.answer(ask.member, answer, self.now);
        assert_eq!(answer == Answer::Sent, self.core.waiting(ask.member).is_some());
    }

    fn exit(&mut self, member: usize) {
        self.members[member].exited = true;
        self.core.exited(member);
    }

    fn force(&mut self) {
        self.forced = true;
        self.core.force();
    }

    fn tick(&mut self) {
        self.ticks += 1;
        self.now += TICK;
    }

    /// What must hold whenever nobody is due.
    fn rest(&self) -> Wake {
        let wake = self.core.wake();
        match wake {
            Wake::At(at) => assert!(at > self.now, "it would be woken for nothing"),
            Wake::Never => assert_eq!(self.plan.total(), Duration::MAX, "it would sleep for ever"),
            Wake::Done => {}
        }
        for (member, record) in self.members.iter().enumerate() {
            let answered = |wanted| record.asks.iter().any(|(.., answer)| *answer == wanted);
            let sent = answered(Answer::Sent);
            match self.core.end(member) {
                None => assert!(!record.exited && wake != Wake::Done),
                Some(End::Denied) => assert!(answered(Answer::Denied)),
                Some(End::Stopped) => assert!(sent && (record.exited || answered(Answer::Gone))),
                Some(End::AlreadyGone) => assert!(!sent && (record.exited || answered(Answer::Gone))),
                // Who came behind the last request was never asked.
                Some(End::Survived) => assert!((sent && self.was_at_last_stage(record)) || record.late_in.is_some()),
                Some(End::Unreachable) => assert!(!sent && self.was_at_last_stage(record)),
            }
        }
        wake
    }

    fn was_at_last_stage(&self, record: &Record) -> bool {
        let last = self.plan.stages().len() - 1;
        record.asks.last().is_some_and(|(stage, ..)| *stage == last)
    }
}

const ANSWERS: [Answer; 4] = [Answer::Sent, Answer::Unreachable, Answer::Denied, Answer::Gone];

/// Goes through everything that can happen: every answer to every request, and between them every exit, a call for force, or
/// the passing of time.
fn explore(mut judge: Judge, paths: &mut u64) {
    if let Some(ask) = judge.next_ask() {
        for answer in ANSWERS {
            let mut judge = judge.clone();
            judge.answer(ask, answer);
            explore(judge, paths);
        }
        return;
    }
    if judge.rest() == Wake::Done {
        *paths += 1;
        return;
    }
    assert!(judge.ticks <= judge.plan.total().as_secs(), "longer than the plan");
    for member in 0..judge.members.len() {
        if judge.core.end(member).is_none() {
            let mut judge = judge.clone();
            judge.exit(member);
            explore(judge, paths);
        }
    }
    if !judge.forced {
        let mut judge = judge.clone();
        judge.force();
        explore(judge, paths);
    }
    if judge.kinship == Kinship::OneTree && judge.members.iter().all(|record| record.late_in.is_none()) {
        let mut judge = judge.clone();
        judge.join_late();
        explore(judge, paths);
    }
    judge.tick();
    explore(judge, paths);
}

fn plan(text: &str) -> Plan {
    text.parse().unwrap()
}

#[test]
fn every_course_of_events_keeps_the_rules() {
    let mut paths = 0;
    for (text, members) in [
        ("TERM/3s/KILL/2s", 1),
        ("TERM/2s/KILL/1s", 2),
        ("TERM/2s/KILL/2s", 3),
        ("INT/2s/TERM/2s/KILL/2s", 1),
        ("INT/2s/TERM/1s/KILL/2s", 2),
        ("TERM/0s/KILL/0s", 2),
        ("TERM/0s/KILL/2s", 2),
        ("TERM/2s", 2),
        ("KILL/0s", 2),
    ] {
        explore(Judge::new(&plan(text), members), &mut paths);
    }
    // What was explored is no small part of what can happen.
    assert!(paths > 20_000, "{paths}");
}

#[test]
fn every_course_of_events_in_a_tree_keeps_the_rules() {
    let mut paths = 0;
    for (text, members) in [
        ("TERM/3s/KILL/2s", 1),
        ("TERM/2s/KILL/1s", 2),
        ("INT/2s/TERM/2s/KILL/1s", 1),
        ("TERM/0s/KILL/1s", 2),
        ("TERM/2s", 2),
        ("KILL/1s", 2),
    ] {
        explore(Judge::tree(&plan(text), members), &mut paths);
    }
    assert!(paths > 20_000, "{paths}");
}

#[test]
fn in_a_tree_who_cannot_be_reached_waits_with_those_who_were() {
    let mut judge = Judge::tree(&plan("TERM/3s/KILL"), 2);
    let helper = judge.next_ask().unwrap();
    judge.answer(helper, Answer::Unreachable);
    let parent = judge.next_ask().unwrap();
    judge.answer(parent, Answer::Sent);
    assert_eq!(
        judge.next_ask(),
        None,
        "the helper of one that is leaving is not killed"
    );
    judge.tick();
    assert_eq!(judge.next_ask(), None);
    judge.exit(parent.member);
    assert_eq!(
        judge.next_ask().map(|ask| (ask.member, ask.stage)),
        Some((helper.member, 1))
    );
}

#[test]
fn who_comes_late_is_asked_in_the_next_stage() {
    let mut judge = Judge::tree(&plan("TERM/2s/KILL/2s"), 1);
    let ask = judge.next_ask().unwrap();
    judge.answer(ask, Answer::Sent);
    judge.join_late();
    assert_eq!(judge.next_ask(), None);
    judge.exit(0);
    assert_eq!(
        judge.rest(),
        Wake::At(judge.now + 2 * TICK),
        "it has what is left of the wait"
    );
    judge.tick();
    judge.tick();
    let ask = judge.next_ask().unwrap();
    assert_eq!((ask.member, ask.signal), (1, Signal::Kill));
    judge.answer(ask, Answer::Sent);
    judge.join_late();
    let ask = judge.next_ask().unwrap();
    assert_eq!(
        (ask.member, ask.signal),
        (2, Signal::Kill),
        "a stage that kills is for all"
    );
}

#[test]
fn whoever_has_ended_is_told_once() {
    let mut judge = Judge::new(&plan("TERM/1s/KILL/1s"), 2);
    let ask = judge.next_ask().unwrap();
    judge.answer(ask, Answer::Gone);
    assert_eq!(judge.core.next_ended(), Some((0, End::AlreadyGone)));
    assert_eq!(judge.core.next_ended(), None);
    judge.exit(0);
    assert_eq!(judge.core.next_ended(), None);
}

#[test]
fn force_goes_to_the_last_stage_at_once_and_only_there() {
    let mut judge = Judge::new(&plan("INT/1h/TERM/1h/KILL/5s"), 1);
    let ask = judge.next_ask().unwrap();
    judge.answer(ask, Answer::Sent);
    assert_eq!(judge.next_ask(), None);
    judge.force();
    let ask = judge.next_ask().unwrap();
    assert_eq!((ask.stage, ask.signal), (2, Signal::Kill));
    judge.answer(ask, Answer::Sent);
    judge.force();
    assert_eq!(judge.next_ask(), None, "force a second time changes nothing");
}

#[test]
fn a_member_that_nothing_reaches_does_not_wait() {
    let mut judge = Judge::new(&plan("INT/1h/TERM/1h/KILL/1h"), 1);
    for stage in 0..3 {
        let ask = judge.next_ask().unwrap();
        assert_eq!(ask.stage, stage);
        judge.answer(ask, Answer::Unreachable);
    }
    assert_eq!(judge.next_ask(), None);
    assert_eq!(judge.core.end(0), Some(End::Unreachable));
}

#[test]
fn a_wait_without_end_is_waited_out() {
    let mut judge = Judge::new(&plan("TERM/inf/KILL"), 1);
    let ask = judge.next_ask().unwrap();
    judge.answer(ask, Answer::Sent);
    judge.now += Duration::from_secs(1 << 40);
    assert_eq!(judge.next_ask(), None);
    assert_eq!(judge.rest(), Wake::Never);
    judge.exit(0);
    assert_eq!(judge.rest(), Wake::Done);
}

#[test]
fn one_that_may_not_be_asked_does_not_hold_up_the_others() {
    let mut judge = Judge::new(&plan("TERM/1s/KILL/1s"), 2);
    let first = judge.next_ask().unwrap();
    judge.answer(first, Answer::Denied);
    let second = judge.next_ask().unwrap();
    assert_eq!(second.member, 1);
    judge.answer(second, Answer::Sent);
    assert_eq!(judge.core.end(0), Some(End::Denied));
    judge.exit(1);
    assert_eq!(judge.core.end(1), Some(End::Stopped));
    assert_eq!(judge.rest(), Wake::Done);
}

/// If each exit took a look at everybody, this would not come to its end today.
#[test]
fn an_exit_costs_the_same_among_many() {
    const MANY: usize = 300_000;
    let mut core = Escalation::new(&plan("TERM/10s/KILL"));
    for group in 0..MANY {
        core.join(group, 0, Joined::InTime);
    }
    let now = Instant::now();
    while let Some(ask) = core.next_ask(now) {
        core.answer(ask.member, Answer::Sent, now);
    }
    for member in 0..MANY {
        core.exited(member);
    }
    assert_eq!(core.wake(), Wake::Done);
}

#[derive(Clone, Debug)]
enum Happening {
    Tick,
    Exit(usize),
    Force,
}

fn happening(members: usize) -> impl Strategy<Value = Happening> {
    prop_oneof![8 => Just(Happening::Tick), 1 => (0..members).prop_map(Happening::Exit), 1 => Just(Happening::Force)]
}

proptest! {
    #[test]
    fn any_schedule_of_events_keeps_the_rules_and_comes_to_an_end(
        waits in proptest::collection::vec(0u64..6, 1..5),
        happenings in proptest::collection::vec(happening(6), 0..60),
        answers in proptest::collection::vec(proptest::sample::select(ANSWERS.to_vec()), 1..40),
    ) {
        let signals = [Signal::Int, Signal::Term, Signal::Quit, Signal::Kill];
        let stage = |(signal, wait): (&Signal, &u64)| format!("{signal}/{wait}s");
        let text: Vec<String> = signals.iter().zip(&waits).map(stage).collect();
        let mut judge = Judge::new(&plan(&text.join("/")), 6);
        let mut answers = answers.iter().cycle();
        let mut happenings = happenings.into_iter().chain(std::iter::repeat(Happening::Tick));
        loop {
            while let Some(ask) = judge.next_ask() {
                // `cycle` of a list that is not empty has no end.
                judge.answer(ask, *answers.next().unwrap());
            }
            if judge.rest() == Wake::Done {
                break;
            }
            prop_assert!(judge.ticks <= judge.plan.total().as_secs());
            match happenings.next() {
                Some(Happening::Exit(member)) => judge.exit(member),
                Some(Happening::Force) => judge.force(),
                _ => judge.tick(),
            }
        }
    }
}

#[test]
fn a_stage_is_over_for_all_at_the_same_moment_and_for_nobody_too_early() {
    let plan: Plan = "TERM/10s/KILL/5s".parse().unwrap();
    let start = Instant::now();
    let mut core = Escalation::new(&plan);
    for group in 0..3 {
        core.join(group, 0, Joined::InTime);
    }
    // Each request takes two seconds to send.
    for second in [2, 4, 6] {
        let now = start + second * TICK;
        let ask = core.next_ask(now).unwrap();
        core.answer(ask.member, Answer::Sent, now);
    }
    let over = Some(start + 16 * TICK);
    assert_eq!(
        (0..3).map(|member| core.waiting(member).unwrap().1).collect::<Vec<_>>(),
        [over; 3]
    );
    assert_eq!(core.next_ask(start + 15 * TICK), None);
    let killed: Vec<usize> = std::iter::from_fn(|| {
        let ask = core.next_ask(start + 16 * TICK)?;
        core.answer(ask.member, Answer::Sent, start + 16 * TICK);
        Some(ask.member)
    })
    .collect();
    assert_eq!(killed, [0, 1, 2]);
}
