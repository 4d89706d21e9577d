//! What a district decided of a need and somebody who could do it.

use super::name::named;

named! {
    /// What was decided of a pair.
    Choice, "decision", {
        /// They are to be brought together.
        Accepted = "accepted", "已接受";
        /// This one is not it, for a reason.
        Rejected = "rejected", "不合适";
        /// What was decided before counts no longer.
        Withdrawn = "withdrawn", "已撤销";
    }
}
