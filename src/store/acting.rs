//! Who is acting, and how far they may reach: said once where work begins, on the thread
//! that does it, and kept by every write of that thread.
//!
//! A write of somebody with a limited reach is refused whole when it touches a listing
//! outside of it, within the transaction, so no other writer comes in between. Where
//! nobody is named the program itself acts, which may do everything.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::domain::{Listing, ListingId, Reach, Role, Side};

use super::accounts::KeyId;
use super::database::{TOGETHER, Transaction, Value};
use super::error::StoreError;
use super::listings::read;

/// Who acts, by what, and how far they reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Whose key; `None` where no key is asked for, as at the command line.
    pub key: Option<KeyId>,
    /// As what.
    pub role: Role,
    /// By which route, as `PUT /api/v1/listings/{side}/{id}`, or which command.
    pub route: String,
    /// The request's id; empty where there is none.
    pub request: String,
    /// When; `None` where no clock was asked.
    pub at: Option<jiff::Timestamp>,
    /// Which listings they may write.
    pub reach: Reach,
}

impl Actor {
    /// Whoever has the machine, running this command.
    pub fn program(route: impl Into<String>, at: Option<jiff::Timestamp>) -> Actor {
        let (route, request) = (route.into(), String::new());
        Actor { key: None, role: Role::Admin, route, request, at, reach: Reach::Everything }
    }
}

thread_local! {
    static ACTING: RefCell<Option<Actor>> = const { RefCell::new(None) };
}

/// Does the work as this actor; whoever acted before acts again after it.
pub fn acting<T>(actor: Actor, work: impl FnOnce() -> T) -> T {
    /// Also when the work panics, because threads are used again.
    struct Restored(Option<Actor>);
    impl Drop for Restored {
        fn drop(&mut self) {
            ACTING.set(self.0.take());
        }
    }
    let _restored = Restored(ACTING.replace(Some(actor)));
    work()
}

/// Whoever acts on this thread.
pub(super) fn present() -> Actor {
    ACTING.with_borrow(Clone::clone).unwrap_or_else(|| Actor::program("", None))
}

/// Of these requirements, which whoever acts reaches: all of them where everything is
/// theirs, and else those that are there and within it.
pub(super) fn within_reach(
    transaction: &mut dyn Transaction,
    ids: &BTreeSet<String>,
) -> Result<BTreeSet<String>, StoreError> {
    let reach = present().reach;
    if reach == Reach::Everything {
        return Ok(ids.clone());
    }
    let all: Vec<&String> = ids.iter().collect();
    let mut held = BTreeSet::new();
    for some in all.chunks(TOGETHER) {
        let places: Vec<String> = (2..some.len() + 2).map(|place| format!("?{place}")).collect();
        let sql = format!("SELECT id, body FROM listing WHERE side = ?1 AND id IN ({})", places.join(", "));
        let mut parameters = vec![Value::from(Side::Requirement.as_str())];
        parameters.extend(some.iter().map(|id| Value::from(*id)));
        for mut row in transaction.query(&sql, &parameters)? {
            let id = row.text(0)?;
            let there: Listing = read(&id, &row.text(1)?)?;
            if reach.holds(&there) {
                held.insert(id);
            }
        }
    }
    Ok(held)
}

/// Checks that these may be put, and that what they replace may be replaced.
pub(super) fn may_put(transaction: &mut dyn Transaction, listings: &[Listing]) -> Result<(), StoreError> {
    let reach = present().reach;
    if reach == Reach::Everything {
        return Ok(());
    }
    if let Some(outside) = listings.iter().find(|listing| !reach.holds(listing)) {
        return Err(StoreError::OutOfReach { side: outside.side, id: outside.id.clone() });
    }
    for some in listings.chunk_by(|a, b| a.side == b.side).flat_map(|same| same.chunks(TOGETHER)) {
        let ids: Vec<&ListingId> = some.iter().map(|one| &one.id).collect();
        within(transaction, &reach, some[0].side, &ids)?;
    }
    Ok(())
}

/// Checks that whoever acts may speak for this listing.
pub(super) fn may_speak_for(
    transaction: &mut dyn Transaction,
    side: Side,
    id: &ListingId,
) -> Result<(), StoreError> {
    may_remove(transaction, side, id)
}

/// Checks that this may be taken out.
pub(super) fn may_remove(
    transaction: &mut dyn Transaction,
    side: Side,
    id: &ListingId,
) -> Result<(), StoreError> {
    match present().reach {
        Reach::Everything => Ok(()),
        reach => within(transaction, &reach, side, &[id]),
    }
}

fn within(
    transaction: &mut dyn Transaction,
    reach: &Reach,
    side: Side,
    ids: &[&ListingId],
) -> Result<(), StoreError> {
    let places: Vec<String> = (2..ids.len() + 2).map(|place| format!("?{place}")).collect();
    let sql = format!("SELECT id, body FROM listing WHERE side = ?1 AND id IN ({})", places.join(", "));
    let mut parameters = vec![Value::from(side.as_str())];
    parameters.extend(ids.iter().map(|id| Value::from(&id.0)));
    for mut row in transaction.query(&sql, &parameters)? {
        let id = row.text(0)?;
        let there: Listing = read(&id, &row.text(1)?)?;
        if !reach.holds(&there) {
            return Err(StoreError::OutOfReach { side, id: ListingId(id) });
        }
    }
    Ok(())
}
