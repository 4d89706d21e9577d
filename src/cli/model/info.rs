//! `opcmatch model info`.

use std::io::Write;

use serde::Serialize;

use crate::embed::{ModelSpec, texts_per_second, timed_open};
use crate::engine::Demo;
use crate::rank::{Origin, Weights};

use super::super::arguments::Common;
use super::super::lists::model_options;
use super::super::progress::note;
use super::super::{CliError, Outcome};
use super::{megabytes, print_json};

/// Texts of the demo that the speed is measured on.
const TEXTS: usize = 64;

#[derive(Serialize)]
struct Info {
    model: String,
    fingerprint: String,
    backend: String,
    dimension: usize,
    max_tokens: usize,
    files: Vec<File>,
    load_seconds: f64,
    /// Resident memory of this process in million bytes; `null` where the system does not say.
    memory_before: Option<f64>,
    memory_after: Option<f64>,
    texts_per_second: f64,
    /// Texts that the speed was measured on, and their mean length in characters.
    texts: usize,
    mean_characters: usize,
    lexical_weight: f32,
    weights: Origin,
    warning: Option<String>,
}

#[derive(Serialize)]
struct File {
    name: String,
    bytes: u64,
}

pub(super) fn run(spec: &ModelSpec, json: bool, common: &Common) -> Result<Outcome, CliError> {
    let options = model_options(common);
    // Read first: they are no part of what the model takes.
    let demo = Demo::load()?;
    let listings = demo.requirements.iter().take(TEXTS);
    let texts: Vec<String> = listings.map(|l| format!("{}\n{}", l.title, l.text)).collect();
    let memory_before = resident();
    let (embedder, load) = timed_open(spec, &options)?;
    let memory_after = resident();
    note(common, "正在测速… / measuring the speed…");
    let speed = texts_per_second(&embedder, &texts)?;
    let info = embedder.info();
    let shown = Info {
        model: info.name.clone(),
        fingerprint: info.fingerprint.clone(),
        backend: info.backend.to_string(),
        dimension: info.dimension,
        max_tokens: info.max_tokens,
        files: spec.files_at_hand(&options).into_iter().map(|(name, bytes)| File { name, bytes }).collect(),
        load_seconds: load.as_secs_f64(),
        memory_before,
        memory_after,
        texts_per_second: speed,
        texts: texts.len(),
        mean_characters: texts.iter().map(|text| text.chars().count()).sum::<usize>() / texts.len().max(1),
        lexical_weight: Weights::for_model(&info.name).lexical,
        weights: Weights::origin(&info.name),
        warning: info.warning.clone(),
    };
    if json {
        print_json(&shown)?;
    } else {
        print(&shown)?;
    }
    Ok(Outcome::Done)
}

fn print(info: &Info) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    let memory = |value: Option<f64>| value.map_or("不详 not known".to_owned(), |mb| format!("{mb:.1} MB"));
    writeln!(out, "模型 model            {}", info.model)?;
    writeln!(out, "维数 dimensions       {}", info.dimension)?;
    writeln!(out, "每段词元 tokens       {}", info.max_tokens)?;
    writeln!(out, "运行于 backend        {}", info.backend)?;
    writeln!(out, "指纹 fingerprint      {}", info.fingerprint)?;
    for File { name, bytes } in &info.files {
        writeln!(out, "文件 file             {name}  {} MB", megabytes(*bytes))?;
    }
    writeln!(out, "加载 load             {:.2} s", info.load_seconds)?;
    writeln!(out, "内存 resident memory  {} → {}", memory(info.memory_before), memory(info.memory_after))?;
    writeln!(
        out,
        "速度 speed            {:.0} 条/秒 texts/s（{} 条，平均 {} 字 / {1} texts of {2} characters）",
        info.texts_per_second, info.texts, info.mean_characters
    )?;
    let origin = match info.weights {
        Origin::Measured => "已测 measured",
        Origin::Stated => "设定，未测 stated, not measured",
    };
    writeln!(
        out,
        "权重 weights          词面 words {:.2}，语义 meaning {:.2}（{origin}）",
        info.lexical_weight,
        1.0 - info.lexical_weight
    )?;
    if let Some(warning) = &info.warning {
        writeln!(out, "注意 warning          {warning}")?;
    }
    out.flush()?;
    Ok(())
}

/// Resident memory of this process in million bytes, where the system says: Linux does.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some((kibibytes * 1024.0 / 1e5).round() / 10.0)
}
