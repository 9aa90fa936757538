//! `--success-exit`.

use std::process::ExitStatus;

use bowout::Signal;

/// Statuses that count as success beside 0.
#[derive(Debug, Default)]
pub(crate) struct Success(Vec<Counts>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    Code(i32),
    Death(Signal),
}

impl Success {
    /// Adds `143`, `SIGTERM`, or several with commas between them. A code above 128 is also the death that a shell says by it.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), String> {
        for one in text.split(',') {
            let counts = match one.parse::<u8>() {
                Ok(code) => Counts::Code(code.into()),
                Err(_) => Counts::Death(
                    one.parse()
                        .map_err(|_| format!("'{one}' is no exit code, and no signal: --success-exit 143,SIGTERM"))?,
                ),
            };
            self.0.push(counts);
        }
        Ok(())
    }

    pub(crate) fn includes(&self, status: ExitStatus) -> bool {
        let signal = crate::sys::death_of(status);
        let says = status
            .code()
            .or(signal.and_then(Signal::number).map(|number| 128 + number));
        self.0.iter().any(|counts| match *counts {
            Counts::Code(code) => says == Some(code),
            Counts::Death(death) => signal == Some(death) || death.number().map(|number| 128 + number) == says,
        })
    }
}
