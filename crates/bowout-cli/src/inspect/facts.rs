//! The facts, a line each, with labels of one width.

use crate::output::printable;

use bowout::inspect::{Console, Inspection, Linux, SignalSet, Signals, TopLevelWindow, Windows};

/// The width of the labels.
pub(super) const LABEL: usize = 13;

/// `1234:5678 (nginx), sleeping`.
pub(super) fn heading(found: &Inspection) -> String {
    let name = found.name.as_deref().map(|name| format!(" ({})", printable(name)));
    let state = found.state.map(|state| format!(", {state}"));
    format!("{}{}{}", found.id, name.unwrap_or_default(), state.unwrap_or_default())
}

pub(super) fn lines(found: &Inspection) -> Vec<String> {
    let mut facts: Vec<(&str, Option<String>)> = vec![("command", found.command_line.as_deref().map(printable))];
    facts.push(("spared", found.protection.map(|why| format!("it is {why}"))));
    facts.push((
        "group",
        found.group.as_ref().map(|group| {
            let leads = if group.id == found.id.pid() {
                ", which it leads"
            } else {
                ""
            };
            format!("{}{leads}{}", group.id, with(&group.others))
        }),
    ));
    facts.push((
        "session",
        found.session.map(|session| {
            let leads = if session == found.id.pid() {
                ", which it leads"
            } else {
                ""
            };
            format!("{session}{leads}")
        }),
    ));
    facts.extend(found.linux.iter().flat_map(|linux| of_linux(found, linux)));
    facts.extend(found.signals.iter().flat_map(of_signals));
    facts.extend(found.windows.iter().flat_map(of_windows));
    facts.extend(found.untold.iter().map(|untold| ("not told", Some(untold.to_string()))));
    let told = facts.into_iter().filter_map(|(label, fact)| Some((label, fact?)));
    told.map(|(label, fact)| format!("  {label:<LABEL$}{fact}")).collect()
}

/// `, with 12 13`.
fn with(others: &[u32]) -> String {
    match others {
        [] => String::new(),
        others => format!(", with {}", listed(others)),
    }
}

/// `12 13 14`, and of many the first only.
pub(super) fn listed(numbers: &[u32]) -> String {
    const ENOUGH: usize = 12;
    let (first, rest) = numbers.split_at(numbers.len().min(ENOUGH));
    let first = first.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    match rest.len() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

fn of_linux(found: &Inspection, linux: &Linux) -> [(&'static str, Option<String>); 5] {
    let own = found.group.as_ref().map(|group| group.id);
    let terminal = linux.terminal.as_ref().map(|terminal| match terminal.foreground {
        Some(group) if Some(group) == own => format!("{}, in the foreground", terminal.device),
        Some(group) => format!("{}, in the background of group {group}", terminal.device),
        None => terminal.device.clone(),
    });
    let elsewhere = linux.namespace_pids.get(1..).unwrap_or_default().last();
    let seen = linux.namespace.as_deref().unwrap_or("pid namespace");
    let namespace = match elsewhere {
        Some(own) => Some(format!("{seen}, not ours; it is {own} there")),
        None if linux.is_pid_1() => Some(format!("{seen}, ours; it is the first")),
        None => linux.namespace.clone(),
    };
    let threads = match (linux.threads, linux.first_thread_has_ended) {
        (0 | 1, false) => None,
        (threads, false) => Some(threads.to_string()),
        (threads, true) => Some(format!("{threads}; the first has ended, and ps calls it a zombie")),
    };
    [
        ("terminal", Some(terminal.unwrap_or_else(|| "none".to_owned()))),
        ("cgroup", linux.cgroup.as_deref().map(printable)),
        ("namespace", namespace),
        ("threads", threads),
        ("debugger", linux.tracer.map(|tracer| tracer.to_string())),
    ]
}

fn of_signals(signals: &Signals) -> [(&'static str, Option<String>); 6] {
    let always = |set: SignalSet| {
        Some(if set.is_empty() {
            "none".to_owned()
        } else {
            set.to_string()
        })
    };
    let any = |set: Option<SignalSet>| set.filter(|set| !set.is_empty()).map(|set| set.to_string());
    [
        ("catches", always(signals.caught)),
        ("ignores", always(signals.ignored)),
        ("blocks", always(signals.blocked)),
        ("pending", always(signals.pending)),
        ("signalfd", any(signals.signalfd)),
        ("sigwait", any(signals.sigwait)),
    ]
}

fn of_windows(windows: &Windows) -> [(&'static str, Option<String>); 8] {
    let console = windows.console.as_ref().map(|console| match console {
        Console::SharedWith(others) if others.is_empty() => "its own".to_owned(),
        Console::SharedWith(others) => format!("shared with {}", listed(others)),
        _ => "none".to_owned(),
    });
    let yes_or_no = |is: bool| if is { "yes" } else { "no" }.to_owned();
    let services = windows.services.as_ref();
    let services = services.map(|names| {
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(" ")
        }
    });
    [
        ("console", console),
        ("windows", windows.windows.as_deref().map(top_level)),
        ("bowout event", windows.cooperative_event.map(yes_or_no)),
        ("services", services),
        ("in a job", windows.in_job.map(yes_or_no)),
        ("architecture", windows.architecture.clone()),
        ("integrity", windows.integrity.map(|level| level.to_string())),
        ("user session", windows.session.map(|session| session.to_string())),
    ]
}

/// `"Notes", 2 hidden`: many a program has some that nobody is to see.
fn top_level(all: &[TopLevelWindow]) -> String {
    let (visible, hidden): (Vec<_>, Vec<_>) = all.iter().partition(|window| window.is_visible);
    let titles = visible.iter().map(|window| format!("\"{}\"", printable(&window.title)));
    let hidden = (!hidden.is_empty()).then(|| format!("{} hidden", hidden.len()));
    let told: Vec<String> = titles.chain(hidden).collect();
    match told.is_empty() {
        true => "none on this desktop".to_owned(),
        false => told.join(", "),
    }
}
