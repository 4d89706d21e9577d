//! Messages to the outside: what they say, how they are signed, and how they get there.
//!
//! A message names a listing by title and id, with how well it fits; never a contact.

mod feed;
mod message;
mod send;

pub use feed::atom;
pub use message::{Message, message, percent_encoded};
pub use send::{Refusal, Sender, next_try};
