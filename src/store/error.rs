//! Whatever can go wrong with the store, with what to do about it.

use std::path::PathBuf;

use crate::domain::{ListingId, Side};

use super::feed::ChangeNumber;

/// The store failed. Places are shown without passwords.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened.
    #[error(
        "打不开数据文件 {path}：{cause}。请检查文件夹是否存在、是否可写 / cannot open {path}: {cause}; check that its folder exists and can be written"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// From SQLite.
        cause: rusqlite::Error,
    },
    /// The data was made by a newer program.
    #[error(
        "数据文件是第 {found} 版，本程序只认识到第 {known} 版；请升级 opcmatch / the data has version {found}, this program knows up to {known}: upgrade opcmatch"
    )]
    Newer {
        /// Version of the data.
        found: u32,
        /// Newest version known.
        known: u32,
    },
    /// Not an address of a PostgreSQL database.
    #[error(
        "数据库地址不对：{zh}。写法：postgres://用户:密码@主机:端口/库名，密码里的特殊字符写成 %XX / bad database address: {en}; write postgres://user:password@host:port/name, with special characters of the password as %XX"
    )]
    Address {
        /// What is wrong, in Chinese.
        zh: &'static str,
        /// In English.
        en: &'static str,
    },
    /// The database does not answer.
    #[error(
        "连不上数据库 {place}：{cause}。请检查它是否在运行、地址和端口是否对、网络是否通，然后重试 / cannot connect to {place}: {cause}; check that it runs, its address and port, and the network, then try again"
    )]
    Connect {
        /// Which database.
        place: String,
        /// What was said.
        cause: String,
    },
    /// User or password is wrong.
    #[error(
        "数据库 {place} 拒绝用户 {user} 登录：{cause}。请检查用户名和密码 / {place} refuses the login of {user}: {cause}; check user and password"
    )]
    Login {
        /// Which database.
        place: String,
        /// The user.
        user: String,
        /// What the server said.
        cause: String,
    },
    /// There is no such database on the server.
    #[error(
        "服务器上没有这个数据库：{place}。请先建库，如 createdb，或改地址里的库名 / there is no such database: {place}; make it, as with createdb, or name another"
    )]
    NoDatabase {
        /// Which database.
        place: String,
    },
    /// The user may not do what is needed.
    #[error(
        "数据库 {place} 不允许：{cause}。请让管理员给这个用户建模式的权限：GRANT CREATE ON DATABASE … / {place} does not allow it: {cause}; have GRANT CREATE ON DATABASE … given to this user"
    )]
    NotAllowed {
        /// Which database.
        place: String,
        /// What the server said.
        cause: String,
    },
    /// The connection broke and could not be made anew in time; nothing was written.
    #[error(
        "与数据库 {place} 的连接断了：{cause}。没有写入任何内容，请稍后重试 / the connection to {place} broke: {cause}; nothing was written, try again"
    )]
    Lost {
        /// Which database.
        place: String,
        /// What was said.
        cause: String,
    },
    /// The connection broke, or the disk failed, while the write was being made final.
    #[error(
        "提交时与数据库 {place} 的连接断了，或磁盘出错，不能确定这次改动是否已经写入；请重新打开核对，没有再重做 / the connection to {place} broke, or its disk failed, during the commit: whether this change was written is not known; look again, and repeat it if it is missing"
    )]
    Unsure {
        /// Which database.
        place: String,
    },
    /// No room is left.
    #[error(
        "{place} 所在的磁盘满了，没有写入任何内容；请腾出空间再试 / the disk of {place} is full and nothing was written: make room and try again"
    )]
    Full {
        /// Which file or database.
        place: String,
    },
    /// The system fails at reading or writing the file.
    #[error(
        "{place} 读写时系统报错：{cause}。没有写入任何内容；请检查磁盘和剩余空间，然后重试 / the system failed at {place}: {cause}; nothing was written: check the disk and the room left, then try again"
    )]
    Disk {
        /// Which file.
        place: String,
        /// What was said.
        cause: String,
    },
    /// It can only be read.
    #[error(
        "{place} 是只读的，不能写入；请检查文件和文件夹的权限，或改连可写的主库 / {place} is read-only: check the permissions of the file and its folder, or use the primary server"
    )]
    ReadOnly {
        /// Which file or database.
        place: String,
    },
    /// Somebody else writes and does not come to an end.
    #[error(
        "{place} 一直被别的程序占用，等了 {seconds} 秒后放弃，没有写入任何内容；请稍后重试 / {place} is kept busy by another program: gave up after {seconds} seconds, nothing was written; try again later"
    )]
    Busy {
        /// Which file or database.
        place: String,
        /// How long this program waits.
        seconds: u64,
    },
    /// Somebody else has saved the event since it was read.
    #[error(
        "对接会 {id} 已被别人改过（你看到的是第 {read} 版，现在是第 {found} 版）；请重新打开再改 / event {id} has changed since you read it (revision {read}, now {found}): open it again"
    )]
    Stale {
        /// Which event.
        id: String,
        /// The revision that the writer had read.
        read: u64,
        /// The revision that is stored; 0 when the event is not there.
        found: u64,
    },
    /// A follow-up of an event that is not there.
    #[error(
        "没有编号为 {id} 的对接会，跟进没有写入；它可能已被删除 / there is no event {id}, so its follow-ups were not kept; it may have been deleted"
    )]
    NoEvent {
        /// Which event.
        id: String,
    },
    /// A listing, event or follow-up is not readable.
    #[error("数据文件中的条目 {id} 已损坏：{cause} / {id} in the data file is damaged: {cause}")]
    Damaged {
        /// Which.
        id: String,
        /// What is wrong with it.
        cause: serde_json::Error,
    },
    /// A column holds something that the program never puts there.
    #[error(
        "数据里第 {column} 列应为 {wanted}，却是 {got}：数据被别的程序改过，请用备份恢复 / column {column} should hold {wanted} and holds {got}: another program changed the data, restore a backup"
    )]
    Column {
        /// Counted from 0, in the answer to a statement.
        column: usize,
        /// The type that should be there.
        wanted: &'static str,
        /// The type that is.
        got: &'static str,
    },
    /// A row that is always there is gone.
    #[error(
        "数据里缺少改动编号：数据被别的程序改过，请用备份恢复 / the number of changes is gone: another program changed the data, restore a backup"
    )]
    NoFeed,
    /// Whoever writes may not write this listing.
    #[error(
        "{}“{id}”不归你管，没有写入任何内容 / the {side} \"{id}\" is not yours to write, and nothing was written",
        side.label()
    )]
    OutOfReach {
        /// Of which side.
        side: Side,
        /// Which.
        id: ListingId,
    },
    /// Whoever watched told it to stop.
    #[error("已停止，没有写入任何内容 / stopped; nothing was written")]
    Stopped,
    /// There is no import of this number.
    #[error(
        "没有第 {change} 号导入：可能不是导入，或记录已不在（恢复备份后没有） / there is no import {change}: it may be no import, or its record is gone, as after restoring a backup"
    )]
    NoImport {
        /// Number of its last change, as it was asked for.
        change: ChangeNumber,
    },
    /// The system has no random numbers.
    #[error(
        "系统给不出随机数：{cause}。没有生成密钥，请检查系统后重试 / the system has no random numbers: {cause}; no key was made, mend the system and try again"
    )]
    NoRandom {
        /// What it said.
        cause: String,
    },
    /// Anything else the database says.
    #[error("{place} 读写失败：{cause} / reading or writing {place} failed: {cause}")]
    Database {
        /// Which file or database.
        place: String,
        /// What was said.
        cause: String,
    },
}

impl StoreError {
    /// Whether the connection went away before anything was made final, so that the
    /// same may be tried once more.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self, StoreError::Lost { .. })
    }
}
