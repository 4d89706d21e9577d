//! Which field a column fills, told by its name.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Mapping;
use super::facts::fold_text;
use crate::domain::{Category, ContactKind, Field, Side};

/// What a recognised name says beyond its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Twist {
    /// Nothing.
    None,
    /// A serial number, unique only within its table.
    Serial,
    /// A way to reach the party.
    Contact(ContactKind),
    /// The 我有 or 我要 half of a partner card.
    Half(Side),
    /// A title column that also tells the category of its rows.
    Category(Category),
    /// Text that keeps its column's name as a label.
    Labelled,
    /// A column that `write_rejects` added.
    Report,
}

/// Field and twist of a column.
pub(super) type Meaning = (Field, Twist);

use Field as F;
use Twist as T;

/// Known names, each group in order of preference where several columns could
/// fill one field. Sources: the lists named in the project's notes on fields
/// (opportunity lists, procurement intentions, open challenges, capability
/// lists), and the keys of the API.
const NAMES: &[(Field, Twist, &str)] = &[
    (
        F::Id,
        T::None,
        "编号 ID 项目编号 采购编号 需求编号 场景编号 能力编号 榜单编号 榜题编号 公告编号 代码 code key 识别码 案號 标案案号",
    ),
    (F::Id, T::Serial, "序号 序 No 项次 行号 # index 流水号"),
    (
        F::Title,
        T::Category(Category::Scenario),
        "应用场景名称 场景名称 场景机会名称 场景标题 机会名称 场景需求名称 应用场景",
    ),
    (F::Title, T::Category(Category::Procurement), "采购项目名称 招标项目名称 标案名称 采购名称 标的名称"),
    (F::Title, T::Category(Category::Challenge), "榜题名称 榜单名称 揭榜题目 攻关任务 技术榜题"),
    (F::Title, T::Category(Category::Policy), "政策名称 政策标题"),
    (F::Title, T::Category(Category::Service), "服务名称 服务项目 服务事项"),
    (F::Title, T::Category(Category::Product), "产品名称 解决方案名称 软件名称 作品名称 product"),
    (
        F::Title,
        T::None,
        "名称 标题 题目 需求名称 需求标题 项目名称 项目标题 任务名称 能力名称 主题 title name subject 名目 需求",
    ),
    (F::Title, T::Labelled, "核心产品 主要产品 产品/服务"),
    (
        F::Text,
        T::None,
        "描述 需求描述 场景简介 场景描述 采购需求概况 需求概况 项目概况 内容 建设内容 简介 介绍 一句话介绍 说明 详情 需求内容 需求说明 项目描述 项目简介 产品简介 产品介绍 企业与产品简介 能力描述 能力介绍 场景能力 服务内容 text description content summary detail details intro introduction body abstract 具体需求 概述 摘要",
    ),
    (
        F::Text,
        T::Labelled,
        "合作需求 验收标准 揭榜方要求 技术方向 核心技术 主营业务 可应用落地场景 服务模式 兼容性 合作方式 备注 remark remarks note notes 技术要求 技术参数 功能要求 痛点 需求背景 项目背景 背景 企业简介 公司简介 单位简介 优势 亮点 采购品目 预期成效 预期目标 目标 研究内容 考核指标 readme 适用范围 应用领域说明 交付物 交付内容 deliverables scope",
    ),
    (F::Text, T::Half(Side::Capability), "我有 我能提供 可提供 i_have offer"),
    (F::Text, T::Half(Side::Requirement), "我要 我需要 想认识 i_need want"),
    (
        F::Party,
        T::None,
        "单位 单位名称 发布单位 需求单位 采购单位 采购人 招标人 发榜单位 公司名称 企业名称 企业 公司 机构 机构名称 发布方 需求方 牵头单位 牵头部门 责任单位 主办单位 业主 业主单位 甲方 供应商 供应商名称 服务商 提供方 制作者 作者 开发者 团队 团队名称 OPC名称 采购机关 机关名称 issuing_body issuer buyer purchaser provider vendor supplier company organization organisation party author maker owner 联系单位 publisher client agency 店名 商家",
    ),
    (
        F::PartyKind,
        T::None,
        "单位类型 单位性质 企业类型 主体类型 企业性质 机构类型 party_kind kind party_type",
    ),
    (
        F::Region,
        T::None,
        "地区 区域 地点 所在地 所在地区 所在区域 省份 省 城市 市 区县 区 县 市区 项目地点 实施地点 服务地区 服务区域 服务范围 拟落地应用区域 落地区域 交付地点 行政区 属地 所属区域 region location city province district place area 履约地点 注册地 办公地点",
    ),
    (
        F::Remote,
        T::None,
        "可否远程 可否远端 可否远距 是否远程 是否远端 是否远距 远程 可远程 支持远程 是否可远程 远程交付 remote remote_ok 线上线下 交付方式 工作方式",
    ),
    (
        F::Industries,
        T::None,
        "行业 应用领域 领域 所属行业 行业领域 所属领域 应用行业 服务行业 产业 产业方向 industry industries sector domain 场景类型 需求类型 赛道",
    ),
    (F::Category, T::None, "类别 类型 分类 项目类型 采购类型 category type"),
    (
        F::Skills,
        T::None,
        "技能 技术 标签 关键词 关键字 技能标签 技术标签 技术栈 能力标签 专长 skills skill tags keywords stack tech 所需技能",
    ),
    (
        F::Money,
        T::None,
        "金额 预算 预算金额 项目预算 采购预算 预算价 投资规模 总投资 投资金额 项目金额 资金规模 经费 经费预算 控制价 最高限价 采购金额 合同金额 奖金 悬赏金额 榜额 报价 价格 参考价 参考价格 实施参考价 起价 起步价 收费标准 收费 服务价格 单价 费用 标价 budget price amount cost fee rate max_budget min_price money 预算範圍 薪酬 报酬",
    ),
    (
        F::Published,
        T::None,
        "发布日期 发布时间 公告日期 公告时间 发布日 公示时间 登记时间 提交时间 填报时间 更新时间 published publish_date published_at date posted posted_at created_at release_date 刊登日期",
    ),
    (
        F::Deadline,
        T::None,
        "截止日期 截止时间 截止 报名截止 报名截止时间 投标截止时间 响应截止时间 申报截止 截标时间 起止时间 起止日期 预计采购时间 有效期 有效期至 征集截止 deadline due due_date closing_date close_date valid_until expires_at 截止投标",
    ),
    (
        F::Delivery,
        T::None,
        "交付时间 交付日期 交付周期 交付期限 工期 周期 建设周期 实施周期 项目周期 完成时间 完成期限 服务周期 上线时间 交货期 履约期限 合同履行期限 期望完成时间 delivery delivery_time duration lead_time turnaround timeline",
    ),
    (
        F::Eligibility,
        T::None,
        "资格要求 资格条件 供应商资格 投标人资格 申请条件 准入条件 参与条件 要求 门槛要求 资格 eligibility requirements qualification qualifications 廠商資格",
    ),
    (F::PastContracts, T::None, "业绩要求 案例要求 经验要求 业绩 past_contracts experience_required"),
    (
        F::Certificates,
        T::None,
        "资质 资质要求 企业资质 资质证书 资质与荣誉 证书 认证 荣誉资质 资质荣誉 certificates certificate certifications licenses",
    ),
    (
        F::DataStaysOnSite,
        T::None,
        "数据不出域 私有部署 私有化部署 是否私有化部署 数据要求 数据安全要求 data_stays_on_site on_premise",
    ),
    (F::OnSite, T::None, "驻场 是否驻场 驻场要求 是否需驻场 现场要求 on_site"),
    (F::Thresholds, T::None, "准入门槛 门槛 thresholds"),
    (
        F::Cases,
        T::None,
        "案例 典型客户/案例 典型案例 典型客户 成功案例 应用案例 过往案例 服务案例 项目案例 客户案例 落地案例 past_cases cases case_studies portfolio 业绩案例",
    ),
    (F::Capacity, T::None, "接单余量 产能 可接单数 剩余产能 空闲名额 接单能力 capacity free_jobs"),
    (F::Status, T::None, "状态 项目状态 需求状态 发布状态 status state"),
    (
        F::Contacts,
        T::Contact(ContactKind::Name),
        "联系人 联系人姓名 对接人 负责人 联络人 contact_name contact_person",
    ),
    (
        F::Contacts,
        T::Contact(ContactKind::Phone),
        "电话 联系电话 手机 手机号 手机号码 联系手机 座机 phone tel telephone mobile",
    ),
    (F::Contacts, T::Contact(ContactKind::Email), "邮箱 电子邮箱 邮件 电子邮件 email mail"),
    (F::Contacts, T::Contact(ContactKind::Wechat), "微信 微信号 wechat weixin"),
    (F::Contacts, T::Contact(ContactKind::Address), "地址 联系地址 通讯地址 详细地址 address"),
    (
        F::Contacts,
        T::Contact(ContactKind::Other),
        "联系方式 联系 QQ contact contacts 联络方式 联系人及电话 联系人/联系方式",
    ),
    (
        F::Url,
        T::None,
        "链接 网址 公告链接 原文链接 来源链接 官网 url link website homepage source_url href 来源网址",
    ),
    (F::Id, T::Report, "退回原因 修改办法 退回位置 无法解析的原文"),
];

/// Parts of names that tell the field of a name not listed above, tried in this
/// order; each group's words are alternatives.
const PARTS: &[(Field, Twist, &str)] = &[
    (F::Contacts, T::Contact(ContactKind::Phone), "电话 手机"),
    (F::Contacts, T::Contact(ContactKind::Email), "邮箱"),
    (F::Contacts, T::Contact(ContactKind::Wechat), "微信"),
    (F::Contacts, T::Contact(ContactKind::Other), "联系人 联系方式 联络"),
    (F::Money, T::None, "预算 限价 金额 投资规模 投资额 参考价 budget"),
    (F::Deadline, T::None, "截止 deadline"),
    (F::Published, T::None, "发布时间 发布日期 公告日期"),
    (F::Delivery, T::None, "交付周期 工期 交付时间 完成时间"),
    (F::PastContracts, T::None, "业绩要求"),
    (F::Eligibility, T::None, "资格要求 资格条件"),
    (F::Cases, T::None, "案例"),
    (F::Certificates, T::None, "资质"),
    (F::Url, T::None, "网址 链接"),
    (F::Title, T::None, "项目名称 需求名称 场景名称 产品名称"),
    (F::Text, T::None, "需求描述 项目描述 简介 概况 详细描述"),
    (F::Party, T::None, "单位名称 企业名称 公司名称 需求单位 采购单位 发布单位"),
    (F::Region, T::None, "所在地 所在区 地区"),
];

/// Longest header, in characters, that is compared by parts.
const MAX_PARTS_NAME: usize = 14;

static KNOWN: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for (field, twist, names) in NAMES {
        for name in names.split(' ') {
            known.entry(normalise(name)).or_insert((*field, *twist));
        }
    }
    known
});

/// A name as it is compared: simplified characters, half width, lower case,
/// without spaces, brackets and what they hold, `*`, `_`, `-` and closing colons.
pub(super) fn normalise(name: &str) -> String {
    let folded = fold_text(name);
    let mut depth = 0usize;
    let mut bare = String::with_capacity(folded.len());
    let mut all = String::with_capacity(folded.len());
    for c in folded.chars() {
        let opens = matches!(c, '(' | '[' | '【' | '〔' | '「');
        let closes = matches!(c, ')' | ']' | '】' | '〕' | '」');
        depth += usize::from(opens);
        if !opens
            && !closes
            && !c.is_whitespace()
            && !matches!(c, '*' | '_' | '-' | ':' | '.' | '※' | '"' | '\'' | '、')
        {
            all.push(c);
            if depth == 0 {
                bare.push(c);
            }
        }
        depth -= usize::from(closes && depth > 0);
    }
    // A name wholly in brackets keeps what they hold.
    if bare.is_empty() { all } else { bare }
}

/// What a column of this name fills; `None` when the name is not known.
pub(super) fn recognise(name: &str) -> Option<Meaning> {
    exact(name).or_else(|| by_parts(name))
}

/// By the whole name, or by the last part of a nested key (`dates.deadline`).
fn exact(name: &str) -> Option<Meaning> {
    let whole = KNOWN.get(&normalise(name)).copied();
    whole.or_else(|| {
        let (outer, inner) = name.rsplit_once('.')?;
        KNOWN.get(&normalise(inner)).filter(|_| !outer.is_empty() && name.is_ascii()).copied()
    })
}

fn by_parts(name: &str) -> Option<Meaning> {
    let normal = normalise(name);
    if normal.chars().count() > MAX_PARTS_NAME {
        return None;
    }
    PARTS
        .iter()
        .find(|(_, _, parts)| parts.split(' ').any(|part| normal.contains(part)))
        .map(|(field, twist, _)| (*field, *twist))
}

/// How much a row looks like column names: four for each different field named
/// exactly or by the user, one for each named by part only.
pub(super) fn score<'a>(cells: impl Iterator<Item = &'a str>, mapping: &Mapping) -> u32 {
    let mut seen: Vec<Meaning> = Vec::new();
    let mut score = 0;
    for cell in cells {
        // No column is named by a sentence; this also keeps long data cheap.
        if cell.len() > 120 {
            continue;
        }
        let (meaning, worth) = match (mapping.get(&normalise(cell)), exact(cell)) {
            (Some(field), _) => (field.map(|f| (f, Twist::None)), 4),
            (None, Some(meaning)) => (Some(meaning), 4),
            (None, None) => (by_parts(cell), 1),
        };
        if let Some(meaning) = meaning
            && !seen.contains(&meaning)
        {
            seen.push(meaning);
            score += worth;
        }
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognised_as_lists_write_them() {
        for (name, meaning) in [
            ("采购项目名称", Some((F::Title, T::Category(Category::Procurement)))),
            ("採購項目名稱", Some((F::Title, T::Category(Category::Procurement)))),
            ("预算金额（万元）", Some((F::Money, T::None))),
            ("* 预算 金额：", Some((F::Money, T::None))),
            ("項目預算（萬元）", Some((F::Money, T::None))),
            ("Issuing Body", Some((F::Party, T::None))),
            ("issuing_body", Some((F::Party, T::None))),
            ("序号", Some((F::Id, T::Serial))),
            ("聯絡電話", Some((F::Contacts, T::Contact(ContactKind::Phone)))),
            ("项目联系人及手机", Some((F::Contacts, T::Contact(ContactKind::Phone)))),
            ("典型客户/案例", Some((F::Cases, T::None))),
            ("dates.deadline", Some((F::Deadline, T::None))),
            ("ＵＲＬ", Some((F::Url, T::None))),
            ("我有", Some((F::Text, T::Half(Side::Capability)))),
            ("推进情况", None),
            ("跟进人", None),
        ] {
            assert_eq!(recognise(name), meaning, "{name}");
        }
    }

    #[test]
    fn no_name_is_listed_twice() {
        let mut seen = std::collections::HashSet::new();
        for name in NAMES.iter().flat_map(|(_, _, names)| names.split(' ')) {
            assert!(seen.insert(normalise(name)), "{name}");
        }
    }
}
