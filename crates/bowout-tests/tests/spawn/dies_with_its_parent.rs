use bowout::spawn::ParentDeath;
use bowout_tests::{Actor, actor};

use super::{is_gone, open, options, start};

const HERE: ParentDeath = if cfg!(windows) {
    ParentDeath::Tree
} else if cfg!(any(target_os = "linux", target_os = "android", target_os = "freebsd")) {
    ParentDeath::Child
} else {
    ParentDeath::Unsupported
};

#[test]
fn whichever_thread_has_started_it() {
    for thread in ["main", "another"] {
        let mut parent = Actor::start(actor("keeps-a-child").arg(thread));
        // The child and its parent say their lines into one pipe, in any order; one more is "ready".
        let lines = [(); 4].map(|()| parent.next_line().unwrap());
        let told = |word: &str| {
            lines
                .iter()
                .find_map(|line| line.strip_prefix(word))
                .expect(word)
                .to_owned()
        };
        assert_eq!(told("early "), "None", "the end of the thread has ended it");
        let (child, promise) = told("child ")
            .split_once(' ')
            .map(|(c, p)| (c.to_owned(), p.to_owned()))
            .unwrap();
        assert_eq!(promise, format!("{HERE:?}"));
        let (child, other) = (open(&child), open(&told("started ")));
        parent.child().kill().unwrap();
        if HERE != ParentDeath::Unsupported {
            assert!(is_gone(&child), "started by {thread}");
        }
        if HERE == ParentDeath::Tree {
            assert!(is_gone(&other));
        }
        for left in [child, other] {
            let _ = bowout::stop::signal(&left, bowout::Signal::Kill);
        }
    }
}

#[test]
fn who_has_not_asked_for_it_is_told_so() {
    assert_eq!(start(&["sleeper"]).child.parent_death(), ParentDeath::NotAsked);
    let child = options()
        .die_with_parent()
        .spawn(&mut super::actor(&["sleeper"]))
        .unwrap();
    assert_eq!(child.parent_death(), HERE);
}
