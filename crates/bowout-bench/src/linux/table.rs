//! Figures, and how they are printed.

/// The samples of one contestant, round by round.
#[derive(Clone, Debug, Default)]
pub(super) struct Series {
    rounds: Vec<Vec<u64>>,
}

impl Series {
    /// Samples that were taken in this round, in nanoseconds.
    pub(super) fn add(&mut self, round: usize, samples: impl IntoIterator<Item = u64>) {
        if self.rounds.len() <= round {
            self.rounds.resize(round + 1, Vec::new());
        }
        self.rounds[round].extend(samples);
    }

    /// The median over the rounds of their medians.
    pub(super) fn p50(&self) -> f64 {
        quantile(self.medians(), 0.5)
    }

    /// Of all samples.
    pub(super) fn p99(&self) -> f64 {
        quantile(self.rounds.iter().flatten().map(|ns| *ns as f64).collect(), 0.99)
    }

    /// How many times as long as the other one it takes at the median: the median over the rounds, and the
    /// quartiles.
    pub(super) fn against(&self, other: &Series) -> String {
        let ratios: Vec<f64> = self
            .medians()
            .iter()
            .zip(other.medians())
            .map(|(own, other)| own / other)
            .collect();
        let [lower, middle, upper] = [0.25, 0.5, 0.75].map(|at| quantile(ratios.clone(), at));
        format!("{middle:.2} ({lower:.2}–{upper:.2})")
    }

    fn medians(&self) -> Vec<f64> {
        let median = |round: &Vec<u64>| quantile(round.iter().map(|ns| *ns as f64).collect(), 0.5);
        self.rounds.iter().map(median).collect()
    }
}

fn quantile(mut samples: Vec<f64>, at: f64) -> f64 {
    samples.sort_by(f64::total_cmp);
    let last = samples.len().saturating_sub(1);
    samples
        .get((last as f64 * at).round() as usize)
        .copied()
        .unwrap_or(f64::NAN)
}

/// Nanoseconds as microseconds.
pub(super) fn micros(ns: f64) -> String {
    format!("{:.1}", ns / 1000.0)
}

/// Nanoseconds as milliseconds.
pub(super) fn millis(ns: f64) -> String {
    format!("{:.0}", ns / 1e6)
}

/// Prints a table whose first row is its head.
pub(super) fn print(title: &str, rows: &[Vec<String>]) {
    println!("\n{title}\n");
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        println!("| {} |", cells.join(" | "));
        if at == 0 {
            let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            println!("| {} |", rules.join(" | "));
        }
    }
}

/// A row of a table.
pub(super) fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}
