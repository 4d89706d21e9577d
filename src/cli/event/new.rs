//! `opcmatch event new`: the draft of an event.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::domain::{
    Event, EventId, Frame, Listing, ListingId, LocalTime, Milli, NeedEntry, Rules, Side, Slot, Stage, Status,
};
use crate::engine::{self, Demo};
use crate::intake::{self, Options};

use super::super::arguments::{Common, Sources};
use super::super::progress::note;
use super::super::{CliError, Outcome};
use super::fault::EventFault;
use super::source::Place;
use super::written;

/// 新建一场对接会：选需求、定时段与桌位；方案用 event plan 排
/// / draft an event: its needs, slots and tables; `event plan` plans it
#[derive(Debug, Args)]
pub(in crate::cli) struct NewArguments {
    /// 名称 / what it is called
    #[arg(long, value_name = "NAME")]
    name: String,
    /// 主题 / what it is about
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    theme: String,
    /// 地点 / where it is held
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    place: String,
    /// 编号 / its id [default: the next free E001 of the data folder, else made of date and name]
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    needs: Choice,
    /// 桌数 / tables in the room
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=500))]
    tables: u16,
    /// 时段数 / how many slots
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=128))]
    slots: u16,
    /// 第一个时段何时开始，如 2026-12-04T14:00 / when the first slot begins [default: two weeks from today, 14:00]
    #[arg(long, value_name = "TIME")]
    starts: Option<LocalTime>,
    /// 每个时段几分钟 / minutes a slot has
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=600))]
    minutes: u16,
    /// 时段之间休息几分钟 / minutes between slots
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(0..=600))]
    break_minutes: u16,
    /// 路演何时开始 / when needs are presented from the stage
    #[arg(long, value_name = "TIME")]
    stage_starts: Option<LocalTime>,
    /// 每条需求路演几分钟 / minutes each has on the stage
    #[arg(long, value_name = "N", default_value_t = 5, requires = "stage_starts", value_parser = clap::value_parser!(u16).range(1..=600))]
    stage_minutes: u16,
    /// 哪些需求上台 / which needs are presented [default: all, where --stage-starts is given]
    #[arg(long, value_name = "ID,…", value_delimiter = ',', requires = "stage_starts")]
    on_stage: Vec<String>,
    /// 每条需求至少几场 / meetings a need has at least
    #[arg(long, value_name = "N", default_value_t = Rules::default().need_min)]
    need_min: u32,
    /// 每条需求至多几场 / and at most
    #[arg(long, value_name = "N", default_value_t = Rules::default().need_max)]
    need_max: u32,
    /// 每个参加的 OPC 至少几场 / meetings an OPC has at least
    #[arg(long, value_name = "N", default_value_t = Rules::default().opc_min)]
    opc_min: u32,
    /// 每个 OPC 至多几场 / and at most
    #[arg(long, value_name = "N", default_value_t = Rules::default().opc_max)]
    opc_max: u32,
    /// 匹配度下限 0–100，低于它不排 / no meeting below this degree
    #[arg(long, value_name = "DEGREE", default_value_t = Rules::default().floor.degrees(), value_parser = degree)]
    floor: f64,
    /// 双方各看各的，两边都看好才排 / score both sides' views apart; their product decides
    #[arg(long)]
    reciprocal: bool,
    /// 不照顾没露过面的 OPC / give OPCs that were never shown no preference
    #[arg(long)]
    no_fair: bool,
    /// 以前见过的可以再见 / let those meet again who have met before
    #[arg(long)]
    meet_again: bool,
    #[command(flatten)]
    sources: Sources,
    /// 存成哪个文件 / the file to make [default: event.json, or an entry of --data or --database]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// 以 JSON 输出 / print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Choice {
    /// 需求编号 / needs by id
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    needs: Vec<String>,
    /// 一行一个需求编号的文件 / a file with one need's id a line
    #[arg(long, value_name = "FILE")]
    needs_from: Option<PathBuf>,
    /// 行业含此词的需求 / needs of an industry that contains this word
    #[arg(long, value_name = "WORD")]
    industry: Option<String>,
    /// 全部未结束的需求 / all needs that are not closed
    #[arg(long)]
    all: bool,
}

fn degree(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(degree) if (0.0..=100.0).contains(&degree) => Ok(degree),
        _ => Err("应为 0–100 / expected 0 to 100".into()),
    }
}

pub(super) fn run(own: &NewArguments, common: &Common) -> Result<Outcome, CliError> {
    let home = own.sources.home();
    let file = match (&own.out, &home) {
        (Some(path), _) => Some(path.clone()),
        (None, Some(_)) => None,
        (None, None) => Some(PathBuf::from("event.json")),
    };
    if let Some(path) = file.as_deref().filter(|path| path.exists()) {
        return Err(EventFault::Exists(path.to_owned()).into());
    }
    let (listings, today) = needs_of(&own.sources, common)?;
    let chosen = chosen(&own.needs, &listings)?;
    let starts = match own.starts {
        Some(starts) => starts,
        None => today.saturating_add(jiff::Span::new().days(14)).at(14, 0, 0, 0),
    };
    let event = Event {
        id: id_of(own, starts)?,
        name: own.name.clone(),
        theme: own.theme.clone(),
        place: own.place.clone(),
        frame: frame(own, starts),
        rules: Rules {
            need_min: own.need_min,
            need_max: own.need_max,
            opc_min: own.opc_min,
            opc_max: own.opc_max,
            floor: Milli::from_degrees(own.floor),
            reciprocal: own.reciprocal,
            fair: !own.no_fair,
            meet_again: own.meet_again,
        },
        needs: entries(own, &chosen)?,
        opcs: Vec::new(),
        named_opcs_only: false,
        pins: Vec::new(),
        bans: Vec::new(),
        interests: Vec::new(),
        aliases: Vec::new(),
        plan: None,
        revision: 0,
        held: false,
    };
    sound(&event)?;
    look_at_room(&event, common);
    let place = match (&file, home) {
        (None, Some(home)) => Place::Home(home),
        (path, _) => Place::File(path.clone().unwrap_or_default()),
    };
    let event = super::source::Found { event: event.clone(), place }.save(event, common)?;
    let mut out = std::io::stdout().lock();
    if own.json {
        serde_json::to_writer_pretty(&mut out, &event)?;
        writeln!(out)?;
    } else {
        let (slots, tables) = (event.frame.slots.len(), event.frame.tables);
        writeln!(
            out,
            "{} {}：{} 条需求，{slots} 个时段 × {tables} 张桌，{starts} 开始 / {} needs, {slots} slots × {tables} tables",
            event.id,
            event.name,
            event.needs.len(),
            event.needs.len(),
            starts = starts.strftime("%Y-%m-%d %H:%M"),
        )?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// The list of needs alone, and today; nothing is embedded for a draft.
fn needs_of(sources: &Sources, common: &Common) -> Result<(Vec<Listing>, crate::domain::Date), CliError> {
    let today = common.today.unwrap_or_else(engine::today);
    match (sources.home(), &sources.requirements) {
        (Some(home), _) => Ok((home.open_known()?.list(Side::Requirement)?, today)),
        (None, Some(path)) => {
            let options =
                Options { mapping: sources.mapping.clone(), ..Options::new(Side::Requirement, today) };
            Ok((intake::read_path(path, &options)?.listings, today))
        }
        (None, None) => {
            let demo = Demo::load()?;
            Ok((demo.requirements, common.today.unwrap_or(demo.as_of)))
        }
    }
}

/// The needs that take part, in the order given or else that of the list.
fn chosen(choice: &Choice, listings: &[Listing]) -> Result<Vec<ListingId>, CliError> {
    if let Some(path) = &choice.needs_from {
        let text =
            std::fs::read_to_string(path).map_err(|cause| CliError::File { path: path.clone(), cause })?;
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        let ids: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        return named("--needs-from", ids, listings);
    }
    if !choice.needs.is_empty() {
        let ids = choice.needs.iter().map(|id| id.trim()).filter(|id| !id.is_empty()).collect();
        return named("--needs", ids, listings);
    }
    let open = listings.iter().filter(|need| need.status != Status::Closed);
    let (found, by): (Vec<ListingId>, String) = match &choice.industry {
        Some(word) => {
            let theirs = open.filter(|need| need.industries.iter().any(|industry| industry.contains(word)));
            (theirs.map(|need| need.id.clone()).collect(), format!("--industry {word}"))
        }
        None => (open.map(|need| need.id.clone()).collect(), "--all".to_owned()),
    };
    if found.is_empty() { Err(EventFault::NoNeeds(by).into()) } else { Ok(found) }
}

/// Ids as they are given, each once; all must be in the list.
fn named(option: &'static str, ids: Vec<&str>, listings: &[Listing]) -> Result<Vec<ListingId>, CliError> {
    let known: BTreeSet<&str> = listings.iter().map(|need| need.id.0.as_str()).collect();
    let unknown: Vec<&str> = ids.iter().copied().filter(|id| !known.contains(id)).collect();
    if !unknown.is_empty() {
        return Err(EventFault::UnknownNeeds { option, ids: unknown.join("、") }.into());
    }
    let mut seen = BTreeSet::new();
    let once: Vec<ListingId> = ids.into_iter().filter(|id| seen.insert(*id)).map(ListingId::from).collect();
    if once.is_empty() { Err(EventFault::NoNeeds(option.into()).into()) } else { Ok(once) }
}

fn entries(own: &NewArguments, chosen: &[ListingId]) -> Result<Vec<NeedEntry>, CliError> {
    let on_stage: BTreeSet<&str> = own.on_stage.iter().map(|id| id.trim()).collect();
    let strangers: Vec<&str> =
        on_stage.iter().copied().filter(|id| !chosen.iter().any(|need| need.0 == *id)).collect();
    if !strangers.is_empty() {
        return Err(EventFault::Setting {
            option: "--on-stage",
            zh: format!("{} 没有参加这场对接会，请先选上", strangers.join("、")),
            en: format!("{} are not among the needs chosen", strangers.join(", ")),
        }
        .into());
    }
    let presented = |need: &ListingId| {
        own.stage_starts.is_some() && (on_stage.is_empty() || on_stage.contains(need.0.as_str()))
    };
    Ok(chosen
        .iter()
        .map(|need| NeedEntry { on_stage: presented(need), ..NeedEntry::new(need.clone()) })
        .collect())
}

fn frame(own: &NewArguments, starts: LocalTime) -> Frame {
    let step = i64::from(own.minutes) + i64::from(own.break_minutes);
    let slots = (0..i64::from(own.slots)).map(|number| Slot {
        starts: starts.saturating_add(jiff::Span::new().minutes(step * number)),
        minutes: own.minutes,
    });
    Frame {
        tables: own.tables,
        slots: slots.collect(),
        stage: own.stage_starts.map(|starts| Stage { starts, minutes_each: own.stage_minutes }),
    }
}

/// The id asked for; else the next free number of the data folder; else one made of
/// the date and the name, so that two events of files are hardly ever taken for one.
fn id_of(own: &NewArguments, starts: LocalTime) -> Result<EventId, CliError> {
    let in_folder = match (own.sources.home(), &own.out) {
        (Some(home), None) => Some(home.open_known()?.events()?),
        _ => None,
    };
    let taken = |id: &str| in_folder.iter().flatten().any(|event| event.id.0 == id);
    if let Some(id) = &own.id {
        let id = id.trim();
        return if taken(id) { Err(EventFault::IdTaken(id.into()).into()) } else { Ok(EventId(id.into())) };
    }
    if in_folder.is_some() {
        let free = (1..).map(|number| format!("E{number:03}")).find(|id| !taken(id));
        return Ok(EventId(free.unwrap_or_default()));
    }
    let digest = blake3::hash(own.name.as_bytes()).to_hex();
    Ok(EventId(format!("E{}-{}", starts.strftime("%Y%m%d"), &digest[..4])))
}

/// Settings that contradict each other, told by the options that set them.
fn sound(event: &Event) -> Result<(), CliError> {
    let Some((field, (zh, en))) = written::unsound(event) else { return Ok(()) };
    let option = match field.as_str() {
        "id" => "--id",
        "rules.opc_min" => "--opc-min",
        _ => "--need-min",
    };
    Err(EventFault::Setting { option, zh, en }.into())
}

/// What an organiser should see before planning: seats against what is asked, and the stage.
fn look_at_room(event: &Event, common: &Common) {
    let seats = event.frame.slots.len() * usize::from(event.frame.tables);
    let wanted = event.needs.len() * event.rules.need_max as usize;
    if seats < wanted {
        note(
            common,
            &format!(
                "共 {seats} 个席位，需求最多想要 {wanted} 场：不会人人排满 / {seats} seats for up to {wanted} meetings: not everybody gets all"
            ),
        );
    }
    let (Some(stage), Some(first)) = (&event.frame.stage, event.frame.slots.first()) else { return };
    let turns = event.needs.iter().filter(|entry| entry.on_stage).count();
    let minutes = i64::from(stage.minutes_each) * i64::try_from(turns).unwrap_or(i64::MAX / 600);
    let ends = stage.starts.saturating_add(jiff::Span::new().minutes(minutes.min(1_000_000)));
    if stage.starts <= first.starts && ends > first.starts {
        note(
            common,
            &format!(
                "路演 {turns} 项要到 {0}，晚于第一个时段 {1}；请提前、缩短，或用 --on-stage 少选几项 / the stage lasts until {0}, past the first slot at {1}",
                ends.strftime("%H:%M"),
                first.starts.strftime("%H:%M"),
            ),
        );
    }
}
