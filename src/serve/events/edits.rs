//! Changes by hand: several at once, all or none.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::{Event, OpcId, Pair};
use crate::event::{Barred, Edit, EditError, Who, changes, edit as edited, stage_order};

use super::super::app::App;
use super::super::problem::{Problem, ProblemBody};
use super::super::request::Body;
use super::EventAt;
use super::names::Names;
use super::page::{Deed, EventPage, page};
use super::scene::{Scene, open_at};

/// Edits in one request.
const MOST: usize = 200;

/// Changes to an event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EditRequest {
    /// The version of the event that the caller has seen.
    revision: u64,
    /// In this order; all are made or none. `add` gets its degree and views from the lists.
    edits: Vec<Edit>,
    /// Whether only to show what they would do.
    #[serde(default)]
    dry_run: bool,
}

/// Edit an event by hand
#[utoipa::path(
    post, path = "/events/{id}/edits", tag = "events", request_body = EditRequest,
    params(("id" = String, Path, description = "Id, percent-encoded")),
    responses(
        (status = 200, body = EventPage),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn edit(
    State(app): State<App>,
    EventAt(id): EventAt,
    Body(request): Body<EditRequest>,
) -> Result<Json<Value>, Problem> {
    let EditRequest { revision, edits, dry_run } = request;
    if edits.is_empty() || edits.len() > MOST {
        return Err(Problem::invalid(
            "edits",
            format!("须为 1 到 {MOST} 项"),
            format!("must hold 1..={MOST} edits"),
        ));
    }
    app.writing(move |app| {
        let before = open_at(app, &id, revision)?;
        let scene = Scene::of(app, &before)?;
        let names = scene.names(&before);
        let mut event = before.clone();
        let mut done = Vec::new();
        for (number, edit) in edits.into_iter().enumerate() {
            let made = meant(&names, edit)
                .and_then(|edit| from_lists(&scene, &event, &names, edit))
                .and_then(|edit| Ok(edited(&event, &edit)?))
                .map_err(|refusal| refusal.at(number, &names))?;
            event = made.event;
            done.extend(made.did);
        }
        if let Some(mut plan) = event.plan.take() {
            plan.stage = stage_order(&event, &plan).needs();
            event.plan = Some(plan);
        }
        let changed = changes(&before.plan.unwrap_or_default(), &event.plan.clone().unwrap_or_default());
        let event = if dry_run { event } else { app.market().save_event(event)? };
        let scene = Scene::of(app, &event)?;
        page(app, &scene, event, Deed { changes: Some(changed), done: Some(done), dry_run })
    })
    .await
}

/// Why one edit was refused.
pub(super) enum Refusal {
    /// It does not stand to reason.
    Edit(EditError),
    /// In words.
    Said { zh: String, en: String },
}

impl From<EditError> for Refusal {
    fn from(error: EditError) -> Self {
        Refusal::Edit(error)
    }
}

impl Refusal {
    /// As the answer to a request whose edit of that number it was.
    fn at(self, number: usize, names: &Names) -> Problem {
        self.problem(&format!("edits[{number}]"), names)
    }

    /// As the answer to a request in whose field it stood.
    pub(super) fn problem(self, field: &str, names: &Names) -> Problem {
        let (zh, en) = match self {
            Refusal::Edit(error) => (error.zh(), error.en()),
            Refusal::Said { zh, en } => (zh, en),
        };
        Problem::invalid(field, names.show(&zh), names.show(&en))
    }
}

/// The edit with the OPC that is meant. Whoever is new to the event has to be on the list.
pub(super) fn meant(names: &Names, mut edit: Edit) -> Result<Edit, Refusal> {
    let new_to_it = matches!(
        edit,
        Edit::Pin { .. }
            | Edit::Ban { .. }
            | Edit::Add { .. }
            | Edit::Absent { .. }
            | Edit::Late { .. }
            | Edit::Leaves { .. }
            | Edit::Back { .. }
    );
    let opc = match &mut edit {
        Edit::Move { opc, .. }
        | Edit::Lock { opc, .. }
        | Edit::Unlock { opc, .. }
        | Edit::Pin { opc, .. }
        | Edit::Unpin { opc, .. }
        | Edit::Ban { opc, .. }
        | Edit::Unban { opc, .. }
        | Edit::Add { opc, .. }
        | Edit::Drop { opc, .. } => Some(opc),
        Edit::Absent { who } | Edit::Late { who, .. } | Edit::Leaves { who, .. } | Edit::Back { who, .. } => {
            match who {
                Who::Opc(opc) => Some(opc),
                Who::Need(_) => None,
            }
        }
        Edit::Stage { .. } => None,
    };
    if let Some(opc) = opc {
        *opc = names.opc(opc);
        if new_to_it {
            listed(names, opc)?;
        }
    }
    Ok(edit)
}

/// Checks that an OPC is on the list.
pub(super) fn listed(names: &Names, opc: &OpcId) -> Result<(), Refusal> {
    if names.is_listed(opc) {
        return Ok(());
    }
    Err(Refusal::Said {
        zh: format!("能力清单里没有 “{opc}”，请核对名称"),
        en: format!("no capability is of \"{opc}\": check the name"),
    })
}

/// The edit with what only the lists can say: an added meeting has the degree of the
/// ranking, whatever its sender believes.
fn from_lists(scene: &Scene, event: &Event, names: &Names, edit: Edit) -> Result<Edit, Refusal> {
    let Edit::Add { need, opc, capability, seat, .. } = edit else { return Ok(edit) };
    let pair = Pair { need, opc };
    let candidates = &scene.ground.candidates;
    let same = candidates.barred.iter().any(|(barred, why)| {
        *why == Barred::SameOrganisation && barred.need == pair.need && barred.opc == pair.opc
    });
    if same {
        return Err(Refusal::Said {
            zh: format!("需求 {} 与 {} 是同一单位，不能对接", pair.need, pair.opc),
            en: format!("need {} and {} are one organisation and do not meet", pair.need, pair.opc),
        });
    }
    let facts = &scene.ground.facts;
    let owner = facts.capabilities.get(&capability).map(|known| names.opc(&known.opc));
    if owner.as_ref() != Some(&pair.opc) {
        return Err(Refusal::Said {
            zh: format!("{} 没有编号为 “{capability}” 的能力", pair.opc),
            en: format!("{} has no capability \"{capability}\"", pair.opc),
        });
    }
    let Pair { need, opc } = pair.clone();
    if event.need_entry(&need).is_none() {
        return Err(Refusal::Edit(EditError::NeedNotTakingPart(need)));
    }
    if let Some(known) = scene.ground.candidate(&pair).filter(|known| known.capability == capability) {
        return Ok(Edit::Add {
            need,
            opc,
            capability,
            degree: known.degree,
            need_view: Some(known.need_view),
            opc_view: Some(known.opc_view),
            seat,
        });
    }
    // Not the OPC's best for this need, or one that its terms rule out: the organiser knows more.
    let degree = facts.degrees.get(&(need.clone(), capability.clone())).copied().unwrap_or_default();
    Ok(Edit::Add { need, opc, capability, degree, need_view: None, opc_view: None, seat })
}
