//! A port, as people write it.

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

/// A port that somebody may listen on: `tcp:8080`, `udp:53`, or `8080`, which means both.
///
/// `8080/tcp`, as `fuser(1)` and `/etc/services` have it, is read too.
///
/// ```
/// use bowout::stop::{Port, Protocol};
///
/// let port: Port = "53/udp".parse()?;
/// assert_eq!(port, "udp:53".parse()?);
/// assert_eq!((port.number(), port.protocol()), (53, Some(Protocol::Udp)));
/// # Ok::<(), bowout::stop::ParsePortError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Port {
    protocol: Option<Protocol>,
    number: NonZeroU16,
}

/// What is spoken at a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// TCP, by IPv4 or IPv6.
    Tcp,
    /// UDP, by IPv4 or IPv6.
    Udp,
}

impl Port {
    /// The port of this number. `None` for 0, on which nobody listens.
    pub fn new(number: u16) -> Option<Port> {
        Some(Port {
            protocol: None,
            number: NonZeroU16::new(number)?,
        })
    }

    /// The same number, but of this protocol only.
    #[must_use]
    pub fn of(self, protocol: Protocol) -> Port {
        Port {
            protocol: Some(protocol),
            ..self
        }
    }

    /// The number.
    pub fn number(self) -> u16 {
        self.number.get()
    }

    /// The protocol; `None` stands for all.
    pub fn protocol(self) -> Option<Protocol> {
        self.protocol
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        })
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.protocol {
            Some(protocol) => write!(f, "{protocol}:{}", self.number),
            None => write!(f, "{}", self.number),
        }
    }
}

impl FromStr for Port {
    type Err = ParsePortError;

    fn from_str(text: &str) -> Result<Port, ParsePortError> {
        let halves = text
            .split_once(':')
            .or_else(|| text.split_once('/').map(|(number, protocol)| (protocol, number)));
        let parse = || match halves {
            None => number(text),
            Some((protocol, digits)) => Some(number(digits)?.of(protocol_named(protocol)?)),
        };
        parse().ok_or_else(|| ParsePortError { given: text.to_owned() })
    }
}

/// `parse` alone would take a sign as well.
fn number(text: &str) -> Option<Port> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().and_then(Port::new)
}

fn protocol_named(text: &str) -> Option<Protocol> {
    [Protocol::Tcp, Protocol::Udp]
        .into_iter()
        .find(|protocol| protocol.to_string().eq_ignore_ascii_case(text))
}

/// Text that is no port. The message quotes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsePortError {
    given: String,
}

impl fmt::Display for ParsePortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no port: write 8080, tcp:8080 or udp:53 (1 to 65535)",
            self.given
        )
    }
}

impl std::error::Error for ParsePortError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_port_is_refused() {
        for text in [
            "",
            "0",
            "65536",
            "-1",
            "+80",
            "tcp",
            "tcp:",
            ":80",
            "sctp:80",
            "80/",
            "/tcp",
            "tcp:80/tcp",
            " 80",
        ] {
            assert!(text.parse::<Port>().is_err(), "{text:?}");
        }
        for text in ["tcp:80", "TCP:80", "80/tcp", "080/TCP"] {
            assert_eq!(text.parse(), Ok(Port::new(80).unwrap().of(Protocol::Tcp)), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(number in 1u16.., protocol in 0..3) {
            let port = Port::new(number).unwrap();
            let port = match protocol {
                0 => port,
                1 => port.of(Protocol::Tcp),
                _ => port.of(Protocol::Udp),
            };
            prop_assert_eq!(port.to_string().parse(), Ok(port));
        }

        #[test]
        fn parsing_never_panics(text in "[tcpud:/0-9 ]{0,12}|.{0,12}") {
            let _ = text.parse::<Port>();
        }
    }
}
