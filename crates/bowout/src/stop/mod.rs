//! How do I stop somebody else?
