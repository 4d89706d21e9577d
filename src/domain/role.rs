//! Who somebody is to the service, and what that lets them see and write.

use super::name::named;
use super::{Category, Listing, Side, Status};

named! {
    /// What somebody is to the service. An OPC and a publisher stand side by side: each
    /// may do what the public may, neither what the other may.
    Role, "role", {
        /// Anybody: reads what is published.
        Public = "public", "公众";
        /// A one-person company: its own capabilities too.
        Opc = "opc", "一人公司";
        /// A district's office: its requirements too.
        Publisher = "publisher", "发布方";
        /// Holds events, and has all of the lists.
        Organiser = "organiser", "组织者";
        /// Everything, keys and models too.
        Admin = "admin", "管理员";
    }
}

impl Role {
    /// Whether one of this role may do whatever one of `other` may.
    pub fn includes(self, other: Role) -> bool {
        match (self, other) {
            (Role::Opc | Role::Publisher, Role::Opc | Role::Publisher) => self == other,
            _ => self >= other,
        }
    }

    /// The role in English, as a person would say it.
    pub fn english(self) -> &'static str {
        match self {
            Role::Public => "public",
            Role::Opc => "one-person company",
            Role::Publisher => "publisher",
            Role::Organiser => "organiser",
            Role::Admin => "administrator",
        }
    }
}

named! {
    /// What a key may be used for, within its role.
    Scope, "scope", {
        /// To look only.
        Read = "read", "只读";
        /// To look and to write.
        Write = "write", "读写";
    }
}

/// Which listings somebody may see. What is or was published is the city's, seen by
/// everybody; drafts, and what waits for review, are their tenant's and owner's.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// All of them: whoever has the machine, an admin, the city's organiser.
    #[default]
    Everything,
    /// What is or was published.
    Published,
    /// That, and all of this tenant.
    Tenant(String),
    /// That, and all of this account.
    Owner(String),
}

impl Sight {
    /// Whether this listing may be seen.
    pub fn sees(&self, listing: &Listing) -> bool {
        let public = !matches!(listing.status, Status::Draft | Status::Review);
        public
            || match self {
                Sight::Everything => true,
                Sight::Published => false,
                Sight::Tenant(tenant) => listing.tenant.as_ref() == Some(tenant),
                Sight::Owner(account) => listing.owner.as_ref() == Some(account),
            }
    }
}

/// Which listings somebody may write: what stood there before, and what stands there
/// after, must both lie within it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    #[default]
    Everything,
    /// None.
    Nothing,
    /// Those of a tenant, of one side or of both.
    Tenant {
        /// Which tenant.
        tenant: String,
        /// `None`: both.
        side: Option<Side>,
    },
    /// The capabilities of an account, and its cards on the wall, on either side.
    Owner(String),
}

impl Reach {
    /// Whether it holds this listing.
    pub fn holds(&self, listing: &Listing) -> bool {
        match self {
            Reach::Everything => true,
            Reach::Nothing => false,
            Reach::Tenant { tenant, side } => {
                listing.tenant.as_ref() == Some(tenant) && side.is_none_or(|side| side == listing.side)
            }
            Reach::Owner(account) => self.has_kind(listing) && listing.owner.as_ref() == Some(account),
        }
    }

    /// Whether it may hold listings like this one, whosever it is.
    pub fn has_kind(&self, listing: &Listing) -> bool {
        let is_card = matches!(self, Reach::Owner(_)) && listing.category == Category::Partner;
        is_card || self.has(listing.side)
    }

    /// Whether it may hold listings of this side, whatever their category.
    pub fn has(&self, side: Side) -> bool {
        match self {
            Reach::Everything => true,
            Reach::Nothing => false,
            Reach::Tenant { side: own, .. } => own.is_none_or(|own| own == side),
            Reach::Owner(_) => side == Side::Capability,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_no_ladder_where_two_stand_side_by_side() {
        use Role::{Admin, Opc, Organiser, Public, Publisher};
        for (role, includes) in [
            (Public, &[Public][..]),
            (Opc, &[Public, Opc]),
            (Publisher, &[Public, Publisher]),
            (Organiser, &[Public, Opc, Publisher, Organiser]),
            (Admin, &[Public, Opc, Publisher, Organiser, Admin]),
        ] {
            for other in Role::ALL {
                assert_eq!(role.includes(*other), includes.contains(other), "{role} {other}");
            }
        }
    }

    #[test]
    fn drafts_are_their_own_peoples() {
        let mut listing = Listing::new("N1", Side::Requirement, "甲", "");
        listing.tenant = Some("西湖".into());
        listing.owner = Some("K1".into());
        let (tenant, owner) =
            (|name: &str| Sight::Tenant(name.into()), |name: &str| Sight::Owner(name.into()));
        for (sight, draft) in [
            (Sight::Everything, true),
            (Sight::Published, false),
            (tenant("西湖"), true),
            (tenant("上城"), false),
            (owner("K1"), true),
            (owner("K2"), false),
        ] {
            for status in Status::ALL {
                listing.status = *status;
                let hidden = matches!(status, Status::Draft | Status::Review);
                assert_eq!(sight.sees(&listing), !hidden || draft, "{sight:?} {status}");
            }
        }
    }

    #[test]
    fn a_reach_holds_its_own_and_nothing_else() {
        let of = |side, tenant: Option<&str>, owner: Option<&str>| Listing {
            tenant: tenant.map(str::to_owned),
            owner: owner.map(str::to_owned),
            ..Listing::new("1", side, "甲", "")
        };
        let (need, skill) = (Side::Requirement, Side::Capability);
        let publisher = Reach::Tenant { tenant: "西湖".into(), side: Some(need) };
        let organiser = Reach::Tenant { tenant: "西湖".into(), side: None };
        let opc = Reach::Owner("K1".into());
        for (reach, listing, held) in [
            (&publisher, of(need, Some("西湖"), None), true),
            (&publisher, of(skill, Some("西湖"), None), false),
            (&publisher, of(need, Some("上城"), None), false),
            (&publisher, of(need, None, None), false),
            (&organiser, of(skill, Some("西湖"), None), true),
            (&organiser, of(skill, None, Some("K1")), false),
            (&opc, of(skill, None, Some("K1")), true),
            (&opc, of(skill, None, None), false),
            (&opc, of(need, None, Some("K1")), false),
            (&opc, Listing { category: Category::Partner, ..of(need, None, Some("K1")) }, true),
            (&opc, Listing { category: Category::Partner, ..of(need, None, Some("K2")) }, false),
            (&Reach::Nothing, of(need, None, None), false),
            (&Reach::Everything, of(need, None, None), true),
        ] {
            assert_eq!(reach.holds(&listing), held, "{reach:?} {listing:?}");
            assert!(!held || reach.has_kind(&listing));
        }
    }
}
