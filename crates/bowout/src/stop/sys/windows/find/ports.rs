//! Who listens: the system's tables of sockets, in which each has its owner.

use std::io;
use std::mem::offset_of;

use windows_sys::Win32::Foundation::{ERROR_INSUFFICIENT_BUFFER, NO_ERROR};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    GetExtendedTcpTable, GetExtendedUdpTable, MIB_TCP6ROW_OWNER_PID, MIB_TCPROW_OWNER_PID, MIB_UDP6ROW_OWNER_PID,
    MIB_UDPROW_OWNER_PID, TCP_TABLE_OWNER_PID_LISTENER, UDP_TABLE_OWNER_PID,
};
use windows_sys::Win32::Networking::WinSock::{AF_INET, AF_INET6};

use crate::stop::find::{FindProblem, Hit, Port, Protocol};

/// Those of these processes that listen on a port. A UDP socket that has a peer is in the table as well.
pub(in crate::stop) fn listeners(port: Port, among: &[u32]) -> Result<Vec<Hit>, FindProblem> {
    let is_meant = |protocol| port.protocol().is_none_or(|meant| meant == protocol);
    let mut owners = Vec::new();
    for table in TABLES.iter().filter(|table| is_meant(table.protocol)) {
        let words = table.read().map_err(FindProblem::Io)?;
        owners.extend(table.owners(&words, port.number()));
    }
    if owners.is_empty() {
        return Err(FindProblem::NotListening);
    }
    owners.sort_unstable();
    owners.dedup();
    owners.retain(|owner| among.contains(owner));
    if owners.is_empty() {
        // The one that made the socket is gone, and another has inherited it.
        return Err(FindProblem::NoOwner);
    }
    Ok(owners.into_iter().map(Hit::process).collect())
}

/// A table: a count, and rows of words of 32 bits.
struct Table {
    protocol: Protocol,
    family: u16,
    /// In words: how long a row is, and where in it the local port and the owner are.
    row: usize,
    port: usize,
    owner: usize,
}

macro_rules! table {
    ($protocol:expr, $family:expr, $row:ty) => {
        Table {
            protocol: $protocol,
            family: $family,
            row: size_of::<$row>() / WORD,
            port: offset_of!($row, dwLocalPort) / WORD,
            owner: offset_of!($row, dwOwningPid) / WORD,
        }
    };
}

const WORD: usize = size_of::<u32>();

const TABLES: [Table; 4] = [
    table!(Protocol::Tcp, AF_INET, MIB_TCPROW_OWNER_PID),
    table!(Protocol::Tcp, AF_INET6, MIB_TCP6ROW_OWNER_PID),
    table!(Protocol::Udp, AF_INET, MIB_UDPROW_OWNER_PID),
    table!(Protocol::Udp, AF_INET6, MIB_UDP6ROW_OWNER_PID),
];

impl Table {
    /// ([GetExtendedTcpTable](https://learn.microsoft.com/windows/win32/api/iphlpapi/nf-iphlpapi-getextendedtcptable),
    /// [GetExtendedUdpTable](https://learn.microsoft.com/windows/win32/api/iphlpapi/nf-iphlpapi-getextendedudptable))
    fn read(&self) -> io::Result<Vec<u32>> {
        let family = u32::from(self.family);
        let mut words: Vec<u32> = Vec::new();
        // It may grow between the question how long it is and the next.
        loop {
            let mut length = u32::try_from(words.len() * WORD).unwrap_or(u32::MAX);
            let place = words.as_mut_ptr();
            // SAFETY: there is room for `length` bytes behind `place`, aligned for words, of which the table is made.
            let result = unsafe {
                match self.protocol {
                    Protocol::Tcp => {
                        GetExtendedTcpTable(place.cast(), &mut length, 0, family, TCP_TABLE_OWNER_PID_LISTENER, 0)
                    }
                    Protocol::Udp => GetExtendedUdpTable(place.cast(), &mut length, 0, family, UDP_TABLE_OWNER_PID, 0),
                }
            };
            match result {
                NO_ERROR => return Ok(words),
                ERROR_INSUFFICIENT_BUFFER => words = vec![0_u32; (length as usize).div_ceil(WORD)],
                error => return Err(io::Error::from_raw_os_error(error as i32)),
            }
        }
    }

    /// The owners of the sockets at this port.
    fn owners(&self, words: &[u32], port: u16) -> Vec<u32> {
        let Some((count, rows)) = words.split_first() else {
            return Vec::new();
        };
        let rows = rows.chunks_exact(self.row).take(*count as usize);
        // The port is in the order of the network, in the first half of its word; the rest may be anything.
        let at_port = rows.filter(|row| u16::from_be(row[self.port] as u16) == port);
        at_port.map(|row| row[self.owner]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_rows_that_count_are_read() {
        let [tcp, ..] = &TABLES;
        let port = u32::from(8080_u16.to_be());
        let words = [
            [2, 0, port | 0xFFFF_0000, 0, 0, 77],
            [2, 0, u32::from(8081_u16.to_be()), 0, 0, 78],
            [2, 0, port, 0, 0, 79],
        ];
        let table: Vec<u32> = [2].into_iter().chain(words.concat()).collect();
        assert_eq!(tcp.owners(&table, 8080), [77]);
        assert!(tcp.owners(&table, 80).is_empty());
    }

    proptest! {
        #[test]
        fn reading_never_panics(words: Vec<u32>, port: u16) {
            for table in &TABLES {
                let _ = table.owners(&words, port);
            }
        }
    }
}
