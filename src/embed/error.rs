//! What can go wrong with a model, said so that a reader can mend it.

use std::path::PathBuf;

/// Why a model could not be opened or run.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The name is no model that this program knows.
    #[error(
        "不认识模型 “{got}”：可用 bundled、模型文件夹的路径，或 {known} / \
         unknown model \"{got}\": expected bundled, the path of a model folder, or one of: {known}"
    )]
    UnknownModel {
        /// What was given.
        got: String,
        /// The names that would do.
        known: String,
    },

    /// The name is no reranker that this program knows.
    #[error(
        "不认识重排模型 “{got}”：可用模型文件夹的路径，或 {known} / \
         unknown reranker \"{got}\": expected the path of a model folder, or one of: {known}"
    )]
    UnknownReranker {
        /// What was given.
        got: String,
        /// The names that would do.
        known: String,
    },

    /// The folder of a model is not there or cannot be read.
    #[error(
        "读不了模型文件夹 {folder}：{source}。请检查路径与权限 / \
         cannot read the model folder {folder}: {source}; check its path and permissions",
        folder = folder.display()
    )]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },

    /// A file that a model needs is not in its folder.
    #[error(
        "模型文件夹 {folder} 缺少 {file}。需要的文件：{needed} / \
         the model folder {folder} lacks {file}; it needs: {needed}",
        folder = folder.display()
    )]
    MissingFile {
        /// The folder.
        folder: PathBuf,
        /// The file that is not there.
        file: &'static str,
        /// All files that must be.
        needed: &'static str,
    },

    /// A model of the hub is not on this machine and could not be fetched.
    #[error(
        "取不到模型 {repository}：连不上 {endpoint}（{reason}）。本机若没有网络：可改用 --model bundled；\
         或在有网络的机器上下载该模型，把文件夹复制过来，用 --model 文件夹路径；\
         或用环境变量 HF_ENDPOINT 指定镜像 / \
         cannot fetch the model {repository} from {endpoint} ({reason}). Without a network: use \
         --model bundled; or download the model elsewhere, copy its folder here and pass \
         --model FOLDER; or name a mirror in HF_ENDPOINT"
    )]
    Hub {
        /// Owner and name on the hub.
        repository: &'static str,
        /// The hub's address.
        endpoint: String,
        /// What the download said.
        reason: String,
    },

    /// A reranker of the hub is not on this machine and could not be fetched.
    #[error(
        "取不到重排模型 {repository}：连不上 {endpoint}（{reason}）。本机若没有网络：去掉 --rerank 照常排序；\
         或在有网络的机器上下载该模型，把文件夹复制过来，用 --rerank=文件夹路径；\
         或用环境变量 HF_ENDPOINT 指定镜像 / \
         cannot fetch the reranker {repository} from {endpoint} ({reason}). Without a network: leave \
         --rerank out, and the ranking works as ever; or download the model elsewhere, copy its \
         folder here and pass --rerank=FOLDER; or name a mirror in HF_ENDPOINT"
    )]
    RerankerHub {
        /// Owner and name on the hub.
        repository: &'static str,
        /// The hub's address.
        endpoint: String,
        /// What the download said.
        reason: String,
    },

    /// The files are there but are no model that can be run.
    #[error(
        "模型 {model} 打不开：{reason}。请确认 ONNX 与分词文件完整且属于同一模型 / \
         cannot open the model {model}: {reason}; check that its ONNX and tokenizer files are \
         whole and belong together"
    )]
    Open {
        /// The model.
        model: String,
        /// What its loader said.
        reason: String,
    },

    /// The model gives vectors of another length than it says.
    #[error(
        "模型 {model} 的向量应有 {expected} 维，实得 {got} 维：config.json 的 hidden_size 与 ONNX 文件不符 / \
         the model {model} should give vectors of {expected} dimensions and gives {got}: hidden_size \
         in config.json does not fit the ONNX file"
    )]
    Dimension {
        /// The model.
        model: String,
        /// From its config.json.
        expected: usize,
        /// From its output.
        got: usize,
    },

    /// The model failed on a text.
    #[error(
        "模型 {model} 算不出第 {row} 条文本的向量：{reason} / \
         the model {model} failed on text {row}: {reason}"
    )]
    Run {
        /// The model.
        model: String,
        /// Which text of the call, from 1.
        row: usize,
        /// What the backend said.
        reason: String,
    },

    /// Whoever watched the work told it to stop.
    #[error("已停止 / stopped")]
    Stopped,
}
