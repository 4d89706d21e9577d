//! One page a pair: what is asked, what is offered, why they may fit, what to ask.

use crate::domain::{Answer, Date, Degree, Listing, PublicListing, Side, TermCheck};
use crate::rank::{Hit, Mix, Ranker, check_terms};
use crate::report::{MatchView, QuoteView, Verdict, match_view};

use super::Brief;
use super::document::Document;
use crate::report::event::legible::{clipped, one_line};
use crate::report::event::rows::span;
use crate::report::event::view::{EventView, MeetingView};

/// Longest parts, in characters: together they leave a seventh of the page for
/// notes when all are full-width (`tests/browser/sheets.test.js` prints such pages).
const TITLE: usize = 60;
const TEXT: usize = 250;
const SENTENCE: usize = 70;
const TERM: usize = 30;
const QUESTION: usize = 50;

/// How many of each at most.
const EVIDENCE: usize = 3;
const TERMS: usize = 4;
const QUESTIONS: usize = 4;

/// How much of a text fits: what fewer quotes, terms and questions leave free is
/// the text's, a line of which holds 27 full-width characters.
fn room_for_text(brief: &Brief) -> usize {
    const LINE: usize = 27;
    let evidence = EVIDENCE.saturating_sub(brief.why.evidence.len());
    let count = |answer| brief.why.terms.iter().filter(|check| check.answer == answer).count();
    let most = [Answer::Met, Answer::NotStated, Answer::NotMet].map(count).into_iter().max().unwrap_or(0);
    let terms = TERMS.saturating_sub(most);
    let asked = brief.why.questions.len() + brief.why.missing.len();
    let questions = QUESTIONS.saturating_sub(asked);
    TEXT + LINE * (3 * evidence + 2 * terms + questions)
}

/// A page a brief.
pub(super) fn write(document: &mut Document, view: &EventView, briefs: &[Brief]) {
    for brief in briefs {
        document.begin("sheet brief", "对接简报", "Meeting brief");
        seat(document, view, brief);
        document.raw("<div class=\"two\">\n");
        let room = room_for_text(brief);
        side(document, &brief.need, room, ("需求", "Need"));
        side(document, &brief.capability, room, ("能力", "Capability"));
        document.raw("</div>\n");
        evidence(document, brief);
        terms(document, brief);
        questions(document, brief);
        document.raw("<div class=\"notes\"><h2>").say("记录", "Notes").raw("</h2><p>").outcomes();
        document.raw("</p></div>\n").end();
    }
}

/// When and where the pair meets, if it does.
fn seat(document: &mut Document, view: &EventView, brief: &Brief) {
    let mut meetings = view.meetings.iter();
    let found = meetings.find(|m| m.need == brief.need.id && m.capability == brief.capability.id);
    document.raw("<p class=\"seat\">");
    if let Some(meeting) = found {
        document.text(&span(view, meeting.starts, meeting.ends)).raw(" ");
        if let Some(table) = meeting.table {
            let name = document.table_name(table);
            document.raw("<b>").text(&name).raw("</b> ");
        }
    }
    document.raw("<span class=\"degree\">").say("匹配度", "Degree").raw(" <b>");
    document.text(&format!("{:.0}", brief.why.degree)).raw("</b></span></p>\n");
}

fn side(
    document: &mut Document,
    listing: &PublicListing,
    room: usize,
    (zh, en): (&'static str, &'static str),
) {
    document.raw("<div><h2>").say(zh, en).raw(" <small>").words(&listing.id.0, 30).raw("</small></h2>\n");
    document.raw("<p class=\"title\">").words(&listing.title, TITLE).raw("</p>\n<p class=\"whose\">");
    document.words(&listing.party.name, 26).raw("</p>\n<p class=\"body\">");
    document.words(&listing.text, room).raw("</p></div>\n");
}

fn evidence(document: &mut Document, brief: &Brief) {
    document.raw("<h2>").say("为什么合适", "Why they may fit").raw("</h2>\n");
    if brief.why.evidence.is_empty() {
        document.raw("<p class=\"none\">").say("没有可引的原文", "No sentence to quote").raw("</p>\n");
        return;
    }
    document.raw("<table class=\"evidence\"><tbody>\n");
    for pair in brief.why.evidence.iter().take(EVIDENCE) {
        document.raw("<tr><td>");
        quote(document, &pair.requirement);
        document.raw("</td><td>");
        quote(document, &pair.capability);
        document.raw("</td></tr>\n");
    }
    document.raw("</tbody></table>\n");
}

/// A sentence with what both sides say marked in it; a long one from shortly before its first mark.
fn quote(document: &mut Document, quote: &QuoteView) {
    let seen = one_line(&quote.words);
    if seen != quote.words {
        // Characters were left out, so the marks no longer fall where they should.
        document.text(&clipped(&seen, SENTENCE));
        return;
    }
    let mut marked = Vec::new();
    let mut at = 0;
    for c in quote.words.chars() {
        marked.push((c, quote.marks.iter().any(|&[from, to]| (from..to).contains(&at))));
        at += c.len_utf16();
    }
    let first = marked.iter().position(|&(_, marked)| marked).unwrap_or(0);
    let skipped = if marked.len() > SENTENCE { first.saturating_sub(12) } else { 0 };
    let shown = &marked[skipped..];
    let cut = shown.len() > SENTENCE;
    let shown = &shown[..shown.len().min(SENTENCE)];
    if skipped > 0 {
        document.text("…");
    }
    for run in shown.chunk_by(|a, b| a.1 == b.1) {
        let text: String = run.iter().map(|(c, _)| c).collect();
        match run[0].1 {
            true => document.raw("<mark>").text(&text).raw("</mark>"),
            false => document.text(&text),
        };
    }
    if cut {
        document.text("…");
    }
}

fn terms(document: &mut Document, brief: &Brief) {
    document.raw("<div class=\"three\">\n");
    for (answer, class, zh, en) in [
        (Answer::Met, "met", "符合", "Met"),
        (Answer::NotStated, "ask", "待确认", "To ask"),
        (Answer::NotMet, "not", "不符", "Not met"),
    ] {
        document.raw("<div class=\"").raw(class).raw("\"><h2>").say(zh, en).raw("</h2><ul>\n");
        let checks: Vec<&TermCheck> = brief.why.terms.iter().filter(|c| c.answer == answer).collect();
        for check in checks.iter().take(TERMS) {
            let both = [check.asked.as_str(), check.offered.as_str()];
            let said: Vec<&str> = both.into_iter().filter(|part| !part.is_empty()).collect();
            document.raw("<li>");
            for (at, part) in said.iter().enumerate() {
                // Both together have the room of one: half of it, or what the other leaves.
                let other = said.iter().enumerate().filter(|(other, _)| *other != at);
                let taken = other.map(|(_, part)| part.chars().count()).sum::<usize>().min(TERM / 2);
                document.raw(if at > 0 { "｜" } else { "" }).made(part, TERM - taken);
            }
            document.raw("</li>\n");
        }
        if checks.len() > TERMS {
            document.raw("<li>+").text(&(checks.len() - TERMS).to_string()).raw("</li>\n");
        }
        if checks.is_empty() {
            document.raw("<li class=\"none\">").say("无", "none").raw("</li>\n");
        }
        document.raw("</ul></div>\n");
    }
    document.raw("</div>\n");
}

/// Questions about terms first, then what the capability does not speak of.
fn questions(document: &mut Document, brief: &Brief) {
    if brief.why.questions.is_empty() && brief.why.missing.is_empty() {
        return;
    }
    document.raw("<h2>").say("见面要问", "Questions to ask").raw("</h2>\n<ol class=\"questions\">\n");
    for question in brief.why.questions.iter().take(QUESTIONS) {
        document.raw("<li>").made(question, QUESTION).raw("</li>\n");
    }
    let room = QUESTIONS.saturating_sub(brief.why.questions.len());
    for missing in brief.why.missing.iter().take(room) {
        document.raw("<li>").say("未见对应：", "Not spoken of: ");
        document.words(&missing.requirement.words, QUESTION - 8).raw("</li>\n");
    }
    document.raw("</ol>\n");
}

impl Brief {
    /// From the two listings and what the ranking says of them.
    pub fn new(need: &Listing, capability: &Listing, why: MatchView) -> Brief {
        Brief { need: need.into(), capability: capability.into(), why }
    }

    /// Of a planned meeting, with its terms as they stand on `day`; `None` when
    /// either listing has left the snapshot.
    pub fn of_meeting(ranker: &Ranker, meeting: &MeetingView, day: Date, mix: Mix) -> Option<Brief> {
        let listing = |side: Side, id| {
            let index = ranker.snapshot().side(side);
            index.row(id).map(|row| index.listing(row).as_ref())
        };
        let need = listing(Side::Requirement, &meeting.need)?;
        let capability = listing(Side::Capability, &meeting.capability)?;
        let hit = Hit {
            id: capability.id.clone(),
            degree: Degree::from_probability(meeting.degree / 100.0),
            score: ranker.explain(&need.id, &capability.id, mix)?.score,
            terms: check_terms(need, capability, day),
        };
        let unmet = hit.terms.iter().any(|check| check.answer == Answer::NotMet);
        let verdict = if unmet { Verdict::TermsNotMet } else { Verdict::Fit };
        let why = match_view(ranker, Side::Requirement, &need.id, &hit, verdict, None, mix)?;
        Some(Brief::new(need, capability, why))
    }
}
