//! A listing: one row of an opportunity list or of a capability list.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::name::named;
use super::{Dates, Money, Region, Terms};

/// The listing's own id, as its publisher gave it; unique within one side.
///
/// Row numbers of an index live for one build and never leave the process;
/// this is what callers hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct ListingId(pub String);

impl fmt::Display for ListingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for ListingId {
    fn from(id: &str) -> Self {
        ListingId(id.to_owned())
    }
}

named! {
    /// Which of the two lists a listing stands in.
    Side, "side", {
        /// Somebody needs something done (需求, 机会).
        Requirement = "requirement", "需求";
        /// Somebody can do something (能力).
        Capability = "capability", "能力";
    }
}

impl Side {
    /// The other list.
    pub fn other(self) -> Side {
        match self {
            Side::Requirement => Side::Capability,
            Side::Capability => Side::Requirement,
        }
    }
}

named! {
    /// What sort of thing is asked for or offered.
    Category, "category", {
        /// An application scenario opened by its owner (场景).
        Scenario = "scenario", "场景";
        /// A procurement intention or notice (采购).
        Procurement = "procurement", "采购";
        /// An open challenge (揭榜挂帅).
        Challenge = "challenge", "揭榜";
        /// A card on a community wall: 我有／我要／想认识.
        Partner = "partner", "找伙伴";
        /// A policy, offered by a government office.
        Policy = "policy", "政策";
        /// Work done to order.
        Service = "service", "服务";
        /// A product ready to use.
        Product = "product", "产品";
        /// None of these, or not stated.
        Other = "other", "其他";
    }
}

named! {
    /// What sort of party stands behind a listing.
    PartyKind, "party kind", {
        /// A government body.
        Government = "government", "政府部门";
        /// A school, hospital, institute or other public institution.
        Institution = "institution", "事业单位";
        /// A company of more than one person.
        Company = "company", "企业";
        /// A one-person company, registered.
        Opc = "opc", "一人公司";
        /// A natural person.
        Person = "person", "个人";
        /// An association, community or park operator.
        Community = "community", "社群园区";
        /// Not stated.
        Unknown = "unknown", "未说明";
    }
}

named! {
    /// Where a listing stands in its own life.
    Status, "status", {
        /// Being written.
        Draft = "draft", "草稿";
        /// Waiting for a reviewer.
        Review = "review", "待审核";
        /// Open to be matched.
        Published = "published", "已发布";
        /// Work has begun with somebody.
        InProgress = "in_progress", "推进中";
        /// No longer open.
        Closed = "closed", "已结束";
    }
}

named! {
    /// How a contact reaches somebody.
    ContactKind, "contact kind", {
        /// A person's name.
        Name = "name", "联系人";
        /// A telephone number.
        Phone = "phone", "电话";
        /// An e-mail address.
        Email = "email", "邮箱";
        /// A WeChat id.
        Wechat = "wechat", "微信";
        /// A street address.
        Address = "address", "地址";
        /// Anything else.
        Other = "other", "其他联系方式";
    }
}

/// Who stands behind a listing. Listings of one party share its `name`;
/// one OPC may hold several capabilities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// As published; empty when not stated.
    #[serde(default)]
    pub name: String,
    /// What sort of party.
    #[serde(default = "unknown_kind")]
    pub kind: PartyKind,
}

fn unknown_kind() -> PartyKind {
    PartyKind::Unknown
}

impl Default for Party {
    fn default() -> Self {
        Party { name: String::new(), kind: PartyKind::Unknown }
    }
}

/// Something done before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// In the party's own words.
    pub summary: String,
    /// Year it ended, when stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
    /// Worth of the contract in yuan, when stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<super::Amount>,
}

/// How much work a capability can take on at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Jobs that can still be taken on; zero is "full".
    pub free_jobs: u32,
}

/// A way to reach a party. Private: never part of a [`super::PublicListing`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// How.
    pub kind: ContactKind,
    /// The number, address or name.
    pub value: String,
}

impl fmt::Debug for Contact {
    /// Leaves the value out, so that no log can show it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contact({}, ***)", self.kind)
    }
}

/// Where a listing came from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Source {
    /// File name, without its folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row as a spreadsheet counts it, from 1, title rows included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Address of the published notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

named! {
    /// A field of a listing that intake fills.
    Field, "field", {
        /// [`Listing::id`].
        Id = "id", "编号";
        /// [`Listing::category`].
        Category = "category", "类别";
        /// [`Listing::title`].
        Title = "title", "名称";
        /// [`Listing::text`].
        Text = "text", "描述";
        /// [`Party::name`].
        Party = "party", "单位";
        /// [`Party::kind`].
        PartyKind = "party_kind", "单位类型";
        /// [`Listing::region`].
        Region = "region", "地区";
        /// [`Region::remote`].
        Remote = "remote", "可否远程";
        /// [`Listing::industries`].
        Industries = "industries", "行业";
        /// [`Listing::skills`].
        Skills = "skills", "技能";
        /// [`Listing::money`].
        Money = "money", "金额";
        /// [`Dates::published`].
        Published = "published", "发布日期";
        /// [`Dates::deadline`].
        Deadline = "deadline", "截止日期";
        /// [`Dates::delivery`].
        Delivery = "delivery", "交付时间";
        /// [`Terms::legal_person`] and whatever else an eligibility column states.
        Eligibility = "eligibility", "资格要求";
        /// [`Terms::past_contracts`].
        PastContracts = "past_contracts", "业绩要求";
        /// [`Terms::certificates`].
        Certificates = "certificates", "资质";
        /// [`Terms::data_stays_on_site`].
        DataStaysOnSite = "data_stays_on_site", "数据不出域";
        /// [`Terms::on_site`].
        OnSite = "on_site", "驻场";
        /// [`Terms::thresholds`].
        Thresholds = "thresholds", "准入门槛";
        /// [`Listing::cases`].
        Cases = "cases", "案例";
        /// [`Listing::capacity`].
        Capacity = "capacity", "接单余量";
        /// [`Listing::status`].
        Status = "status", "状态";
        /// [`Listing::contacts`].
        Contacts = "contacts", "联系方式";
        /// [`Source::url`].
        Url = "url", "链接";
    }
}

/// A field that was read out of running text rather than from a column of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Which field it filled.
    pub field: Field,
    /// The words it was read from.
    pub quote: String,
}

/// One requirement or one capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// Unique within its side.
    pub id: ListingId,
    /// Which list it stands in.
    pub side: Side,
    /// What sort of thing.
    #[serde(default = "other_category")]
    pub category: Category,
    /// One line.
    pub title: String,
    /// Everything else it says, in its own words; may be empty.
    #[serde(default)]
    pub text: String,
    /// Who.
    #[serde(default)]
    pub party: Party,
    /// Where.
    #[serde(default)]
    pub region: Region,
    /// Fields of application, as published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub industries: Vec<String>,
    /// Techniques, tools and trades, as published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// Ceiling or floor; `None` is "not stated".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<Money>,
    /// When.
    #[serde(default)]
    pub dates: Dates,
    /// Under what terms.
    #[serde(default)]
    pub terms: Terms,
    /// Done before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Case>,
    /// Room for more work; `None` is "not stated".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
    /// Where it stands.
    #[serde(default = "published")]
    pub status: Status,
    /// Private.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
    /// The district whose list it stands in; `None` is the city's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// The account that it belongs to, where it belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Where it came from.
    #[serde(default)]
    pub source: Source,
    /// Columns that fit no field, by their own names: nothing is dropped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<(String, String)>,
    /// Which of the fields above were read out of running text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub read_from_prose: Vec<Fact>,
}

fn other_category() -> Category {
    Category::Other
}

fn published() -> Status {
    Status::Published
}

impl Listing {
    /// A listing that states nothing but its title and text.
    pub fn new(
        id: impl Into<String>,
        side: Side,
        title: impl Into<String>,
        text: impl Into<String>,
    ) -> Listing {
        Listing {
            id: ListingId(id.into()),
            side,
            category: Category::Other,
            title: title.into(),
            text: text.into(),
            party: Party::default(),
            region: Region::default(),
            industries: Vec::new(),
            skills: Vec::new(),
            money: None,
            dates: Dates::default(),
            terms: Terms::default(),
            cases: Vec::new(),
            capacity: None,
            status: Status::Published,
            contacts: Vec::new(),
            tenant: None,
            owner: None,
            source: Source::default(),
            extra: Vec::new(),
            read_from_prose: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparse_listing_reads_and_a_misspelt_field_does_not() {
        let listing: Listing =
            serde_json::from_str(r#"{"id":"N1","side":"requirement","title":"电梯隐患排查"}"#).unwrap();
        assert_eq!(listing, Listing::new("N1", Side::Requirement, "电梯隐患排查", ""));
        let misspelt = r#"{"id":"N1","side":"requirement","title":"t","budgett":3}"#;
        assert!(serde_json::from_str::<Listing>(misspelt).is_err());
    }

    #[test]
    fn names_read_in_both_languages() {
        assert_eq!("能力".parse(), Ok(Side::Capability));
        assert_eq!("OPC".parse(), Ok(PartyKind::Opc));
        let error = "wish".parse::<Side>().unwrap_err().to_string();
        assert!(error.contains("wish") && error.contains("requirement"), "{error}");
    }

    #[test]
    fn debug_output_never_shows_a_contact() {
        let contact = Contact { kind: ContactKind::Phone, value: "13800000000".into() };
        assert!(!format!("{contact:?}").contains("138"));
    }
}
