use std::fs;
use std::path::PathBuf;

use bowout::spawn::Containment;
use bowout_tests::skip;

use super::{cgroup_of, options, start_with};

/// Removed with the test.
struct Folders(Vec<PathBuf>);

impl Drop for Folders {
    fn drop(&mut self) {
        for folder in &self.0 {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// One who had our number may have left his behind, and one in another pid namespace has it at the same time.
#[test]
fn though_the_first_is_taken() {
    let contained = options().contain();
    let Some(folder) = cgroup_of(&start_with(&contained, &["sleeper"]).child) else {
        return skip("no cgroup can be made here");
    };
    // More than all tests of this program can use up meanwhile.
    let name = |count| folder.with_file_name(format!("bowout-{}-{count}", std::process::id()));
    let taken = (0..200).map(name).filter(|folder| fs::create_dir(folder).is_ok());
    let _taken = Folders(taken.collect());
    let started = start_with(&contained, &["sleeper"]);
    assert_eq!(started.child.containment(), Containment::Cgroup);
}
