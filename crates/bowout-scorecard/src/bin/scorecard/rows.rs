//! The rows: what is asked of every contestant.

pub(crate) mod cleanups;
pub(crate) mod hearing;
mod insisting;
mod orphans;

use std::fmt;

use crate::contestant::Contestant;
use crate::system;
use crate::verdict::{Judged, Verdict};

/// A note on those that cannot be told to listen no longer.
pub(crate) const STAYS: &str = "the handler stays until the program ends, as tokio's documentation says of its own";

/// What is asked of every contestant.
pub(crate) struct Row {
    /// Under which heading.
    pub(crate) group: &'static str,
    /// In as few words as a table has room for.
    pub(crate) title: &'static str,
    /// What is done, and what passes.
    pub(crate) asks: &'static str,
    /// Why anybody should care.
    pub(crate) why: &'static str,
    /// What the users of some contestants would have to add, or should know.
    pub(crate) notes: Vec<(&'static str, &'static str)>,
    /// The contestants whose libraries do not claim to do this.
    not_offered: Vec<&'static str>,
    judge: Box<dyn Fn(&Contestant) -> Judged + Send + Sync>,
}

impl Row {
    pub(crate) fn new(
        title: &'static str,
        asks: &'static str,
        why: &'static str,
        judge: impl Fn(&Contestant) -> Judged + Send + Sync + 'static,
    ) -> Row {
        Row {
            group: "",
            title,
            asks,
            why,
            notes: Vec::new(),
            not_offered: Vec::new(),
            judge: Box::new(judge),
        }
    }

    /// A note on these contestants, where they do not pass.
    pub(crate) fn note(mut self, contestants: &[&'static str], note: &'static str) -> Row {
        self.notes.extend(contestants.iter().map(|name| (*name, note)));
        self
    }

    /// These contestants' libraries do not claim to do this, by their documentation. They are judged all the same, and may pass.
    pub(crate) fn not_offered_by(mut self, contestants: &[&'static str]) -> Row {
        self.not_offered.extend(contestants);
        self
    }

    pub(crate) fn judge(&self, contestant: &Contestant) -> Verdict {
        let mut judged = (self.judge)(contestant);
        if matches!(judged, Err(Verdict::No(_))) && contestant.name != "bowout" {
            // Once may be the machine's fault, or Wine's.
            judged = (self.judge)(contestant);
        }
        match judged.into() {
            Verdict::No(seen) if self.not_offered.contains(&contestant.name) => Verdict::NotOffered(seen),
            verdict => verdict,
        }
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("title", &self.title)
            .finish_non_exhaustive()
    }
}

/// All rows of this system, in the order of the table.
pub(crate) fn all() -> Vec<Row> {
    let mut rows = Vec::new();
    for (group, of_group) in [
        ("Hearing", [system::triggers(), hearing::rows(), orphans::rows()]),
        ("Leaving", [system::leaving(), cleanups::rows(), Vec::new()]),
        ("Insisting", [insisting::rows(), Vec::new(), Vec::new()]),
        ("Living with others", [system::neighbours(), Vec::new(), Vec::new()]),
    ] {
        rows.extend(of_group.into_iter().flatten().map(|row| Row { group, ..row }));
    }
    rows
}
