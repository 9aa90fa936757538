//! The examples of `crates/bowout/examples` do what they say. One file per example.
//!
//! The very files are built once more as programs of this package (see its Cargo.toml). So they are there, and up to date, however
//! the tests are run, on Windows too; cargo promises that for the programs of a package and not for another one's examples.

mod http_server;
mod plain_loop;
mod reload;
mod supervise;
mod tui;
mod windows_service;
mod worker_pool;
