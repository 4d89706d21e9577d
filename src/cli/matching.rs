//! `opcmatch match`: both lists against each other, to a file or the terminal.

use std::io::{BufWriter, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::domain::Side;
use crate::rank::{Filter, Settings};
use crate::report::{self, ExportFormat, RankingView, Script, ranking_view};

use super::arguments::{Common, MatchArguments};
use super::lists::open;
use super::progress::note;
use super::watched::Watched;
use super::{CliError, Outcome, whole};

pub(super) fn run(own: &MatchArguments, common: &Common) -> Result<Outcome, CliError> {
    // A wrong ending is told before the work is done.
    let format = own.out.as_deref().map(ExportFormat::of_path).transpose()?;
    let opened = open(&own.sources, own.rejects.as_deref(), common)?;
    let now = opened.market.now();
    let ranker = now.ranker();
    let settings = Settings {
        top: own.top as usize,
        mix: own.mix,
        today: opened.today,
        filter: Filter::default(),
        terms: !own.ignore_terms,
    };
    let mut views: Vec<RankingView> = Vec::new();
    let of = Side::ALL.iter().filter(|&&side| own.by.is_none_or(|by| by == side));
    let of: usize = of.map(|&side| ranker.snapshot().side(side).len()).sum();
    let watched = Watched::new(common);
    let counted = AtomicUsize::new(0);
    let step = |words| watched.step(words, counted.fetch_add(1, Ordering::Relaxed) + 1, Some(of));
    let rankings = now.rank_sides(own.by, &settings, &|| step("匹配 matching").is_continue())?;
    counted.store(0, Ordering::Relaxed);
    for (side, rankings) in rankings {
        let explained = explain(&rankings, |ranking| {
            let view = ranking_view(ranker, side, ranking, None, own.mix);
            step("写明依据 explaining").is_continue().then_some(view)
        });
        views.extend(explained.ok_or(CliError::Stopped)?);
    }
    // Stopped before the first of them.
    if views.len() < of && step("写明依据 explaining").is_break() {
        return Err(CliError::Stopped);
    }
    watched.clear();
    let fits: usize = views.iter().map(|view| view.fits.len()).sum();
    match (&own.out, format) {
        (Some(path), Some(format)) => {
            let mut bytes = Vec::new();
            report::write(&views, format, Script::Simplified, &mut bytes)?;
            whole::write(path, &bytes)?;
            note(common, &format!("结果已存到 {0} / written to {0}", path.display()));
        }
        _ => print(&views)?,
    }
    summary(&views, common);
    Ok(if fits > 0 { Outcome::Done } else { Outcome::NothingFound })
}

/// Explains on all cores, in order; `None` when it is not to go on.
fn explain<T: Sync>(
    rankings: &[T],
    view: impl Fn(&T) -> Option<RankingView> + Sync + Send,
) -> Option<Vec<RankingView>> {
    use rayon::prelude::*;
    rankings.par_iter().map(view).collect()
}

fn print(views: &[RankingView]) -> Result<(), CliError> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for view in views {
        writeln!(out, "{} {}", view.listing.id, view.listing.title)?;
        if view.nothing_fits {
            writeln!(
                out,
                "    {}",
                match view.side {
                    Side::Requirement => "无合适能力 / nothing fits",
                    Side::Capability => "无合适需求 / nothing fits",
                }
            )?;
        }
        for candidate in view.fits.iter().take(3) {
            let reason = candidate.evidence.first().map_or("", |e| e.capability.words.as_str());
            writeln!(
                out,
                "    {:>3.0}  {} {}（{}） {}",
                candidate.degree,
                candidate.listing.id,
                candidate.listing.title,
                candidate.listing.party,
                reason
            )?;
        }
    }
    out.flush()?;
    Ok(())
}

fn summary(views: &[RankingView], common: &Common) {
    for side in Side::ALL {
        let of_side: Vec<&RankingView> = views.iter().filter(|view| view.side == *side).collect();
        if of_side.is_empty() {
            continue;
        }
        let without = of_side.iter().filter(|view| view.nothing_fits).count();
        note(
            common,
            &format!(
                "{}：{of} 条，其中 {without} 条暂无合适对象 / {} list: {of}, {without} of them without a fit",
                side.label(),
                side,
                of = of_side.len(),
            ),
        );
    }
}
