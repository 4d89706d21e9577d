//! Words with one space between them, read without asking whether they are UTF-8: they are only compared.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

#[derive(Default)]
pub(super) struct Words<'a>(Cow<'a, [u8]>);

impl Words<'_> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.0.split(|&byte| byte == b' ').filter(|word| !word.is_empty())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Words<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Words<'a>, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Words<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("words with spaces between them")
            }

            fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Words<'de>, E> {
                Ok(Words(Cow::Borrowed(bytes)))
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Words<'de>, E> {
                Ok(Words(Cow::Owned(bytes.to_vec())))
            }
        }
        deserializer.deserialize_bytes(Text)
    }
}
