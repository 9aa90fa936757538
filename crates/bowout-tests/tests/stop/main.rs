//! Behaviours, one file each.
