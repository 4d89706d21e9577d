//! What the checker is told about the lists.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{ListingId, Milli, OpcId, Pair};

/// A capability in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCapability {
    /// Who offers it.
    pub opc: OpcId,
    /// The name of the organisation behind it; empty when not stated.
    pub organisation: String,
}

/// What the lists and earlier events say: the checker believes this, not the plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Every need in the list, with the name of its organisation; empty when not stated.
    pub needs: BTreeMap<ListingId, String>,
    /// Every capability in the list.
    pub capabilities: BTreeMap<ListingId, KnownCapability>,
    /// Degrees of pairs of need and capability, where they are known.
    pub degrees: BTreeMap<(ListingId, ListingId), Milli>,
    /// Who met at an earlier event.
    pub met: BTreeSet<Pair>,
}
