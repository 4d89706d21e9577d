//! What an event is planned on: the lists as they are, ranked for its needs.
//!
//! The newest scenes are kept and found again by those few of an event's settings that
//! they hang on. Ranking is most of their work and hangs on its needs alone, so a new
//! scene takes it from one that has the same.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};

use crate::domain::{Date, Event, EventId, Listing, ListingId, Pair, Side};
use crate::engine::{Ground, Ranked};
use crate::event::{Ledger, Watch, unwatched};
use crate::rank::Ranker;

use super::super::app::App;
use super::super::problem::Problem;
use super::names::Names;

/// Scenes that are kept: one ranks 40 needs × 362 capabilities in about 2 MB.
const KEPT: usize = 8;

/// The settings of an event that its ground hangs on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Settings {
    needs: Vec<ListingId>,
    pins: Vec<Pair>,
    interests: Vec<Pair>,
    aliases: Vec<Vec<String>>,
    /// Who takes part, when only those named do.
    named: Option<Vec<String>>,
    reciprocal: bool,
    meet_again: bool,
}

impl Settings {
    fn of(event: &Event) -> Settings {
        Settings {
            needs: event.needs.iter().map(|entry| entry.need.clone()).collect(),
            pins: event.pins.clone(),
            interests: event.interests.clone(),
            aliases: event.aliases.clone(),
            named: event.named_opcs_only.then(|| event.opcs.iter().map(|e| e.opc.0.clone()).collect()),
            reciprocal: event.rules.reciprocal,
            meet_again: event.rules.meet_again,
        }
    }
}

/// What an event is planned on.
#[derive(Debug)]
pub(super) struct Scene {
    /// The lists, ranked.
    pub(super) ranker: Arc<Ranker>,
    /// Who could meet whom, and what the checker believes.
    pub(super) ground: Ground,
    /// How its OPCs are shown.
    names: Names,
    /// What the ground was made from.
    ranked: Arc<Ranked>,
    day: Date,
    settings: Settings,
}

/// The scenes that were asked for last, the newest first.
#[derive(Debug, Default)]
pub(in crate::serve) struct Scenes(VecDeque<Arc<Scene>>);

impl Scene {
    /// The scene of an event as it is now; blocking.
    pub(super) fn of(app: &App, event: &Event) -> Result<Arc<Scene>, Problem> {
        Scene::watched(app, event, &unwatched)
    }

    /// The same, stopped when `watch` says so.
    pub(super) fn watched(app: &App, event: &Event, watch: &Watch<'_>) -> Result<Arc<Scene>, Problem> {
        let (ranker, day, settings) = (app.market().ranker(), app.today(), Settings::of(event));
        let events = app.market().events()?;
        let ledger = Ledger::of(events.iter().filter(|other| other.id != event.id));
        let near = |scene: &&Arc<Scene>| {
            Arc::ptr_eq(&scene.ranker, &ranker) && scene.day == day && scene.settings.needs == settings.needs
        };
        let fits =
            |scene: &Arc<Scene>| near(&scene) && scene.settings == settings && scene.ground.ledger == ledger;
        let ranked = {
            let mut scenes = app.scenes().lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(found) = scenes.0.iter().position(fits).and_then(|at| scenes.0.remove(at)) {
                scenes.0.push_front(found.clone());
                return Ok(found);
            }
            scenes.0.iter().find(near).map(|scene| scene.ranked.clone())
        };
        let ranked = match ranked {
            Some(ranked) => ranked,
            None => Arc::new(Ranked::of(&ranker, &settings.needs, day, watch)?),
        };
        let ground = Ground::on(&ranked, &ranker, event, &events);
        let names = Names::of(event, &capabilities(&ranker));
        let made = Arc::new(Scene { ranker, ground, names, ranked, day, settings });
        let mut scenes = app.scenes().lock().unwrap_or_else(PoisonError::into_inner);
        scenes.0.push_front(made.clone());
        scenes.0.truncate(KEPT);
        Ok(made)
    }

    /// Names as this state of the event knows them.
    pub(super) fn names(&self, event: &Event) -> Names {
        self.names.clone().with(event)
    }

    /// A listing of the lists.
    pub(super) fn listing(&self, side: Side, id: &ListingId) -> Option<&Listing> {
        let list = self.ranker.snapshot().side(side);
        list.row(id).map(|row| list.listing(row).as_ref())
    }
}

/// All capabilities of the lists.
pub(super) fn capabilities(ranker: &Ranker) -> Vec<&Listing> {
    ranker.snapshot().side(Side::Capability).listings().map(AsRef::as_ref).collect()
}

/// All requirements of the lists.
pub(super) fn requirements(ranker: &Ranker) -> Vec<&Listing> {
    ranker.snapshot().side(Side::Requirement).listings().map(AsRef::as_ref).collect()
}

/// The event as it is stored.
pub(super) fn stored(app: &App, id: &EventId) -> Result<Event, Problem> {
    app.market().event(id)?.ok_or_else(|| Problem::NoEvent(id.clone()))
}

/// The event as it is stored, provided that the caller has seen this version of it.
pub(super) fn stored_at(app: &App, id: &EventId, revision: u64) -> Result<Event, Problem> {
    let event = stored(app, id)?;
    if event.revision == revision {
        Ok(event)
    } else {
        Err(Problem::Stale { id: id.0.clone(), read: revision, found: event.revision })
    }
}

/// The same, provided also that its plan may still be changed.
pub(super) fn open_at(app: &App, id: &EventId, revision: u64) -> Result<Event, Problem> {
    let event = stored_at(app, id, revision)?;
    if event.held { Err(Problem::Held(id.clone())) } else { Ok(event) }
}
