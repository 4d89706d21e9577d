//! Who asks.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::domain::{Listing, Reach, Role, Scope, Side, Sight};
use crate::store::AccessKey;

use super::super::problem::Problem;

/// Whoever sent a request, as far as the service knows them.
#[derive(Debug, Clone)]
pub(in crate::serve) struct Caller {
    /// As what they come.
    pub(super) role: Role,
    /// With whose key; `None` for the public, and where no keys are asked for.
    pub(super) key: Option<AccessKey>,
    /// Whether a browser sent the key's session, which it does unasked.
    pub(super) by_cookie: bool,
}

impl Caller {
    /// Somebody without a key.
    pub(super) fn public() -> Caller {
        Caller { role: Role::Public, key: None, by_cookie: false }
    }

    /// Whoever has the machine.
    pub(super) fn of_the_house() -> Caller {
        Caller { role: Role::Admin, key: None, by_cookie: false }
    }

    /// The holder of a key.
    pub(super) fn holding(key: AccessKey, by_cookie: bool) -> Caller {
        Caller { role: key.role, key: Some(key), by_cookie }
    }

    /// Whose things they keep; empty for whoever has the machine.
    pub(in crate::serve) fn account(&self) -> &str {
        self.key.as_ref().map_or("", |key| key.account.as_str())
    }

    /// What their key is called; empty for whoever has the machine.
    pub(in crate::serve) fn name(&self) -> &str {
        self.key.as_ref().map_or("", |key| key.name.as_str())
    }

    /// As what they come.
    pub(in crate::serve) fn role(&self) -> Role {
        self.role
    }

    pub(super) fn may_write(&self) -> bool {
        self.key.as_ref().is_none_or(|key| key.scope == Scope::Write)
    }

    fn tenant(&self) -> Option<&String> {
        self.key.as_ref()?.tenant.as_ref()
    }

    /// Which listings they see.
    pub(in crate::serve) fn sight(&self) -> Sight {
        match (self.role, self.tenant(), &self.key) {
            (Role::Admin, ..) | (Role::Organiser, None, _) => Sight::Everything,
            (Role::Organiser | Role::Publisher, Some(tenant), _) => Sight::Tenant(tenant.clone()),
            (Role::Opc, _, Some(key)) => Sight::Owner(key.account.clone()),
            (Role::Public | Role::Opc | Role::Publisher, ..) => Sight::Published,
        }
    }

    /// Which listings they may write.
    pub(in crate::serve) fn reach(&self) -> Reach {
        match (self.role, self.tenant(), &self.key) {
            (Role::Admin, ..) | (Role::Organiser, None, _) => Reach::Everything,
            (Role::Organiser, Some(tenant), _) => Reach::Tenant { tenant: tenant.clone(), side: None },
            (Role::Publisher, Some(tenant), _) => {
                Reach::Tenant { tenant: tenant.clone(), side: Some(Side::Requirement) }
            }
            (Role::Opc, _, Some(key)) => Reach::Owner(key.account.clone()),
            (Role::Public | Role::Opc | Role::Publisher, ..) => Reach::Nothing,
        }
    }

    /// Checks that they may have listings of this side at all.
    pub(in crate::serve) fn writes_on(&self, side: Side) -> Result<(), Problem> {
        if self.reach().has(side) { Ok(()) } else { Err(Problem::OtherSide { role: self.role, side }) }
    }

    /// Checks that they may have a listing like this one at all.
    pub(in crate::serve) fn writes(&self, listing: &Listing) -> Result<(), Problem> {
        if self.reach().has_kind(listing) { Ok(()) } else { self.writes_on(listing.side) }
    }

    /// Checks that they may let this be seen: what an OPC says of itself is looked at by
    /// an organiser first, unless it was public `before`.
    pub(in crate::serve) fn may_show(
        &self,
        listing: &Listing,
        before: Option<&Listing>,
    ) -> Result<(), Problem> {
        let public = |listing: &Listing| Sight::Published.sees(listing);
        let reviewed = self.role != Role::Opc || !public(listing) || before.is_some_and(public);
        if reviewed { Ok(()) } else { Err(Problem::ReviewNeeded) }
    }

    /// Checks that they may write this listing, which is there.
    pub(in crate::serve) fn may_change(&self, listing: &Listing) -> Result<(), Problem> {
        let (side, id) = (listing.side, listing.id.0.clone());
        match (self.sight().sees(listing), self.reach().holds(listing)) {
            (_, true) => Ok(()),
            (true, false) => Err(Problem::NotYours { side, id }),
            (false, false) => Err(Problem::NoListing { side, id }),
        }
    }

    /// Says of a listing that they write whose it is; `before` is what it replaces.
    /// Where they may choose, what they say counts, and else what was said before.
    pub(in crate::serve) fn sign(&self, listing: &mut Listing, before: Option<&Listing>) {
        let former = |of: fn(&Listing) -> &Option<String>| before.and_then(|before| of(before).clone());
        match self.reach() {
            Reach::Everything => {
                listing.tenant = listing.tenant.take().or_else(|| former(|before| &before.tenant));
                listing.owner = listing.owner.take().or_else(|| former(|before| &before.owner));
            }
            Reach::Tenant { tenant, .. } => {
                listing.tenant = Some(tenant);
                listing.owner = former(|before| &before.owner);
            }
            Reach::Owner(account) => {
                listing.tenant = self.tenant().cloned();
                listing.owner = Some(account);
            }
            Reach::Nothing => {}
        }
    }
}

/// Put there by [`admit`](super::admit); where it is missing nobody may come in.
impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Caller>().cloned().ok_or(Problem::KeyNeeded)
    }
}
