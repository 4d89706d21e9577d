//! What came of a meeting: the states that published result lists use.

use serde::{Deserialize, Serialize};

use super::name::named;
use super::{Date, EventId, OpcId, Pair};

named! {
    /// How far a need and an OPC have come.
    Progress, "state", {
        /// On the shortlist; nothing has happened yet.
        Candidate = "candidate", "候选";
        /// Ruled out, with a reason.
        Excluded = "excluded", "已排除";
        /// They have met.
        Met = "met", "已对接";
        /// They are in talks.
        Talking = "talking", "对接中";
        /// Work on an agreement, a trial or a contract goes on.
        Advancing = "advancing", "推进中";
        /// Done: in use at the need's site.
        Landed = "landed", "已落地";
        /// Put aside for now.
        Shelved = "shelved", "搁置";
    }
}

impl Progress {
    /// The states that may come next. 已排除 and 搁置 can be taken back, 已落地 cannot.
    pub fn next(self) -> &'static [Progress] {
        match self {
            Progress::Candidate => &[Progress::Met, Progress::Excluded],
            Progress::Excluded => &[Progress::Candidate],
            Progress::Met => &[Progress::Talking, Progress::Excluded, Progress::Shelved],
            Progress::Talking => &[Progress::Advancing, Progress::Shelved, Progress::Excluded],
            Progress::Advancing => &[Progress::Landed, Progress::Shelved],
            Progress::Shelved => &[Progress::Talking, Progress::Advancing, Progress::Excluded],
            Progress::Landed => &[],
        }
    }

    /// Whether the two have met, whatever came of it.
    pub fn has_met(self) -> bool {
        !matches!(self, Progress::Candidate | Progress::Excluded)
    }
}

named! {
    /// Why a pair was ruled out.
    Rejection, "reason", {
        /// The capability does not answer the need.
        NotAFit = "not_a_fit", "内容不符";
        /// Money.
        Price = "price", "价格不合";
        /// Time.
        Schedule = "schedule", "时间不合";
        /// A certificate or past contract is lacking.
        Qualification = "qualification", "资质不足";
        /// Place.
        Region = "region", "地域不合";
        /// The OPC has no room for more.
        Capacity = "capacity", "对方已满";
        /// Somebody else was chosen.
        ChoseAnother = "chose_another", "已选他家";
        /// The need has gone.
        NeedWithdrawn = "need_withdrawn", "需求取消";
        /// One side did not come or does not answer.
        NoAnswer = "no_answer", "未到场或无回应";
        /// Anything else; the note says what.
        Other = "other", "其他";
    }
}

/// One step of a follow-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The state reached.
    pub state: Progress,
    /// The day it was recorded.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Who recorded it; empty when not stated.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// In their words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What came of one pair of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// At which event they were brought together.
    pub event: EventId,
    /// Who.
    pub pair: Pair,
    /// How far they have come.
    pub state: Progress,
    /// Why it was ruled out; present exactly when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    /// The person who follows it up; empty when nobody is named yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// The day a contract was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub signed_on: Option<Date>,
    /// Everything that was recorded, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// A change of a follow-up that does not stand to reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FollowUpError {
    /// The state cannot follow the present one.
    #[error(
        "{need} 与 {opc} 现在是“{from}”，不能直接改为“{to}”；可改为：{allowed} / {need} and {opc} cannot go from {from} to {to}; possible: {allowed}"
    )]
    Unreachable {
        /// The need.
        need: String,
        /// The OPC.
        opc: OpcId,
        /// Present state.
        from: &'static str,
        /// State asked for.
        to: &'static str,
        /// States that would do.
        allowed: String,
    },
    /// Ruled out without saying why.
    #[error("改为“已排除”要写明原因，可用：{known} / say why it is excluded, one of: {known}")]
    ReasonMissing {
        /// The reasons.
        known: String,
    },
    /// A reason for something that was not ruled out.
    #[error("只有“已排除”才写排除原因 / a reason is given only when a pair is excluded")]
    ReasonUncalledFor,
    /// A contract before the two have met.
    #[error("还没有对接，不能登记签约 / a contract cannot be signed before the two have met")]
    SignedTooEarly,
}

impl FollowUp {
    /// A pair that stands on a shortlist.
    pub fn new(event: EventId, pair: Pair) -> FollowUp {
        FollowUp {
            event,
            pair,
            state: Progress::Candidate,
            rejection: None,
            owner: String::new(),
            signed_on: None,
            steps: Vec::new(),
        }
    }

    /// Records the next state.
    ///
    /// # Errors
    /// When it cannot follow the present one, or a reason is missing or uncalled for;
    /// then nothing is changed.
    pub fn advance(&mut self, step: Step, rejection: Option<Rejection>) -> Result<(), FollowUpError> {
        if !self.state.next().contains(&step.state) {
            let allowed: Vec<&str> = self.state.next().iter().map(|state| state.label()).collect();
            return Err(FollowUpError::Unreachable {
                need: self.pair.need.to_string(),
                opc: self.pair.opc.clone(),
                from: self.state.label(),
                to: step.state.label(),
                allowed: if allowed.is_empty() { "（无）".to_owned() } else { allowed.join("、") },
            });
        }
        match (step.state, rejection) {
            (Progress::Excluded, None) => {
                let known: Vec<&str> = Rejection::ALL.iter().map(|reason| reason.label()).collect();
                return Err(FollowUpError::ReasonMissing { known: known.join("、") });
            }
            (Progress::Excluded, Some(_)) | (_, None) => {}
            (_, Some(_)) => return Err(FollowUpError::ReasonUncalledFor),
        }
        self.state = step.state;
        self.rejection = rejection;
        self.steps.push(step);
        Ok(())
    }

    /// Records that a contract was signed.
    ///
    /// # Errors
    /// When the two have not met.
    pub fn sign(&mut self, on: Date) -> Result<(), FollowUpError> {
        if !self.state.has_met() {
            return Err(FollowUpError::SignedTooEarly);
        }
        self.signed_on = Some(on);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(state: Progress) -> Step {
        Step { state, on: jiff::civil::date(2026, 12, 4), by: String::new(), note: String::new() }
    }

    fn pair() -> FollowUp {
        let pair = Pair { need: "N1".into(), opc: OpcId("某工作室".into()) };
        FollowUp::new(EventId("E1".into()), pair)
    }

    #[test]
    fn a_pair_goes_from_candidate_to_landed() {
        let mut follow_up = pair();
        assert_eq!(follow_up.sign(step(Progress::Met).on), Err(FollowUpError::SignedTooEarly));
        for state in [Progress::Met, Progress::Talking, Progress::Advancing, Progress::Landed] {
            follow_up.advance(step(state), None).unwrap();
        }
        follow_up.sign(step(Progress::Met).on).unwrap();
        assert_eq!(follow_up.steps.len(), 4);
        let error = follow_up.advance(step(Progress::Met), None).unwrap_err().to_string();
        assert!(error.contains("已落地") && error.contains("已对接"), "{error}");
    }

    #[test]
    fn ruling_out_needs_a_reason_and_can_be_taken_back() {
        let mut follow_up = pair();
        let before = follow_up.clone();
        assert!(matches!(
            follow_up.advance(step(Progress::Excluded), None),
            Err(FollowUpError::ReasonMissing { .. })
        ));
        assert_eq!(
            follow_up.advance(step(Progress::Met), Some(Rejection::Price)),
            Err(FollowUpError::ReasonUncalledFor)
        );
        assert_eq!(follow_up, before);
        follow_up.advance(step(Progress::Excluded), Some(Rejection::Price)).unwrap();
        follow_up.advance(step(Progress::Candidate), None).unwrap();
        assert_eq!(follow_up.rejection, None);
    }

    #[test]
    fn every_state_is_reached_and_says_what_follows() {
        for state in Progress::ALL {
            let from = Progress::ALL.iter().filter(|from| from.next().contains(state)).count();
            assert!(from > 0, "{state} is reached from nowhere");
            assert_eq!(state.next().is_empty(), *state == Progress::Landed);
        }
    }
}
