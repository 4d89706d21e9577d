//! Which event is meant, the lists it stands on, and what came before it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::domain::{Event, EventId, Listing, ListingId, Milli, OpcId, Pair, Side};
use crate::engine::Ground;
use crate::event::{Candidate, Unplaced, Violation, timetable};
use crate::rank::Ranker;
use crate::report::{EventSources, EventView, FindingView, event_view};

use super::super::CliError;
use super::super::arguments::{Common, Sources};
use super::super::home::Home;
use super::super::lists::{Opened, open};
use super::super::progress::note;
use super::super::watched::Watched;
use super::fault::EventFault;
use super::written;

/// An event, and the lists.
#[derive(Debug, Args)]
pub(super) struct EventSource {
    /// 对接会文件（JSON）；也可用 --data 与 --id / the event's file, unless --data and --id name it
    #[arg(value_name = "EVENT", required_unless_present = "id", conflicts_with = "id")]
    file: Option<PathBuf>,
    /// 数据文件夹或数据库里的对接会编号 / id of an event in the data folder or database
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    pub(super) sources: Sources,
    /// 以前的对接会文件：见过的不再见，少露面的优先 / files of earlier events
    #[arg(long, value_name = "FILE", num_args = 1..)]
    earlier: Vec<PathBuf>,
}

/// Where an event is kept.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// In a file of its own.
    File(PathBuf),
    /// In this data folder or database.
    Home(Home),
}

/// An event and where it came from.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) event: Event,
    pub(super) place: Place,
}

impl Found {
    /// Saves the event where it came from, under the next revision.
    pub(super) fn save(&self, event: Event, common: &Common) -> Result<Event, CliError> {
        let (event, place) = match &self.place {
            Place::File(path) => (written::save(path, event)?, path.display().to_string()),
            Place::Home(home) => {
                let event = home.open_known()?.save_event(event)?;
                let place = format!("{home}（{}）", event.id);
                (event, place)
            }
        };
        note(common, &format!("已存到 {place}，第 {} 版 / saved to {place}, revision {0}", event.revision));
        Ok(event)
    }
}

impl EventSource {
    /// The event that is meant.
    pub(super) fn find(&self) -> Result<Found, CliError> {
        match (&self.file, &self.id) {
            (_, Some(id)) => {
                let home = self.sources.home().ok_or(CliError::NoHome)?;
                let store = home.open_known()?;
                let Some(event) = store.event(&EventId(id.clone()))? else {
                    let known: Vec<String> = store.events()?.into_iter().map(|event| event.id.0).collect();
                    let known =
                        if known.is_empty() { "（无 / none）".to_owned() } else { known.join("、") };
                    return Err(EventFault::NoSuchEvent { id: id.clone(), known }.into());
                };
                Ok(Found { event, place: Place::Home(home) })
            }
            (Some(path), None) => Ok(Found { event: written::read(path)?, place: Place::File(path.clone()) }),
            // clap asks for one of the two.
            (None, None) => Err(EventFault::NoNeeds("EVENT".into()).into()),
        }
    }

    /// Earlier events: the others of the data folder or database, and those of files.
    fn earlier(&self, event: &Event, common: &Common) -> Result<Vec<Event>, CliError> {
        let mut earlier = match self.sources.home() {
            Some(home) => home.open_known()?.events()?,
            None => Vec::new(),
        };
        earlier.retain(|other| other.id != event.id);
        for path in &self.earlier {
            let other = written::read(path)?;
            if other.id == event.id {
                return Err(EventFault::SameAsEarlier { path: path.clone(), id: other.id.0 }.into());
            }
            if !other.held {
                note(
                    common,
                    &format!(
                        "{} 还没有举办，不计入 / {0} has not been held and does not count",
                        path.display()
                    ),
                );
            }
            earlier.retain(|known| known.id != other.id);
            earlier.push(other);
        }
        Ok(earlier)
    }

    /// Opens the lists and ranks the event's needs against all capabilities.
    pub(super) fn survey(&self, event: &Event, common: &Common) -> Result<Surveyed, CliError> {
        let earlier = self.earlier(event, common)?;
        let opened = open(&self.sources, None, common)?;
        let ranker = opened.market.ranker();
        let needs = ranker.snapshot().side(Side::Requirement);
        let unknown: Vec<&str> = event
            .needs
            .iter()
            .filter(|entry| needs.row(&entry.need).is_none())
            .map(|entry| entry.need.0.as_str())
            .collect();
        if !unknown.is_empty() {
            note(
                common,
                &format!(
                    "需求名单里没有 {}，排不出对接；请核对名单 / not in the list of needs: {}",
                    unknown.join("、"),
                    unknown.join(", ")
                ),
            );
        }
        let watched = Watched::new(common);
        let ground =
            Ground::survey(&ranker, event, &earlier, opened.today, &|reached| watched.tell(reached))?;
        drop(watched);
        Ok(Surveyed { opened, ranker, ground })
    }
}

/// Lists, ranking, and who could meet whom.
pub(super) struct Surveyed {
    pub(super) opened: Opened,
    pub(super) ranker: Arc<Ranker>,
    pub(super) ground: Ground,
}

impl Surveyed {
    /// The event as it is shown, with what the check says.
    pub(super) fn view(&self, event: &Event, violations: &[Violation]) -> EventView {
        let snapshot = self.ranker.snapshot();
        let listings =
            |side: Side| -> Vec<&Listing> { snapshot.side(side).listings().map(AsRef::as_ref).collect() };
        let findings: Vec<FindingView> = violations
            .iter()
            .map(|violation| FindingView {
                severity: super::shown::severity(violation.severity).to_owned(),
                zh: violation.zh.clone(),
                en: violation.en.clone(),
            })
            .collect();
        let sources = EventSources {
            requirements: listings(Side::Requirement),
            capabilities: listings(Side::Capability),
            follow_ups: &[],
            unplaced: &unplaced(event),
            findings: &findings,
        };
        event_view(event, &sources)
    }

    /// Why a need that takes part meets nobody, in both languages.
    pub(super) fn nobody(&self, need: &ListingId, event: &Event) -> String {
        let floor = event.rules.floor;
        let pairs = &self.ground.candidates.pairs;
        // Pairs and degrees lie in the order of needs.
        let first = pairs.partition_point(|pair| &pair.need < need);
        let theirs: Vec<&Candidate> = pairs[first..].iter().take_while(|pair| &pair.need == need).collect();
        let banned = |pair: &Candidate| {
            let same = |opc: &OpcId| event.organisation(&opc.0) == event.organisation(&pair.opc.0);
            event.bans.iter().any(|ban| ban.pair.need == pair.need && same(&ban.pair.opc))
        };
        let (ruled_out, open): (Vec<&Candidate>, Vec<&Candidate>) =
            theirs.iter().copied().partition(|&pair| banned(pair));
        let best = open.into_iter().max_by(|a, b| (a.worth, &b.opc).cmp(&(b.worth, &a.opc)));
        let (mut zh, mut en) = match best {
            Some(best) if best.worth >= floor => (
                "没有对接：合适的都已排满，或席位用完".to_owned(),
                "meets nobody: those that fit have no time left, or the room is full".to_owned(),
            ),
            Some(best) => (
                format!("没有对接：最接近的 {} 只有 {}，低于下限 {floor}", best.opc, best.worth),
                format!("meets nobody: the nearest reaches {}, below the floor of {floor}", best.worth),
            ),
            None => {
                ("没有对接：没有可以见的 OPC".to_owned(), "meets nobody: there is no OPC that may".to_owned())
            }
        };
        let bans = ruled_out.iter().filter(|pair| pair.worth >= floor).count();
        if bans > 0 {
            zh.push_str(&format!("；{bans} 个合适的被排除"));
            en.push_str(&format!("; {bans} that fit are ruled out"));
        }
        // Ranked by the lists, yet no candidate: a term is not met, or they are barred.
        let known: BTreeSet<&ListingId> = theirs.iter().map(|pair| &pair.capability).collect();
        let opcs: BTreeSet<&OpcId> = theirs.iter().map(|pair| &pair.opc).collect();
        let refused: BTreeSet<OpcId> = self
            .ground
            .facts
            .degrees
            .range((need.clone(), ListingId(String::new()))..)
            .take_while(|((id, _), _)| id == need)
            .filter(|((_, capability), degree)| **degree >= floor && !known.contains(capability))
            .filter_map(|((_, capability), _)| self.ground.facts.capabilities.get(capability))
            .map(|known| OpcId(event.organisation(&known.opc.0)))
            .filter(|opc| !opcs.contains(opc) && self.ground.candidates.opcs.contains_key(opc))
            .collect();
        if !refused.is_empty() {
            let count = refused.len();
            zh.push_str(&format!("；另有 {count} 个分数够，但条件不符或须回避"));
            en.push_str(&format!("; {count} more score enough, but a term is not met or they are barred"));
        }
        super::shown::both(&zh, &en)
    }

    /// The degree of a pair on one capability, with both sides' views.
    pub(super) fn degree(&self, pair: &Pair, capability: &ListingId) -> Option<(Milli, Milli, Milli)> {
        let degree = *self.ground.facts.degrees.get(&(pair.need.clone(), capability.clone()))?;
        match self.ground.candidate(pair) {
            Some(known) if &known.capability == capability => Some((degree, known.need_view, known.opc_view)),
            _ => Some((degree, degree, degree)),
        }
    }
}

/// Why those meetings of the plan that have no seat have none.
fn unplaced(event: &Event) -> Vec<Unplaced> {
    let Some(plan) = &event.plan else { return Vec::new() };
    if plan.meetings.iter().all(|meeting| meeting.seat.is_some()) {
        return Vec::new();
    }
    timetable(event, &plan.meetings).unplaced
}
