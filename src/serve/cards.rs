//! A founder's card: 我有, 我要, 想认识, posted in one go.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{
    Category, Contact, Listing, PartyKind, PublicListing, Region, Role, SavedSearch, Side, Status,
    contacts_in,
};
use crate::intake::{Options, read_place, read_text};
use crate::record::{Advice, AdviceKind, advice};

use super::access::Caller;
use super::actor::Actor;
use super::app::App;
use super::problem::{Problem, ProblemBody};
use super::request::{Body, Params, text};
use super::searches;
use super::wait::{LISTING_WAIT, WriteParams};

/// Characters of what somebody calls themselves.
const NAME: usize = 100;

/// Three short boxes, of which any may be empty, but not all.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Card {
    /// 我有: becomes a capability.
    #[serde(default)]
    have: String,
    /// 我要: becomes a requirement.
    #[serde(default)]
    want: String,
    /// 想认识: whom one would like to meet; kept as a saved search over capabilities, where `tell` is set.
    #[serde(default)]
    meet: String,
    /// What to call whoever posts it; may be empty.
    #[serde(default)]
    name: String,
    /// How to reach them: kept, and shown to another side when both have agreed. May be empty.
    #[serde(default)]
    contact: String,
    /// Where they are (杭州, 西湖区): the place of 我有 where its own words name none. May be empty.
    #[serde(default)]
    region: String,
    /// Whether they want to be told when somebody to meet arrives.
    #[serde(default)]
    tell: bool,
    /// Look only: nothing is kept.
    #[serde(default)]
    dry_run: bool,
}

/// A listing made of a part of the card.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Posted {
    /// As everybody sees it.
    listing: PublicListing,
    /// What to look at, what matters most first.
    advice: Vec<Advice>,
}

/// What became of a card.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CardView {
    /// Of 我有.
    have: Option<Posted>,
    /// Of 我要.
    want: Option<Posted>,
    /// Whether ways to reach somebody stand in the text, which readers will see masked.
    contacts_in_text: bool,
    /// Whether an organiser looks at it first, before others see it.
    to_be_reviewed: bool,
    /// Id of the saved search of 想认识.
    watching: Option<String>,
}

/// Post a card, or look at what would become of it
#[utoipa::path(
    post, path = "/cards", tag = "listings", params(WriteParams), request_body = Card,
    responses(
        (status = 201, body = CardView, headers(("opcmatch-change" = u64, description = "Number of the change"), ("opcmatch-indexed" = u64, description = "Newest change that is found"))),
        (status = 200, body = CardView, description = "A look only: nothing was kept"),
        (status = 202, body = CardView, description = "Kept for good, but not found yet: the wait ran out"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn post(
    State(app): State<App>,
    actor: Actor,
    Params(WriteParams { wait }): Params<WriteParams>,
    caller: Caller,
    Body(card): Body<Card>,
) -> Result<Response, Problem> {
    use axum::response::IntoResponse;

    let Told { contacts, region } = checked(&card)?;
    let make = |side: Side, said: &str| -> Result<Option<Listing>, Problem> {
        if said.trim().is_empty() {
            return Ok(None);
        }
        let mut listing = read_text(text(said)?, &Options::new(side, app.today()));
        // Where somebody is says where they work, not where their own need must be met.
        if let Some(region) =
            region.as_ref().filter(|_| side == Side::Capability && !listing.region.is_stated())
        {
            let remote = listing.region.remote.or(region.remote);
            listing.region = Region { remote, ..region.clone() };
        }
        listing.category = Category::Partner;
        listing.party.name = card.name.trim().to_owned();
        listing.party.kind = PartyKind::Opc;
        listing.status = if caller.role() == Role::Opc { Status::Review } else { Status::Published };
        // The same words of two people are two cards; of one they are one.
        listing.id.0 = format!("{}-{}", listing.id.0, caller.account().chars().take(8).collect::<String>());
        listing.id.0.truncate(listing.id.0.trim_end_matches('-').len());
        // What stands in the text is masked there, and kept for those who agree.
        for contact in contacts_in(said).into_iter().chain(contacts.clone()) {
            if !listing.contacts.contains(&contact) {
                listing.contacts.push(contact);
            }
        }
        Ok(Some(listing))
    };
    let (have, want) = (make(Side::Capability, &card.have)?, make(Side::Requirement, &card.want)?);
    let mut listings: Vec<Listing> = have.iter().chain(&want).cloned().collect();
    let today = app.today();
    let posted = |listing: &Listing| Posted {
        listing: PublicListing::from(listing),
        // A card is short by nature, and neither a budget nor a day is asked of it.
        advice: advice(listing, today)
            .into_iter()
            .filter(|one| matches!(one.kind, AdviceKind::ContactInText | AdviceKind::EntryThreshold))
            .collect(),
    };
    let mut view = CardView {
        have: have.as_ref().map(posted),
        want: want.as_ref().map(posted),
        contacts_in_text: [&card.have, &card.want, &card.meet]
            .iter()
            .any(|said| !contacts_in(said).is_empty()),
        to_be_reviewed: caller.role() == Role::Opc && !listings.is_empty(),
        watching: None,
    };
    for listing in &mut listings {
        caller.writes(listing)?;
        caller.sign(listing, None);
        caller.may_show(listing, None)?;
    }
    let search = (card.tell && !card.meet.trim().is_empty())
        .then(|| searches::to_meet(&card.meet, caller.account()))
        .transpose()?;
    if card.dry_run {
        return Ok((StatusCode::OK, Json(view)).into_response());
    }
    let author = actor.author("");
    let (change, watching) = app
        .writing(move |app| {
            let watching = search.map(|search: SavedSearch| searches::kept_once(app, &search)).transpose()?;
            let change = match listings.as_slice() {
                [] => None,
                listings => Some(app.market().put(listings, &author)?),
            };
            Ok((change, watching.map(|search| search.id)))
        })
        .await?;
    view.watching = watching;
    let Some(change) = change else { return Ok((StatusCode::CREATED, Json(view)).into_response()) };
    Ok(app.written(change, wait, LISTING_WAIT).await.answer(StatusCode::CREATED, Json(view)))
}

/// What a card tells of whoever posts it.
struct Told {
    contacts: Vec<Contact>,
    region: Option<Region>,
}

/// That it says something, how to reach whoever posts it, and where they are.
fn checked(card: &Card) -> Result<Told, Problem> {
    if [&card.have, &card.want, &card.meet].iter().all(|said| said.trim().is_empty()) {
        return Err(Problem::invalid(
            "have",
            "三栏都是空的，至少写一栏",
            "all three are empty: write one at least",
        ));
    }
    if !card.meet.trim().is_empty() {
        text(&card.meet)?;
    }
    if card.name.chars().count() > NAME || card.name.chars().any(char::is_control) {
        let (zh, en) = (format!("至多 {NAME} 个字"), format!("at most {NAME} characters"));
        return Err(Problem::invalid("name", zh, en));
    }
    let contacts = contacts_in(&card.contact);
    if contacts.is_empty() && !card.contact.trim().is_empty() {
        return Err(Problem::invalid(
            "contact",
            "没有认出手机号、邮箱或微信；微信请写成“微信：账号”",
            "no telephone number, e-mail address or WeChat id was recognised; write 微信: and the id",
        ));
    }
    let region = read_place(&card.region);
    if region.is_none() && !card.region.trim().is_empty() {
        return Err(Problem::invalid(
            "region",
            "没有认出在哪里；请写市或区的名称，例如“杭州”“杭州市西湖区”，或空着",
            "the place was not recognised; write a city or district such as 杭州 or 杭州市西湖区, or leave it empty",
        ));
    }
    Ok(Told { contacts, region })
}
