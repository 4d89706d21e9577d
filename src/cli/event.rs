//! `opcmatch event`: planning a matchmaking event, from a first draft to what came of it.
//!
//! An event is a JSON file, or lives in a data folder. Slots and tables are counted
//! from 1 in options and in what is printed, from 0 in JSON.

mod answer;
mod assign;
mod day;
mod edits;
mod fault;
mod field;
mod follow;
mod new;
mod plan;
mod review;
mod sheets;
mod shortage;
mod shown;
mod source;
mod written;

use clap::Subcommand;

use super::arguments::Common;
use super::{CliError, Outcome};

pub use fault::EventFault;

#[derive(Debug, Subcommand)]
pub(super) enum EventCommand {
    /// 新建一场对接会 / draft an event
    New(Box<new::NewArguments>),
    /// 排对接会：谁见谁、何时、几号桌 / plan who meets whom, when and where
    Plan(plan::PlanArguments),
    /// 检查方案（有错误时退出码 1）/ look the plan over; exit code 1 on an error
    Check(review::ReviewArguments),
    /// 每项指定、排除和个别上下限的代价 / what every pin, ban and limit of its own costs
    Prices(review::ReviewArguments),
    /// 没有单个 OPC 合适的需求，谁能合作 / teams for needs that nobody fits alone
    Teams(review::TeamsArguments),
    /// 手工改动 / change it by hand
    Edit(edits::EditArguments),
    /// 当天：现在谁在谈、下一场叫谁 / the day itself: who is on, who is next
    Day(day::DayArguments),
    /// 从某个时段起重排当天余下的时段 / seat the rest of the day anew
    Rest(day::RestArguments),
    /// 导出表格、日历和打印页 / sheets, calendars and pages to print
    Sheets(sheets::SheetsArguments),
    /// 标为已举办 / mark it as held: its meetings count from then on
    Hold(follow::HoldArguments),
    /// 跟进：列出或登记进展 / list or record what came of it
    Follow(follow::FollowArguments),
    /// 汇总：征集、发布、对接、签约、落地 / what came of all events
    Summary(follow::SummaryArguments),
    /// 按评分矩阵精确指派 / assign columns to rows of a score matrix, exactly
    Assign(assign::AssignArguments),
}

pub(super) fn run(command: &EventCommand, common: &Common) -> Result<Outcome, CliError> {
    match command {
        EventCommand::New(own) => new::run(own, common),
        EventCommand::Plan(own) => plan::run(own, common),
        EventCommand::Check(own) => review::check(own, common),
        EventCommand::Prices(own) => review::prices(own, common),
        EventCommand::Teams(own) => review::teams(own, common),
        EventCommand::Edit(own) => edits::run(own, common),
        EventCommand::Day(own) => day::run(own, common),
        EventCommand::Rest(own) => day::rest(own, common),
        EventCommand::Sheets(own) => sheets::run(own, common),
        EventCommand::Hold(own) => follow::hold(own, common),
        EventCommand::Follow(own) => follow::run(own, common),
        EventCommand::Summary(own) => follow::summary(own, common),
        EventCommand::Assign(own) => assign::run(own, common),
    }
}
