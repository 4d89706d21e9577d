//! Files that are written whole or not at all.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::CliError;

/// Writes a file beside the one that is meant and puts it in its place: whoever
/// interrupts this finds the old file whole.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    // A link stays a link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside: PathBuf =
        folder.unwrap_or(Path::new(".")).join(format!(".{name}.{}.part", std::process::id()));
    let put = || -> std::io::Result<()> {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if let Ok(old) = fs::metadata(&path) {
            fs::set_permissions(&beside, old.permissions())?;
        }
        fs::rename(&beside, &path)
    };
    put().map_err(|cause| {
        // What could not be finished is of no use; the first error is the one to tell.
        let _ = fs::remove_file(&beside);
        CliError::File { path, cause }
    })
}
