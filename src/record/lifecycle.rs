//! From draft to closed.

use crate::domain::{Date, Deadline, Listing, Status};

macro_rules! transitions {
    ($($(#[$meta:meta])* $variant:ident = $text:literal, $label:literal, $english:literal;)+) => {
        /// A step in a listing's life.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Transition { $($(#[$meta])* $variant,)+ }

        impl Transition {
            /// Every step, in the order of a life.
            pub const ALL: &[Transition] = &[$(Transition::$variant,)+];

            /// The name used in JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Transition::$variant => $text,)+ }
            }

            /// The Chinese word for it.
            pub fn label(self) -> &'static str {
                match self { $(Transition::$variant => $label,)+ }
            }

            fn english(self) -> &'static str {
                match self { $(Transition::$variant => $english,)+ }
            }
        }
    };
}

transitions! {
    /// A draft is handed in to be looked at.
    Submit = "submit", "送审", "submit";
    /// A reviewer lets it be seen and matched.
    Publish = "publish", "发布", "publish";
    /// A reviewer gives it back to be mended.
    Return = "return", "退回修改", "return";
    /// Whoever published it takes it back to mend it.
    Withdraw = "withdraw", "撤回修改", "withdraw";
    /// Work has begun with somebody.
    Begin = "begin", "开始推进", "begin";
    /// It is done, or no longer wanted.
    Close = "close", "结束", "close";
    /// It is wanted again.
    Reopen = "reopen", "重新开放", "reopen";
    /// It can be answered for longer.
    Renew = "renew", "续期", "renew";
}

/// Where a listing stands on a day: its status, with what its deadline makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Being written.
    Draft,
    /// Waiting for a reviewer.
    Review,
    /// Open to be matched.
    Published,
    /// Published, and its last day to answer is over: renew or close it.
    Expired,
    /// Work has begun.
    InProgress,
    /// No longer open.
    Closed,
}

impl Standing {
    /// The Chinese word for it.
    pub fn label(self) -> &'static str {
        match self {
            Standing::Draft => Status::Draft.label(),
            Standing::Review => Status::Review.label(),
            Standing::Published => Status::Published.label(),
            Standing::Expired => "已过期",
            Standing::InProgress => Status::InProgress.label(),
            Standing::Closed => Status::Closed.label(),
        }
    }
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    /// Not from here.
    #[error(
        "“{id}” 现在是{}，不能{}；可以：{} / \"{id}\" cannot {} as it stands; it can: {}",
        standing.label(),
        step.label(),
        listed(possible, Transition::label, "、", "（无）"),
        step.english(),
        listed(possible, Transition::english, ", ", "nothing")
    )]
    NotNow {
        /// The listing's id.
        id: String,
        /// What was asked.
        step: Transition,
        /// Where it stands.
        standing: Standing,
        /// What could be done.
        possible: Vec<Transition>,
    },
    /// It would be open and past its last day at once.
    #[error(
        "“{id}” 的截止日期 {deadline} 已过，请同时给出新的截止日期 / the deadline {deadline} of \"{id}\" is over: give a new one with it"
    )]
    Over {
        /// The listing's id.
        id: String,
        /// Its last day.
        deadline: Date,
    },
    /// Renewing needs a day to come.
    #[error("续期请给出今天（{today}）或以后的日期 / renewing needs a day from {today} on")]
    NotAhead {
        /// The day that counts as today.
        today: Date,
    },
    /// Nothing to review or to find.
    #[error("“{id}” 没有名称，先补上再送审 / \"{id}\" has no title: add one before it is submitted")]
    Untitled {
        /// The listing's id.
        id: String,
    },
}

fn listed(steps: &[Transition], word: fn(Transition) -> &'static str, between: &str, none: &str) -> String {
    let words: Vec<&str> = steps.iter().map(|step| word(*step)).collect();
    if words.is_empty() { none.to_owned() } else { words.join(between) }
}

/// The last day to answer, where one is stated and it is over.
fn over(listing: &Listing, today: Date) -> Option<Date> {
    match listing.dates.deadline {
        Some(Deadline::On(day)) if day < today => Some(day),
        _ => None,
    }
}

/// Where a listing stands on a day.
pub fn standing(listing: &Listing, today: Date) -> Standing {
    match listing.status {
        Status::Draft => Standing::Draft,
        Status::Review => Standing::Review,
        Status::Published if over(listing, today).is_some() => Standing::Expired,
        Status::Published => Standing::Published,
        Status::InProgress => Standing::InProgress,
        Status::Closed => Standing::Closed,
    }
}

/// The steps that can be taken from where a listing stands, in the order of a life.
pub fn possible(standing: Standing) -> Vec<Transition> {
    use Transition as T;
    match standing {
        Standing::Draft => vec![T::Submit, T::Close],
        Standing::Review => vec![T::Publish, T::Return, T::Close],
        Standing::Published => vec![T::Withdraw, T::Begin, T::Close, T::Renew],
        Standing::Expired => vec![T::Withdraw, T::Close, T::Renew],
        Standing::InProgress => vec![T::Close, T::Reopen],
        Standing::Closed => vec![T::Reopen],
    }
}

/// Takes a step. `until` is the new last day to answer: needed to renew, and to publish
/// or reopen what is past its own; `None` leaves it as it is.
///
/// # Errors
/// When the step cannot be taken from where the listing stands, or a day is missing or
/// over; then the listing is as it was.
pub fn take(
    listing: &mut Listing,
    step: Transition,
    until: Option<Date>,
    today: Date,
) -> Result<(), StepRefused> {
    let id = || listing.id.0.clone();
    let standing = standing(listing, today);
    let possible = possible(standing);
    if !possible.contains(&step) {
        return Err(StepRefused::NotNow { id: id(), step, standing, possible });
    }
    if until.is_some_and(|day| day < today) || (step == Transition::Renew && until.is_none()) {
        return Err(StepRefused::NotAhead { today });
    }
    if step == Transition::Submit && listing.title.trim().is_empty() {
        return Err(StepRefused::Untitled { id: id() });
    }
    if matches!(step, Transition::Publish | Transition::Reopen)
        && until.is_none()
        && let Some(deadline) = over(listing, today)
    {
        return Err(StepRefused::Over { id: id(), deadline });
    }
    listing.status = match step {
        Transition::Submit => Status::Review,
        Transition::Publish | Transition::Reopen | Transition::Renew => Status::Published,
        Transition::Return | Transition::Withdraw => Status::Draft,
        Transition::Begin => Status::InProgress,
        Transition::Close => Status::Closed,
    };
    if step == Transition::Publish && listing.dates.published.is_none() {
        listing.dates.published = Some(today);
    }
    if let Some(day) = until {
        listing.dates.deadline = Some(Deadline::On(day));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::Side;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn need(status: Status, deadline: Option<&str>) -> Listing {
        let mut need = Listing::new("N1", Side::Requirement, "泵站巡检", "十二座泵站");
        need.status = status;
        need.dates.deadline = deadline.map(|text| Deadline::On(day(text)));
        need
    }

    #[test]
    fn every_step_leads_where_it_should_and_no_other_is_taken() {
        use Status as S;
        use Transition as T;
        let ways = [
            (S::Draft, T::Submit, S::Review),
            (S::Draft, T::Close, S::Closed),
            (S::Review, T::Publish, S::Published),
            (S::Review, T::Return, S::Draft),
            (S::Review, T::Close, S::Closed),
            (S::Published, T::Withdraw, S::Draft),
            (S::Published, T::Begin, S::InProgress),
            (S::Published, T::Close, S::Closed),
            (S::Published, T::Renew, S::Published),
            (S::InProgress, T::Close, S::Closed),
            (S::InProgress, T::Reopen, S::Published),
            (S::Closed, T::Reopen, S::Published),
        ];
        let today = day("2026-11-21");
        for &from in S::ALL {
            for &step in T::ALL {
                let mut listing = need(from, None);
                let before = listing.clone();
                let until = (step == T::Renew).then(|| day("2026-12-31"));
                let wanted = ways.iter().find(|way| (way.0, way.1) == (from, step));
                match (take(&mut listing, step, until, today), wanted) {
                    (Ok(()), Some((_, _, to))) => assert_eq!(listing.status, *to, "{from} {step:?}"),
                    (Err(StepRefused::NotNow { .. }), None) => assert_eq!(listing, before),
                    (got, _) => panic!("{from} {step:?}: {got:?}"),
                }
            }
        }
    }

    #[test]
    fn deadlines_are_heeded() {
        use Transition as T;
        let today = day("2026-11-21");
        assert_eq!(standing(&need(Status::Published, Some("2026-11-20")), today), Standing::Expired);
        assert_eq!(standing(&need(Status::Published, Some("2026-11-21")), today), Standing::Published);
        assert_eq!(standing(&need(Status::Closed, Some("2026-11-20")), today), Standing::Closed);
        for (status, deadline, step, until, wanted) in [
            (Status::Review, Some("2026-11-20"), T::Publish, None, Err("截止日期 2026-11-20 已过")),
            (Status::Review, Some("2026-11-20"), T::Publish, Some("2026-12-01"), Ok("2026-12-01")),
            (Status::Closed, Some("2026-11-20"), T::Reopen, None, Err("截止日期 2026-11-20 已过")),
            (Status::Published, Some("2026-11-20"), T::Renew, Some("2026-11-21"), Ok("2026-11-21")),
            (Status::Published, Some("2026-12-20"), T::Renew, Some("2026-11-20"), Err("续期请给出")),
            (Status::Published, Some("2026-12-20"), T::Renew, None, Err("续期请给出")),
            (
                Status::Published,
                Some("2026-11-20"),
                T::Begin,
                None,
                Err("已过期，不能开始推进；可以：撤回修改、结束、续期"),
            ),
        ] {
            let mut listing = need(status, deadline);
            let before = listing.clone();
            let got = take(&mut listing, step, until.map(day), today);
            match (got, wanted) {
                (Ok(()), Ok(until)) => {
                    assert_eq!(listing.dates.deadline, Some(Deadline::On(day(until))));
                }
                (Err(refused), Err(said)) => {
                    assert!(refused.to_string().contains(said), "{refused}");
                    assert_eq!(listing, before);
                }
                (got, wanted) => panic!("{step:?}: {got:?}, not {wanted:?}"),
            }
        }
    }

    #[test]
    fn what_has_no_title_is_not_submitted_and_the_day_of_publication_is_noted() {
        let today = day("2026-11-21");
        let mut listing = need(Status::Draft, None);
        listing.title = " ".into();
        assert!(matches!(
            take(&mut listing, Transition::Submit, None, today),
            Err(StepRefused::Untitled { .. })
        ));
        listing.title = "泵站巡检".into();
        take(&mut listing, Transition::Submit, None, today).unwrap();
        take(&mut listing, Transition::Publish, None, today).unwrap();
        assert_eq!(listing.dates.published, Some(today));
    }
}
