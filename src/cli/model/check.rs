//! `opcmatch model check`: 0 fit for the work, 1 it opens and something is wrong
//! with it, 2 it does not open.

use std::io::Write;
use std::process::{Command, Stdio};

use ndarray::Array2;
use serde::Serialize;

use crate::embed::{
    AGREEMENT, BACKEND_VARIABLE, Backend, Embedder, Finding, ModelSpec, Verdict, check_model, check_vectors,
    sample_vectors,
};

use super::super::arguments::Common;
use super::super::lists::model_options;
use super::super::{CliError, Outcome};
use super::print_json;

#[derive(Serialize)]
struct Checked {
    model: String,
    fit: bool,
    findings: Vec<Finding>,
}

pub(super) fn run(spec: &ModelSpec, json: bool, common: &Common) -> Result<Outcome, CliError> {
    let options = model_options(common);
    let at_hand = spec.files_at_hand(&options);
    let embedder = Embedder::open(spec, &options)?;
    let names = at_hand.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("、");
    let info = embedder.info();
    let mut findings = vec![
        Finding::good("files", format!("文件齐全：{names}"), format!("all files are there: {names}")),
        Finding::good(
            "opens",
            format!("能打开，由 {} 运行", info.backend),
            format!("it opens, run by {}", info.backend),
        ),
    ];
    findings.extend(check_model(&embedder)?);
    findings.push(backends(spec, &embedder, common)?);
    let fit = findings.iter().all(|finding| finding.verdict != Verdict::Bad);
    if json {
        print_json(&Checked { model: info.name.clone(), fit, findings })?;
    } else {
        print(&findings, fit)?;
    }
    Ok(if fit { Outcome::Done } else { Outcome::NothingFound })
}

fn print(findings: &[Finding], fit: bool) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    for Finding { verdict, zh, en, .. } in findings {
        let mark = match verdict {
            Verdict::Good => "✓",
            Verdict::Skipped => "–",
            Verdict::Bad => "✗",
        };
        writeln!(out, "{mark} {zh} / {en}")?;
    }
    writeln!(out, "{}", if fit { "可用 / fit for use" } else { "不宜使用，见 ✗ / not fit for use, see ✗" })?;
    out.flush()?;
    Ok(())
}

/// The same texts by tract in a process of its own: a process has one backend.
fn backends(spec: &ModelSpec, embedder: &Embedder, common: &Common) -> Result<Finding, CliError> {
    if embedder.info().backend == Backend::Tract {
        return Ok(Finding::skipped(
            "backends",
            "未比较两种运行库：本机没有 ONNX Runtime，可用 ORT_DYLIB_PATH 指定",
            "backends not compared: no ONNX Runtime here; name its library in ORT_DYLIB_PATH",
        ));
    }
    let mut child = Command::new(std::env::current_exe()?);
    if let Some(cache) = &common.cache {
        child.arg("--cache").arg(cache);
    }
    let output = child
        .args(["--quiet", "model", "vectors"])
        .arg(match spec {
            ModelSpec::Folder(folder) => folder.as_os_str().to_owned(),
            other => other.to_string().into(),
        })
        .env(BACKEND_VARIABLE, "tract")
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Ok(Finding::bad(
            "backends",
            format!("tract 跑不了这个模型，没有 ONNX Runtime 的机器上将打不开：{said}"),
            format!(
                "tract cannot run this model, so it will not open where there is no ONNX Runtime: {said}"
            ),
        ));
    }
    let rows: Vec<Vec<f32>> = serde_json::from_slice(&output.stdout)?;
    let width = rows.first().map_or(0, Vec::len);
    let count = rows.len();
    let shape = |_| std::io::Error::other("vectors of different lengths");
    let tract =
        Array2::from_shape_vec((count, width), rows.into_iter().flatten().collect()).map_err(shape)?;
    Ok(check_vectors(
        "backends",
        ("tract 与 ONNX Runtime", "by tract and by ONNX Runtime"),
        "请用 opset 17 或以下重新导出 / export the model anew with opset 17 or below",
        &sample_vectors(embedder)?,
        &tract,
        AGREEMENT,
    ))
}

/// What the process of [`backends`] prints.
pub(super) fn vectors(spec: &ModelSpec, common: &Common) -> Result<Outcome, CliError> {
    let embedder = Embedder::open(spec, &model_options(common))?;
    let rows = sample_vectors(&embedder)?;
    let rows: Vec<Vec<f32>> = rows.rows().into_iter().map(|row| row.to_vec()).collect();
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &rows)?;
    out.flush()?;
    Ok(Outcome::Done)
}
