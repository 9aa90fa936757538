//! Who is above it and below it.

use bowout::inspect::inspect;
use bowout::stop::{ProcessId, Protection};
use bowout_tests::{Actor, Lifeline, actor};

use super::look_at;

#[test]
fn the_whole_family_is_told() {
    let mut command = actor("family");
    command.args(["sleeper", "family+sleeper+sleeper"]);
    let _lifeline = Lifeline::around(&mut command);
    let mut root = Actor::start(&mut command);
    let mut lines = vec![];
    while lines.iter().filter(|line: &&String| *line == "ready").count() < 3 {
        lines.push(root.next_line().expect("they are not ready yet"));
    }
    let child = |scenario: &str| -> u32 {
        let line = lines
            .iter()
            .find(|line| line.starts_with("child ") && line.ends_with(scenario));
        line.and_then(|line| line.split(' ').nth(1)?.parse().ok())
            .expect("it was told")
    };
    let (child, grandchild) = (child(" family+sleeper+sleeper"), child(" sleeper"));
    let found = look_at(&root);
    assert_eq!(found.parents[0].id.pid(), std::process::id(), "{found:?}");
    // The console's host may be among them.
    let parent_of = |pid: u32| {
        found
            .descendants
            .iter()
            .find(|one| one.id.pid() == pid)
            .and_then(|one| one.parent)
    };
    assert_eq!(parent_of(child), Some(root.pid()), "{found:?}");
    assert_eq!(parent_of(grandchild), Some(child), "{found:?}");
    let leaf = inspect(ProcessId::new(grandchild).unwrap()).unwrap();
    let above: Vec<u32> = leaf.parents.iter().take(3).map(|one| one.id.pid()).collect();
    assert_eq!(above, [child, root.pid(), std::process::id()], "{leaf:?}");
    assert_eq!(leaf.descendants, []);
}

#[test]
fn who_is_spared_can_be_looked_at() {
    let own = inspect(ProcessId::own()).unwrap();
    assert_eq!(own.protection, Some(Protection::OwnProcess));
    assert!(own.id.start().is_some() && own.name.is_some(), "{own:?}");
}
