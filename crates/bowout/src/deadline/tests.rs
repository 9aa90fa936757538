use super::queue::{Key, Queue};
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn work_that_ends_in_time_gives_its_value() {
    assert_eq!(within(Duration::MAX, |_| 1), Ok(1));
    assert_eq!(within(600 * SECOND, |_| 2), Ok(2));
    assert_eq!(
        within(Duration::ZERO, |_| 3).map_err(|elapsed| elapsed.to_string()),
        Err("not done within 0ns".to_owned())
    );
}

#[test]
fn a_deadline_is_over_when_its_time_has_passed() {
    let deadline = Deadline::after(Duration::from_millis(5));
    assert_eq!(deadline.sleep(Duration::MAX), Err(Elapsed { deadline }));
    assert!(deadline.is_over() && deadline.remaining().is_zero());
    let never = Deadline::after(Duration::MAX);
    assert_eq!((never.remaining(), never.instant()), (Duration::MAX, None));
    assert_eq!(never.sleep(Duration::from_millis(1)), Ok(()));
    let error = io::Error::from(Elapsed { deadline });
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
}

#[test]
fn the_outer_deadline_comes_back_after_a_panic() {
    let outer = within(600 * SECOND, |outer| {
        let panicked = std::panic::catch_unwind(|| within(SECOND, |_| panic!("work fails")));
        assert!(panicked.is_err());
        assert_eq!(current(), outer.deadline());
    });
    assert_eq!(outer, Ok(()));
    assert_eq!(current(), Deadline::NEVER);
}

fn deadlines() -> impl Strategy<Value = Vec<Deadline>> {
    let base = Instant::now();
    let one = proptest::option::of(0..5u32).prop_map(move |seconds| Deadline {
        end: seconds.map(|seconds| base + seconds * SECOND),
        limit: seconds.map_or(Duration::MAX, |seconds| seconds * SECOND),
    });
    proptest::collection::vec(one, 1..8)
}

#[derive(Clone, Debug)]
enum Op {
    Add(u32),
    Remove(usize),
    Begin,
    End(usize),
    Pass(u32),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        (0..20u32).prop_map(Op::Add),
        any::<prop::sample::Index>().prop_map(|index| Op::Remove(index.index(64))),
        Just(Op::Begin),
        any::<prop::sample::Index>().prop_map(|index| Op::End(index.index(64))),
        (1..5u32).prop_map(Op::Pass),
    ]
}

proptest! {
    /// However deep: what counts is the earliest of all, and of several that end together the outermost.
    #[test]
    fn the_tightest_of_nested_deadlines_counts(nested in deadlines()) {
        let innermost = nested.iter().fold(Deadline::NEVER, |outer, inner| inner.inside(outer));
        let earliest = nested.iter().filter_map(|deadline| deadline.end).min();
        prop_assert_eq!(innermost.end, earliest);
        let outermost = nested.iter().find(|deadline| deadline.end == earliest).unwrap();
        prop_assert_eq!(innermost, *outermost);
    }

    /// Every entry runs once, not before its time, in the order of time, and never after it was removed.
    #[test]
    fn the_queue_keeps_its_promises(ops in proptest::collection::vec(op(), 1..80)) {
        let mut now = Instant::now();
        let mut queue = Queue::new();
        let mut waiting: Vec<Key> = Vec::new();
        let mut running: BTreeSet<Key> = BTreeSet::new();
        let mut known: Vec<Key> = Vec::new();
        for op in ops {
            match op {
                Op::Add(seconds) => {
                    let at = now + seconds * SECOND;
                    let key = queue.add(at, known.len());
                    prop_assert!(key.0 == at && !known.contains(&key));
                    known.push(key);
                    waiting.push(key);
                }
                Op::Remove(index) if !known.is_empty() => {
                    let number = index % known.len();
                    let key = known[number];
                    let was_waiting = waiting.contains(&key);
                    waiting.retain(|other| *other != key);
                    prop_assert_eq!(queue.remove(key), was_waiting.then_some(number));
                }
                Op::Begin => {
                    let due = waiting.iter().copied().min().filter(|key| key.0 <= now);
                    let begun = queue.begin(now);
                    prop_assert_eq!(begun.map(|(key, _)| key), due);
                    if let Some((key, number)) = begun {
                        prop_assert_eq!(known[number], key);
                        waiting.retain(|other| *other != key);
                        running.insert(key);
                    }
                }
                Op::End(index) if !known.is_empty() => {
                    let key = known[index % known.len()];
                    running.remove(&key);
                    queue.end(key);
                }
                Op::Pass(seconds) => now += seconds * SECOND,
                Op::Remove(_) | Op::End(_) => {}
            }
            prop_assert_eq!(queue.next_at(), waiting.iter().min().map(|key| key.0));
            for key in &known {
                prop_assert_eq!(queue.is_running(*key), running.contains(key));
            }
        }
    }
}
