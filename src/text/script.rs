//! Which characters the program's own words are written in.

use std::borrow::Cow;

use super::traditional;

/// The characters of the program's own words; what listings say stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Script {
    /// 简体中文.
    #[default]
    Simplified,
    /// 繁體中文.
    Traditional,
}

impl Script {
    /// A sentence or a word of the program in these characters.
    pub fn said(self, text: &str) -> Cow<'_, str> {
        match self {
            Script::Simplified => Cow::Borrowed(text),
            Script::Traditional => traditional(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_program_says_is_rewritten() {
        for (said, wanted) in [("须持有软件开发证书", "須持有软件开发证书"), ("软件开发", "软件开发")]
        {
            assert_eq!(Script::Traditional.said(said), wanted);
            assert_eq!(Script::Simplified.said(said), said);
        }
    }
}
