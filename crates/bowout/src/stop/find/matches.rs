//! What was found.

use std::fmt::{self, Write};

use super::Query;
use crate::stop::ProcessId;

/// A process that matches a query. Shown as `PID:START NAME COMMAND LINE`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Which one it is, with its start time where the system tells that: give this to
    /// [`Target::open`](crate::stop::Target::open).
    pub id: ProcessId,
    /// The name of its program, where the system tells it.
    pub name: Option<String>,
    /// Its command line, where the system tells it.
    pub command_line: Option<String>,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        // A process writes these as it likes: what could command a terminal is written out.
        for text in [&self.name, &self.command_line].into_iter().flatten() {
            f.write_char(' ')?;
            for c in text.chars() {
                if c.is_control() {
                    write!(f, "{}", c.escape_default())?;
                } else {
                    f.write_char(c)?;
                }
            }
        }
        Ok(())
    }
}

/// The processes that match a query, at least one.
#[derive(Clone, Debug)]
pub struct Matches {
    query: String,
    found: Vec<Found>,
    /// Whom the others belong to.
    head: Option<usize>,
}

impl Matches {
    pub(super) fn new(query: &Query, found: Vec<Found>, head: Option<usize>) -> Matches {
        Matches {
            query: query.to_string(),
            found,
            head,
        }
    }

    /// All of them, by their numbers.
    pub fn all(&self) -> &[Found] {
        &self.found
    }

    /// The one that is meant: the only one.
    ///
    /// A server that has forked workers, which all listen on the one socket that they inherited, counts as one: the first
    /// process of it, whose business the workers are. They must run the same file and be that one's descendants.
    ///
    /// # Errors
    /// [`Ambiguous`], if there are several. Which of them was meant is not guessed.
    pub fn one(&self) -> Result<&Found, Ambiguous> {
        let only = if self.found.len() == 1 { Some(0) } else { self.head };
        only.and_then(|index| self.found.get(index)).ok_or_else(|| Ambiguous {
            query: self.query.clone(),
            found: self.found.clone(),
        })
    }
}

/// Several processes match where one is wanted. The message lists them, a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguous {
    query: String,
    found: Vec<Found>,
}

impl Ambiguous {
    /// The processes that match.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// What was asked for, in words.
    pub fn query(&self) -> &str {
        &self.query
    }
}

impl fmt::Display for Ambiguous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} processes match; say which is meant",
            self.query,
            self.found.len()
        )?;
        self.found.iter().try_for_each(|found| write!(f, "\n  {found}"))
    }
}

impl std::error::Error for Ambiguous {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_calls_itself_commands_no_terminal() {
        let found = Found {
            id: "5:7".parse().unwrap(),
            name: Some("a\x1b[2Jb".to_owned()),
            command_line: Some("c\nd\u{9b}e".to_owned()),
        };
        assert_eq!(found.to_string(), "5:7 a\\u{1b}[2Jb c\\nd\\u{9b}e");
    }
}
