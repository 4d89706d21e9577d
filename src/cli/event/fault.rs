//! What can go wrong with an event at the command line.

use std::path::PathBuf;

use crate::domain::{FollowUpError, Pair};
use crate::event::EditError;
use crate::event::flow::FlowError;
use crate::report::CalendarError;

/// An event that could not be read, saved, changed or followed up.
#[derive(Debug, thiserror::Error)]
pub enum EventFault {
    /// A file that holds no event.
    #[error(
        "{path} 不是可用的对接会文件：{field}{zh}。文件没有改动，请改正后再试 / {path} holds no usable event: {field}{en}; the file was left as it is: mend it and try again"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The field and a blank, where it is known.
        field: String,
        /// What is wrong there, in Chinese where it is known in it.
        zh: String,
        /// In English.
        en: String,
    },
    /// A file that is there already.
    #[error("{0} 已经存在，没有覆盖；请换一个文件名 / {0} exists and was left as it is: take another name")]
    Exists(PathBuf),
    /// The file has been saved by somebody else.
    #[error(
        "{path} 在此期间被改过（读到第 {read} 版，现在是第 {found} 版），没有覆盖；请重新运行 / {path} has changed meanwhile (revision {read} was read, {found} is there): run this again"
    )]
    Changed {
        /// The file.
        path: PathBuf,
        /// The revision that was read.
        read: u64,
        /// The revision that is there.
        found: u64,
    },
    /// The file holds another event.
    #[error(
        "{path} 里是另一场对接会 {found}，没有覆盖；请换一个文件名 / {path} holds another event, {found}, and was left as it is: take another name"
    )]
    OtherEvent {
        /// The file.
        path: PathBuf,
        /// The event it holds.
        found: String,
    },
    /// A data folder that is not there.
    #[error(
        "数据文件夹 {0} 不存在；请先用 opcmatch import 导入名单 / there is no data folder {0}: import the lists first"
    )]
    NoFolder(PathBuf),
    /// No such event in the data folder.
    #[error("--id：没有对接会 {id}；已有：{known} / --id: there is no event {id}, only: {known}")]
    NoSuchEvent {
        /// The id asked for.
        id: String,
        /// The ids that are there.
        known: String,
    },
    /// The id of a new event is taken.
    #[error("--id：编号 {0} 已被用；请换一个 / --id: {0} is taken, choose another")]
    IdTaken(String),
    /// An earlier event that is the same as this one.
    #[error(
        "--earlier：{path} 与本场对接会编号相同（{id}）；请改其中一个的 id / --earlier: {path} has the id of this event ({id}): change the id of one of them"
    )]
    SameAsEarlier {
        /// The file.
        path: PathBuf,
        /// The id.
        id: String,
    },
    /// A plan that has become history.
    #[error(
        "{0} 已经举办，方案不再重排；要试排请用 event plan --out 另存 / {0} has been held and is not planned anew: try it on a copy with `event plan --out`"
    )]
    Held(String),
    /// Needs that are not in the list.
    #[error("{option}：需求名单里没有 {ids} / {option}: not in the list of needs: {ids}")]
    UnknownNeeds {
        /// The option that names them.
        option: &'static str,
        /// The ids.
        ids: String,
    },
    /// Nothing to make an event of.
    #[error(
        "没有选中任何需求（{0}）；请换一个条件，或用 --all / no need was chosen ({0}): choose otherwise, or take --all"
    )]
    NoNeeds(String),
    /// A setting that does not stand to reason.
    #[error("{option}：{zh} / {option}: {en}")]
    Setting {
        /// The option.
        option: &'static str,
        /// What is wrong, in Chinese.
        zh: String,
        /// In English.
        en: String,
    },
    /// An edit that is no edit.
    #[error(
        "第 {number} 个 --do 读不懂：{field}{cause}。没有改动 / --do number {number} cannot be read: {field}{cause}; nothing was changed"
    )]
    EditUnread {
        /// Which, from 1.
        number: usize,
        /// The field and a blank, where it is known.
        field: String,
        /// What is wrong there.
        cause: String,
    },
    /// An edit that was refused.
    #[error(
        "第 {number} 个 --do：{}。没有改动任何一项 / --do number {number}: {}; nothing was changed",
        cause.zh(), cause.en()
    )]
    Edit {
        /// Which, from 1.
        number: usize,
        /// Why.
        cause: EditError,
    },
    /// A meeting to add that the lists know nothing of.
    #[error(
        "第 {number} 个 --do：名单里没有需求 {} 与 {} 的能力 {capability} 这一对，没有改动任何一项 / --do number {number}: the lists hold no such pair; nothing was changed",
        pair.need, pair.opc
    )]
    UnknownPair {
        /// Which, from 1.
        number: usize,
        /// Between whom.
        pair: Pair,
        /// The capability named.
        capability: String,
    },
    /// Nothing of this pair is planned or recorded.
    #[error(
        "--need {} --opc {}：{event} 的方案和跟进里都没有这一对 / --need, --opc: {event} neither plans nor follows up that pair",
        pair.need, pair.opc
    )]
    NoSuchPair {
        /// Between whom.
        pair: Pair,
        /// At which event.
        event: String,
    },
    /// A follow-up that does not stand to reason.
    #[error(transparent)]
    FollowUp(#[from] FollowUpError),
    /// The planner gave up.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// A calendar could not be made.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}
