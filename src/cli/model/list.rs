//! `opcmatch model list`.

use std::io::Write;

use serde::Serialize;

use crate::embed::{EmbedOptions, HubName, ModelSpec, RerankSpec, RerankerName, hub_folder};
use crate::rank::{Origin, Weights};

use super::super::arguments::Common;
use super::super::lists::model_options;
use super::super::{CliError, Outcome};
use super::{megabytes, print_json};

#[derive(Serialize)]
struct List {
    models: Vec<Model>,
    rerankers: Vec<Reranker>,
    /// Where fetched models are kept.
    folder: String,
}

#[derive(Serialize)]
struct Model {
    name: String,
    repository: Option<&'static str>,
    /// Whether it opens without a network.
    at_hand: bool,
    dimension: Option<usize>,
    /// On this machine where it is at hand, else about what is to be fetched.
    megabytes: f64,
    licence: &'static str,
    lexical_weight: f32,
    weights: Origin,
}

#[derive(Serialize)]
struct Reranker {
    name: &'static str,
    repository: &'static str,
    at_hand: bool,
    megabytes: f64,
    licence: &'static str,
}

pub(super) fn run(json: bool, common: &Common) -> Result<Outcome, CliError> {
    let options = model_options(common);
    let models = std::iter::once(ModelSpec::Bundled).chain(HubName::all().map(ModelSpec::Hub));
    let list = List {
        models: models.map(|spec| model(&spec, &options)).collect(),
        rerankers: RerankerName::all().map(|name| reranker(name, &options)).collect(),
        folder: hub_folder(&options).display().to_string(),
    };
    if json {
        print_json(&list)?;
    } else {
        print(&list)?;
    }
    Ok(Outcome::Done)
}

fn size(files: &[(String, u64)]) -> f64 {
    megabytes(files.iter().map(|(_, bytes)| bytes).sum())
}

fn model(spec: &ModelSpec, options: &EmbedOptions) -> Model {
    let name = spec.to_string();
    let at_hand = spec.is_at_hand(options);
    let hub = match spec {
        ModelSpec::Hub(hub) => Some(*hub),
        ModelSpec::Bundled | ModelSpec::Folder(_) => None,
    };
    Model {
        repository: hub.map(HubName::repository),
        at_hand,
        dimension: hub.map(HubName::dimension),
        megabytes: match hub {
            Some(hub) if !at_hand => f64::from(hub.megabytes()),
            _ => size(&spec.files_at_hand(options)),
        },
        licence: hub.map_or("Apache-2.0", HubName::licence),
        lexical_weight: Weights::for_model(&name).lexical,
        weights: Weights::origin(&name),
        name,
    }
}

fn reranker(name: RerankerName, options: &EmbedOptions) -> Reranker {
    let spec = RerankSpec::Hub(name);
    let at_hand = spec.is_at_hand(options);
    Reranker {
        name: name.as_str(),
        repository: name.repository(),
        at_hand,
        megabytes: if at_hand { size(&spec.files_at_hand(options)) } else { f64::from(name.megabytes()) },
        licence: name.licence(),
    }
}

fn print(list: &List) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    let here = |at_hand| if at_hand { "本机 here " } else { "未下载 –   " };
    writeln!(out, "语义模型 models (--model)")?;
    for model in &list.models {
        let Model { name, dimension, megabytes, licence, lexical_weight, weights, .. } = model;
        let dimension = dimension.map_or(String::new(), |length| format!("{length} 维"));
        let weights = match weights {
            Origin::Measured => "已测 measured",
            Origin::Stated => "设定 stated, not measured",
        };
        writeln!(
            out,
            "  {} {name:<38} {dimension:>7} {megabytes:>7.1} MB  {licence:<12} 词面 words {lexical_weight:.2}（{weights}）",
            here(model.at_hand)
        )?;
    }
    writeln!(out, "复核模型 rerankers (--rerank=)")?;
    for Reranker { name, at_hand, megabytes, licence, .. } in &list.rerankers {
        writeln!(out, "  {} {name:<38}         {megabytes:>7.1} MB  {licence}", here(*at_hand))?;
    }
    writeln!(out, "下载后存于 fetched models are kept in: {}", list.folder)?;
    out.flush()?;
    Ok(())
}
