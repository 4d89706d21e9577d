//! What was decided of pairs: by whom, when and why. A decision is never written over:
//! the next one of the pair takes its place and it stays on record. It belongs to the
//! requirement, so whoever may write that may decide; and it waits for a listing that is
//! taken out, which may come back.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::{Choice, ListingId, Rejection, Side};

use super::acting::{may_speak_for, within_reach};
use super::audit::{self, Deed, Record};
use super::consents::{ListingPair, there};
use super::database::{Access, Row, TOGETHER, Transaction, Value, first, places};
use super::error::StoreError;
use super::history::{Author, Instant};
use super::listings::Store;

/// What is to be decided of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// Of whom.
    pub pair: ListingPair,
    /// What.
    pub choice: Choice,
    /// Why it was turned down; only then.
    pub reason: Option<Rejection>,
    /// What whoever decides calls themselves; may be empty.
    pub name: String,
    /// Number of the decision that it takes the place of, as far as they know; 0 for
    /// none, `None` for whatever there is.
    pub after: Option<u64>,
}

/// What was decided of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Its place among all decisions; grows with time.
    pub number: u64,
    /// The requirement.
    pub requirement: ListingId,
    /// The capability.
    pub capability: ListingId,
    /// What was decided.
    pub choice: Choice,
    /// Why it was turned down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Rejection>,
    /// In their own words; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// By whom, as the program knows them.
    pub who: String,
    /// What they were called then; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// When; `None` where no clock was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
}

/// What came of deciding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// It stands.
    Done(Decision),
    /// There was nothing to take back.
    Nothing,
    /// Somebody else was faster: this is what stands now, and nothing was written.
    Changed(Option<Decision>),
    /// The listing of a side is not there.
    Gone(Side),
}

const COLUMNS: &str = "number, requirement, capability, choice, reason, note, who, name, at";
const WIDTH: usize = 9;

impl Decision {
    fn values(&self) -> [Value; WIDTH] {
        [
            i64::try_from(self.number).unwrap_or(i64::MAX).into(),
            Value::from(&self.requirement.0),
            Value::from(&self.capability.0),
            self.choice.as_str().into(),
            self.reason.map_or(Value::Null, |reason| reason.as_str().into()),
            Value::from(&self.note),
            Value::from(&self.who),
            Value::from(&self.name),
            self.at.map_or(Value::Null, |at| at.to_string().into()),
        ]
    }

    fn read(mut row: Row) -> Result<Decision, StoreError> {
        let wrong = |column, wanted| StoreError::Column { column, wanted, got: "text" };
        let reason = row.optional_text(4)?;
        let at = row.optional_text(8)?;
        Ok(Decision {
            number: row.count(0)?,
            requirement: ListingId(row.text(1)?),
            capability: ListingId(row.text(2)?),
            choice: row.text(3)?.parse().map_err(|_| wrong(3, "decision"))?,
            reason: reason.map(|name| name.parse().map_err(|_| wrong(4, "reason"))).transpose()?,
            note: row.text(5)?,
            who: row.text(6)?,
            name: row.text(7)?,
            at: at.map(|at| at.parse().map_err(|_| wrong(8, "instant"))).transpose()?,
        })
    }
}

impl Store {
    /// Decides of a pair. The audit log says who did; why stands with the decision only.
    ///
    /// # Errors
    /// When the database fails, or whoever acts may not speak for the requirement.
    pub fn decide(&mut self, new: &NewDecision, author: &Author) -> Result<Decided, StoreError> {
        let (decided, _) = self.writing(|transaction, _| {
            for side in Side::ALL {
                if there(transaction, *side, new.pair.of(*side))?.is_none() {
                    return Ok(Decided::Gone(*side));
                }
            }
            may_speak_for(transaction, Side::Requirement, &new.pair.requirement)?;
            let now = standing(transaction, &new.pair)?;
            let number = now.as_ref().map_or(0, |decision| decision.number);
            if new.after.is_some_and(|after| after != number) {
                return Ok(Decided::Changed(now));
            }
            if new.choice == Choice::Withdrawn && now.is_none() {
                return Ok(Decided::Nothing);
            }
            let next = "SELECT coalesce(max(number), 0) + 1 FROM decision";
            let decision = Decision {
                number: first(transaction.query(next, &[])?).map_or(Ok(1), |mut row| row.count(0))?,
                requirement: new.pair.requirement.clone(),
                capability: new.pair.capability.clone(),
                choice: new.choice,
                reason: new.reason,
                note: author.note.clone(),
                who: author.who.clone(),
                name: new.name.clone(),
                at: author.at,
            };
            insert(transaction, std::slice::from_ref(&decision))?;
            let named = new.pair.named().map(|one| format!("decision/{one}"));
            audit::note(transaction, &Record::of(Deed::Write, named))?;
            Ok(Decided::Done(decision))
        })?;
        Ok(decided)
    }

    /// What stands of the pairs that whoever acts may decide of, newest first: of one
    /// requirement, of one capability, or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub fn decisions(
        &self,
        requirement: Option<&ListingId>,
        capability: Option<&ListingId>,
    ) -> Result<Vec<Decision>, StoreError> {
        let newest = "SELECT max(number) FROM decision WHERE requirement = d.requirement AND capability = d.capability";
        let mut sql = format!(
            "SELECT {COLUMNS} FROM decision AS d WHERE number = ({newest}) AND choice <> 'withdrawn'"
        );
        let mut parameters = Vec::new();
        for (column, id) in [("requirement", requirement), ("capability", capability)] {
            if let Some(id) = id {
                parameters.push(Value::from(&id.0));
                sql.push_str(&format!(" AND {column} = ?{}", parameters.len()));
            }
        }
        sql.push_str(" ORDER BY number DESC");
        self.transact(Access::Read, |transaction| {
            let rows = transaction.query(&sql, &parameters)?;
            seen(transaction, rows.into_iter().map(Decision::read).collect::<Result<_, _>>()?)
        })
    }

    /// All that was ever decided of a pair, newest first, where whoever acts may.
    ///
    /// # Errors
    /// When the database fails.
    pub fn decisions_of(&self, pair: &ListingPair) -> Result<Vec<Decision>, StoreError> {
        self.transact(Access::Read, |transaction| {
            let sql = format!(
                "SELECT {COLUMNS} FROM decision WHERE requirement = ?1 AND capability = ?2 ORDER BY number DESC"
            );
            let rows = transaction
                .query(&sql, &[Value::from(&pair.requirement.0), Value::from(&pair.capability.0)])?;
            seen(transaction, rows.into_iter().map(Decision::read).collect::<Result<_, _>>()?)
        })
    }
}

/// Those of requirements that whoever acts reaches.
fn seen(
    transaction: &mut dyn Transaction,
    mut decisions: Vec<Decision>,
) -> Result<Vec<Decision>, StoreError> {
    let ids: BTreeSet<String> = decisions.iter().map(|decision| decision.requirement.0.clone()).collect();
    let held = within_reach(transaction, &ids)?;
    decisions.retain(|decision| held.contains(&decision.requirement.0));
    Ok(decisions)
}

/// What counts of a pair, unless it was taken back.
fn standing(transaction: &mut dyn Transaction, pair: &ListingPair) -> Result<Option<Decision>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM decision WHERE requirement = ?1 AND capability = ?2 ORDER BY number DESC LIMIT 1"
    );
    let rows =
        transaction.query(&sql, &[Value::from(&pair.requirement.0), Value::from(&pair.capability.0)])?;
    let last = first(rows).map(Decision::read).transpose()?;
    Ok(last.filter(|decision| decision.choice != Choice::Withdrawn))
}

fn insert(transaction: &mut dyn Transaction, rows: &[Decision]) -> Result<(), StoreError> {
    for some in rows.chunks(TOGETHER) {
        let places = places(some.len(), WIDTH);
        let values: Vec<Value> = some.iter().flat_map(Decision::values).collect();
        transaction.execute(&format!("INSERT INTO decision ({COLUMNS}) VALUES {places}"), &values)?;
    }
    Ok(())
}

/// All that was ever decided, oldest first.
pub(super) fn all(transaction: &mut dyn Transaction) -> Result<Vec<Decision>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM decision ORDER BY number");
    transaction.query(&sql, &[])?.into_iter().map(Decision::read).collect()
}

/// Makes this all that was ever decided.
pub(super) fn replace_all(transaction: &mut dyn Transaction, rows: &[Decision]) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM decision", &[])?;
    insert(transaction, rows)
}
