//! Spreadsheets, files and pasted text → listings and complaints.
//!
//! ```text
//! bytes ─► format ─► decode ─► delimited ┐
//!                 └─► workbook (xlsx) ────┼─► header ─► row ─► identity ─► near ─► Intake
//!                 └─► json, json lines ───┘    (columns)  (facts)
//! ```
//!
//! What a caller can rely on:
//!
//! - **Bad input is data.** Every row that could not be taken comes back as a
//!   [`Complaint`] with its file, row, column, reason and remedy, and
//!   [`write_rejects`] saves those rows so that they can be mended and read again.
//! - **Nothing is dropped in silence.** A column that fits no field goes to
//!   [`Listing::extra`]; so does a cell that its reader understood only in part.
//!   Blank rows are counted.
//! - **A fact read out of running text is marked** in [`Listing::read_from_prose`];
//!   a column of its own always wins over prose. Two things are told from a
//!   party's name without a mark: [`Party::kind`](crate::domain::Party::kind),
//!   and nothing else.
//! - **No clock.** "9月底前" is read against [`Options::today`] or the listing's
//!   own day of publication.
//! - **No file can take the process down**: sizes, rows, cells, unpacked bytes and
//!   line lengths are bounded while they are read, see [`Limits`].
//!
//! # Ids
//!
//! A column of ids (编号, ID, 项目编号) is kept as it stands. A column of serial
//! numbers (序号) is unique only within its own table, so `12` in `清单.xlsx`
//! becomes `清单-12` (`清单-表名-12` when the file holds several tables). Rows
//! with neither get `h-` and twelve hexadecimal digits of the BLAKE3 hash of
//! title and party, so the same row keeps its id from file to file. Two rows of
//! one id: the later is rejected, except that a serial number spanning several
//! different rows (a merged cell) is told apart by `-2`, `-3`.
//!
//! # Partner cards
//!
//! A card 我有／我要 is a pair of listings. Read such a file twice, once a side:
//! as requirements it yields the 我要 half, as capabilities the 我有 half; the
//! other half is kept in `extra`.

mod columns;
mod complaint;
mod decode;
mod delimited;
mod error;
mod facts;
mod format;
mod header;
mod identity;
mod json;
mod json_scan;
mod near;
mod options;
mod problem;
mod read;
mod rejects;
mod report;
mod row;
mod row_fields;
mod row_values;
mod table;
mod watch;
mod workbook;
mod zip_guard;

pub use complaint::{Complaint, Severity};
pub use error::IntakeError;
pub use format::Format;
pub use near::{NearDuplicate, near_duplicates};
pub use options::{Limits, Mapping, MappingError, Options};
pub use read::{read_bytes, read_bytes_watched, read_path, read_path_watched, read_place, read_text};
pub use rejects::write_rejects;
pub use report::{ColumnRead, How, Intake, RowRef, SheetRead};
pub use watch::{Reading, Watch, unwatched};

#[allow(unused_imports, reason = "named in the module's own documentation")]
use crate::domain::Listing;
