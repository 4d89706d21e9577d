//! Long runs tell how far they are, and stop when they are told to.

#![allow(clippy::unwrap_used)]

mod small_events;

use std::ops::ControlFlow;
use std::sync::Mutex;

use opcmatch::domain::Event;
use opcmatch::event::assign::{AssignError, Rules, Scores, assign, assign_fairly};
use opcmatch::event::flow::FlowError;
use opcmatch::event::{
    Candidates, Ledger, Phase, Reached, Stopped, Watch, prices, shortlist, timetable_watched, unwatched,
};
use small_events::{event, lists, pair};

/// A run, and its answer in a form that any two can be compared in.
type Run<'a> = dyn Fn(&Watch<'_>) -> Result<String, Stopped> + 'a;

fn flow<T: std::fmt::Debug>(answer: Result<T, FlowError>) -> Result<String, Stopped> {
    match answer {
        Err(FlowError::Stopped) => Err(Stopped),
        other => Ok(format!("{other:?}")),
    }
}

fn assigned<T: std::fmt::Debug>(answer: Result<T, AssignError>) -> Result<String, Stopped> {
    match answer {
        Err(AssignError::Flow(FlowError::Stopped)) => Err(Stopped),
        other => Ok(format!("{other:?}")),
    }
}

/// Runs it, telling it to stop at question `stop_at` (from 0) and ever after. What it
/// told, and what it answered.
fn watched(run: &Run<'_>, stop_at: usize) -> (Vec<Reached>, Result<String, Stopped>) {
    let told = Mutex::new(Vec::new());
    let answer = run(&|reached| {
        let mut told = told.lock().unwrap();
        told.push(reached);
        if told.len() > stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    (told.into_inner().unwrap(), answer)
}

/// Scores of which a few columns are everybody's favourites.
fn contested(rows: usize, columns: usize) -> Scores {
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut draw = |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below) as i64
    };
    let row = |draw: &mut dyn FnMut(u64) -> i64| -> Vec<(u32, i64)> {
        (0..columns as u32).map(|c| (c, if c % 4 == 0 { 600 } else { 0 } + draw(400))).collect()
    };
    Scores::new(columns, (0..rows).map(|_| row(&mut draw)).collect())
}

/// Needs and OPCs with close degrees, pins that do not all fit, and bans.
fn crowded(needs: usize, opcs: usize) -> (Event, Candidates) {
    let mut event = event(needs, 4, 6);
    event.rules.fair = true;
    event.pins = (0..6).map(|n| pair(n, 0)).collect();
    event.bans = (0..4).map(|n| opcmatch::domain::Ban { pair: pair(n, n + 1), why: String::new() }).collect();
    let degrees: Vec<(usize, usize, i64)> = (0..needs)
        .flat_map(|n| (0..opcs).map(move |o| (n, o, 30_000 + ((n * 31 + o * 17) % 40) as i64 * 1_000)))
        .collect();
    (event, lists(opcs, &degrees))
}

/// Told of a run: its name, its phases, how often it asks at least, and itself.
type Check<'a> = dyn Fn(&str, &[Phase], usize, &Run<'_>) + 'a;

/// Every kind of run.
fn every_run(check: &Check<'_>) {
    let ledger = Ledger::default();
    let (event, candidates) = crowded(16, 20);
    check("shortlist", &[Phase::Choosing], 5, &|watch| flow(shortlist(&event, &candidates, &ledger, watch)));
    check("prices", &[Phase::Pricing], 20, &|watch| flow(prices(&event, &candidates, &ledger, watch)));
    let meetings = shortlist(&event, &candidates, &ledger, &unwatched).unwrap().meetings;
    // Half of the room is locked in a way that leaves some without a place.
    let mut locked = event.clone();
    locked.opcs = (0..20)
        .map(|o| {
            let mut entry = opcmatch::domain::OpcEntry::new(small_events::opc(o));
            entry.away = if o % 2 == 0 { [0, 1].into() } else { [2, 3].into() };
            entry
        })
        .collect();
    check("timetable", &[Phase::Seating], 3, &|watch| {
        timetable_watched(&locked, &meetings, watch).map(|made| format!("{made:?}"))
    });
    let rules = |max_per_column| Rules { per_row: 3, max_per_column, min_per_column: 0, floor: None };
    let scores = contested(36, 30);
    check("assign", &[Phase::Choosing], 1, &|watch| assigned(assign(&scores, rules(5), watch)));
    check("assign, impossible", &[Phase::Choosing], 3, &|watch| assigned(assign(&scores, rules(2), watch)));
    check("fair", &[Phase::Choosing, Phase::WorstRow, Phase::Total], 30, &|watch| {
        assigned(assign_fairly(&scores, rules(5), watch))
    });
    let small = contested(24, 18);
    check("fair, small", &[Phase::Choosing, Phase::WorstRow, Phase::Total], 10, &|watch| {
        assigned(assign_fairly(&small, rules(4), watch))
    });
}

#[test]
fn progress_never_goes_back() {
    every_run(&|name, phases, least, run| {
        let (told, answer) = watched(run, usize::MAX);
        assert!(answer.is_ok(), "{name}");
        assert!(told.len() >= least, "{name}: asked {} times only", told.len());
        assert!(
            told.windows(2).all(|two| (two[0].phase, two[0].done) <= (two[1].phase, two[1].done)),
            "{name}: {told:?}"
        );
        assert!(
            told.iter().all(|reached| reached.of.is_none_or(|of| reached.done <= of)),
            "{name}: {told:?}"
        );
        let mut passed: Vec<Phase> = told.iter().map(|reached| reached.phase).collect();
        passed.dedup();
        assert_eq!(passed, phases, "{name}");
    });
}

#[test]
fn watching_changes_no_answer() {
    every_run(&|name, _, _, run| {
        assert_eq!(watched(run, usize::MAX).1, run(&unwatched), "{name}");
    });
}

/// At the first questions, at some of the later ones, and at the first of every phase.
#[test]
fn a_run_stops_at_whichever_question_it_is_told_to() {
    every_run(&|name, _, _, run| {
        let (told, _) = watched(run, usize::MAX);
        let begins = (0..told.len()).filter(|&at| at == 0 || told[at - 1].phase != told[at].phase);
        for stop_at in (0..told.len().min(12)).chain((12..told.len().min(600)).step_by(53)).chain(begins) {
            let (asked, answer) = watched(run, stop_at);
            // Threads that price may each have one question open.
            let open = if name == "prices" { rayon_threads() + 1 } else { 1 };
            if name == "prices" && asked.len() <= stop_at {
                continue; // the threads asked less often this time
            }
            assert_eq!(answer, Err(Stopped), "{name}, stopped at {stop_at}");
            assert!(
                asked.len() <= stop_at + open,
                "{name}: asked {} times after the stop",
                asked.len() - stop_at
            );
        }
    });
}

fn rayon_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The work between two questions is bounded, so that a large instance asks more often.
#[test]
fn a_large_instance_asks_often() {
    let rules = Rules { per_row: 4, max_per_column: 5, min_per_column: 0, floor: None };
    let scores = contested(292, 362);
    let run: &Run<'_> = &|watch| assigned(assign_fairly(&scores, rules, watch));
    for stop_at in [0, 40, 200] {
        let (asked, answer) = watched(run, stop_at);
        assert_eq!((asked.len(), answer), (stop_at + 1, Err(Stopped)), "stopped at {stop_at}");
    }
}
