//! What runs the graph: ONNX Runtime where a library is at hand, else tract.
//!
//! Chosen once per process, before any other call into `ort`. `fastembed`,
//! `ort` and `ort-tract` must move together: `fastembed` pins `ort`, and
//! `ort-tract` pins `ort-sys`.

use std::ffi::c_char;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The library that runs a model's graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backend {
    /// tract: pure Rust, inside this program, one core per text.
    Tract,
    /// ONNX Runtime, loaded from a shared library.
    OnnxRuntime {
        /// The library that was loaded.
        path: PathBuf,
        /// As its file name states it; `None` where it does not.
        version: Option<String>,
    },
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Backend::Tract => f.write_str("tract"),
            Backend::OnnxRuntime { path, version } => {
                f.write_str("ONNX Runtime")?;
                if let Some(version) = version {
                    write!(f, " {version}")?;
                }
                write!(f, " ({})", path.display())
            }
        }
    }
}

/// The backend of this process, and what to tell its user about the choice.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) backend: Backend,
    /// A library was asked for or stood ready, and could not be used.
    pub(super) warning: Option<String>,
}

#[cfg(target_os = "windows")]
const LIBRARY: &str = "onnxruntime.dll";
#[cfg(target_os = "macos")]
const LIBRARY: &str = "libonnxruntime.dylib";
#[cfg(not(any(target_os = "windows", target_os = "macos")))]
const LIBRARY: &str = "libonnxruntime.so";

/// Names the library to load; the variable is `ort`'s own.
const VARIABLE: &str = "ORT_DYLIB_PATH";

/// `tract` here has this process use tract whatever libraries there are.
pub const BACKEND_VARIABLE: &str = "OPCMATCH_BACKEND";

/// Chooses at the first call, and repeats the choice at every later one.
pub(super) fn chosen() -> &'static Choice {
    static CHOICE: OnceLock<Choice> = OnceLock::new();
    CHOICE.get_or_init(|| {
        let asked = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        let choice = choose(asked);
        if let Some(warning) = &choice.warning {
            tracing::warn!("{warning}");
        }
        choice
    })
}

/// tract where it is asked for; the named library, else one beside the executable, else the system's; and
/// tract where there is none, or where it cannot be loaded.
///
/// Only one library is ever tried: after a failed `init_from`, `ort` 2.0.0-rc.13
/// takes its library slot for filled, and a second call would use what is not there.
fn choose(asked: Option<PathBuf>) -> Choice {
    if std::env::var_os(BACKEND_VARIABLE).is_some_and(|name| name == "tract") {
        ort::set_api(tract());
        return Choice { backend: Backend::Tract, warning: None };
    }
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join(LIBRARY)));
    let Some(path) = asked.or_else(|| beside.into_iter().chain(system_places()).find(|path| path.is_file()))
    else {
        ort::set_api(tract());
        return Choice { backend: Backend::Tract, warning: None };
    };
    match ort::init_from(&path) {
        Ok(environment) => {
            environment.commit();
            let version = version_in_name(&path);
            Choice { backend: Backend::OnnxRuntime { path, version }, warning: None }
        }
        Err(error) => {
            ort::set_api(tract());
            let warning = format!(
                "用不了 ONNX Runtime 库 {path}，改用内置的 tract（较慢）：{error}。需要 1.{minor} 或更新的版本，\
                 请检查 {VARIABLE} / cannot use the ONNX Runtime library {path}, tract takes its place \
                 (slower): {error}. Version 1.{minor} or later is needed; check {VARIABLE}",
                path = path.display(),
                minor = ort::MINOR_VERSION,
            );
            Choice { backend: Backend::Tract, warning: Some(warning) }
        }
    }
}

/// Where a system keeps the library, in the order in which its loader looks.
fn system_places() -> impl Iterator<Item = PathBuf> {
    let searched = if cfg!(windows) { "PATH" } else { "LD_LIBRARY_PATH" };
    let named = std::env::var_os(searched).unwrap_or_default();
    let fixed: &[&str] = if cfg!(target_os = "macos") {
        &["/opt/homebrew/lib", "/usr/local/lib"]
    } else if cfg!(target_os = "linux") {
        &["/usr/local/lib", "/usr/lib64", "/usr/lib", multiarch()]
    } else {
        &[]
    };
    std::env::split_paths(&named)
        .chain(fixed.iter().map(PathBuf::from))
        .filter(|folder| !folder.as_os_str().is_empty())
        .map(|folder| folder.join(LIBRARY))
        .collect::<Vec<_>>()
        .into_iter()
}

/// Debian's folder for the libraries of this processor.
fn multiarch() -> &'static str {
    match std::env::consts::ARCH {
        "aarch64" => "/usr/lib/aarch64-linux-gnu",
        _ => "/usr/lib/x86_64-linux-gnu",
    }
}

/// tract behind `ort`'s interface. `ort` names the dimensions of every input
/// and takes a refusal for impossible; `ort-tract` 0.4.1 has no use for names
/// and leaves that call unimplemented. So the names are taken and forgotten.
fn tract() -> ort::sys::OrtApi {
    extern "system" fn forget_names(
        _: *mut ort::sys::OrtTensorTypeAndShapeInfo,
        _: *mut *const c_char,
        _: usize,
    ) -> ort::sys::OrtStatusPtr {
        ort::sys::OrtStatusPtr::default()
    }
    let mut api = ort_tract::api();
    api.SetSymbolicDimensions = forget_names;
    api
}

/// `libonnxruntime.so.1.24.1` and `libonnxruntime.1.24.1.dylib` state their version.
fn version_in_name(path: &Path) -> Option<String> {
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = real.file_name()?.to_str()?;
    let from = name.find(|c: char| c.is_ascii_digit())?;
    let version = name[from..].trim_end_matches(|c: char| !c.is_ascii_digit());
    version.contains('.').then(|| version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_off_the_file_name() {
        for (name, version) in [
            ("/opt/libonnxruntime.so.1.31.1", Some("1.31.1")),
            ("libonnxruntime.1.24.0.dylib", Some("1.24.0")),
            ("libonnxruntime.so", None),
            ("onnxruntime.dll", None),
        ] {
            assert_eq!(version_in_name(Path::new(name)).as_deref(), version, "{name}");
        }
    }
}
