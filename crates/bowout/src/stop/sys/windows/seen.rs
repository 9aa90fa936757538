//! Windows as they are shown to people, and how the helper tells of them.

use std::ffi::OsString;

use super::helper::FLAG;

/// A top-level window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) visible: bool,
    pub(crate) title: String,
}

/// What the helper is asked, and how its answer begins.
const WORD: &str = "windows";

impl Seen {
    /// The arguments that ask the helper for the windows of this process.
    pub(super) fn question(pid: u32, created: u64) -> Vec<String> {
        [FLAG.to_owned(), WORD.to_owned(), pid.to_string(), created.to_string()].into()
    }

    /// Whose windows are asked for, by the arguments behind the flag.
    pub(super) fn asked_for(args: &[OsString]) -> Option<(u32, u64)> {
        match args {
            [word, pid, created] if word == WORD => {
                Some((pid.to_str()?.parse().ok()?, created.to_str()?.parse().ok()?))
            }
            _ => None,
        }
    }

    /// One line, whatever stands in the titles: each letter is a number.
    pub(super) fn to_line(all: &[Seen]) -> String {
        let words = |one: &Seen| {
            let kind = if one.visible { "visible" } else { "hidden" };
            let letters: String = one
                .title
                .chars()
                .map(|letter| format!(" {}", u32::from(letter)))
                .collect();
            format!("{kind}{letters};")
        };
        all.iter()
            .map(words)
            .fold(format!("{WORD};"), |line, words| line + &words)
    }

    pub(super) fn parse_line(line: &str) -> Option<Vec<Seen>> {
        // Somebody who knows no such question says nothing at all.
        let all = line.strip_prefix(WORD)?.strip_prefix(';')?;
        all.split_terminator(';').map(Seen::parse).collect()
    }

    fn parse(text: &str) -> Option<Seen> {
        let mut words = text.split(' ');
        let visible = match words.next()? {
            "visible" => true,
            "hidden" => false,
            _ => return None,
        };
        let letter = |word: &str| char::from_u32(word.parse().ok()?);
        Some(Seen {
            visible,
            title: words.map(letter).collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_survive_the_pipe() {
        let seen = |visible, title: &str| Seen {
            visible,
            title: title.to_owned(),
        };
        for all in [vec![], vec![seen(true, "\u{dc}nsaved; *notes*\n"), seen(false, "")]] {
            assert_eq!(Seen::parse_line(&Seen::to_line(&all)), Some(all));
        }
        for bad in [
            "",
            "failed",
            "windows",
            "windows;visible x",
            "windows;visible 1114112",
            "windows;visible;;",
        ] {
            assert_eq!(Seen::parse_line(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_question_is_understood() {
        let args = Seen::question(12, u64::MAX).into_iter().skip(1).map(OsString::from);
        assert_eq!(Seen::asked_for(&args.collect::<Vec<_>>()), Some((12, u64::MAX)));
        assert_eq!(Seen::asked_for(&["look".into(), "12".into(), "7".into()]), None);
    }
}
