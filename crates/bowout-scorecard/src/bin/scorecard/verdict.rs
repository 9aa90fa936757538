//! What the judge finds.

use serde::{Deserialize, Serialize};

/// What became of one row with one contestant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Verdict {
    /// It passed.
    Yes,
    /// It did not; what was seen instead.
    No(String),
    /// It did not, and its library does not claim to; what was seen instead.
    NotOffered(String),
    /// The question makes no sense for it, and why.
    NotApplicable(String),
    /// It could not be run here, and why.
    NotRun(String),
}

/// What a row's function returns: `Err` is everything but a pass, so that `?` ends the row.
pub(crate) type Judged = Result<(), Verdict>;

/// A failed row.
pub(crate) fn no(seen: impl Into<String>) -> Verdict {
    Verdict::No(seen.into())
}

impl From<Judged> for Verdict {
    fn from(judged: Judged) -> Verdict {
        judged.err().unwrap_or(Verdict::Yes)
    }
}

impl Verdict {
    /// As a table shows it.
    pub(crate) fn sign(&self) -> &'static str {
        match self {
            Verdict::Yes => "✓",
            Verdict::No(_) => "✗",
            Verdict::NotOffered(_) => "○",
            Verdict::NotApplicable(_) => "n/a",
            Verdict::NotRun(_) => "–",
        }
    }

    /// What was seen, or why there is nothing to see.
    pub(crate) fn remark(&self) -> Option<&str> {
        match self {
            Verdict::Yes => None,
            Verdict::No(text) | Verdict::NotOffered(text) | Verdict::NotApplicable(text) | Verdict::NotRun(text) => {
                Some(text)
            }
        }
    }
}
