//! `bowout signal`: one signal, once, and no waiting.

mod list;
mod probe;

use bowout::Signal;
use bowout::stop::{self, NotSent, OpenError, Plan, Sent, SignalError, Target};

use crate::args::{Detail, Manner, SignalArgs, What};
use crate::exit::{self, Delivery};
use crate::json::{self, Document, NotFound, Process, Signalled, Tried};
use crate::{find, open, output};

pub(crate) fn run(args: &SignalArgs) -> u8 {
    if let Some(words) = &args.list {
        return list::run(words);
    }
    if let What::Send(signal) = args.what() {
        if let Err(why) = Plan::new(signal).check() {
            output::error(&why.to_string());
            return exit::USAGE;
        }
    }
    let manner = args.tell.manner();
    let meant = match find::find(args.wanted()) {
        Ok(meant) => meant,
        Err(unclear) => return unclear.tell("signal", manner),
    };
    let opened = open::all(&meant.ids, &args.allow);
    let each = |opened: &Result<Target, OpenError>| match (opened, args.what()) {
        (Err(error), what) => not_opened(error, what),
        (Ok(target), What::Probe) => probe::probe(target),
        (Ok(target), What::Send(signal)) => send(target, signal, args.tell.detail()),
    };
    let answers: Vec<(Delivery, Signalled)> = opened.iter().map(each).collect();
    let deliveries = answers.iter().map(|(delivery, _)| *delivery);
    let deliveries: Vec<Delivery> = deliveries
        .chain(meant.missing.iter().map(|_| Delivery::Missing))
        .collect();
    let exit_code = exit::of_signal(&deliveries);
    if manner == Manner::Json {
        output::document(&Document {
            dry_run: args.what() == What::Probe,
            processes: answers.into_iter().map(|(_, described)| described).collect(),
            not_found: meant.missing.iter().map(NotFound::from).collect(),
            ..Document::of("signal", exit_code)
        });
        return exit_code;
    }
    meant.tell_missing();
    for (delivery, described) in &answers {
        match delivery {
            Delivery::Sent if manner == Manner::Quiet => {}
            Delivery::Sent => output::data(output::printable(&described.message)),
            Delivery::Missing | Delivery::Failed => output::error(&described.message),
        }
    }
    exit_code
}

fn send(target: &Target, signal: Signal, detail: Detail) -> (Delivery, Signalled) {
    let result = stop::signal(target, signal);
    let (delivery, outcome, message) = match &result {
        Ok(sent) => (Delivery::Sent, "sent", told(target, signal, sent)),
        Err(why) if has_exited(why) => (Delivery::Missing, "already_gone", missed(target, why)),
        Err(why) => (Delivery::Failed, "not_sent", missed(target, why)),
    };
    let attempts = match &result {
        Ok(sent) => sent.attempts.as_slice(),
        Err(SignalError::NotSent { attempts, .. }) => attempts,
        Err(_) => &[],
    };
    if detail == Detail::EachSignal {
        output::error(&open::tried(target.id(), target.name(), signal, attempts));
    }
    let described = Signalled {
        process: Process::new(target.id(), target.name()),
        signal: Some(signal.name()),
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

/// `1234 (nginx): INT did not reach it: Ctrl-C: it has no console`.
fn missed(target: &Target, why: &SignalError) -> String {
    let label = open::label(target.id(), target.name());
    match why {
        SignalError::NotSent { signal, attempts, .. } => {
            format!("{label}: {signal} did not reach it: {}", open::reasons(attempts))
        }
        why => format!("{label}: {why}"),
    }
}

fn not_opened(error: &OpenError, what: What) -> (Delivery, Signalled) {
    let delivery = if open::is_missing(error) {
        Delivery::Missing
    } else {
        Delivery::Failed
    };
    let described = Signalled {
        process: Process::new(error.id(), error.name()),
        signal: match what {
            What::Send(signal) => Some(signal.name()),
            What::Probe => None,
        },
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
