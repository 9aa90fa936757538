//! Options read without a parser's model of a whole command, for the verbs and names that start a program: what they cost
//! before it runs is counted in microseconds.

use std::ffi::OsString;

use clap_lex::RawArgs;

/// One option: `--long`, `-s`, and what its value is called, if it takes one.
#[derive(Debug)]
pub(crate) struct Opt {
    pub(crate) long: &'static str,
    pub(crate) short: Option<char>,
    pub(crate) value: Option<&'static str>,
    pub(crate) help: &'static str,
}

pub(crate) const fn option(
    long: &'static str,
    short: Option<char>,
    value: Option<&'static str>,
    help: &'static str,
) -> Opt {
    Opt {
        long,
        short,
        value,
        help,
    }
}

/// What was given.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// The long name of each option, with its value where it takes one, in order.
    pub(crate) options: Vec<(&'static str, OsString)>,
    /// What follows: from the first word that is no option on, or behind `--`.
    pub(crate) rest: Vec<OsString>,
}

/// Reads options up to the first word that is none, as `env(1)` and `timeout(1)` do.
///
/// # Errors
/// What is wrong, in one line.
pub(crate) fn read(known: &'static [Opt], args: impl IntoIterator<Item = OsString>) -> Result<Given, String> {
    let args = RawArgs::new(args);
    let mut at = args.cursor();
    let mut given = Given::default();
    while let Some(arg) = args.peek(&at) {
        let is_end = arg.is_escape();
        if !is_end && !arg.is_long() && !arg.is_short() {
            break;
        }
        args.next(&mut at);
        if is_end {
            break;
        }
        let mut word = || args.next_os(&mut at).map(OsString::from);
        if let Some((name, value)) = arg.to_long() {
            let name = name.map_err(|name| no_such(&name.to_string_lossy(), "--"))?;
            let option = by_long(known, name)?;
            let value = match (option.value, value) {
                (None, None) => OsString::new(),
                (None, Some(_)) => return Err(format!("'--{}' takes no value", option.long)),
                (Some(_), Some(value)) => value.to_owned(),
                (Some(what), None) => word().ok_or_else(|| needs(what, &format!("--{}", option.long)))?,
            };
            given.options.push((option.long, value));
        } else if let Some(mut shorts) = arg.to_short() {
            while let Some(short) = shorts.next_flag() {
                let short = short.map_err(|rest| no_such(&rest.to_string_lossy(), "-"))?;
                let option = known.iter().find(|option| option.short == Some(short));
                let option = option.ok_or_else(|| no_such(&short.to_string(), "-"))?;
                let value = match option.value {
                    None => OsString::new(),
                    Some(what) => match shorts.next_value_os() {
                        Some(value) => value.to_owned(),
                        None => word().ok_or_else(|| needs(what, &format!("-{short}")))?,
                    },
                };
                given.options.push((option.long, value));
            }
        }
    }
    given.rest = args.remaining(&mut at).map(OsString::from).collect();
    Ok(given)
}

/// The option of this name, or the only one that begins so, as `getopt_long(3)` has it.
fn by_long(known: &'static [Opt], name: &str) -> Result<&'static Opt, String> {
    if let Some(exact) = known.iter().find(|option| option.long == name) {
        return Ok(exact);
    }
    let mut similar = known.iter().filter(|option| option.long.starts_with(name));
    match (similar.next(), similar.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(no_such(name, "--")),
        (Some(one), Some(other)) => Err(format!("'--{name}' may mean '--{}' or '--{}'", one.long, other.long)),
    }
}

fn no_such(name: &str, dashes: &str) -> String {
    format!("there is no option '{dashes}{name}'")
}

fn needs(what: &str, option: &str) -> String {
    format!("'{option}' needs a value: {option} {what}")
}
