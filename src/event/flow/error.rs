//! Why a flow was not found.

use super::network::{ArcId, NodeId};

/// Proof that no flow exists: a set of nodes with more to send than its exits
/// can carry.
///
/// For the set S, Σ supply in S + Σ `least` of arcs into S − Σ `most` of arcs
/// out of S = `missing` > 0 (Hoffman's circulation theorem, 1960). Raising the
/// bounds in `full` by `missing` in all, or lowering those in `forced` or the
/// supplies, is what it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// How many units cannot be moved at the very best.
    pub missing: i64,
    /// The set S, by id.
    pub nodes: Vec<NodeId>,
    /// Arcs out of S: all carry `most`.
    pub full: Vec<ArcId>,
    /// Arcs into S that must carry something: all carry `least`.
    pub forced: Vec<ArcId>,
}

/// Why there is no flow to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// Supplies and demands differ in sum, so no flow can meet them all.
    #[error(
        "供给与需求相差 {surplus}，两者必须相等 / supplies exceed demands by {surplus}; they must be equal"
    )]
    Unbalanced {
        /// Σ supplies: above 0, more is given than taken.
        surplus: i64,
    },
    /// The bounds leave no flow.
    #[error(
        "无解：有 {} 个单位送不出去，请放宽 {} 条弧的上限 / infeasible: {} units cannot leave; widen the {} arcs named",
        .0.missing, .0.full.len(), .0.missing, .0.full.len()
    )]
    Infeasible(Shortage),
    /// An arc whose ends are no nodes, or whose `least` exceeds its `most`.
    #[error("第 {} 条弧写错了：{why_zh} / arc {}: {why_en}", .arc.0, .arc.0)]
    BadArc {
        /// Which.
        arc: ArcId,
        /// What is wrong, in Chinese.
        why_zh: &'static str,
        /// What is wrong, in English.
        why_en: &'static str,
    },
    /// Numbers so large that sums of them could overflow.
    #[error(
        "数字太大：{what_zh}之和超出 64 位整数，请缩小后再算 / numbers too large: {what_en} overflow 64 bits; scale them down"
    )]
    TooLarge {
        /// Which numbers, in Chinese.
        what_zh: &'static str,
        /// Which numbers, in English.
        what_en: &'static str,
    },
    /// The caller's hook asked to stop.
    #[error("已停止 / stopped")]
    Stopped,
}
