//! Those who write until they are cut off, and know what they were promised.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use opcmatch::domain::{Listing, Side};
use opcmatch::intake::{self, Options};

use super::program::{PATIENCE, ask};

/// Side and id.
pub(crate) type Key = (String, String);

/// What is stored under each.
pub(crate) type Kept = BTreeMap<Key, String>;

/// Ids that a writer uses: few, so that it replaces and removes a lot.
const IDS: usize = 9;

/// splitmix64 (Steele, Lea, Flood 2014).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.roll() % bound as u64) as usize
    }
}

/// A write, and what is stored when it is done.
struct Write {
    method: &'static str,
    target: String,
    body: Vec<u8>,
    after: Kept,
}

/// One that writes one thing after another, to ids of its own.
pub(crate) struct Writer {
    name: char,
    dice: Dice,
    turn: usize,
    /// What was acknowledged last under each id.
    pub(crate) kept: Kept,
    pub(crate) acknowledged: usize,
    pending: Option<Write>,
}

impl Writer {
    pub(crate) fn new(number: usize, seed: u64) -> Writer {
        let name = char::from(b'A' + number as u8);
        Writer { name, dice: Dice(seed), turn: 0, kept: Kept::new(), acknowledged: 0, pending: None }
    }

    pub(crate) fn owns(&self, id: &str) -> bool {
        id.starts_with(self.name)
    }

    /// Writes until it is over or, unless it is patient, the program is gone. A patient
    /// one does what was not acknowledged again until it is.
    pub(crate) fn write(&mut self, address: SocketAddr, patient: bool, over: &AtomicBool) {
        let begun = Instant::now();
        while !over.load(Ordering::SeqCst) || (patient && self.pending.is_some()) {
            assert!(begun.elapsed() < PATIENCE, "{}: nothing is acknowledged any more", self.name);
            let write = self.pending.take().unwrap_or_else(|| self.next());
            let answer = ask(address, write.method, &write.target, &write.body);
            let status = answer.map(|answer| answer.status).unwrap_or_default();
            match status {
                // Gone is gone, whoever saw to it: an attempt before this one.
                200 | 204 | 404 => {
                    self.kept = write.after;
                    self.acknowledged += 1;
                }
                0 | 503 => {
                    self.pending = Some(write);
                    if !patient {
                        return;
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
                refused => panic!("{} {}: {refused}", write.method, write.target),
            }
        }
    }

    pub(crate) fn was_cut(&self) -> bool {
        self.pending.is_some()
    }

    /// Whether the write that was cut off is there, all of it.
    pub(crate) fn settle(&mut self, stored: &Kept) -> bool {
        let Some(write) = self.pending.take() else { return false };
        let there = *stored == write.after;
        if there {
            self.kept = write.after;
        }
        there
    }

    /// Ids that it once used and that are not stored.
    pub(crate) fn gone(&self, stored: &Kept) -> Vec<Key> {
        let all = Side::ALL.iter().flat_map(|side| (0..IDS).map(|n| (side.as_str().to_owned(), self.id(n))));
        all.filter(|key| !stored.contains_key(key)).collect()
    }

    fn id(&self, number: usize) -> String {
        format!("{}{number}", self.name)
    }

    /// No two titles share it.
    fn word(&mut self) -> String {
        self.turn += 1;
        // Digits might look like a telephone, which would be masked.
        const SIGNS: [char; 10] = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];
        let word: String = (0..6).map(|_| SIGNS[self.dice.below(SIGNS.len())]).collect();
        format!("{}第{}版{word}", self.name, self.turn)
    }

    fn next(&mut self) -> Write {
        let side = if self.dice.below(2) == 0 { Side::Requirement } else { Side::Capability };
        let number = self.dice.below(IDS);
        let id = self.id(number);
        let key = (side.as_str().to_owned(), id.clone());
        match self.dice.below(10) {
            0..4 => self.import(side),
            4 | 5 if self.kept.contains_key(&key) => {
                let mut after = self.kept.clone();
                after.remove(&key);
                let target = format!("/api/v1/listings/{side}/{id}");
                Write { method: "DELETE", target, body: Vec::new(), after }
            }
            _ => {
                let words = self.word();
                let mut listing = Listing::new(id.as_str(), side, format!("水质监测 {words}"), words);
                // Some are long, so that a write takes several pages.
                listing.text.push_str(&"河道水质数据上墙。".repeat(self.dice.below(400)));
                let body = serde_json::to_string(&listing).unwrap();
                let mut after = self.kept.clone();
                after.insert(key, body.clone());
                let target = format!("/api/v1/listings/{side}/{id}");
                Write { method: "PUT", target, body: body.into_bytes(), after }
            }
        }
    }

    /// Several rows at once, all or none of which are kept.
    fn import(&mut self, side: Side) -> Write {
        let heads = match side {
            Side::Requirement => "编号,需求名称,需求描述",
            Side::Capability => "编号,核心产品,企业与产品简介",
        };
        let mut table = format!("{heads}\n");
        for number in 0..IDS {
            if self.dice.below(3) > 0 {
                let words = self.word();
                let long = "渠道清淤与闸门远控。".repeat(self.dice.below(60));
                table.push_str(&format!("{},泵站巡检 {words},{words}{long}\n", self.id(number)));
            }
        }
        let today = "2026-11-21".parse().unwrap();
        let read = intake::read_bytes("a.csv", table.as_bytes(), &Options::new(side, today));
        // A table without a row is refused, and writes nothing.
        let Ok(read) = read else { return self.import(side) };
        let mut after = self.kept.clone();
        for listing in &read.listings {
            let body = serde_json::to_string(listing).unwrap();
            after.insert((side.as_str().to_owned(), listing.id.0.clone()), body);
        }
        let target = format!("/api/v1/import?side={side}&file=a.csv");
        Write { method: "POST", target, body: table.into_bytes(), after }
    }
}

/// The title of what is stored.
pub(crate) fn title(body: &str) -> String {
    serde_json::from_str::<Listing>(body).unwrap().title
}
