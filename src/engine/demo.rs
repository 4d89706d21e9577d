//! The lists that are part of the program, so that it has something real to show.

use serde::Deserialize;

use crate::domain::{Date, Listing, Side};
use crate::intake::{self, IntakeError, Options};

/// The demo lists. Every party in them is invented, and they say so.
#[derive(Debug, Clone)]
pub struct Demo {
    /// What to tell whoever sees them.
    pub note: String,
    /// The day that counts as today for them.
    pub as_of: Date,
    /// 292 requirements.
    pub requirements: Vec<Listing>,
    /// 362 capabilities.
    pub capabilities: Vec<Listing>,
}

/// The demo lists inside the program are damaged: a defect of the build.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The head of a file cannot be read.
    #[error("程序内置的示例名单已损坏：{0} / the demo lists inside the program are damaged: {0}")]
    Head(#[from] serde_json::Error),
    /// The listings cannot be read.
    #[error("程序内置的示例名单已损坏：{0} / the demo lists inside the program are damaged: {0}")]
    Listings(#[from] IntakeError),
}

#[derive(Deserialize)]
struct Head {
    note: String,
    as_of: Date,
}

impl Demo {
    /// Reads the lists the way a user's file is read, so that what stands only in
    /// their prose is found and marked.
    ///
    /// # Errors
    /// Only when the program was built from damaged files.
    pub fn load() -> Result<Demo, DemoError> {
        let requirements = include_str!("../../data/demo/requirements.json");
        let capabilities = include_str!("../../data/demo/capabilities.json");
        let Head { note, as_of } = serde_json::from_str(requirements)?;
        let read = |name: &str, text: &str, side| {
            intake::read_bytes(name, text.as_bytes(), &Options::new(side, as_of)).map(|read| read.listings)
        };
        Ok(Demo {
            note,
            as_of,
            requirements: read("requirements.json", requirements, Side::Requirement)?,
            capabilities: read("capabilities.json", capabilities, Side::Capability)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_reads_and_has_the_size_of_the_lists_it_stands_for() {
        let demo = Demo::load().unwrap();
        assert_eq!((demo.requirements.len(), demo.capabilities.len()), (292, 362));
        assert!(demo.note.contains("虚构"));
        assert!(demo.requirements.iter().all(|l| l.side == Side::Requirement));
        assert!(demo.capabilities.iter().all(|l| l.side == Side::Capability));
        let from_prose = demo.requirements.iter().filter(|l| !l.read_from_prose.is_empty()).count();
        assert!(from_prose > 20, "only {from_prose} demo requirements state something in prose alone");
    }
}
