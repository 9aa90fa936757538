//! The arguments of `bowout stop`.

use std::time::Duration;

use bowout::stop::{Plan, Stage};
use bowout::{Signal, duration};
use clap::Args;

use super::{AllowArgs, FindArgs, TellArgs};

/// The arguments of `bowout stop`.
#[derive(Debug, Args)]
pub(crate) struct StopArgs {
    #[command(flatten)]
    pub(crate) find: FindArgs,

    /// Stop whoever comes from them as well: their children, the children of these, and so on
    #[arg(long)]
    pub(crate) tree: bool,

    /// What to ask and how long to wait for it, in turns; after the last signal bowout waits 5s unless told otherwise
    #[arg(long, value_name = "PLAN", default_value_t = Plan::default())]
    plan: Plan,

    /// What to ask first; it takes the place of the TERM of the plan
    #[arg(short, long, value_name = "SIGNAL", conflicts_with = "plan")]
    signal: Option<Signal>,

    /// How long the first request has; it takes the place of the first wait of the plan
    #[arg(long, value_name = "DURATION", value_parser = duration::parse, allow_negative_numbers = true)]
    grace: Option<Duration>,

    /// Never use force: the plan without its KILL
    #[arg(long)]
    no_force: bool,

    #[command(flatten)]
    pub(crate) allow: AllowArgs,

    /// Send nothing: print what would be sent, by which route, and who else would hear it
    #[arg(long)]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) tell: TellArgs,

    /// Exit with 4 where all are stopped, but force was needed
    #[arg(long)]
    pub(crate) fail_if_forced: bool,
}

impl StopArgs {
    /// The plan that all of it comes to.
    ///
    /// # Errors
    /// Why it comes to none that this system could carry out.
    pub(crate) fn plan(&self) -> Result<Plan, String> {
        let mut stages = self.plan.stages().to_vec();
        if let (Some(signal), Some(first)) = (self.signal, stages.first_mut()) {
            first.signal = signal;
        }
        if self.signal == Some(Signal::Kill) {
            // Nobody needs to be killed twice.
            stages.truncate(1);
        }
        if let (Some(grace), Some(first)) = (self.grace, stages.first_mut()) {
            first.wait = grace;
        }
        if self.no_force {
            stages.retain(|stage| stage.signal != Signal::Kill);
        }
        let Some((first, rest)) = stages.split_first() else {
            return Err(
                "--no-force leaves nothing of this plan: ask for something else first, as in TERM/10s".to_owned(),
            );
        };
        let begun = Plan::new(first.signal).wait(first.wait);
        let whole = rest
            .iter()
            .fold(begun, |plan, Stage { signal, wait, .. }| plan.then(*signal).wait(*wait));
        whole.check().map_err(|why| why.to_string())?;
        Ok(whole)
    }
}
