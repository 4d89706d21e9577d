//! The lists that are part of the program, so that it has something real to show.

use serde::Deserialize;

use crate::domain::{Date, Listing};

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
#[error("程序内置的示例名单已损坏：{0} / the demo lists inside the program are damaged: {0}")]
pub struct DemoError(#[from] serde_json::Error);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    note: String,
    as_of: Date,
    listings: Vec<Listing>,
}

impl Demo {
    /// Reads the lists.
    ///
    /// # Errors
    /// Only when the program was built from damaged files.
    pub fn load() -> Result<Demo, DemoError> {
        let requirements: File = serde_json::from_str(include_str!("../../data/demo/requirements.json"))?;
        let capabilities: File = serde_json::from_str(include_str!("../../data/demo/capabilities.json"))?;
        Ok(Demo {
            note: requirements.note,
            as_of: requirements.as_of,
            requirements: requirements.listings,
            capabilities: capabilities.listings,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Side;

    #[test]
    fn the_demo_reads_and_has_the_size_of_the_lists_it_stands_for() {
        let demo = Demo::load().unwrap();
        assert_eq!((demo.requirements.len(), demo.capabilities.len()), (292, 362));
        assert!(demo.note.contains("虚构"));
        assert!(demo.requirements.iter().all(|l| l.side == Side::Requirement));
        assert!(demo.capabilities.iter().all(|l| l.side == Side::Capability));
    }
}
