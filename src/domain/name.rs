//! Closed sets of names, each with the word used in JSON and the Chinese one.

/// A name that is none of those a type knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}不认识 “{got}”，可用：{known} / unknown {what} \"{got}\", expected one of: {known}")]
pub struct UnknownName {
    /// The kind of name.
    pub what: &'static str,
    /// What was given.
    pub got: String,
    /// The names that would do.
    pub known: String,
}

/// Makes an enum of names: serde, `as_str`, `label` (Chinese), `ALL`, `FromStr`, `Display`.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident, $what:literal, { $($(#[$vmeta:meta])* $variant:ident = $text:literal, $label:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every value, in the order they are shown.
            pub const ALL: &[$name] = &[$($name::$variant,)+];

            /// The name used in JSON, addresses and on the command line.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }

            /// The Chinese word for it.
            pub fn label(self) -> &'static str {
                match self { $($name::$variant => $label,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::UnknownName;

            /// Reads the name or the Chinese word.
            fn from_str(s: &str) -> Result<Self, $crate::domain::UnknownName> {
                let s = s.trim();
                Self::ALL
                    .iter()
                    .copied()
                    .find(|v| v.as_str().eq_ignore_ascii_case(s) || v.label() == s)
                    .ok_or_else(|| $crate::domain::UnknownName {
                        what: $what,
                        got: s.to_owned(),
                        known: Self::ALL.iter().map(|v| v.as_str()).collect::<Vec<_>>().join(", "),
                    })
            }
        }
    };
}

pub(super) use named;
