//! An invented event of any size, with kind or hostile texts.

use opcmatch::domain::{
    Answer, Event, EventId, FollowUp, Frame, Listing, ListingId, Meeting, Milli, NeedEntry, OpcEntry, OpcId,
    Origin, Pair, Plan, Progress, Rejection, Rules, Score, Seat, Side, Slot, Stage, Step, TermCheck,
    TermKind,
};
use opcmatch::event::{Unplaceable, Unplaced};
use opcmatch::report::{
    Brief, EventSources, EventView, EvidenceView, FindingView, MatchView, MissingView, QuoteView, Shown,
    Verdict, event_view,
};

/// Everything a view is made from.
pub(crate) struct Fair {
    pub(crate) event: Event,
    pub(crate) requirements: Vec<Listing>,
    pub(crate) capabilities: Vec<Listing>,
    pub(crate) follow_ups: Vec<FollowUp>,
    pub(crate) unplaced: Vec<Unplaced>,
    pub(crate) findings: Vec<FindingView>,
}

/// Texts that try to be something else than text, each with a telephone number.
pub(crate) const HOSTILE: &[&str] = &[
    "=HYPERLINK(\"http://x\",\"点我\") 13800138000",
    "+86 13800138000",
    "@SUM(A1)\t13800138000",
    "标题\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:假 13800138000",
    "<script>alert(1)</script><img src=x onerror=alert(1)> 13800138000",
    "</td></tr></table></section><h1>\"'&amp; 13800138000",
    "\u{202e}反向\u{2066}隔离\u{200f} 138\u{200b}0013\u{202d}8000",
    "家庭\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{1f3fd} 表情\u{1f600} 13800138000",
    "a;b,c\\n:d\\ 13800138000",
    "\u{0}\u{1}\u{b}\u{1b}[31m 13800138000",
];

/// `needs` needs, one at each table, each meeting another of `opcs` OPCs in each of `slots` slots.
pub(crate) fn fair(needs: u16, opcs: u16, slots: u16) -> Fair {
    assert!(needs <= opcs, "or an OPC would sit at two tables at once");
    let requirements: Vec<Listing> = (0..needs)
        .map(|n| {
            let title = format!("第{n}项需求：独居老人走访登记与预警");
            let mut listing =
                Listing::new(format!("N{n:03}"), Side::Requirement, &title, "街道有三百位独居老人。");
            listing.party.name = format!("示例街道{n}");
            listing
        })
        .collect();
    let capabilities: Vec<Listing> = (0..opcs)
        .map(|c| {
            let mut listing = Listing::new(
                format!("C{c:03}"),
                Side::Capability,
                format!("第{c}项能力：走访小程序"),
                "做过两个社区。",
            );
            listing.party.name = format!("示例工作室{c}");
            listing
        })
        .collect();
    let meetings = (0..needs)
        .flat_map(|n| (0..slots).map(move |s| (n, s)))
        .map(|(n, s)| {
            let capability = &capabilities[usize::from((n + s) % opcs)];
            Meeting {
                need: requirements[usize::from(n)].id.clone(),
                opc: OpcId::of(capability),
                capability: capability.id.clone(),
                degree: Milli(60_000 + i64::from(n) * 100 + i64::from(s) * 10),
                need_view: Milli(61_000),
                opc_view: Milli(62_000),
                worth: Milli(60_000 + i64::from(s)),
                origin: if s == 0 { Origin::Pinned } else { Origin::Chosen },
                seat: Some(Seat { slot: s, table: n }),
                locked: s == 1,
            }
        })
        .collect();
    let day = jiff::civil::date(2026, 12, 4);
    let slot = |s: u16| Slot {
        starts: day.at(14, 0, 0, 0) + jiff::Span::new().minutes(i64::from(s) * 20),
        minutes: 15,
    };
    let event = Event {
        id: EventId("E1".into()),
        name: "社区服务对接会".into(),
        theme: "为老服务".into(),
        place: "示例园区一楼".into(),
        frame: Frame {
            tables: needs,
            slots: (0..slots).map(slot).collect(),
            stage: Some(Stage { starts: day.at(13, 30, 0, 0), minutes_each: 5 }),
        },
        rules: Rules::default(),
        needs: requirements
            .iter()
            .map(|l| NeedEntry { on_stage: true, ..NeedEntry::new(l.id.clone()) })
            .collect(),
        opcs: Vec::new(),
        named_opcs_only: false,
        pins: Vec::new(),
        bans: Vec::new(),
        interests: Vec::new(),
        aliases: Vec::new(),
        plan: Some(Plan { meetings, stage: requirements.iter().map(|l| l.id.clone()).collect() }),
        revision: 7,
        held: false,
    };
    Fair { event, requirements, capabilities, follow_ups: vec![], unplaced: vec![], findings: vec![] }
}

impl Fair {
    pub(crate) fn view(&self) -> EventView {
        event_view(
            &self.event,
            &EventSources {
                requirements: self.requirements.iter().collect(),
                capabilities: self.capabilities.iter().collect(),
                follow_ups: &self.follow_ups,
                unplaced: &self.unplaced,
                findings: &self.findings,
            },
        )
    }

    pub(crate) fn meetings(&mut self) -> &mut Vec<Meeting> {
        &mut self.event.plan.as_mut().unwrap().meetings
    }

    /// Gives every text to `text`, which gets a number and the text there is; OPCs
    /// keep their capabilities.
    pub(crate) fn retold(mut self, text: impl Fn(usize, &str) -> String) -> Fair {
        self.event.name = text(0, &self.event.name);
        self.event.theme = text(1, &self.event.theme);
        self.event.place = text(2, &self.event.place);
        for (number, listing) in self.requirements.iter_mut().chain(&mut self.capabilities).enumerate() {
            listing.title = text(number, &listing.title);
            listing.text = text(number + 1, &listing.text);
            listing.party.name = format!("{} {number}", text(number + 2, &listing.party.name));
        }
        let opcs: Vec<(ListingId, OpcId)> =
            self.capabilities.iter().map(|c| (c.id.clone(), OpcId::of(c))).collect();
        for meeting in self.meetings() {
            meeting.opc = opcs.iter().find(|(id, _)| *id == meeting.capability).unwrap().1.clone();
        }
        self
    }

    /// With follow-ups, a meeting that found no seat, an absent OPC and findings.
    pub(crate) fn lived_in(mut self) -> Fair {
        let mut pairs: Vec<Pair> = self.meetings().iter().map(Meeting::pair).collect();
        let follow_up = |pair: Pair| FollowUp::new(self.event.id.clone(), pair);
        let mut met = follow_up(pairs.remove(0));
        let on = jiff::civil::date(2026, 12, 5);
        let note = "下周去现场，电话13800138000".to_owned();
        met.owner = "王同志".into();
        met.advance(Step { state: Progress::Met, on, by: String::new(), note }, None).unwrap();
        met.sign(jiff::civil::date(2026, 12, 20)).unwrap();
        let mut out = follow_up(pairs.remove(0));
        let step = Step { state: Progress::Excluded, on, by: String::new(), note: String::new() };
        out.advance(step, Some(Rejection::Price)).unwrap();
        let last = self.meetings().last_mut().unwrap();
        last.seat = None;
        let (need, opc) = (last.need.clone(), last.opc.clone());
        self.unplaced = vec![Unplaced { need, opc, why: Unplaceable::OpcBusy, locked_in_the_way: vec![] }];
        self.follow_ups = vec![met, out];
        self.event.opcs.push(OpcEntry { absent: true, ..OpcEntry::new(OpcId("请假工作室".into())) });
        self.findings = vec![FindingView {
            severity: "warning".into(),
            zh: "=1号桌第1时段，联系13800138000".into(),
            en: "table 1".into(),
        }];
        self
    }

    /// A brief of the first need and the first capability, every part as full as it may come.
    pub(crate) fn brief(&self, sentence: &str) -> Brief {
        let (need, capability) = (&self.requirements[0], &self.capabilities[0]);
        let quote = || QuoteView {
            place: "text",
            words: sentence.to_owned(),
            start: 0,
            marks: vec![[0, 2], [30, 34]],
        };
        let check = |answer| TermCheck {
            term: TermKind::Certificate,
            answer,
            asked: sentence.to_owned(),
            offered: sentence.to_owned(),
        };
        let terms =
            [Answer::Met, Answer::NotStated, Answer::NotMet].map(|answer| vec![check(answer); 6]).concat();
        let why = MatchView {
            listing: Shown::from(capability),
            degree: 63.4,
            verdict: Verdict::Fit,
            score: Score { total: 0.0, parts: vec![] },
            terms,
            alike: Vec::new(),
            evidence: vec![EvidenceView { requirement: quote(), capability: quote(), strength: 0.8 }; 5],
            missing: vec![MissingView { requirement: quote() }],
            questions: vec![sentence.to_owned(); 9],
        };
        Brief::new(need, capability, why)
    }
}
