//! What the threads do, step by step.

/// Of the handler's modes those that differ here; `STOP` is `Note`, and `PASS_ON` is like `Swallow`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Mode {
    #[default]
    Gone,
    Swallow,
    Note,
}

/// A listener, and the one after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Who {
    First,
    Second,
}

pub(super) use Who::{First, Second};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// The handler does not look at the mode again after it has noted.
    NoSecondLook,
    /// `take_hits` takes what is noted and is no request any more.
    TakesAnything,
    /// Nobody looks a last time when the disposition is back.
    NoTakeRest,
    /// What is noted when a listener begins, to which it is no request, stays.
    KeepsStale,
    /// A listener takes in what comes after its time.
    NotSuperseded,
    /// What was taken in and told to nobody is not made again.
    NotRepeated,
    /// The bell rings before there is something to find.
    RingsFirst,
    /// The summary is taken back after what it sums up.
    ClearsSummaryLast,
    /// A handler that should be gone drops the signal.
    DropsWhenGone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Send,

    // The handler.
    LookAtMode,
    Note,
    Summarize,
    Ring,
    LookAgain,
    TakeBack,
    SendAgain,

    // Shared::absorb, and what Shared::look adds.
    LockCore(Who),
    ClearSummary(Who),
    LookWhetherRequest,
    Take(Who),
    UnlockCore(Who),
    MarkSeen(Who),

    // Handle::wait.
    ReadBell,
    SleepUnlessTold(Who),

    // Builder::listen and Owner::drop.
    LockPresent,
    Supersede(Who),
    SetMode(Mode),
    PutHandler(Who, Mode),
    /// And gives the lock back.
    SendStale,
    DropOwner,
    PutBack,
    Uninstall,
    /// And gives the lock back.
    TakeRest,
    Repeat(Who),
}

pub(super) use Step::*;

pub(super) fn handler(flaw: Option<Flaw>) -> Vec<Step> {
    let mut steps = vec![LookAtMode, Note, Summarize, Ring, LookAgain, TakeBack, SendAgain];
    if flaw == Some(Flaw::RingsFirst) {
        steps[1..4].rotate_right(1);
    }
    steps
}

fn absorb(who: Who) -> Vec<Step> {
    vec![
        LockCore(who),
        ClearSummary(who),
        LookWhetherRequest,
        Take(who),
        UnlockCore(who),
    ]
}

pub(super) fn look(who: Who) -> Vec<Step> {
    [absorb(who), vec![MarkSeen(who)]].concat()
}

fn listen(who: Who, mode: Mode) -> Vec<Step> {
    let mut steps = vec![LockPresent, SetMode(mode), PutHandler(who, mode), SendStale];
    if who == Second {
        steps.insert(1, Supersede(First));
    }
    steps
}

/// After [`DropOwner`] and the cleanups.
fn end(who: Who) -> Vec<Step> {
    let rest = vec![Supersede(who), PutBack, Uninstall, TakeRest, Repeat(who)];
    [vec![LockPresent], absorb(who), rest].concat()
}

/// A listener that ends, while somebody still has a handle of it.
fn ending() -> Vec<Vec<Step>> {
    let program = [listen(First, Mode::Note), vec![DropOwner], end(First)];
    vec![program.concat(), vec![Send, Send], look(First)]
}

/// One listener, then another to which the signal means this.
fn in_turn(second: Mode) -> Vec<Vec<Step>> {
    let program = [
        listen(First, Mode::Note),
        vec![DropOwner],
        end(First),
        listen(Second, second),
        look(Second),
    ];
    vec![program.concat(), vec![Send, Send]]
}

/// The second listener begins while the first is in its cleanups.
fn taken_over(second: Mode) -> Vec<Vec<Step>> {
    let beginning = [
        listen(First, Mode::Note),
        vec![DropOwner],
        listen(Second, second),
        look(Second),
    ];
    vec![beginning.concat(), vec![Send, Send], end(First)]
}

/// A thread that waits without end, and the watching one.
fn waiting() -> Vec<Vec<Step>> {
    let wait = [vec![ReadBell], look(First), vec![SleepUnlessTold(First)]];
    vec![
        [listen(First, Mode::Note), wait.concat()].concat(),
        vec![Send, Send],
        absorb(First),
    ]
}

/// A program that asks now and then whether there is a request.
fn asking() -> Vec<Vec<Step>> {
    vec![listen(First, Mode::Note), vec![Send, Send], look(First)]
}

pub(super) fn scenarios() -> Vec<Vec<Vec<Step>>> {
    let [noted, swallowed] = [Mode::Note, Mode::Swallow];
    vec![
        waiting(),
        asking(),
        ending(),
        in_turn(noted),
        in_turn(swallowed),
        taken_over(noted),
        taken_over(swallowed),
    ]
}
