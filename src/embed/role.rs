//! What a text is there for: some models want to be told in words before it.

/// What a text is to be compared for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// A listing that asks: a requirement.
    Question,
    /// A listing that answers: a capability.
    #[default]
    Answer,
    /// The few words of a search box.
    Words,
}

/// What a model wants before a text, by its role.
///
/// A requirement is always the question of a pair and a capability the answer,
/// so a model that tells the two apart is told so; a listing has one vector, with
/// which it is also searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prefixes {
    pub(super) question: &'static str,
    pub(super) answer: &'static str,
    pub(super) words: &'static str,
}

impl Prefixes {
    /// For models whose cards ask for none (BGE-M3, the paraphrase models, the bundled one).
    pub(super) const NONE: Prefixes = Prefixes { question: "", answer: "", words: "" };

    /// BGE v1.5 for Chinese: the card (BAAI/bge-small-zh-v1.5, "Usage") asks for this
    /// instruction before a *short* query that looks for long passages, for none before
    /// passages, and for none where two long texts are compared.
    pub(super) const BGE_ZH: Prefixes =
        Prefixes {
            question: "", answer: "", words: "为这个句子生成表示以用于检索相关文章："
        };

    /// E5: the card (intfloat/multilingual-e5-small, "FAQ") wants one of the two before
    /// every text in any language: `query: ` and `passage: ` where something is looked for.
    pub(super) const E5: Prefixes = Prefixes { question: "query: ", answer: "passage: ", words: "query: " };

    /// The prefix of a role.
    pub(super) fn of(&self, role: Role) -> &'static str {
        match role {
            Role::Question => self.question,
            Role::Answer => self.answer,
            Role::Words => self.words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_has_the_prefix_that_the_card_asks_for() {
        for (prefixes, role, start) in [
            (Prefixes::NONE, Role::Words, ""),
            (Prefixes::BGE_ZH, Role::Question, ""),
            (Prefixes::BGE_ZH, Role::Answer, ""),
            (Prefixes::BGE_ZH, Role::Words, "为这个句子"),
            (Prefixes::E5, Role::Question, "query: "),
            (Prefixes::E5, Role::Answer, "passage: "),
            (Prefixes::E5, Role::Words, "query: "),
        ] {
            let prefix = prefixes.of(role);
            assert!(prefix.starts_with(start) && prefix.is_empty() == start.is_empty(), "{role:?}: {prefix}");
        }
    }
}
