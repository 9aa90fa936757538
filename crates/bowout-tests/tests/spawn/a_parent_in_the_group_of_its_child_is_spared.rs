use super::start;

#[test]
fn and_so_is_the_child() {
    let mut started = start(&["joins-the-group-of-its-child"]);
    started.expect("refused OwnProcess true");
    assert!(started.child.wait().unwrap().success());
}
