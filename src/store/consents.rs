//! Who has agreed to be reached by whom. Contacts of a pair are given out when both
//! sides have, each time under a line of the audit log; either side may take its word
//! back, and a listing that is taken out takes both with it.

use serde::{Deserialize, Serialize};

use crate::domain::{Contact, Listing, ListingId, Side};

use super::acting::may_speak_for;
use super::audit::{self, Deed, Record};
use super::database::{Row, TOGETHER, Transaction, Value, places};
use super::error::StoreError;
use super::history::Author;
use super::listings::{Store, body_of, read};

/// A requirement and a capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingPair {
    /// Who asks for something.
    pub requirement: ListingId,
    /// Who can do it.
    pub capability: ListingId,
}

impl ListingPair {
    /// The listing of a side.
    pub fn of(&self, side: Side) -> &ListingId {
        match side {
            Side::Requirement => &self.requirement,
            Side::Capability => &self.capability,
        }
    }

    pub(super) fn named(&self) -> [String; 2] {
        Side::ALL
            .iter()
            .map(|side| format!("{side}/{}", self.of(*side)))
            .collect::<Vec<_>>()
            .try_into()
            .unwrap_or_default()
    }
}

/// Who of a pair has agreed, and when and on whose word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consents {
    /// Whoever published the requirement.
    pub requirement: Option<Author>,
    /// Whoever offers the capability.
    pub capability: Option<Author>,
}

impl Consents {
    /// Whether both sides have.
    pub fn are_mutual(&self) -> bool {
        self.requirement.is_some() && self.capability.is_some()
    }
}

/// The contacts of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contacts {
    /// Of the requirement.
    pub requirement: Vec<Contact>,
    /// Of the capability.
    pub capability: Vec<Contact>,
}

/// A row as it is kept and backed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Agreed {
    requirement: ListingId,
    capability: ListingId,
    side: Side,
    who: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    note: String,
}

const COLUMNS: &str = "requirement, capability, side, who, at, note";
const WIDTH: usize = 6;

impl Agreed {
    fn values(&self) -> [Value; WIDTH] {
        [
            Value::from(&self.requirement.0),
            Value::from(&self.capability.0),
            self.side.as_str().into(),
            Value::from(&self.who),
            self.at.as_ref().map_or(Value::Null, Value::from),
            Value::from(&self.note),
        ]
    }
}

fn agreed(mut row: Row) -> Result<Agreed, StoreError> {
    Ok(Agreed {
        requirement: ListingId(row.text(0)?),
        capability: ListingId(row.text(1)?),
        side: row.text(2)?.parse().map_err(|_| StoreError::Column {
            column: 2,
            wanted: "side",
            got: "text",
        })?,
        who: row.text(3)?,
        at: row.optional_text(4)?,
        note: row.text(5)?,
    })
}

impl Store {
    /// Notes that a side of a pair agrees to be reached by the other, or no longer does.
    /// `None` when one of the two is not there.
    ///
    /// # Errors
    /// When the database fails, or whoever acts may not speak for that listing.
    pub fn consent(
        &mut self,
        pair: &ListingPair,
        side: Side,
        agrees: bool,
        author: &Author,
    ) -> Result<Option<Consents>, StoreError> {
        let row = Agreed {
            requirement: pair.requirement.clone(),
            capability: pair.capability.clone(),
            side,
            who: author.who.clone(),
            at: author.at.map(|at| at.to_string()),
            note: author.note.clone(),
        };
        let (consents, _) = self.writing(|transaction, _| {
            if both(transaction, pair)?.is_none() {
                return Ok(None);
            }
            may_speak_for(transaction, side, pair.of(side))?;
            let key = &row.values()[..3];
            transaction.execute(
                "DELETE FROM consent WHERE requirement = ?1 AND capability = ?2 AND side = ?3",
                key,
            )?;
            if agrees {
                insert(transaction, std::slice::from_ref(&row))?;
            }
            audit::note(
                transaction,
                &Record::of(Deed::Write, pair.named().map(|one| format!("consent/{one}"))),
            )?;
            consents(transaction, pair).map(Some)
        })?;
        Ok(consents)
    }

    /// Who of a pair has agreed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn consents(&self, pair: &ListingPair) -> Result<Consents, StoreError> {
        self.transact(super::database::Access::Read, |transaction| consents(transaction, pair))
    }

    /// The contacts of a pair that has agreed, which is recorded; `None` when one of the
    /// two is not there or has not agreed.
    ///
    /// # Errors
    /// When the database fails; what cannot be recorded is not given out.
    pub fn contacts(&mut self, pair: &ListingPair) -> Result<Option<Contacts>, StoreError> {
        let (contacts, _) = self.writing(|transaction, _| {
            let Some([requirement, capability]) = both(transaction, pair)? else { return Ok(None) };
            if !consents(transaction, pair)?.are_mutual() {
                return Ok(None);
            }
            audit::note(transaction, &Record::of(Deed::ContactShown, pair.named()))?;
            Ok(Some(Contacts { requirement: requirement.contacts, capability: capability.contacts }))
        })?;
        Ok(contacts)
    }
}

/// A listing, if it is there.
pub(super) fn there(
    transaction: &mut dyn Transaction,
    side: Side,
    id: &ListingId,
) -> Result<Option<Listing>, StoreError> {
    body_of(transaction, side, id)?.map(|body| read(&id.0, &body)).transpose()
}

fn both(transaction: &mut dyn Transaction, pair: &ListingPair) -> Result<Option<[Listing; 2]>, StoreError> {
    let mut of = |side: Side| there(transaction, side, pair.of(side));
    Ok(of(Side::Requirement)?.zip(of(Side::Capability)?).map(|(one, other)| [one, other]))
}

fn consents(transaction: &mut dyn Transaction, pair: &ListingPair) -> Result<Consents, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM consent WHERE requirement = ?1 AND capability = ?2");
    let rows =
        transaction.query(&sql, &[Value::from(&pair.requirement.0), Value::from(&pair.capability.0)])?;
    let mut consents = Consents::default();
    for row in rows {
        let Agreed { side, who, at, note, .. } = agreed(row)?;
        let author = Some(Author { who, at: at.and_then(|at| at.parse().ok()), note });
        match side {
            Side::Requirement => consents.requirement = author,
            Side::Capability => consents.capability = author,
        }
    }
    Ok(consents)
}

fn insert(transaction: &mut dyn Transaction, rows: &[Agreed]) -> Result<(), StoreError> {
    for some in rows.chunks(TOGETHER) {
        let places = places(some.len(), WIDTH);
        let values: Vec<Value> = some.iter().flat_map(Agreed::values).collect();
        transaction.execute(&format!("INSERT INTO consent ({COLUMNS}) VALUES {places}"), &values)?;
    }
    Ok(())
}

/// What was agreed about a listing goes with it.
pub(super) fn forget(
    transaction: &mut dyn Transaction,
    side: Side,
    id: &ListingId,
) -> Result<(), StoreError> {
    let sql = match side {
        Side::Requirement => "DELETE FROM consent WHERE requirement = ?1",
        Side::Capability => "DELETE FROM consent WHERE capability = ?1",
    };
    transaction.execute(sql, &[Value::from(&id.0)]).map(drop)
}

/// All that was agreed, by pair and side.
pub(super) fn all(transaction: &mut dyn Transaction) -> Result<Vec<Agreed>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM consent ORDER BY requirement, capability, side");
    transaction.query(&sql, &[])?.into_iter().map(agreed).collect()
}

/// Makes this all that was agreed.
pub(super) fn replace_all(transaction: &mut dyn Transaction, rows: &[Agreed]) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM consent", &[])?;
    insert(transaction, rows)
}
