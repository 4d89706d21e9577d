//! A matchmaking event (对接会): what its organiser sets and what is planned.
//!
//! An event is one document: it is stored, shown and exported whole. Times are
//! local to the event's place, without a zone. Slots and tables are counted
//! from 0 here and shown from 1.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Listing, ListingId};

/// A moment on the event's own clock; JSON `"2026-12-04T14:00:00"`.
pub type LocalTime = jiff::civil::DateTime;

/// Thousandths of a degree: the whole numbers a plan is optimised in, so that
/// sums are exact and the same on every machine.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct Milli(pub i64);

impl Milli {
    /// From degrees (0..=100), to the nearest thousandth.
    pub fn from_degrees(degrees: f64) -> Milli {
        Milli((degrees * 1000.0).round() as i64)
    }

    /// In degrees.
    pub fn degrees(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl fmt::Display for Milli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1}", self.degrees())
    }
}

/// An event's own id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct EventId(pub String);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who sits down on the capability side: an OPC, with all its capabilities.
///
/// The published name of the party without blanks; a capability whose party is
/// not named stands for itself, as `#` and its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct OpcId(pub String);

impl OpcId {
    /// The OPC behind a capability.
    pub fn of(capability: &Listing) -> OpcId {
        let name = without_blanks(&capability.party.name);
        if name.is_empty() { OpcId(format!("#{}", capability.id)) } else { OpcId(name) }
    }
}

/// A party's name as it is compared: without blanks.
pub fn without_blanks(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

impl fmt::Display for OpcId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A need and an OPC: what a meeting is between.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The need.
    pub need: ListingId,
    /// The OPC.
    pub opc: OpcId,
}

/// A span of time in which each table holds one meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// When it begins.
    #[schema(value_type = String, example = "2026-12-04T14:00:00")]
    pub starts: LocalTime,
    /// How long it lasts, in minutes.
    pub minutes: u16,
}

/// The part of the event in which needs are presented from a stage, one after another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// When the first need is presented.
    #[schema(value_type = String, example = "2026-12-04T13:30:00")]
    pub starts: LocalTime,
    /// Minutes a need has.
    pub minutes_each: u16,
}

/// Tables × slots, and the stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// How many tables stand in the room.
    pub tables: u16,
    /// In order of time; they do not overlap.
    pub slots: Vec<Slot>,
    /// The stage part, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
}

/// A place in the timetable.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Index into [`Frame::slots`].
    pub slot: u16,
    /// Table, from 0.
    pub table: u16,
}

/// How many meetings there should be, and which may be at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Meetings a need has at least, unless its own entry says otherwise.
    pub need_min: u32,
    /// And at most.
    pub need_max: u32,
    /// Meetings an OPC that takes part has at least: its exposure.
    pub opc_min: u32,
    /// And at most: its capacity on the day, counted by OPC and not by capability.
    pub opc_max: u32,
    /// No meeting is made below this degree, pins apart.
    pub floor: Milli,
    /// Whether the two sides' views are scored apart and their product decides.
    pub reciprocal: bool,
    /// Whether OPCs that no earlier event has shown come first among equals.
    pub fair: bool,
    /// Whether two who met at an earlier event may meet again.
    pub meet_again: bool,
}

impl Default for Rules {
    /// Three or four talks of a quarter of an hour are what an afternoon holds.
    fn default() -> Self {
        Rules {
            need_min: 0,
            need_max: 4,
            opc_min: 0,
            opc_max: 4,
            floor: Milli(15_000),
            reciprocal: false,
            fair: true,
            meet_again: false,
        }
    }
}

/// A need that takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedEntry {
    /// Which.
    pub need: ListingId,
    /// Its own least number of meetings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// Its own greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// The table it sits at throughout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<u16>,
    /// Slots in which it cannot meet.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub away: BTreeSet<u16>,
    /// Did not come, or withdrew.
    #[serde(default, skip_serializing_if = "is_false")]
    pub absent: bool,
    /// Whether it is presented from the stage.
    #[serde(default, skip_serializing_if = "is_false")]
    pub on_stage: bool,
}

impl NeedEntry {
    /// A need under the event's rules.
    pub fn new(need: ListingId) -> NeedEntry {
        NeedEntry {
            need,
            min: None,
            max: None,
            table: None,
            away: BTreeSet::new(),
            absent: false,
            on_stage: false,
        }
    }
}

/// What is particular about an OPC; one without an entry takes part under the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpcEntry {
    /// Which.
    pub opc: OpcId,
    /// Its own least number of meetings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// Its own greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Slots in which it cannot meet; one who comes late is away in the first.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub away: BTreeSet<u16>,
    /// Did not come, or withdrew.
    #[serde(default, skip_serializing_if = "is_false")]
    pub absent: bool,
}

impl OpcEntry {
    /// An OPC under the event's rules.
    pub fn new(opc: OpcId) -> OpcEntry {
        OpcEntry { opc, min: None, max: None, away: BTreeSet::new(), absent: false }
    }
}

/// A meeting that the organiser rules out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ban {
    /// Between whom.
    pub pair: Pair,
    /// Why, in the organiser's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// How a meeting came into the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Chosen by the optimisation.
    Chosen,
    /// The organiser demanded it.
    Pinned,
}

/// One meeting of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// The need.
    pub need: ListingId,
    /// The OPC.
    pub opc: OpcId,
    /// Which of the OPC's capabilities fits best.
    pub capability: ListingId,
    /// The degree of that pair.
    pub degree: Milli,
    /// What the need's side sees in it, 0..=100 000.
    pub need_view: Milli,
    /// What the OPC's side sees in it, 0..=100 000.
    pub opc_view: Milli,
    /// What the plan counts for it: the degree, or the product of the two views.
    pub worth: Milli,
    /// How it came in.
    pub origin: Origin,
    /// Where and when; `None` while it could not be placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Seat>,
    /// Stays where it is when the rest is solved again.
    #[serde(default, skip_serializing_if = "is_false")]
    pub locked: bool,
}

impl Meeting {
    /// Between whom.
    pub fn pair(&self) -> Pair {
        Pair { need: self.need.clone(), opc: self.opc.clone() }
    }
}

/// A shortlist and its timetable.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// In order of need, then OPC.
    pub meetings: Vec<Meeting>,
    /// The order in which needs are presented from the stage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stage: Vec<ListingId>,
}

/// One matchmaking event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its own id.
    pub id: EventId,
    /// What it is called.
    pub name: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub theme: String,
    /// Where it is held.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// Tables, slots, stage.
    pub frame: Frame,
    /// How many meetings, and which.
    pub rules: Rules,
    /// The needs that take part.
    pub needs: Vec<NeedEntry>,
    /// The OPCs about whom something particular is set.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opcs: Vec<OpcEntry>,
    /// Whether only the OPCs named in `opcs` take part; otherwise all do.
    #[serde(default, skip_serializing_if = "is_false")]
    pub named_opcs_only: bool,
    /// Meetings that must be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<Pair>,
    /// Meetings that must not be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bans: Vec<Ban>,
    /// Meetings that an OPC has asked for; they raise its own view.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub interests: Vec<Pair>,
    /// Groups of party names that are one organisation: they never meet each other,
    /// and count as one OPC.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Vec<String>>,
    /// What is planned, once something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// Counts up with every saved change; a writer names the one it read.
    #[serde(default)]
    pub revision: u64,
    /// Whether it has taken place: then its meetings count as held.
    #[serde(default, skip_serializing_if = "is_false")]
    pub held: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Event {
    /// The entry of an OPC, where it has one.
    pub fn opc_entry(&self, opc: &OpcId) -> Option<&OpcEntry> {
        self.opcs.iter().find(|entry| &entry.opc == opc)
    }

    /// The entry of a need that takes part.
    pub fn need_entry(&self, need: &ListingId) -> Option<&NeedEntry> {
        self.needs.iter().find(|entry| &entry.need == need)
    }

    /// Least and greatest number of meetings of a need; none when it is absent.
    pub fn need_limits(&self, entry: &NeedEntry) -> (u32, u32) {
        if entry.absent {
            return (0, 0);
        }
        (entry.min.unwrap_or(self.rules.need_min), entry.max.unwrap_or(self.rules.need_max))
    }

    /// Least and greatest number of meetings of an OPC; none when it is absent.
    pub fn opc_limits(&self, opc: &OpcId) -> (u32, u32) {
        match self.opc_entry(opc) {
            Some(entry) if entry.absent => (0, 0),
            Some(entry) => (entry.min.unwrap_or(self.rules.opc_min), entry.max.unwrap_or(self.rules.opc_max)),
            None => (self.rules.opc_min, self.rules.opc_max),
        }
    }

    /// The name under which an organisation counts: the first of its alias group,
    /// or its own, without blanks.
    pub fn organisation(&self, name: &str) -> String {
        let name = without_blanks(name);
        let group = self.aliases.iter().find(|group| group.iter().any(|alias| without_blanks(alias) == name));
        match group.and_then(|group| group.first()) {
            Some(first) => without_blanks(first),
            None => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousandths_round_to_the_nearest() {
        assert_eq!(Milli::from_degrees(31.4159), Milli(31_416));
        assert_eq!(Milli(31_416).degrees(), 31.416);
        assert_eq!(Milli(31_460).to_string(), "31.5");
    }

    #[test]
    fn an_event_survives_json() {
        let json = r#"{"id":"E1","name":"社区服务对接会","frame":{"tables":2,"slots":[{"starts":"2026-12-04T14:00:00","minutes":15}]},
            "rules":{"need_min":1,"need_max":3,"opc_min":0,"opc_max":4,"floor":15000,"reciprocal":false,"fair":true,"meet_again":false},
            "needs":[{"need":"N1","min":2}],"aliases":[["星河工作室","星 河科技"]]}"#;
        let event: Event = serde_json::from_str(json).unwrap();
        assert_eq!(event.need_limits(&event.needs[0]), (2, 3));
        assert_eq!(event.opc_limits(&OpcId("某人".into())), (0, 4));
        assert_eq!(event.organisation("星河科技"), "星河工作室");
        let again: Event = serde_json::from_str(&serde_json::to_string(&event).unwrap()).unwrap();
        assert_eq!(again, event);
    }
}
