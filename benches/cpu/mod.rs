//! CPU time of this process, which a busy machine disturbs less than the clock.

use std::fs;

/// CPU seconds of this process so far, to a hundredth (`/proc/self/stat`, fields 14 and 15).
pub(crate) fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    ticks as f64 / 100.0
}

/// CPU seconds of one of `count`, the median of five rounds of a fifth of a second and more.
pub(crate) fn median(count: usize, mut work: impl FnMut()) -> f64 {
    work();
    let mut rounds: Vec<f64> = (0..5)
        .map(|_| {
            let before = cpu();
            let mut times = 0;
            while times == 0 || (cpu() - before < 0.2 && times < 2_000) {
                work();
                times += 1;
            }
            (cpu() - before) / f64::from(times)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    rounds[2] / count as f64
}
