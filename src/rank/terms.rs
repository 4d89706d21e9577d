//! Whether the terms of a pair hold: met, not met, or not stated.

use crate::domain::{Answer, Certificate, Date, Deadline, Delivery, Listing, PartyKind, TermCheck, TermKind};
use crate::text;

/// Checks every term that either side states, in the order of [`TermKind`].
///
/// A term that nobody states gives no row. Silence is never a no: what one side
/// leaves out is [`Answer::NotStated`], a question to ask.
pub fn check_terms(requirement: &Listing, capability: &Listing, today: Date) -> Vec<TermCheck> {
    let mut checks = Vec::new();
    let mut add = |term, answer, asked: String, offered: String| {
        checks.push(TermCheck { term, answer, asked, offered });
    };
    if let Some((answer, asked, offered)) = budget(requirement, capability) {
        add(TermKind::Budget, answer, asked, offered);
    }
    if let Some((answer, asked, offered)) = region(requirement, capability) {
        add(TermKind::Region, answer, asked, offered);
    }
    if let Some(Deadline::On(day)) = requirement.dates.deadline {
        let answer = if day < today { Answer::NotMet } else { Answer::Met };
        add(TermKind::Deadline, answer, format!("{day} 截止"), String::new());
    }
    if let Some((answer, asked, offered)) = delivery(requirement, capability, today) {
        add(TermKind::Delivery, answer, asked, offered);
    }
    if requirement.terms.legal_person == Some(true) {
        let (answer, offered) = legal_person(capability);
        add(TermKind::LegalPerson, answer, "须为独立法人或依法登记的组织".into(), offered);
    }
    if let Some((answer, asked, offered)) = past_contracts(requirement, capability) {
        add(TermKind::PastContracts, answer, asked, offered);
    }
    for wanted in &requirement.terms.certificates {
        let (answer, offered) = certificate(wanted, capability, today);
        add(TermKind::Certificate, answer, format!("须持有{}", wanted.name), offered);
    }
    if requirement.terms.data_stays_on_site == Some(true) {
        let (answer, offered) = yes_no(capability.terms.data_stays_on_site, "可私有化部署", "不做私有化部署");
        add(TermKind::DataStaysOnSite, answer, "数据不出域".into(), offered);
    }
    if requirement.terms.on_site == Some(true) {
        let (answer, offered) = yes_no(capability.terms.on_site, "可到场", "不到场");
        add(TermKind::OnSite, answer, "须到现场".into(), offered);
    }
    if let Some(capacity) = capability.capacity {
        let answer = if capacity.free_jobs == 0 { Answer::NotMet } else { Answer::Met };
        add(TermKind::Capacity, answer, String::new(), format!("还可接{}单", capacity.free_jobs));
    }
    checks
}

type Checked = (Answer, String, String);

fn yes_no(answer: Option<bool>, yes: &str, no: &str) -> (Answer, String) {
    match answer {
        Some(true) => (Answer::Met, yes.to_owned()),
        Some(false) => (Answer::NotMet, no.to_owned()),
        None => (Answer::NotStated, String::new()),
    }
}

fn budget(requirement: &Listing, capability: &Listing) -> Option<Checked> {
    let (asked, offered) = (requirement.money.as_ref(), capability.money.as_ref());
    if asked.is_none() && offered.is_none() {
        return None;
    }
    let words = (
        asked.map_or("未写预算".to_owned(), |m| format!("预算{m}")),
        offered.map_or(String::new(), |m| format!("报价{m}")),
    );
    let answer = match (asked, offered) {
        // Amounts compare only in one currency and for the whole job.
        (Some(a), Some(o)) if a.currency == o.currency && a.per == o.per => {
            match (a.high.or(a.low), o.low.or(o.high)) {
                (Some(ceiling), Some(floor)) if floor <= ceiling => Answer::Met,
                (Some(_), Some(_)) if a.negotiable || o.negotiable => Answer::NotStated,
                (Some(_), Some(_)) => Answer::NotMet,
                _ => Answer::NotStated,
            }
        }
        _ => Answer::NotStated,
    };
    Some((answer, words.0, words.1))
}

fn region(requirement: &Listing, capability: &Listing) -> Option<Checked> {
    let (asked, offered) = (&requirement.region, &capability.region);
    if !asked.is_stated() && asked.remote.is_none() {
        return None;
    }
    let remote_word = |remote: Option<bool>, yes: &str, no: &str| match remote {
        Some(true) => yes.to_owned(),
        Some(false) => no.to_owned(),
        None => String::new(),
    };
    let asked_words = format!("{asked}{}", remote_word(asked.remote, "（可远程）", "（不接受远程）"));
    let offered_words = format!("{offered}{}", remote_word(offered.remote, "（可远程）", "（只做本地）"));
    let same_place = asked.agrees_with(offered);
    let must_be_near = asked.remote == Some(false);
    let answer = match same_place {
        Some(true) => Answer::Met,
        _ if asked.remote == Some(true) && offered.remote != Some(false) => Answer::Met,
        _ if offered.remote == Some(true) && !must_be_near => Answer::Met,
        Some(false) if offered.remote == Some(false) => Answer::NotMet,
        Some(false) if must_be_near && capability.terms.on_site != Some(true) => Answer::NotMet,
        Some(false) if must_be_near => Answer::Met,
        _ => Answer::NotStated,
    };
    Some((answer, asked_words, offered_words))
}

fn delivery(requirement: &Listing, capability: &Listing, today: Date) -> Option<Checked> {
    let asked = requirement.dates.delivery?;
    let offered = capability.dates.delivery;
    let words = |d: Delivery| match d {
        Delivery::WithinDays(days) => format!("{days}天内"),
        Delivery::By(day) => format!("{day} 前"),
    };
    let days = |d: Delivery| match d {
        Delivery::WithinDays(days) => i64::from(days),
        Delivery::By(day) => today.until(day).map_or(0, |span| i64::from(span.get_days())),
    };
    let answer = match offered {
        None => Answer::NotStated,
        Some(offered) if days(offered) <= days(asked) => Answer::Met,
        Some(_) => Answer::NotMet,
    };
    Some((
        answer,
        format!("{}交付", words(asked)),
        offered.map_or(String::new(), |o| format!("{}交付", words(o))),
    ))
}

fn legal_person(capability: &Listing) -> (Answer, String) {
    match (capability.terms.legal_person, capability.party.kind) {
        (Some(true), kind) => (Answer::Met, format!("已登记（{}）", kind.label())),
        (Some(false), kind) => (Answer::NotMet, format!("未登记（{}）", kind.label())),
        (None, PartyKind::Person) => (Answer::NotMet, "个人".into()),
        (None, PartyKind::Unknown | PartyKind::Community) => (Answer::NotStated, String::new()),
        (None, kind) => (Answer::Met, kind.label().to_owned()),
    }
}

fn past_contracts(requirement: &Listing, capability: &Listing) -> Option<Checked> {
    let wanted = requirement.terms.past_contracts.as_ref()?;
    let enough = capability
        .cases
        .iter()
        .filter(|case| wanted.each_worth.is_none_or(|least| case.worth.is_some_and(|worth| worth >= least)))
        .count();
    let worth = wanted.each_worth.map_or(String::new(), |w| format!("（每个不低于{w}元）"));
    let answer = if enough >= wanted.count as usize { Answer::Met } else { Answer::NotStated };
    let offered = match capability.cases.len() {
        0 => String::new(),
        listed => format!("列出{listed}个案例"),
    };
    Some((answer, format!("至少{}个同类业绩{worth}", wanted.count), offered))
}

fn certificate(wanted: &Certificate, capability: &Listing, today: Date) -> (Answer, String) {
    let name = text::simplify(&wanted.name);
    let held = capability.terms.certificates.iter().find(|held| {
        let held = text::simplify(&held.name);
        held.contains(&name) || name.contains(&held)
    });
    match held {
        None => (Answer::NotStated, String::new()),
        Some(held) => match held.expires {
            Some(day) if day < today => (Answer::NotMet, format!("{}（{day} 已到期）", held.name)),
            Some(day) => (Answer::Met, format!("{}（有效至{day}）", held.name)),
            None => (Answer::Met, held.name.clone()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Amount, Capacity, Case, Money, PastContracts, Region, Side};

    fn need() -> Listing {
        Listing::new("N", Side::Requirement, "需求", "")
    }

    fn skill() -> Listing {
        Listing::new("C", Side::Capability, "能力", "")
    }

    fn today() -> Date {
        Date::constant(2026, 11, 21)
    }

    fn ceiling(yuan: f64) -> Option<Money> {
        Some(Money { high: Amount::from_units(yuan), ..Money::default() })
    }

    fn floor(yuan: f64) -> Option<Money> {
        Some(Money { low: Amount::from_units(yuan), ..Money::default() })
    }

    fn place(city: &str, remote: Option<bool>) -> Region {
        Region { province: None, city: Some(city.to_owned()), district: None, remote }
    }

    #[track_caller]
    fn check(change: impl Fn(&mut Listing, &mut Listing), expected: &[(TermKind, Answer)]) {
        let (mut need, mut skill) = (need(), skill());
        change(&mut need, &mut skill);
        let got: Vec<_> = check_terms(&need, &skill, today()).iter().map(|c| (c.term, c.answer)).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn silence_is_never_a_no() {
        use Answer::{Met, NotMet, NotStated};
        use TermKind as T;
        check(|_, _| {}, &[]);
        check(|n, _| n.money = ceiling(5e4), &[(T::Budget, NotStated)]);
        check(|n, c| (n.money, c.money) = (ceiling(5e4), floor(3e4)), &[(T::Budget, Met)]);
        check(|n, c| (n.money, c.money) = (ceiling(5e4), floor(8e4)), &[(T::Budget, NotMet)]);
        check(
            |n, c| {
                n.money = ceiling(5e4);
                c.money = Some(Money { per: Some("月".into()), ..floor(8e4).unwrap() });
            },
            &[(T::Budget, NotStated)],
        );
        check(
            |n, c| (n.money, c.money) = (Some(Money { negotiable: true, ..Money::default() }), floor(8e4)),
            &[(T::Budget, NotStated)],
        );
        check(|n, _| n.region = place("杭州市", None), &[(T::Region, NotStated)]);
        check(
            |n, c| (n.region, c.region) = (place("杭州市", None), place("杭州市", None)),
            &[(T::Region, Met)],
        );
        check(
            |n, c| (n.region, c.region) = (place("杭州市", None), place("成都市", Some(true))),
            &[(T::Region, Met)],
        );
        check(
            |n, c| (n.region, c.region) = (place("杭州市", None), place("成都市", None)),
            &[(T::Region, NotStated)],
        );
        check(
            |n, c| (n.region, c.region) = (place("杭州市", Some(false)), place("成都市", Some(true))),
            &[(T::Region, NotMet)],
        );
        check(
            |n, c| (n.region, c.region) = (place("杭州市", Some(true)), place("成都市", Some(false))),
            &[(T::Region, NotMet)],
        );
        check(|n, _| n.terms.legal_person = Some(true), &[(T::LegalPerson, NotStated)]);
        check(
            |n, c| {
                n.terms.legal_person = Some(true);
                c.party.kind = PartyKind::Opc;
            },
            &[(T::LegalPerson, Met)],
        );
        check(
            |n, c| {
                n.terms.legal_person = Some(true);
                c.party.kind = PartyKind::Person;
            },
            &[(T::LegalPerson, NotMet)],
        );
        check(
            |n, _| n.dates.deadline = Some(Deadline::On(Date::constant(2026, 11, 20))),
            &[(T::Deadline, NotMet)],
        );
        check(|n, _| n.dates.deadline = Some(Deadline::On(today())), &[(T::Deadline, Met)]);
        check(|n, _| n.dates.deadline = Some(Deadline::Open), &[]);
        check(
            |n, c| {
                n.dates.delivery = Some(Delivery::By(Date::constant(2026, 12, 31)));
                c.dates.delivery = Some(Delivery::WithinDays(60));
            },
            &[(T::Delivery, NotMet)],
        );
        check(|_, c| c.capacity = Some(Capacity { free_jobs: 0 }), &[(T::Capacity, NotMet)]);
        check(|n, _| n.terms.on_site = Some(true), &[(T::OnSite, NotStated)]);
        check(
            |n, c| {
                n.terms.data_stays_on_site = Some(true);
                c.terms.data_stays_on_site = Some(false);
            },
            &[(T::DataStaysOnSite, NotMet)],
        );
    }

    #[test]
    fn cases_and_certificates() {
        let wanted = |count| Some(PastContracts { count, each_worth: None });
        let case = |worth: Option<f64>| Case {
            summary: "某区水质平台".into(),
            year: None,
            worth: worth.and_then(Amount::from_units),
        };
        check(|n, _| n.terms.past_contracts = wanted(1), &[(TermKind::PastContracts, Answer::NotStated)]);
        check(
            |n, c| {
                n.terms.past_contracts = wanted(1);
                c.cases = vec![case(None)];
            },
            &[(TermKind::PastContracts, Answer::Met)],
        );
        check(
            |n, c| {
                n.terms.past_contracts =
                    Some(PastContracts { count: 1, each_worth: Amount::from_units(1e5) });
                c.cases = vec![case(Some(5e4))];
            },
            &[(TermKind::PastContracts, Answer::NotStated)],
        );
        let held = |expires| Certificate { name: "软件著作权登记证书".into(), expires };
        for (expires, answer) in [
            (None, Answer::Met),
            (Some(Date::constant(2026, 11, 20)), Answer::NotMet),
            (Some(Date::constant(2027, 1, 1)), Answer::Met),
        ] {
            check(
                |n, c| {
                    n.terms.certificates =
                        vec![Certificate { name: "軟件著作權".into(), expires: None }];
                    c.terms.certificates = vec![held(expires)];
                },
                &[(TermKind::Certificate, answer)],
            );
        }
    }
}
