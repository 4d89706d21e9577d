//! An event as the page shows it: as it is stored, looked over, with all names.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::{Event, ListingId, Meeting, Milli, Pair, Plan};
use crate::event::{
    Changes, Concession, Fairness, Notice, Severity, Shortlist, TimetableFigures, Unplaced, Violation,
    shortlist, stage_order, timetable, unwatched,
};
use crate::report::{EventSources, EventView, FindingView, event_view};

use super::super::app::App;
use super::super::problem::Problem;
use super::scene::{Scene, capabilities, requirements};

/// Something with its meaning in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Said<T> {
    /// What it is.
    #[serde(flatten)]
    pub(super) what: T,
    /// In Chinese.
    pub(super) zh: String,
    /// In English.
    pub(super) en: String,
}

impl<T> Said<T> {
    pub(super) fn new(what: T, Notice { zh, en }: Notice) -> Said<T> {
        Said { what, zh, en }
    }
}

/// What there is to know of the plan that the event holds.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Review {
    /// What the checker says, errors first.
    violations: Vec<Violation>,
    /// Rules that no plan could keep. Empty also when the plan was changed by hand: then
    /// the violations say it all.
    concessions: Vec<Said<Concession>>,
    /// Meetings without a seat, and why.
    unplaced: Vec<Said<Unplaced>>,
    /// What the timetable comes to.
    figures: TimetableFigures,
    /// Σ worth of the plan.
    worth: Milli,
    /// Σ degree of the plan.
    degrees: Milli,
    /// What fairness did; all 0 when the plan was changed by hand.
    fairness: Fairness,
    /// Σ worth that planning again would come to.
    best_worth: Milli,
    /// Whether the plan holds the meetings that planning again would choose.
    is_best: bool,
    /// Needs that no OPC may meet at or above the floor.
    unmet: Vec<ListingId>,
    /// What to know about the stage.
    stage: Vec<Notice>,
}

/// How many meetings a judge would call a fit, if degrees are taken at their word.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Chances {
    /// Σ degree / 100.
    expected_fits: f64,
    /// By need with a meeting, in the order of ids.
    needs: Vec<NeedChance>,
}

/// The chance of one need, 0..=1.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NeedChance {
    /// Which.
    need: ListingId,
    /// That at least one of its meetings is a fit, were they independent.
    at_least_one: f64,
}

/// An event, its view, and what there is to know of its plan.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventPage {
    /// The event as it is stored, texts masked. OPCs go by the ids of the view.
    event: Event,
    /// The event with names.
    view: EventView,
    /// What there is to know of the plan.
    review: Review,
    /// What may come of it.
    chances: Chances,
    /// What this request changed in the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Said<Changes>>,
    /// What this request did, edit by edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    done: Option<Vec<Notice>>,
    /// Whether nothing was saved.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
}

/// What a request did, for the page that answers it.
#[derive(Debug, Default)]
pub(super) struct Deed {
    pub(super) changes: Option<Changes>,
    pub(super) done: Option<Vec<Notice>>,
    pub(super) dry_run: bool,
}

/// The answer that shows an event; blocking.
pub(super) fn page(app: &App, scene: &Scene, event: Event, deed: Deed) -> Result<Json<Value>, Problem> {
    let names = scene.names(&event);
    let review = review(scene, &event)?;
    let view = view(app, scene, &event, &review)?;
    let chances = chances(event.plan.as_ref());
    let changes = deed.changes.map(|changes| {
        let said = changes.explain();
        Said::new(changes, said)
    });
    names.answer(&EventPage { event, view, review, chances, changes, done: deed.done, dry_run: deed.dry_run })
}

/// The view of an event as it is stored; blocking.
pub(super) fn stored_view(app: &App, event: &Event) -> Result<EventView, Problem> {
    let scene = Scene::of(app, event)?;
    let review = review(&scene, event)?;
    view(app, &scene, event, &review)
}

fn view(app: &App, scene: &Scene, event: &Event, review: &Review) -> Result<EventView, Problem> {
    let follow_ups = app.market().follow_ups(event)?;
    let unplaced: Vec<Unplaced> = review.unplaced.iter().map(|said| said.what.clone()).collect();
    let findings: Vec<FindingView> = review.violations.iter().map(finding).collect();
    Ok(event_view(
        event,
        &EventSources {
            requirements: requirements(&scene.ranker),
            capabilities: capabilities(&scene.ranker),
            follow_ups: &follow_ups,
            unplaced: &unplaced,
            findings: &findings,
        },
    ))
}

fn finding(violation: &Violation) -> FindingView {
    let severity = match violation.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    FindingView { severity: severity.to_owned(), zh: violation.zh.clone(), en: violation.en.clone() }
}

fn review(scene: &Scene, event: &Event) -> Result<Review, Problem> {
    let nothing = Plan::default();
    let plan = event.plan.as_ref().unwrap_or(&nothing);
    let sum = |of: fn(&Meeting) -> Milli| Milli(plan.meetings.iter().map(|meeting| of(meeting).0).sum());
    let best = shortlist(event, &scene.ground.candidates, &scene.ground.ledger, &unwatched)?;
    let is_best = pairs(&plan.meetings) == pairs(&best.meetings);
    let (unplaced, figures) = seats(event, plan);
    let Shortlist { concessions, fairness, worth: best_worth, .. } = best;
    Ok(Review {
        violations: scene.ground.review(event),
        concessions: if is_best {
            concessions
                .into_iter()
                .map(|concession| {
                    let said = concession.explain();
                    Said::new(concession, said)
                })
                .collect()
        } else {
            Vec::new()
        },
        unplaced: unplaced
            .into_iter()
            .map(|one| {
                let said = Notice { zh: one.zh(), en: one.en() };
                Said::new(one, said)
            })
            .collect(),
        figures,
        worth: sum(|meeting| meeting.worth),
        degrees: sum(|meeting| meeting.degree),
        fairness: if is_best { fairness } else { Fairness::default() },
        best_worth,
        is_best,
        unmet: scene.ground.unmet(event),
        stage: if event.plan.is_some() { stage_order(event, plan).notices } else { Vec::new() },
    })
}

fn pairs(meetings: &[Meeting]) -> BTreeSet<Pair> {
    meetings.iter().map(Meeting::pair).collect()
}

/// Why meetings of the plan have no seat, and what the seats that there are come to.
fn seats(event: &Event, plan: &Plan) -> (Vec<Unplaced>, TimetableFigures) {
    let mut meetings = plan.meetings.clone();
    // Who sits, sits: the plan is described here and not made.
    meetings.iter_mut().for_each(|meeting| meeting.locked |= meeting.seat.is_some());
    let unplaced = timetable(event, &meetings).unplaced;
    meetings.retain(|meeting| meeting.seat.is_some());
    let figures = timetable(event, &meetings).figures;
    (unplaced, figures)
}

fn chances(plan: Option<&Plan>) -> Chances {
    let mut none: BTreeMap<&ListingId, f64> = BTreeMap::new();
    let mut expected_fits = 0.0;
    for meeting in plan.iter().flat_map(|plan| &plan.meetings) {
        let chance = meeting.degree.degrees().clamp(0.0, 100.0) / 100.0;
        expected_fits += chance;
        *none.entry(&meeting.need).or_insert(1.0) *= 1.0 - chance;
    }
    let needs =
        none.into_iter().map(|(need, none)| NeedChance { need: need.clone(), at_least_one: 1.0 - none });
    Chances { expected_fits, needs: needs.collect() }
}
