//! How am I asked to stop, and how do I leave?
