//! The same for tasks.

use std::io;
use std::time::Instant;

use crate::stop::Report;

use super::{Next, Pace, Stopping};

impl Stopping {
    /// As [`next`](Stopping::next), for a task: it waits without a thread. Feature `tokio`.
    ///
    /// Sending, and walking through a tree, are system calls that are made in the task. They take micro- to milliseconds, but up to
    /// a second before a tree is killed on Unix, until everybody in it stands still; on Windows a route may take some seconds to
    /// answer. It is cancel safe: what happens while nobody waits is told by the next call. For a timeout there is
    /// [`tokio::time::timeout`].
    ///
    /// # Errors
    /// As [`next`](Stopping::next).
    ///
    /// # Panics
    /// Outside of a tokio runtime that has its time and, on Unix, its I/O enabled.
    ///
    /// ```no_run
    /// use bowout::stop::{Event, Next, Plan, Stopping, Target};
    ///
    /// # async fn stop() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut stopping = Stopping::begin([Target::open("1234".parse()?)?], &Plan::default())?;
    /// while let Next::Event(event) = stopping.next_async().await? {
    ///     if let Event::Ended(report) = event {
    ///         println!("{report}");
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next_async(&mut self) -> io::Result<Next> {
        loop {
            match self.go_on()? {
                Pace::Now(next) => return Ok(next),
                Pace::Until(wake) => self.take_exits_async(wake).await?,
            }
        }
    }

    async fn take_exits_async(&mut self, until: Option<Instant>) -> io::Result<()> {
        // What there is to read is read to its end before anybody sleeps; that force was called may have been among it.
        let has_news = self.take_exits(Some(Instant::now()))? || self.force.is_called();
        if has_news {
            return Ok(());
        }
        self.waiter.wait_async(until).await
    }

    /// As [`finish`](Stopping::finish), for a task. Feature `tokio`.
    ///
    /// # Errors
    /// As [`next`](Stopping::next).
    ///
    /// # Panics
    /// As [`next_async`](Stopping::next_async).
    pub async fn finish_async(mut self) -> io::Result<Vec<Report>> {
        while let Some(wake) = self.go_on_unheard()? {
            self.take_exits_async(wake).await?;
        }
        Ok(self.into_reports())
    }
}
