//! Tables of what was seen, without a verdict but on bowout.

use serde::{Deserialize, Serialize};

/// One table.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Facts {
    pub(crate) title: String,
    /// What is above the table.
    pub(crate) text: String,
    /// Who takes part.
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Fact>,
}

/// One row.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Fact {
    pub(crate) title: String,
    /// What bowout promises.
    pub(crate) promised: String,
    /// What was seen, a cell for each column.
    pub(crate) seen: Vec<String>,
}

impl Facts {
    /// In each row, whether bowout did what it promises.
    pub(crate) fn on_bowout(&self) -> impl Iterator<Item = bool> {
        let bowout = self.columns.iter().position(|column| column.contains("bowout"));
        let kept = |row: &Fact, at: usize| row.seen.get(at) == Some(&row.promised);
        bowout
            .into_iter()
            .flat_map(move |at| self.rows.iter().map(move |row| kept(row, at)))
    }
}
