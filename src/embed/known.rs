//! Which files a model needs, and which of them are on this machine.

use super::files::{self, ModelFiles};
use super::{EmbedOptions, ModelSpec, RerankSpec, hub};

impl ModelSpec {
    /// The files that the model is made of, by their names on the hub or in its folder.
    pub fn files_needed(&self) -> Vec<String> {
        match self {
            ModelSpec::Bundled | ModelSpec::Folder(_) => files::needed(),
            ModelSpec::Hub(name) => hub::files_of(*name),
        }
    }

    /// Those that are on this machine, and their bytes. Nothing is fetched.
    pub fn files_at_hand(&self, options: &EmbedOptions) -> Vec<(String, u64)> {
        match self {
            ModelSpec::Bundled => ModelFiles::bundled_sizes(),
            ModelSpec::Folder(folder) => files::sizes(folder),
            ModelSpec::Hub(name) => hub::kept(name.repository(), &self.files_needed(), options),
        }
    }

    /// Whether the model can be opened without a network.
    pub fn is_at_hand(&self, options: &EmbedOptions) -> bool {
        match self {
            ModelSpec::Bundled => true,
            ModelSpec::Folder(folder) => files::missing(folder).is_empty(),
            ModelSpec::Hub(_) => self.files_at_hand(options).len() == self.files_needed().len(),
        }
    }
}

impl RerankSpec {
    /// The files that the model is made of, by their names on the hub or in its folder.
    pub fn files_needed(&self) -> Vec<String> {
        match self {
            RerankSpec::Folder(_) => files::needed(),
            RerankSpec::Hub(name) => name.files(),
        }
    }

    /// Those that are on this machine, and their bytes. Nothing is fetched.
    pub fn files_at_hand(&self, options: &EmbedOptions) -> Vec<(String, u64)> {
        match self {
            RerankSpec::Folder(folder) => files::sizes(folder),
            RerankSpec::Hub(name) => hub::kept(name.repository(), &self.files_needed(), options),
        }
    }

    /// Whether the model can be opened without a network.
    pub fn is_at_hand(&self, options: &EmbedOptions) -> bool {
        match self {
            RerankSpec::Folder(folder) => files::missing(folder).is_empty(),
            RerankSpec::Hub(_) => self.files_at_hand(options).len() == self.files_needed().len(),
        }
    }
}
