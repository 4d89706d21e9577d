//! Whether the store answers, and how far it has come.

use crate::store::ChangeNumber;

use super::market::{Market, MarketError};

/// Where the store's change feed stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vitals {
    /// The newest change of anything.
    pub last_change: ChangeNumber,
    /// The newest change of a listing; what is found is behind while
    /// [`Generation::listing_change`](super::Generation::listing_change) is smaller.
    pub last_listing_change: ChangeNumber,
}

impl Market {
    /// Asks the store. Waits while another thread reads from it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn vitals(&self) -> Result<Vitals, MarketError> {
        let newest = self.reader().newest()?;
        Ok(Vitals { last_change: newest.change, last_listing_change: newest.listing })
    }
}
