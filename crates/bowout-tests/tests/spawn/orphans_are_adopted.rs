use super::start;

#[test]
fn by_who_asked_for_them() {
    let expected = if cfg!(any(target_os = "linux", target_os = "android", target_os = "freebsd")) {
        "adopted true"
    } else {
        "unsupported"
    };
    let mut started = start(&["adopts"]);
    started.expect(expected);
    assert!(started.child.wait().unwrap().success());
}
