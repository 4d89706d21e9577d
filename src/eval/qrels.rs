//! Relevance grades, `requirement 0 capability grade` a line, as TREC keeps them.

use std::collections::BTreeMap;
use std::io::BufRead;

use crate::domain::ListingId;

/// 3 could deliver it as stated, 2 fits most of it, 1 partly, 0 no.
pub type Grade = u8;

/// A judgement file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum QrelsError {
    /// Reading failed.
    #[error("评判文件读取失败：{0} / the judgement file could not be read: {0}")]
    Read(#[from] std::io::Error),
    /// A line of another form.
    #[error(
        "评判文件第 {line} 行应为“需求编号 0 能力编号 等级(0–3)”，实为“{got}” / line {line} of the judgement file must be \"requirement 0 capability grade(0-3)\", got \"{got}\""
    )]
    Line {
        /// Line, from 1.
        line: usize,
        /// The line.
        got: String,
    },
    /// The same pair twice with different grades.
    #[error(
        "评判文件第 {line} 行：{requirement} 与 {capability} 已有不同的等级 / line {line}: {requirement} and {capability} were already graded otherwise"
    )]
    Twice {
        /// Line, from 1.
        line: usize,
        /// The requirement.
        requirement: ListingId,
        /// The capability.
        capability: ListingId,
    },
    /// No grade at all.
    #[error("评判文件是空的 / the judgement file is empty")]
    Empty,
}

/// Grades by requirement and capability; a pair that is not listed has grade 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Qrels {
    grades: BTreeMap<ListingId, BTreeMap<ListingId, Grade>>,
}

impl Qrels {
    /// Reads grades; blank lines and lines that begin with `#` are passed over.
    ///
    /// # Errors
    /// Names the first line that is of another form, or graded twice differently.
    pub fn read(input: impl BufRead) -> Result<Qrels, QrelsError> {
        let mut grades: BTreeMap<ListingId, BTreeMap<ListingId, Grade>> = BTreeMap::new();
        for (at, text) in input.lines().enumerate() {
            let (line, text) = (at + 1, text?);
            let text = text.trim_start_matches('\u{feff}').trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let fields: Vec<&str> = text.split_whitespace().collect();
            let &[requirement, _, capability, grade] = fields.as_slice() else {
                return Err(QrelsError::Line { line, got: text.to_owned() });
            };
            let Some(grade) = grade.parse().ok().filter(|&grade: &Grade| grade <= 3) else {
                return Err(QrelsError::Line { line, got: text.to_owned() });
            };
            let of_one = grades.entry(requirement.into()).or_default();
            if of_one.insert(capability.into(), grade).is_some_and(|before| before != grade) {
                return Err(QrelsError::Twice {
                    line,
                    requirement: requirement.into(),
                    capability: capability.into(),
                });
            }
        }
        if grades.is_empty() {
            return Err(QrelsError::Empty);
        }
        Ok(Qrels { grades })
    }

    /// The judged requirements, in the order of ids.
    pub fn requirements(&self) -> impl Iterator<Item = &ListingId> {
        self.grades.keys()
    }

    /// The grades of one requirement.
    pub fn of(&self, requirement: &ListingId) -> Option<&BTreeMap<ListingId, Grade>> {
        self.grades.get(requirement)
    }

    /// The grade of a pair.
    pub fn grade(&self, requirement: &ListingId, capability: &ListingId) -> Grade {
        self.of(requirement).and_then(|grades| grades.get(capability)).copied().unwrap_or(0)
    }

    /// Keeps only the requirements that `keep` answers `true` to.
    pub fn retain(&mut self, mut keep: impl FnMut(&ListingId) -> bool) {
        self.grades.retain(|requirement, _| keep(requirement));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_grades_and_names_the_line_that_is_off() {
        let qrels = Qrels::read("# q\nN1 0 C1 3\n\nN1 0 C2 0\nN2 0 C1 1\n".as_bytes()).unwrap();
        assert_eq!(qrels.grade(&"N1".into(), &"C1".into()), 3);
        assert_eq!(qrels.grade(&"N1".into(), &"C9".into()), 0);
        assert_eq!(qrels.requirements().count(), 2);
        for (text, words) in [
            ("N1 0 C1", "第 1 行"),
            ("N1 0 C1 2\nN1 0 C1 7", "第 2 行"),
            ("N1 0 C1 2\nN1 0 C1 1", "已有不同的等级"),
            ("\n# nothing\n", "空"),
        ] {
            let error = Qrels::read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(words), "{text:?}: {error}");
        }
    }
}
