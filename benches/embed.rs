//! Texts per second of the bundled model on one core:
//! `cargo bench --bench embed`, and the same with `ORT_DYLIB_PATH` set.

#![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

use std::cell::Cell;
use std::num::NonZeroUsize;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use opcmatch::embed::{EmbedOptions, Embedder, ModelSpec};

/// Texts in one measured call.
const TEXTS: u32 = 100;

/// An invented listing of about 120 characters. Each has a number in words in
/// each of its clauses: the tokenizer remembers clauses that it has met, and
/// real listings seldom repeat one.
fn listing(number: u32) -> String {
    const SCENES: [&str; 5] =
        ["老旧小区电梯", "学校作文批改", "河道漂浮垃圾", "车间设备点检", "社区养老助餐"];
    const WANTS: [&str; 3] = ["实时监测与提前预警", "自动识别并生成报告", "预约排班和统一调度"];
    let scene = SCENES[number as usize % SCENES.len()];
    let want = WANTS[number as usize % WANTS.len()];
    let n: String = number
        .to_string()
        .bytes()
        .filter_map(|digit| "零一二三四五六七八九".chars().nth(usize::from(digit - b'0')))
        .collect();
    format!(
        "本项目面向{n}号{scene}场景，现有{n}处做法主要依靠人工巡查和纸质登记，效率低且容易遗漏{n}。\
         拟采购{n}套软件系统，实现{n}类{want}，支持{n}部手机查看，数据保存在{n}台本地服务器，\
         并提供{n}年运维服务与操作培训。预算{n}万元，要求合同签订后{n}天内交付。"
    )
}

fn bench(criterion: &mut Criterion) {
    let options = EmbedOptions { threads: NonZeroUsize::new(1), ..EmbedOptions::default() };
    let embedder = Embedder::open(&ModelSpec::Bundled, &options).unwrap();
    let number = Cell::new(10_000_000);
    let fresh = || -> Vec<String> {
        let from = number.replace(number.get() + TEXTS);
        (from..from + TEXTS).map(listing).collect()
    };
    let mut group = criterion.benchmark_group(format!("bundled on {}", embedder.info().backend));
    group.throughput(Throughput::Elements(TEXTS.into()));
    group.bench_function("listings of 120 characters", |bencher| {
        bencher.iter_batched(fresh, |texts| embedder.embed(&texts, &|_, _| {}), BatchSize::LargeInput);
    });
    group.finish();
    criterion.bench_function("open the bundled model", |bencher| {
        bencher.iter(|| Embedder::open(&ModelSpec::Bundled, &options));
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
