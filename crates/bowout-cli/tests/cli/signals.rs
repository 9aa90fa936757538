use super::run;

#[test]
fn the_table_has_a_line_for_each_signal() {
    let ran = run("signals");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let line = |name: &str| {
        let found = ran
            .stdout
            .lines()
            .find(|line| line.split_whitespace().next() == Some(name));
        found.unwrap_or_else(|| panic!("no {name} in {ran:?}"))
    };
    assert!(line("NAME").contains("MEANING") && line("NAME").contains("ON WINDOWS"));
    assert!(line("TERM").contains("bowout's cooperative event"));
    assert!(line("KILL").contains(" no "), "it cannot be caught");
    let usr1: Vec<&str> = line("USR1").split_whitespace().collect();
    assert_eq!(usr1[1..8], ["10", "16", "30", "30", "30", "30", "16"]);
    assert!(!ran.stdout.contains('\x1b'), "no escape codes without a terminal");
}

#[test]
fn as_json_too() {
    let document = run("signals --json").json();
    assert_eq!(document["schema_version"], 1);
    let signals = document["signals"].as_array().expect("a list");
    let term = signals
        .iter()
        .find(|signal| signal["name"] == "TERM")
        .expect("it exists");
    assert_eq!(term["numbers"]["macOS"], 15);
    assert_eq!(term["default_action"], "end");
    assert_eq!(term["can_be_caught"], true);
    assert!(term["windows"].is_string());
}
