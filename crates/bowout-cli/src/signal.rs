//! `bowout signal`: one signal, once, and no waiting.

use bowout::Signal;
use bowout::stop::{self, NotSent, OpenError, Plan, Sent, SignalError, Target};

use crate::args::SignalArgs;
use crate::exit::{self, Delivery};
use crate::find::{self, Form};
use crate::json::{self, Document, NotFound, Process, SCHEMA_VERSION, Signalled, Tried};
use crate::{open, output};

pub(crate) fn run(args: SignalArgs) -> u8 {
    if let Err(why) = Plan::new(args.signal).check() {
        output::error(&why.to_string());
        return exit::USAGE;
    }
    let form = if args.json { Form::Json } else { Form::Text };
    let meant = match find::find(&args.find) {
        Ok(meant) => meant,
        Err(unclear) => return unclear.tell("signal", form),
    };
    let opened = open::all(&meant.ids, &args.allow);
    let sent: Vec<(Delivery, Signalled)> = opened.iter().map(|target| send(target, args.signal)).collect();
    let deliveries = sent.iter().map(|(delivery, _)| *delivery);
    let deliveries: Vec<Delivery> = deliveries
        .chain(meant.missing.iter().map(|_| Delivery::Missing))
        .collect();
    let exit_code = exit::of_signal(&deliveries);
    if form == Form::Json {
        output::document(&Document {
            schema_version: SCHEMA_VERSION,
            verb: "signal",
            dry_run: false,
            plan: None,
            processes: sent.into_iter().map(|(_, described)| described).collect(),
            not_found: meant.missing.iter().map(NotFound::from).collect(),
            exit_code,
        });
        return exit_code;
    }
    meant.tell_missing();
    for (delivery, described) in &sent {
        match delivery {
            Delivery::Sent if args.quiet => {}
            Delivery::Sent => output::data(&described.message),
            Delivery::Missing | Delivery::Failed => output::error(&described.message),
        }
    }
    exit_code
}

fn send(opened: &Result<Target, OpenError>, signal: Signal) -> (Delivery, Signalled) {
    let target = match opened {
        Ok(target) => target,
        Err(error) => return not_opened(error, signal),
    };
    let result = stop::signal(target, signal);
    let (delivery, outcome, message) = match &result {
        Ok(sent) => (Delivery::Sent, "sent", told(target, signal, sent)),
        Err(why) if has_exited(why) => (Delivery::Missing, "already_gone", why.to_string()),
        Err(why) => (Delivery::Failed, "not_sent", why.to_string()),
    };
    let attempts = match &result {
        Ok(sent) => sent.attempts.as_slice(),
        Err(SignalError::NotSent { attempts, .. }) => attempts,
        Err(_) => &[],
    };
    let described = Signalled {
        process: Process::new(target.id(), target.name()),
        signal: signal.name(),
        outcome,
        route: result.as_ref().ok().map(|sent| sent.route.to_string()),
        attempts: attempts.iter().map(Tried::from).collect(),
        message,
    };
    (delivery, described)
}

/// `1234 (nginx): INT sent by Ctrl-C; heard by 1230 as well`.
fn told(target: &Target, signal: Signal, sent: &Sent) -> String {
    let label = open::label(target.id(), target.name());
    let message = format!("{label}: {signal} sent by {}", sent.route);
    match sent.reached.is_target_alone() {
        true => message,
        false => format!("{message}; {}", sent.reached),
    }
}

fn not_opened(error: &OpenError, signal: Signal) -> (Delivery, Signalled) {
    let delivery = if open::is_missing(error) {
        Delivery::Missing
    } else {
        Delivery::Failed
    };
    let described = Signalled {
        process: Process::new(error.id(), None),
        signal: signal.name(),
        outcome: json::not_opened(error),
        route: None,
        attempts: Vec::new(),
        message: open::reason(error),
    };
    (delivery, described)
}

/// It went in the moment between the opening and the sending.
fn has_exited(why: &SignalError) -> bool {
    match why {
        SignalError::NotSent { attempts, .. } => attempts.iter().any(|attempt| attempt.result == Err(NotSent::Exited)),
        _ => false,
    }
}
