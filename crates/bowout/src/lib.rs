//! Makes processes stop well.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod cooperative;
pub mod duration;
pub mod listen;
pub mod signal;
pub mod stop;

pub use listen::listen;
pub use signal::Signal;
