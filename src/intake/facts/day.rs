//! Until when a listing can be answered, and how soon the work is to be done.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::date;
use regex::Regex;

use super::day_scan::{Days, Found, days_in};
use super::numeral::{CHINESE, whole};
use super::span::{after, any, before, sentence};
use super::terms::says_nothing;
use super::{Folded, Read};
use crate::domain::{Date, Deadline, Delivery};

/// A cell of a deadline column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::intake) enum DeadlineCell {
    NotStated,
    /// `whole` when the cell says nothing else.
    Read {
        deadline: Deadline,
        whole: bool,
    },
    /// The end of a span lies before its beginning.
    Reversed,
    Unread,
}

/// A cell of a delivery column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::intake) enum DeliveryCell {
    NotStated,
    Read { delivery: Delivery, whole: bool },
    Unread,
}

const OPEN: [&str; 10] =
    ["长期", "常年", "随时", "不限", "招满即止", "满额为止", "永久", "持续征集", "open", "ongoing"];

/// Excel stores days as numbers: 36526 is 2000-01-01 and 73050 is 2099-12-31.
const EXCEL_DAYS: std::ops::RangeInclusive<u32> = 36_526..=73_050;

fn excel_day(cell: &str) -> Option<Date> {
    let serial = cell.trim().split_once('.').map_or(cell.trim(), |(whole, _)| whole).parse().ok()?;
    if !EXCEL_DAYS.contains(&serial) {
        return None;
    }
    date(1899, 12, 30).checked_add(i64::from(serial).days()).ok()
}

/// Reads a cell of a publication column.
pub(in crate::intake) fn published_cell(cell: &str, base: Date) -> Option<Date> {
    excel_day(cell).or_else(|| days_in(&Folded::new(cell).text, base).first().map(|found| found.days.first))
}

/// Reads a cell of a deadline column. Of a span of days the end counts; spans
/// from now ("30天内") are counted from `base`, the day of publication if known.
pub(in crate::intake) fn deadline_cell(cell: &str, base: Date) -> DeadlineCell {
    if let Some(day) = excel_day(cell) {
        return DeadlineCell::Read { deadline: Deadline::On(day), whole: true };
    }
    let folded = Folded::new(cell);
    let text = folded.text.as_str();
    let found = days_in(text, base);
    let Some(last) = found.last() else {
        if any(text, &OPEN) {
            return DeadlineCell::Read { deadline: Deadline::Open, whole: text.chars().count() <= 8 };
        }
        if let Some((days, span)) = spans(text).first().cloned()
            && let Ok(day) = base.checked_add(i64::from(days).days())
        {
            let whole = text.len() - span.len() <= 30;
            return DeadlineCell::Read { deadline: Deadline::On(day), whole };
        }
        return if says_nothing(cell) { DeadlineCell::NotStated } else { DeadlineCell::Unread };
    };
    if found.len() > 1 && found[found.len() - 2].days.first > last.days.last {
        return DeadlineCell::Reversed;
    }
    let leftover = letters(text) - found.iter().map(|f| letters(&text[f.span.clone()])).sum::<usize>();
    // Hours, 前, 截止, 至 and the like.
    DeadlineCell::Read { deadline: Deadline::On(end(text, last)), whole: leftover <= 10 }
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// The last day of a find: "9月前" ends with August, "9月底前" and "9月2日前" do not.
fn end(text: &str, found: &Found) -> Date {
    let Days { first, last } = found.days;
    let whole_month =
        first.day() == 1 && last == first.last_of_month() && text[..found.span.end].ends_with('月');
    if whole_month && ["前", "之前", "以前"].iter().any(|word| text[found.span.end..].starts_with(word))
    {
        return first.yesterday().unwrap_or(last);
    }
    last
}

/// Reads a cell of a delivery column.
pub(in crate::intake) fn delivery_cell(cell: &str, base: Date) -> DeliveryCell {
    if let Some(day) = excel_day(cell) {
        return DeliveryCell::Read { delivery: Delivery::By(day), whole: true };
    }
    let folded = Folded::new(cell);
    let text = folded.text.as_str();
    if let Some((days, span)) = spans(text).first().cloned() {
        let rest = letters(text) - letters(&text[span]);
        return DeliveryCell::Read { delivery: Delivery::WithinDays(days), whole: rest <= 10 };
    }
    let found = days_in(text, base);
    match found.last() {
        Some(last) => {
            let rest = letters(text) - found.iter().map(|f| letters(&text[f.span.clone()])).sum::<usize>();
            DeliveryCell::Read { delivery: Delivery::By(end(text, last)), whole: rest <= 10 }
        }
        None if says_nothing(cell) => DeliveryCell::NotStated,
        None => match cell.trim().parse::<u32>() {
            // A bare number under 工期 or 交付周期 is days.
            Ok(days) if (1..=3650).contains(&days) => {
                DeliveryCell::Read { delivery: Delivery::WithinDays(days), whole: true }
            }
            _ => DeliveryCell::Unread,
        },
    }
}

static SPAN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?:(?:\d+|{CHINESE})(?:个)?(?:工作日|日历天|天|日|周|星期|个月|月|年)?(?:-|~|至|到))?(?P<n>\d+|{CHINESE}|半)(?P<ge>个)?(?P<unit>工作日|自然日|日历天|天|日|周|星期|礼拜|月|年|working days?|business days?|days?|weeks?|months?)(?P<half>半)?"
    ))
    .ok()
});

/// Spans of time in days: 3-5天 is 5, 7个工作日 is 10 (five to a week, rounded up).
fn spans(text: &str) -> Vec<(u32, std::ops::Range<usize>)> {
    let Some(pattern) = SPAN.as_ref() else { return Vec::new() };
    pattern
        .captures_iter(text)
        .filter_map(|c| {
            let whole_match = c.get(0)?;
            let (unit, counted) = (c.name("unit")?.as_str(), c.name("ge").is_some());
            // 9月 and 2026年 are dates; 2日 is one unless 内 follows.
            let tail = &text[whole_match.end()..];
            let is_span = match unit {
                "月" => counted,
                "年" => {
                    c.name("n")?.as_str().len() <= 3
                        && !tail.starts_with(|c: char| c.is_ascii_digit() || c == '底')
                }
                "日" => tail.starts_with('内') || tail.starts_with("之内"),
                "周" => !tail.starts_with(['末', '年', '岁', '边', '围']),
                _ => true,
            };
            let before_digit = text[..whole_match.start()]
                .ends_with(|c: char| c.is_ascii_digit() || matches!(c, '月' | '.'));
            if !is_span || before_digit {
                return None;
            }
            let per_unit = match unit {
                "工作日" => 1.4,
                u if u.starts_with("working") || u.starts_with("business") => 1.4,
                "周" | "星期" | "礼拜" => 7.0,
                u if u.starts_with("week") => 7.0,
                "月" => 30.0,
                u if u.starts_with("month") => 30.0,
                "年" => 365.0,
                _ => 1.0,
            };
            let count = match c.name("n")?.as_str() {
                "半" => 0.5,
                n => f64::from(whole(n)?),
            } + if c.name("half").is_some() { 0.5 } else { 0.0 };
            let days = (count * per_unit).ceil();
            (1.0..=3650.0).contains(&days).then(|| (days as u32, whole_match.range()))
        })
        .collect()
}

const ANSWER_BEFORE: [&str; 12] = [
    "截止时间",
    "截止日期",
    "截止日",
    "截止",
    "截止到",
    "报名时间",
    "征集时间",
    "申报时间",
    "递交时间",
    "投标时间",
    "有效期至",
    "deadline",
];
const ANSWER_AFTER: [&str; 20] = [
    "报名", "提交", "递交", "投递", "申报", "应答", "响应", "投标", "报价", "反馈", "回复", "联系", "截止",
    "止", "发送", "对接", "登记", "洽谈", "答复", "接洽",
];
const WORK_AFTER: [&str; 30] = [
    "交付",
    "完成",
    "上线",
    "用上",
    "投入使用",
    "建成",
    "验收",
    "完工",
    "交货",
    "搞定",
    "做完",
    "做好",
    "出成果",
    "启用",
    "开业",
    "跑起来",
    "开通",
    "使用",
    "落地",
    "到位",
    "交稿",
    "出稿",
    "弄好",
    "能用",
    "定稿",
    "出片",
    "要用",
    "用起来",
    "交活",
    "投用",
];
/// Before a span; 上线4个月 and 完成3年 tell how long something has been there.
const SPAN_BEFORE: [&str; 12] = [
    "工期",
    "交付",
    "交货",
    "周期",
    "签订后",
    "开工",
    "中标后",
    "下单后",
    "上线时间",
    "完成时间",
    "付款后",
    "delivery",
];
const DAY_BEFORE: [&str; 10] =
    ["工期", "交付", "交货", "完成", "上线", "验收", "竣工", "完工", "周期", "delivery"];
/// What makes a day or span belong to something else.
const ELSEWHERE: [&str; 26] = [
    "服务周期",
    "合同期",
    "租期",
    "学制",
    "业绩",
    "案例",
    "成立",
    "注册",
    "以来",
    "质保",
    "维保",
    "保修",
    "有效期",
    "试用",
    "免费",
    "服务期",
    "签订的",
    "运维期",
    "工作经验",
    "从业",
    "建于",
    "始建",
    "获得",
    "响应时间",
    "社保",
    "历时",
];

/// Finds until when a listing can be answered, among the days of its text.
pub(super) fn deadline_in_prose(text: &str, days: &[Found]) -> Option<Read<Deadline>> {
    if let Some(at) = ["长期有效", "长期征集", "常年征集", "常年有效", "长期招募"]
        .iter()
        .find_map(|word| Some((text.find(word)?, word.len())))
    {
        return Some(Read { value: Deadline::Open, span: at.0..at.0 + at.1 });
    }
    days.iter().find_map(|found| {
        let lead = before(text, found.span.start, 10);
        let tail = after(text, found.span.end, 14);
        // 10月15日前提交方案,11月底前上线: only what stands with this day.
        let tail = match tail.char_indices().skip(2).find(|(_, c)| *c == ',') {
            Some((comma, _)) => &tail[..comma],
            None => tail,
        };
        // "自2023年1月1日至响应截止时间" has its day before the word, with no 前.
        let asked = ANSWER_BEFORE.iter().any(|w| {
            lead.trim_end_matches(['为', '是', '至', '到', '于', ':', '在', ' ', '(', '日', '期'])
                .ends_with(w.trim_end_matches(['日', '期', '至', '到']))
        });
        let told = ["前", "之前", "以前", "止"].iter().any(|w| {
            tail.trim_start_matches(|c: char| {
                c.is_ascii_digit() || matches!(c, ':' | '点' | '时' | '分' | ' ')
            })
            .starts_with(w)
        }) && any(tail, &ANSWER_AFTER)
            && !any(tail, &WORK_AFTER);
        let past = lead.ends_with(['自', '从', '由']) || (any(tail, &["业绩", "签订"]) && !asked);
        ((asked || told) && !past).then(|| {
            let start = if asked { found.span.start - lead.len() } else { found.span.start };
            let span = if told {
                start..found.span.end + tail.find('前').map_or(0, |at| at + '前'.len_utf8())
            } else {
                start..found.span.end
            };
            Read { value: Deadline::On(end(text, found)), span }
        })
    })
}

/// Finds how soon the work is to be done or is done. A bare "9月底前" in a
/// requirement is read as the day the work is wanted.
pub(super) fn delivery_in_prose(text: &str, days: &[Found], base: Date) -> Option<Read<Delivery>> {
    for (count, span) in spans(text) {
        let lead = before(text, span.start, 14);
        let tail = after(text, span.end, 10).split(',').next().unwrap_or_default();
        // 三年完成过: a year is a time for the work only when something says so.
        let years = text[span.clone()].ends_with('年') && !tail.starts_with('内');
        if (years && !any(lead, &["工期", "周期"]))
            || lead.ends_with(['近', '含'])
            || any(lead, &ELSEWHERE)
            || any(
                tail,
                &[
                    "质保",
                    "维保",
                    "免费",
                    "内响应",
                    "内回复",
                    "报名",
                    "经验",
                    "历史",
                    "运维",
                    "服务期",
                    "周年",
                    "从业",
                ],
            )
        {
            continue;
        }
        let within = tail.trim_start_matches(['左', '右']);
        let done =
            WORK_AFTER.iter().any(|w| within.find(w).is_some_and(|at| within[..at].chars().count() <= 5));
        let named = SPAN_BEFORE.iter().any(|w| {
            lead.rfind(w)
                .is_some_and(|at| lead[at + w.len()..].chars().count() <= 7 && !lead[at..].contains(','))
        });
        if done || named {
            let start = if named { span.start - lead.len() } else { span.start };
            let extra = if done { within.chars().take(4).map(char::len_utf8).sum() } else { 0 };
            return Some(Read { value: Delivery::WithinDays(count), span: start..span.end + extra });
        }
    }
    days.iter().find_map(|found| {
        let lead = before(text, found.span.start, 12);
        let tail = after(text, found.span.end, 14);
        let clause = &text[sentence(text, &found.span)];
        if lead.ends_with(['自', '从', '由']) || any(clause, &ELSEWHERE) || found.days.last < base {
            return None;
        }
        let festival = text[found.span.clone()].ends_with('前');
        let by = festival || ["前", "之前", "以前", "内"].iter().any(|w| tail.starts_with(w));
        let answer = any(tail, &ANSWER_AFTER) || ANSWER_BEFORE.iter().any(|w| lead.contains(w));
        let named = DAY_BEFORE.iter().any(|w| {
            lead.trim_end_matches(['为', '是', ':', '在', '于', '时', '间', '日', '期', '限']).ends_with(w)
        });
        ((by && !answer) || named).then(|| Read {
            value: Delivery::By(end(text, found)),
            span: found.span.start
                ..found.span.end
                    + tail
                        .chars()
                        .take_while(|c| *c != ',' && *c != '、')
                        .take(8)
                        .map(char::len_utf8)
                        .sum::<usize>(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: Date = date(2026, 9, 10);

    #[test]
    fn deadline_cells() {
        for (cell, day, all) in [
            ("2026年08月10日09时30分", "2026-08-10", true),
            ("2026-08-27 09:00", "2026-08-27", true),
            ("46266", "2026-09-01", true),
            ("2026-08-01至2026-09-20", "2026-09-20", true),
            ("2026年9月", "2026-09-30", true),
            ("2026年9月前", "2026-08-31", true),
            ("9月底前", "2026-09-30", true),
            ("发布之日起30天内", "2026-10-10", true),
            ("2026年9月底前，逾期不候，以邮戳日期为准", "2026-09-30", false),
        ] {
            let wanted = DeadlineCell::Read { deadline: Deadline::On(day.parse().unwrap()), whole: all };
            assert_eq!(deadline_cell(cell, BASE), wanted, "{cell}");
        }
        assert_eq!(
            deadline_cell("长期有效", BASE),
            DeadlineCell::Read { deadline: Deadline::Open, whole: true }
        );
        assert_eq!(deadline_cell("2026-09-20至2026-08-01", BASE), DeadlineCell::Reversed);
        assert_eq!(deadline_cell("待定", BASE), DeadlineCell::NotStated);
        assert_eq!(deadline_cell("尽快", BASE), DeadlineCell::Unread);
        assert_eq!(deadline_cell("2026-02-30", BASE), DeadlineCell::Unread);
    }

    #[test]
    fn delivery_cells() {
        use Delivery::{By, WithinDays};
        for (cell, delivery) in [
            ("30天", WithinDays(30)),
            ("合同签订后30天内", WithinDays(30)),
            ("2周", WithinDays(14)),
            ("3-5天", WithinDays(5)),
            ("7个工作日", WithinDays(10)),
            ("两个月", WithinDays(60)),
            ("90", WithinDays(90)),
            ("2026年12月底前", By(date(2026, 12, 31))),
        ] {
            match delivery_cell(cell, BASE) {
                DeliveryCell::Read { delivery: got, .. } => assert_eq!(got, delivery, "{cell}"),
                other => panic!("{cell}: {other:?}"),
            }
        }
        assert_eq!(delivery_cell("面议", BASE), DeliveryCell::NotStated);
    }

    #[test]
    fn days_in_running_text_are_told_by_their_purpose() {
        for (text, deadline, delivery) in [
            ("报名截止时间为2026年9月30日。", Some("2026-09-30"), None),
            ("请于10月15日前提交方案，11月底前上线。", Some("2026-10-15"), Some("2026-11-30")),
            ("想做个小程序，9月底前要用上", None, Some("2026-09-30")),
            ("元旦前要用上", None, Some("2026-12-31")),
            ("供应商自2023年1月1日至响应截止时间，至少具备1个同类案例业绩", None, None),
            ("合同签订后30天内完成", None, Some("30")),
            ("工期45天，质保2年", None, Some("45")),
            ("一般7个工作日交付", None, Some("10")),
            ("公司成立于2019年3月", None, None),
            ("提供3年免费维保", None, None),
            ("服务周期2年", None, None),
            ("产品上线4个月，用户过万", None, None),
            ("只需1个周末就可以上线", None, None),
            ("今年截至十月已有三百起", None, None),
            ("开学前后两周每天到校", None, None),
            ("近三年完成过一个项目", None, None),
            ("征集截止：2026-10-08", Some("2026-10-08"), None),
        ] {
            let folded = Folded::new(text);
            let got = deadline_in_prose(&folded.text, &days_in(&folded.text, BASE)).map(|r| match r.value {
                Deadline::On(day) => day.to_string(),
                Deadline::Open => "open".into(),
            });
            assert_eq!(got.as_deref(), deadline, "{text}");
            let got =
                delivery_in_prose(&folded.text, &days_in(&folded.text, BASE), BASE).map(|r| match r.value {
                    Delivery::By(day) => day.to_string(),
                    Delivery::WithinDays(days) => days.to_string(),
                });
            assert_eq!(got.as_deref(), delivery, "{text}");
        }
    }
}
