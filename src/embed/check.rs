//! Whether a model is fit for this work: found out by running it.

use ndarray::Array2;
use serde::Serialize;

use super::{EmbedError, Embedder};

/// Two backends, or two ways of batching, may differ by so much in a component of
/// a unit vector: f32 sums in another order differ by 1e-6, other kernels by 1e-4.
pub const AGREEMENT: f32 = 1e-3;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Could not be checked here.
    Skipped,
    /// Wrong; the text says how to mend it.
    Bad,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable name of the check.
    pub check: &'static str,
    /// How it came out.
    pub verdict: Verdict,
    /// In words, and how to mend it.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

impl Finding {
    /// A check that came out well.
    pub fn good(check: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Finding {
        Finding { check, verdict: Verdict::Good, zh: zh.into(), en: en.into() }
    }

    /// A check that came out badly.
    pub fn bad(check: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Finding {
        Finding { check, verdict: Verdict::Bad, zh: zh.into(), en: en.into() }
    }

    /// A check that could not be made.
    pub fn skipped(check: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Finding {
        Finding { check, verdict: Verdict::Skipped, zh: zh.into(), en: en.into() }
    }
}

/// A text, one of like meaning in other words, and one of another trade.
const TRIPLES: [[&str; 3]; 6] = [
    ["公司每月报税没人做", "代理记账", "病虫害识别"],
    ["给单位做一个官方网站", "网站建设", "商标注册代理"],
    ["电梯总出故障", "设备预测性维护", "作文批改"],
    ["仓库里的货对不上数", "库存盘点系统", "婚礼跟拍"],
    ["希望自动回答客户提问", "智能客服机器人", "数控机床加工"],
    ["河道漂浮垃圾巡查", "无人机巡检", "财务审计"],
];

/// Of the triples, so many must come out right: one may be beyond a good model.
const TRIPLES_RIGHT: usize = TRIPLES.len() - 1;

/// Short, long, mixed and plain texts: what [`sample_vectors`] embeds.
fn sample() -> Vec<String> {
    let long = "本项目建设智慧停车系统，需对接现有道闸与收费平台，三个月内交付。".repeat(20);
    TRIPLES
        .iter()
        .flatten()
        .map(|text| (*text).to_owned())
        .chain(["水".to_owned(), long, "用 Python 写数据清洗脚本，对接 OA 系统".to_owned()])
        .collect()
}

/// Vectors of a fixed set of texts, to be compared between backends.
///
/// # Errors
/// The model failed on a text.
pub fn sample_vectors(embedder: &Embedder) -> Result<Array2<f32>, EmbedError> {
    embedder.embed(&sample(), &|_, _| {})
}

/// Checks an open model: form of its vectors, repeatability, sense of Chinese.
///
/// # Errors
/// The model failed on a text.
pub fn check_model(embedder: &Embedder) -> Result<Vec<Finding>, EmbedError> {
    let texts = sample();
    let together = sample_vectors(embedder)?;
    let mut findings = vec![dimension(embedder, &texts)?, form(&together)];
    let again = sample_vectors(embedder)?;
    findings.push(check_vectors(
        "repeat",
        ("同一文本两次", "the same text twice"),
        "模型含随机部分（如未关闭的 dropout），请重新导出 / the model holds something random, such as dropout left on; export it anew",
        &together,
        &again,
        0.0,
    ));
    let mut alone = Array2::zeros(together.raw_dim());
    for (row, text) in texts.iter().enumerate() {
        alone.row_mut(row).assign(&embedder.embed(std::slice::from_ref(text), &|_, _| {})?.row(0));
    }
    findings.push(check_vectors(
        "batch",
        ("成批与单条", "in a batch and alone"),
        "请检查 tokenizer.json 的填充设置 / check the padding in tokenizer.json",
        &together,
        &alone,
        AGREEMENT,
    ));
    findings.push(meaning(&together));
    Ok(findings)
}

/// Compares two sets of vectors of the same texts; `remedy` is `中文 / English`.
pub fn check_vectors(
    check: &'static str,
    (zh, en): (&str, &str),
    remedy: &str,
    one: &Array2<f32>,
    other: &Array2<f32>,
    most: f32,
) -> Finding {
    let (mend_zh, mend_en) = remedy.split_once(" / ").unwrap_or((remedy, remedy));
    if one.dim() != other.dim() {
        let (zh_, en_) = (format!("{:?}", one.dim()), format!("{:?}", other.dim()));
        return Finding::bad(
            check,
            format!("{zh}的向量形状不同：{zh_} 与 {en_}；{mend_zh}"),
            format!("{en}, the shapes differ: {zh_} and {en_}; {mend_en}"),
        );
    }
    let apart = one.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    if apart <= most {
        Finding::good(
            check,
            format!("{zh}的向量相同（最大差 {apart:.1e}）"),
            format!("{en}, the vectors agree (largest difference {apart:.1e})"),
        )
    } else {
        Finding::bad(
            check,
            format!("{zh}的向量不同：最大差 {apart:.1e}，至多应为 {most:.0e}；{mend_zh}"),
            format!("{en}, the vectors differ by {apart:.1e}, at most {most:.0e} is right; {mend_en}"),
        )
    }
}

fn dimension(embedder: &Embedder, texts: &[String]) -> Result<Finding, EmbedError> {
    let wanted = embedder.info().dimension;
    for text in texts.iter().filter(|text| text.chars().count() < 30) {
        let got = embedder.raw(text)?.len();
        if got != wanted {
            return Ok(Finding::bad(
                "dimension",
                format!("向量长度不定：先是 {wanted} 维，“{text}”是 {got} 维；请导出输出一条句向量的模型"),
                format!(
                    "the length of the vectors varies: {wanted}, then {got} for \"{text}\"; export a model with one sentence vector as its output"
                ),
            ));
        }
    }
    Ok(Finding::good(
        "dimension",
        format!("向量 {wanted} 维，长度一致"),
        format!("{wanted} dimensions, always"),
    ))
}

fn form(rows: &Array2<f32>) -> Finding {
    let finite = rows.iter().all(|value| value.is_finite());
    let length = |row: ndarray::ArrayView1<'_, f32>| row.dot(&row).sqrt();
    let unit = rows.rows().into_iter().all(|row| (length(row) - 1.0).abs() < AGREEMENT);
    if finite && unit {
        return Finding::good(
            "unit",
            "各分量有限，归一后长度为 1",
            "components finite, length 1 after normalising",
        );
    }
    let zeros = rows.rows().into_iter().filter(|row| length(*row) == 0.0).count();
    Finding::bad(
        "unit",
        format!(
            "{zeros} 条中文文本的向量为零或不是有限数：词表多半不含中文，或 ONNX 与分词文件不属于同一模型"
        ),
        format!(
            "{zeros} Chinese texts have a vector of zeros or of no finite numbers: the vocabulary may hold no Chinese, or the ONNX and tokenizer files belong to different models"
        ),
    )
}

fn meaning(rows: &Array2<f32>) -> Finding {
    let wrong: Vec<&str> = TRIPLES
        .iter()
        .enumerate()
        .filter(|(at, _)| {
            let row = |n: usize| rows.row(at * 3 + n);
            row(0).dot(&row(1)) <= row(0).dot(&row(2))
        })
        .map(|(_, triple)| triple[0])
        .collect();
    let (right, all) = (TRIPLES.len() - wrong.len(), TRIPLES.len());
    if right >= TRIPLES_RIGHT {
        return Finding::good(
            "meaning",
            format!("中文意思相近的更近：{right}/{all}"),
            format!("Chinese texts of like meaning are nearer: {right} of {all}"),
        );
    }
    let wrong = wrong.join("、");
    Finding::bad(
        "meaning",
        format!(
            "中文意思相近的没有更近：只对了 {right}/{all}（错在：{wrong}）；请确认模型支持中文，池化方式（1_Pooling/config.json）与词表属于该模型"
        ),
        format!(
            "Chinese texts of like meaning are not nearer: {right} of {all} right (wrong: {wrong}); check that the model knows Chinese and that pooling (1_Pooling/config.json) and vocabulary are its own"
        ),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use ndarray::array;

    #[test]
    fn vectors_are_compared_by_their_largest_difference() {
        let one = array![[1.0_f32, 0.0], [0.6, 0.8]];
        for (other, verdict) in [
            (one.clone(), Verdict::Good),
            (array![[1.0, 0.0005], [0.6, 0.8]], Verdict::Good),
            (array![[1.0, 0.0], [0.8, 0.6]], Verdict::Bad),
            (array![[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]], Verdict::Bad),
        ] {
            let found = check_vectors("x", ("甲", "a"), "改 / mend", &one, &other, AGREEMENT);
            assert_eq!(found.verdict, verdict, "{found:?}");
            assert!(verdict == Verdict::Good || (found.zh.contains("改") && found.en.contains("mend")));
        }
    }

    #[test]
    fn zeros_and_upside_down_meaning_are_found() {
        let rows = TRIPLES.len() * 3;
        let zeros = Array2::<f32>::zeros((rows, 4));
        assert_eq!(form(&zeros).verdict, Verdict::Bad);
        // Each text lies on the stranger and across from its like.
        let upside_down = Array2::from_shape_fn((rows, 2), |(row, column)| {
            f32::from(u8::from((row % 3 == 1) == (column == 1)))
        });
        assert_eq!(form(&upside_down).verdict, Verdict::Good);
        let found = meaning(&upside_down);
        assert!(found.verdict == Verdict::Bad && found.zh.contains("0/6"), "{found:?}");
    }
}
