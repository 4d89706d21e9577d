//! Small vocabularies of single cells: yes and no, kinds, states, lists, contacts.

use std::sync::LazyLock;

use regex::Regex;

use super::facts::{amounts_in, fold_text, says_nothing};
use crate::domain::{Amount, Case, Category, Contact, ContactKind, PartyKind, Status, contacts_in};

/// The answer of a yes-or-no cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Yes {
    Said(bool),
    Nothing,
    /// Words to be read.
    Words,
}

pub(super) fn yes(cell: &str) -> Yes {
    let folded = fold_text(cell);
    match folded.trim().trim_end_matches(['.', '。']) {
        "是" | "有" | "√" | "✓" | "✔" | "☑" | "y" | "yes" | "true" | "1" | "需" | "需要" | "须" | "必须"
        | "可" | "可以" | "支持" | "要求" | "能" | "接受" | "on" => Yes::Said(true),
        "否" | "无" | "×" | "✗" | "✘" | "n" | "no" | "false" | "0" | "不需" | "不需要" | "无需" | "不可"
        | "不可以" | "不支持" | "不要求" | "不能" | "不接受" | "不" | "无要求" | "off" => {
            Yes::Said(false)
        }
        _ if says_nothing(cell) => Yes::Nothing,
        _ => Yes::Words,
    }
}

/// Cells of a column 线上线下.
pub(super) fn online(text: &str) -> Option<bool> {
    let folded = fold_text(text);
    let text = folded.as_str();
    if ["线上", "远程", "远端", "远距", "均可", "不限"].iter().any(|word| text.contains(word)) {
        Some(true)
    } else {
        (text.contains("线下") || text.contains("现场") || text.contains("本地") || text.contains("驻场"))
            .then_some(false)
    }
}

/// Parts of a cell that lists several things.
pub(super) fn list(cell: &str) -> Vec<String> {
    cell.split(['、', '，', ',', '；', ';', '\n', '|', '#'])
        .map(str::trim)
        .filter(|part| !part.is_empty() && !says_nothing(part))
        .map(str::to_owned)
        .collect()
}

pub(super) fn party_kind(cell: &str) -> Option<PartyKind> {
    if let Ok(kind) = cell.parse() {
        return Some(kind);
    }
    let cell = fold_text(cell);
    let has = |words: &[&str]| words.iter().any(|w| cell.contains(w));
    if has(&["一人公司", "opc", "一人有限", "个人独资", "个体"]) {
        Some(PartyKind::Opc)
    } else if has(&["自然人", "自由职业", "个人"]) {
        Some(PartyKind::Person)
    } else if has(&["机关", "政府", "行政", "街道", "党委"]) {
        Some(PartyKind::Government)
    } else if has(&["事业", "学校", "高校", "医院", "院所", "科研"]) {
        Some(PartyKind::Institution)
    } else if has(&["协会", "社团", "园区", "社区", "孵化", "联盟", "商会", "社会组织"]) {
        Some(PartyKind::Community)
    } else {
        has(&["企业", "国企", "民企", "央企", "公司", "私营", "外资"]).then_some(PartyKind::Company)
    }
}

/// What a name's ending tells of its bearer.
pub(super) fn kind_of_name(name: &str) -> PartyKind {
    let name = fold_text(name);
    let name = name.trim().trim_end_matches(')');
    let ends = |words: &[&str]| words.iter().any(|w| name.ends_with(w));
    if ends(&["公司", "集团", "有限合伙", "工厂", "商行"]) {
        PartyKind::Company
    } else if ends(&[
        "卫生服务中心",
        "大学",
        "学院",
        "学校",
        "小学",
        "中学",
        "高中",
        "医院",
        "研究院",
        "研究所",
        "图书馆",
        "博物馆",
        "幼儿园",
        "实验室",
        "文化馆",
        "科技馆",
        "档案馆",
        "卫生院",
        "美术馆",
    ]) {
        PartyKind::Institution
    } else if ends(&[
        "局",
        "委员会",
        "人民政府",
        "街道办",
        "办事处",
        "管委会",
        "厅",
        "镇政府",
        "区政府",
        "法院",
        "检察院",
        "办公室",
        "街道",
        "派出所",
        "支队",
        "大队",
    ]) {
        PartyKind::Government
    } else if ends(&[
        "协会",
        "商会",
        "园区",
        "社区",
        "联盟",
        "孵化器",
        "众创空间",
        "学会",
        "合作社",
        "基金会",
        "产业园",
        "居委会",
        "村委会",
    ]) {
        PartyKind::Community
    } else {
        PartyKind::Unknown
    }
}

pub(super) fn category(cell: &str) -> Option<Category> {
    if let Ok(category) = cell.parse() {
        return Some(category);
    }
    let folded = fold_text(cell);
    let bare = folded.trim().trim_end_matches(['类', '型']);
    Some(match bare {
        "场景" | "应用场景" | "场景需求" | "场景机会" => Category::Scenario,
        "采购" | "采购意向" | "政府采购" | "招标" | "招标采购" | "采购需求" | "询价" | "询比" => {
            Category::Procurement
        }
        "揭榜" | "揭榜挂帅" | "技术攻关" | "攻关" | "榜单" => Category::Challenge,
        "找伙伴" | "合伙" | "伙伴" | "合作" | "找合作" | "合作需求" => Category::Partner,
        "政策" | "扶持政策" | "政策服务" => Category::Policy,
        "服务" | "技术服务" | "服务需求" | "专业服务" => Category::Service,
        "产品" | "软件产品" | "硬件产品" | "软件" => Category::Product,
        "其他" | "其它" => Category::Other,
        _ => return None,
    })
}

/// What a requirement's title tells of it.
pub(super) fn category_of_title(title: &str) -> Category {
    let title = fold_text(title);
    let has = |words: &[&str]| words.iter().any(|w| title.contains(w));
    if has(&["揭榜", "榜题", "挂帅"]) {
        Category::Challenge
    } else if has(&["采购", "招标", "询比", "询价", "比选", "磋商", "竞争性", "谈判公告"])
    {
        Category::Procurement
    } else {
        Category::Other
    }
}

pub(super) fn status(cell: &str) -> Option<Status> {
    if let Ok(status) = cell.parse() {
        return Some(status);
    }
    Some(match fold_text(cell).trim() {
        "待揭榜" | "征集中" | "进行中" | "招募中" | "开放" | "有效" | "open" | "active" | "已上架"
        | "上架" | "报名中" | "发布中" | "候选" | "待对接" => Status::Published,
        "攻关中" | "验收中" | "在推" | "对接中" | "已对接" | "已揭榜" | "实施中" | "in progress"
        | "执行中" | "洽谈中" => Status::InProgress,
        "已落地" | "搁置" | "已完成" | "完成" | "结束" | "关闭" | "已关闭" | "closed" | "done" | "下架"
        | "已下架" | "失效" | "已截止" | "终止" | "已排除" | "已验收" => Status::Closed,
        "储备" | "拟发布" | "未发布" => Status::Draft,
        "审核中" | "待审" | "待发布" | "pending" => Status::Review,
        _ => return None,
    })
}

/// Jobs that can still be taken on.
pub(super) fn free_jobs(cell: &str) -> Option<u32> {
    let folded = fold_text(cell);
    let text = folded.trim();
    if matches!(text, "满" | "已满" | "排满" | "暂停接单" | "full" | "无档期") {
        return Some(0);
    }
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let words = text.chars().filter(|c| c.is_alphanumeric() && !c.is_ascii_digit()).count();
    digits.parse().ok().filter(|_| words <= 6)
}

static YEAR: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[^\d])(20[0-3]\d)(?:年|[-./]|[^\d]|$)").ok());

/// Past cases, one a line or between semicolons.
pub(super) fn cases(cell: &str) -> Vec<Case> {
    cell.split(['\n', '；', ';'])
        .map(|part| {
            let part = part.trim();
            let bare = part.trim_start_matches(|c: char| c.is_ascii_digit());
            // "1. …" and "2、…" lose their number; "2025年…" and "3家…" do not.
            if bare.len() < part.len()
                && part.len() - bare.len() <= 2
                && bare.starts_with(['.', '、', ')', '）', '．'])
            {
                bare.trim_start_matches(['.', '、', ')', '）', '．']).trim()
            } else {
                part
            }
        })
        .filter(|part| !part.is_empty() && !says_nothing(part))
        .map(|part| {
            let folded = fold_text(part);
            let year =
                YEAR.as_ref().and_then(|p| p.captures(&folded)).and_then(|c| c.get(1)?.as_str().parse().ok());
            let worth = amounts_in(&folded).first().and_then(|found| Amount::from_units(found.low));
            Case { summary: part.to_owned(), year, worth }
        })
        .collect()
}

/// Ways to reach somebody out of one cell: numbers and addresses by their form,
/// what remains as the kind that the column names.
pub(super) fn contacts(cell: &str, kind: ContactKind) -> Vec<Contact> {
    if !matches!(kind, ContactKind::Other | ContactKind::Name) {
        return vec![Contact { kind, value: cell.to_owned() }];
    }
    let mut contacts = contacts_in(cell);
    let mut rest = cell.to_owned();
    for contact in &contacts {
        rest = rest.replace(&contact.value, " ");
    }
    for label in ["联系人", "电话", "手机", "邮箱", "微信", "联系方式", "聯絡人", "電話"]
    {
        rest = rest.replace(label, " ");
    }
    let rest = rest
        .split(|c: char| {
            c.is_whitespace()
                || matches!(c, '：' | ':' | '，' | ',' | '/' | '、' | '；' | ';' | '(' | ')' | '（' | '）')
        })
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    if !rest.is_empty() {
        let han = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c) || c == '·';
        let name = kind == ContactKind::Name
            || (!contacts.is_empty() && rest.chars().all(han) && rest.chars().count() <= 4);
        contacts.insert(
            0,
            Contact { kind: if name { ContactKind::Name } else { ContactKind::Other }, value: rest },
        );
    }
    contacts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_taken_apart() {
        for (cell, kind, wanted) in [
            ("王小明 13800138000", ContactKind::Other, vec![("name", "王小明"), ("phone", "13800138000")]),
            ("a@example.com", ContactKind::Other, vec![("email", "a@example.com")]),
            ("前台转", ContactKind::Other, vec![("other", "前台转")]),
            ("88001234", ContactKind::Phone, vec![("phone", "88001234")]),
            ("王小明/李小红", ContactKind::Name, vec![("name", "王小明 李小红")]),
        ] {
            let got = contacts(cell, kind);
            let got: Vec<(&str, &str)> = got.iter().map(|c| (c.kind.as_str(), c.value.as_str())).collect();
            assert_eq!(got, wanted, "{cell}");
        }
    }

    #[test]
    fn cases_are_split_and_read() {
        let got = cases("1. 2025年某社区医院导诊，合同8万元；2、某学校");
        let got: Vec<_> =
            got.iter().map(|c| (c.summary.as_str(), c.year, c.worth.map(|a| a.0 / 100))).collect();
        assert_eq!(
            got,
            [("2025年某社区医院导诊，合同8万元", Some(2025), Some(80_000)), ("某学校", None, None)]
        );
    }

    #[test]
    fn words_of_small_columns() {
        assert_eq!(yes("√"), Yes::Said(true));
        assert_eq!(yes("無"), Yes::Said(false));
        assert_eq!(yes("-"), Yes::Nothing);
        assert_eq!(status("攻关中"), Some(Status::InProgress));
        assert_eq!(free_jobs("还能接2单"), Some(2));
        assert_eq!(free_jobs("已满"), Some(0));
        assert_eq!(category("揭榜挂帅类"), Some(Category::Challenge));
        assert_eq!(kind_of_name("青枫街道办事处"), PartyKind::Government);
        assert_eq!(kind_of_name("远麓精工有限公司"), PartyKind::Company);
    }
}
