//! The scenes.

/// What happens in a contestant while it listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// Nothing but waiting for a request.
    Plain,
    /// It says `main` as the first thing in its life.
    Begins,
    /// `main` returns without a request.
    Returns,
    /// `main` panics.
    Panics,
    /// Something calls [`std::process::exit`].
    Exits,
    /// The program's threads, a runtime's included, block for good.
    Stuck,
    /// It listens, and does not look before the judge opens a gate.
    Gate,
    /// The same, after 5,000 signals of another kind.
    Flood,
    /// Three pieces of work are in flight when the request comes.
    InFlight,
    /// One of the cleanups is a future, which takes a while.
    AsyncCleanup,
    /// One of the cleanups is a future that is never ready.
    AsyncCleanupHangs,
    /// The second of three cleanups panics.
    CleanupPanics,
    /// The code that a request calls or wakes panics.
    ReactionPanics,
    /// It listens no longer, and goes on.
    Drops,
    /// It listens, listens no longer, and listens again.
    ListensAgain,
    /// It asked to be told of a closed standard input and of a parent that is gone, if its library can tell.
    Orphan,
    /// It asked to be told what the system tells windows, if its library can tell.
    Window,
    /// It is a service of Windows, if its library can make it one.
    Service,
    /// It forks a child without exec, and sends that a SIGTERM.
    Forks,
    /// It starts a child.
    Spawns,
    /// Somebody else in the process handled SIGTERM before.
    OtherBefore,
    /// Somebody else in the process comes later: on Unix with a handler for SIGTERM that does not pass it on, on Windows with
    /// one for the console's events that does.
    OtherAfter,
    /// A SIGTERM falls between a call that fails and the reading of `errno`.
    Errno,
    /// A SIGTERM hits a thread whose stack is nearly used up, and which has an alternate one for signals.
    TinyStack,
}

impl Scene {
    const ALL: [(Scene, &str); 24] = [
        (Scene::Plain, "plain"),
        (Scene::Begins, "begins"),
        (Scene::Returns, "returns"),
        (Scene::Panics, "panics"),
        (Scene::Exits, "exits"),
        (Scene::Stuck, "stuck"),
        (Scene::Gate, "gate"),
        (Scene::Flood, "flood"),
        (Scene::InFlight, "in-flight"),
        (Scene::AsyncCleanup, "async-cleanup"),
        (Scene::AsyncCleanupHangs, "async-cleanup-hangs"),
        (Scene::CleanupPanics, "cleanup-panics"),
        (Scene::ReactionPanics, "reaction-panics"),
        (Scene::Drops, "drops"),
        (Scene::ListensAgain, "listens-again"),
        (Scene::Orphan, "orphan"),
        (Scene::Window, "window"),
        (Scene::Service, "service"),
        (Scene::Forks, "forks"),
        (Scene::Spawns, "spawns"),
        (Scene::OtherBefore, "other-before"),
        (Scene::OtherAfter, "other-after"),
        (Scene::Errno, "errno"),
        (Scene::TinyStack, "tiny-stack"),
    ];

    /// The scene of this name.
    pub fn from_name(name: &str) -> Option<Scene> {
        let found = Scene::ALL.iter().find(|(_, theirs)| *theirs == name);
        found.map(|(scene, _)| *scene)
    }

    /// What the scene is called on a command line.
    pub fn name(self) -> &'static str {
        let found = Scene::ALL.iter().find(|(scene, _)| *scene == self);
        found.map_or("?", |(_, name)| name)
    }
}
