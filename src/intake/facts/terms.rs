//! Terms as lists state them: who may answer, with what record, and how the work is done.

use std::sync::LazyLock;

use regex::Regex;

use super::Read;
use super::amount_scan::amounts_in;
use super::fold::fold_text;
use super::numeral::whole;
use super::span::{any, before, sentence};
use crate::domain::{Amount, PastContracts, Side, Threshold, ThresholdKind};

/// Whether a cell only says that nothing is said.
pub(in crate::intake) fn says_nothing(cell: &str) -> bool {
    let folded = fold_text(cell);
    let bare: String = folded
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '。' | '.' | '(' | ')' | '[' | ']'))
        .collect();
    if bare.chars().all(|c| matches!(c, '-' | '/' | '\\' | '*' | '_' | '~' | '×' | '?' | '…' | '—')) {
        return true;
    }
    if bare.chars().count() > 24 {
        return false;
    }
    matches!(
        bare.as_str(),
        "无" | "空"
            | "n/a"
            | "na"
            | "nan"
            | "null"
            | "none"
            | "tbd"
            | "待定"
            | "暂无"
            | "没有"
            | "不详"
            | "未知"
            | "暂定"
            | "同上"
    ) || any(
        &bare,
        &[
            "未明确",
            "未列",
            "未单列",
            "未说明",
            "未公布",
            "未公开",
            "未提及",
            "未提供",
            "未填",
            "未注明",
            "未披露",
            "未规定",
            "未设",
            "未要求",
            "无要求",
            "不要求",
            "不作要求",
            "详见",
            "见附件",
            "见公告",
            "见文件",
            "以公告为准",
            "以合同为准",
            "待定",
            "待明确",
            "待确认",
            "待补充",
            "暂缺",
            "另行通知",
            "面议",
        ],
    )
}

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($text).ok());
    };
}

fn find(pattern: &LazyLock<Option<Regex>>, text: &str) -> Option<std::ops::Range<usize>> {
    pattern.as_ref().and_then(|p| p.find(text)).map(|m| m.range())
}

fn first_of(text: &str, no: &LazyLock<Option<Regex>>, yes: &LazyLock<Option<Regex>>) -> Option<Read<bool>> {
    if let Some(span) = find(no, text) {
        return Some(Read { value: false, span });
    }
    find(yes, text).map(|span| Read { value: true, span })
}

pattern!(
    LEGAL_NO,
    r"(?:个人|自然人)(?:开发者|团队|或团队)?(?:也|亦|均|都)?(?:可以?|能)(?:参加|参与|报名|接|承接|申请|投标|应征)|不(?:要求|限)(?:独立)?法人|不限(?:主体|单位性质|个人)|(?:个人|自然人)(?:、|和|或|与|/)(?:企业|公司|团队|工作室)(?:、[^。;,]{0,10})?(?:均可|都可|皆可|都行)|无需(?:注册)?公司|individuals? (?:are )?welcome"
);
pattern!(
    LEGAL_YES,
    r"独立的?(?:企业)?法人|(?:具有|具备|须为|应为|须是|必须是|依法设立的?|持有)[^。;\n]{0,12}?法人|独立承担民事责任|依法(?:登记|注册|成立|设立)[^。;,\n]{0,14}(?:法人|组织|企业|公司|机构)|合法成立并存续的法人|营业执照|事业单位法人证书|(?:须|需|必须|应|要求|限)[^。;,\n]{0,6}(?:注册(?:的)?(?:公司|企业)|公司主体|企业主体|对公账户)|不接受(?:个人|自然人)|legal (?:person|entity)|registered (?:company|entity|business)"
);
pattern!(LEGAL_NO_OFFER, r"个人(?:开发者|身份)(?:承接|接单)|尚?未注册(?:公司)?|没有(?:注册)?公司|自由职业者");
pattern!(
    LEGAL_YES_OFFER,
    r"独立法人|(?:已|有|持|具)[^。;,\n]{0,4}营业执照|(?:已|是|为|系|我司)[^。;,\n]{0,8}注册(?:的)?[^。;,\n]{0,6}(?:公司|企业)|一人有限(?:责任)?公司|(?:可|能)(?:以)?(?:开具?|提供)[^。;,\n]{0,6}(?:增值税)?(?:专票|专用发票|发票)|注册于|个体工商户"
);

/// Whether an independent legal person or registered organisation is asked for, or is there.
pub(in crate::intake) fn legal_person(text: &str, side: Side) -> Option<Read<bool>> {
    if side == Side::Capability {
        return first_of(text, &LEGAL_NO_OFFER, &LEGAL_YES_OFFER);
    }
    if let Some(span) = find(&LEGAL_NO, text) {
        return Some(Read { value: false, span });
    }
    // 法人下属不具备法人资格的分支机构 speaks of branches.
    let hit = LEGAL_YES.as_ref()?.find_iter(text).find(|m| !text[..m.start()].ends_with('不'))?;
    let lead = before(text, hit.start(), 8);
    let optional = any(lead, &["不需", "无需", "无须", "不要", "优先"]) && hit.as_str() != "营业执照";
    (!optional && !any(lead, &["识别", "办理", "代办", "扫描", "ocr"]))
        .then(|| Read { value: true, span: hit.range() })
}

pattern!(
    STAYS_NO,
    r"(?:不|无)(?:需|须|要求|必|用)(?:要)?(?:私有化?|本地化?)(?:部署)|(?:可以?|允许|接受)(?:使用|用|上|采用|部署(?:在|到)?)?(?:公有|第三方|阿里|腾讯|华为)?云(?:服务|部署|端|上)?(?:即可|就行|均可)?|saas(?:即可|也可|就行|均可)|不支持(?:私有化?|本地化?)部署|(?:只|仅)(?:提供|支持|做)(?:saas|云端)"
);
pattern!(
    STAYS_YES,
    r"数据(?:必须|须|要|应|需|都|全部|均|可|也|完全)?(?:不(?:得|能|可|要|准|会)?(?:出|离开|传出|流出|外传|离|上云|外流|上传)[^。;,\n]{0,6}|留在|只?(?:存|放|保存|存储|存放)(?:储|放)?(?:在|于)(?:本地|内网|院内|校内|厂内|本院|本校|园区))|不出域|私有化?部署|本地化?部署|内网部署|内网环境部署|离线部署|部署(?:在|到|于)(?:本地|内网|院内|校内|我方|甲方|客户)[^。;,\n]{0,6}|on-?prem(?:ises?)?|self-?host(?:ed|ing)?|data (?:must |should )?(?:stays?|remains?) (?:on|in)"
);

/// Whether data stays on the requirement's site, or the capability can leave it there.
pub(in crate::intake) fn data_stays_on_site(text: &str) -> Option<Read<bool>> {
    if !any(text, &["数据", "部署", "云", "saas", "prem", "host", "data", "出域"]) {
        return None;
    }
    first_of(text, &STAYS_NO, &STAYS_YES)
}

pattern!(
    SITE_NO,
    r"(?:不|无)(?:需|须|要求|必|用|强制)(?:要)?(?:[^。;,\n]{0,4})?(?:驻场|驻点|到场|坐班|到岗|上门|现场)|不(?:接|提供|做|支持)?(?:驻场|驻点|坐班|上门)|(?:仅|只|纯)(?:接|做|提供|支持|限)?(?:远程|线上)|(?:全程|全部|均可|都可)远程|远程(?:即可|就行|就可以|完成即可)|no on-?site|fully remote"
);
pattern!(
    SITE_YES,
    r"驻场|驻点|常驻现场|现场(?:办公|值守|驻守|驻扎)|(?:每周|每月|每天|定期|需|须|必须|能|要|可)[^。;,\n]{0,6}(?:到场|到岗|到现场|坐班|上门)|上门(?:服务|安装|调试|培训|交付|实施|拍摄)|可(?:到|赴)现场|on-?site (?:presence|work|service|support|required)"
);

/// Whether presence on site is asked for, or offered.
pub(in crate::intake) fn on_site(text: &str) -> Option<Read<bool>> {
    if !any(text, &["驻", "场", "到岗", "坐班", "上门", "远程", "线上", "site", "remote"]) {
        return None;
    }
    let read = first_of(text, &SITE_NO, &SITE_YES)?;
    let lead = before(text, read.span.start, 8);
    (!(read.value && any(lead, &["优先", "业绩", "类似"]))).then_some(read)
}

pattern!(
    REMOTE_NO,
    r"(?:不|非)(?:接受|支持|提供|做|允许|考虑)(?:纯)?(?:远程|异地)|(?:仅|只|限|须为|必须是)(?:限|接|服务|面向|做)?(?:本地|本市|本区|同城|本省)(?:企业|公司|团队|单位|客户|商家|业务)?|no remote"
);
pattern!(
    REMOTE_YES,
    r"(?:可以?|支持|接受|能|允许|均可|都可|全程|全部|仅|只|纯|只做|以)(?:提供|接|做|全程)?(?:远程|线上(?:交付|办公|完成|协作|服务))(?:监控|监测|控制|医疗|抄表|诊断|教育|会诊|运维平台)?|远程(?:交付|办公|完成|协作|服务|支持|开发|沟通|实施|接单)(?:即可|均可|为主|就行)?|远程(?:即可|就行|就可以|为主|均可|都行|可)|(?:不限|无)(?:地区|地域|区域|城市)|地(?:域|区)不限|(?:服务|面向|承接|覆盖|可接)全国|全国(?:可接|接单|范围|均可|远程|服务|都接|可服务|各地均可)|fully remote|remote (?:ok|work|delivery|welcome|friendly)"
);

/// Whether work from elsewhere will do, or is offered.
pub(in crate::intake) fn remote(text: &str) -> Option<Read<bool>> {
    if !any(
        text,
        &["远程", "线上", "不限", "全国", "本地", "同城", "本市", "本区", "本省", "异地", "remote", "无地"],
    ) {
        return None;
    }
    if let Some(span) = find(&REMOTE_NO, text) {
        let tail = &text[span.end..];
        if !tail.starts_with("部署") && !tail.starts_with('化') {
            return Some(Read { value: false, span });
        }
    }
    let hit = REMOTE_YES.as_ref()?.find_iter(text).find(|m| {
        // 支持远程监控 is a feature of a product.
        let feature = [
            "监控", "监测", "控制", "医疗", "抄表", "诊断", "教育", "会诊", "平台", "升级", "查看", "管理",
            "操控", "桌面", "接入", "访问", "连接", "维护", "开", "巡", "调", "配置", "预警", "喊话", "操作",
            "值守", "传输",
        ];
        let tail = &text[m.end()..];
        !feature
            .iter()
            .any(|w| m.as_str().ends_with(w) || (m.as_str().ends_with("远程") && tail.starts_with(w)))
    })?;
    Some(Read { value: true, span: hit.range() })
}

pattern!(
    COUNT_BEFORE,
    concat!(
        r"(?:至少|不少于|不低于|不得少于|≥|>=|具备|具有|提供|完成过?|承接过?|有|须|\[|实施)[^\d。;\n]{0,12}?\[?(\d{1,2}|[一二两三四五六七八九十])\]?(?:个|项|份|例|家|单|宗|次)?(?:\(?[及或]?(?:其)?以上\)?)?\]?(?:的|与本项目|完整|成功|类似|同类|相关|相似|相近|实施|\(|[^。;\n\d]){0,40}?(?:业绩|案例|合同|项目经验|项目)"
    )
);
pattern!(
    COUNT_AFTER,
    r"(?:业绩|案例|合同|项目经验)[^。;\n\d]{0,10}?(?:至少|不少于|不低于|≥|>=|:|数量)?\[?(\d{1,2}|[一二两三四五六七八九十])\]?(?:个|项|份|例|家|单|宗)(?:[及或]?以上)?"
);
pattern!(
    RECORD,
    r"(?:须|应|需|必须|具备|具有|提供|至少|要求|有过?|承接|完成)[^。;\n]{0,60}?(?:同类|类似|相关|相似|过往|以往|成功|实施|集成|服务|软件)[^。;\n]{0,30}?(?:业绩|案例|项目经验|合同)"
);

/// What must not be counted as a demand.
const NO_DEMAND: [&str; 12] =
    ["优先", "加分", "更佳", "为佳", "最好", "尽量", "不要求", "无需", "无须", "不限", "未单列", "没有要求"];

/// Past contracts that a requirement asks for. `column` tells that the text
/// stands in a column for just that, where any real words are a demand.
///
/// A sum over all contracts (累计不少于100万元) has no place in
/// [`PastContracts::each_worth`]; it counts as one contract, and the words stay.
pub(in crate::intake) fn past_contracts(text: &str, column: bool) -> Option<Read<PastContracts>> {
    if !any(text, &["业绩", "案例", "经验", "合同"]) {
        return None;
    }
    let mut best: Option<Read<PastContracts>> = None;
    let mut start = 0;
    for end in text.match_indices(['。', ';', '\n']).map(|(at, _)| at).chain([text.len()]) {
        let clause = &text[start..end];
        let from = start;
        start = (end + text[end..].chars().next().map_or(0, char::len_utf8)).min(text.len());
        if !any(clause, &["业绩", "案例", "经验"]) || any(clause, &NO_DEMAND) {
            continue;
        }
        // Proof and footnotes to a demand are none themselves.
        if any(clause, &["若为", "若提供", "不予认可", "关键页", "复印件", "扫描件"])
            && !any(
                clause,
                &["至少具备", "不少于", "至少提供", "至少1", "至少一", "业绩1个", "业绩至少", "一份"],
            )
            && !any(clause, &["应具备", "须提供", "须具备", "需提供"])
        {
            continue;
        }
        let worth = worth(clause);
        let counted = [&COUNT_BEFORE, &COUNT_AFTER].into_iter().find_map(|pattern| {
            let captures = pattern.as_ref()?.captures(clause)?;
            let group = captures.get(1)?;
            let tail = &clause[group.end()..];
            let date = tail.starts_with(['年', '月', '日', '天', '万', '元', '.', '%', ')', ','])
                || clause[..group.start()].ends_with(['.', '年', '月']);
            let whole_match = captures.get(0)?;
            let count = whole(group.as_str()).filter(|n| (1..=50).contains(n) && !date)?;
            Some((count, whole_match.range()))
        });
        let demanded = find(&RECORD, clause);
        let (count, span) = match (counted, worth.is_some(), demanded, column) {
            (Some(found), ..) => found,
            (None, true, ..) => (1, 0..clause.len()),
            (None, false, Some(span), true) => (1, span),
            (None, false, Some(span), false) if any(clause, &["须", "应", "必须", "至少", "要求", "需"]) => {
                (1, span)
            }
            _ => continue,
        };
        let read = Read {
            value: PastContracts { count, each_worth: worth },
            span: from + span.start..from + span.end,
        };
        // The sentence that says more wins.
        let weight = |r: &Read<PastContracts>| (r.value.each_worth.is_some(), r.value.count);
        if best.as_ref().is_none_or(|b| weight(&read) > weight(b)) {
            best = Some(read);
        }
    }
    best
}

/// What each single contract must be worth.
fn worth(clause: &str) -> Option<Amount> {
    amounts_in(clause).into_iter().find_map(|found| {
        let lead = before(clause, found.span.start, 16);
        let tail = &clause[found.span.end..];
        let sum = any(before(clause, found.span.start, 24), &["累计", "合计", "总额", "总金额"]);
        let least =
            any(lead, &["不低于", "不少于", "不小于", "达到", "≥", ">=", "以上", "至少", "大于", "超过"])
                || tail.trim_start_matches(['(', '含', ')']).starts_with("以上")
                || tail.starts_with("及以上");
        (least && !sum).then(|| Amount::from_units(found.low)).flatten()
    })
}

pattern!(
    AREA,
    r"(?:办公|经营|生产|固定)(?:场地|场所|用房|面积|区域|室)?[^。;\n]{0,14}?\d+(?:\.\d+)?\s?(?:余)?(?:平方米|平米|㎡|m2|平方)(?:[及或]?以上)?"
);
pattern!(
    HEADS,
    r"(?:(?:员工|职工|在职|正式|全职|社保(?:缴纳)?|缴纳社保|参保|公司|企业|团队|技术人员|专职)(?:员工|人员|总?人数|规模|技术人员|职工)?)[^。;,\n\d]{0,10}?(?:不少于|不低于|不得少于|至少|达到?|≥|>=|大于|超过|在)\s?(?:\d+|[一二三四五六七八九十百]+)\s?(?:名|人|位)(?:[及或]?以上)?|(?:员工|职工|团队|公司|企业)(?:人数|规模)?\s?(?:\d+)\s?人[及或]?以上"
);
pattern!(
    CAPITAL,
    r"(?:注册|实缴)(?:资本|资金)(?:金)?[^。;,\n\d]{0,12}?(?:不低于|不少于|不得低于|不得少于|≥|>=|大于|达到?|以上|超过|在|须|应|为)?\s?(?:人民币)?\s?(?:\d+(?:\.\d+)?|[一二三四五六七八九十百千]+)\s?(?:百|千)?(?:万|亿)(?:元)?(?:人民币)?(?:\(?[及或]?(?:含)?\)?以上)?"
);

/// Entry thresholds that may not be set for one-person companies.
pub(in crate::intake) fn thresholds(
    text: &str,
    quote: impl Fn(std::ops::Range<usize>) -> String,
) -> Vec<Threshold> {
    let kinds: [(ThresholdKind, &LazyLock<Option<Regex>>, &[&str]); 3] = [
        (ThresholdKind::OfficeArea, &AREA, &["办公", "经营", "场", "用房"]),
        (ThresholdKind::Headcount, &HEADS, &["人", "名"]),
        (ThresholdKind::RegisteredCapital, &CAPITAL, &["注册资", "实缴"]),
    ];
    kinds
        .into_iter()
        .filter(|(_, _, words)| any(text, words))
        .filter_map(|(kind, pattern, _)| {
            pattern.as_ref()?.find_iter(text).map(|m| m.range()).find_map(|span| {
                let clause = &text[sentence(text, &span)];
                // A rule against thresholds, or the size of the job, is none.
                let other = any(
                    clause,
                    &[
                        "不得以",
                        "不得将",
                        "不以",
                        "不作为",
                        "不设",
                        "不限",
                        "装修",
                        "保洁",
                        "清扫",
                        "改造",
                        "施工",
                        "测绘",
                    ],
                ) || any(
                    before(text, span.start, 10),
                    &["本项目", "现有", "我司", "我们", "我校", "我院", "全校", "服务"],
                );
                let states_least = kind == ThresholdKind::RegisteredCapital
                    || any(
                        &text[span.clone()],
                        &[
                            "不少于",
                            "不低于",
                            "至少",
                            "≥",
                            ">=",
                            "以上",
                            "达",
                            "大于",
                            "超过",
                            "须",
                            "需",
                            "应",
                            "不小于",
                        ],
                    )
                    || any(before(text, span.start, 8), &["须", "需", "应", "要求", "具备", "具有", "有"]);
                (!other && states_least).then(|| Threshold { kind, quote: quote(span) })
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::facts::Folded;
    use Side::{Capability, Requirement};

    fn check(reader: impl Fn(&str) -> Option<Read<bool>>, rows: &[(&str, Option<bool>)]) {
        for (text, wanted) in rows {
            assert_eq!(reader(&Folded::new(text).text).map(|read| read.value), *wanted, "{text}");
        }
    }

    #[test]
    fn legal_persons() {
        check(
            |t| legal_person(t, Requirement),
            &[
                ("供应商应为中华人民共和国境内法律上和财务上独立的法人或依法登记注册的其他组织", Some(true)),
                ("法人下属不具备法人资格的分支机构参与的，应提供授权", None),
                ("提供有效的营业执照", Some(true)),
                ("个人也可以接", Some(false)),
                ("个人或团队均可", Some(false)),
                ("識別營業執照", None),
                ("做一个小程序", None),
                ("须具有独立承担民事责任的能力", Some(true)),
            ],
        );
        check(
            |t| legal_person(t, Capability),
            &[
                ("我们是杭州注册的一人有限公司", Some(true)),
                ("可开专票", Some(true)),
                ("自由职业者，接私活", Some(false)),
                ("帮企业做小程序", None),
            ],
        );
    }

    #[test]
    fn data_that_stays() {
        check(
            data_stays_on_site,
            &[
                ("数据不出域", Some(true)),
                ("要求数据不能出校", Some(true)),
                ("支持私有化部署", Some(true)),
                ("須部署在內網", Some(true)),
                ("可以用公有云", Some(false)),
                ("无需私有化部署", Some(false)),
                ("不支持私有部署", Some(false)),
                ("数据分析看板", None),
            ],
        );
    }

    #[test]
    fn presence_on_site_and_remote_work() {
        check(
            on_site,
            &[
                ("须驻场三个月", Some(true)),
                ("每周到场一次", Some(true)),
                ("无需驻场", Some(false)),
                ("不接驻场", Some(false)),
                ("远程即可", Some(false)),
                ("可上门安装", Some(true)),
                ("现场踏勘自行安排", None),
            ],
        );
        check(
            remote,
            &[
                ("可远程", Some(true)),
                ("远程交付，不限地区", Some(true)),
                ("支持远程监控设备", None),
                ("服务全国", Some(true)),
                ("仅限本地企业", Some(false)),
                ("不接受远程", Some(false)),
                ("本地化部署", None),
            ],
        );
    }

    #[test]
    fn past_contracts_are_counted_and_valued() {
        for (text, column, wanted) in [
            ("至少具备1个同类案例业绩", false, Some((1, None))),
            ("供应商自【2023年1月1日至响应截止时间】至少具备2个同类案例业绩", true, Some((2, None))),
            ("具有已承接的同类项目合同业绩1个", true, Some((1, None))),
            ("【1份及以上】同类项目业绩", true, Some((1, None))),
            (
                "合同含税金额不少于50万元的【类似集成服务】项目业绩不少于【1】个",
                false,
                Some((1, Some(500_000))),
            ),
            ("须提供签订的一份合同金额不低于5万元（含）同类（视频拍摄）业绩", true, Some((1, Some(50_000)))),
            ("应具备200万元及以上的类似监控服务案例1个", true, Some((1, Some(2_000_000)))),
            ("投标人须提供同类项目业绩且累计含税金额不少于100万元", true, Some((1, None))),
            ("公告资格条款中未单列业绩要求", true, None),
            ("3.6业绩要求：", true, None),
            ("有同类案例者优先", false, None),
            ("具有两个以上同类项目经验", false, Some((2, None))),
            ("丰富的经验", false, None),
        ] {
            let got = past_contracts(&Folded::new(text).text, column)
                .map(|r| (r.value.count, r.value.each_worth.map(|a| a.0 / 100)));
            assert_eq!(got, wanted, "{text}");
        }
    }

    #[test]
    fn banned_thresholds() {
        use ThresholdKind::{Headcount, OfficeArea, RegisteredCapital};
        for (text, kinds) in [
            ("注册资本不低于500万元，办公面积不少于200平方米", vec![OfficeArea, RegisteredCapital]),
            ("团队规模不少于10人", vec![Headcount]),
            ("员工人数20人以上", vec![Headcount]),
            ("注册资金500万元以上", vec![RegisteredCapital]),
            ("不得以注册资本500万元为门槛", vec![]),
            ("保洁面积2000平方米", vec![]),
            ("服务3000名员工", vec![]),
            ("本项目团队不少于3人", vec![]),
        ] {
            let folded = Folded::new(text);
            let got: Vec<_> =
                thresholds(&folded.text, |s| folded.quote(s).into()).into_iter().map(|t| t.kind).collect();
            assert_eq!(got, kinds, "{text}");
        }
    }

    #[test]
    fn cells_that_say_nothing() {
        for cell in [
            "无",
            "-",
            "——",
            "/",
            "公告未明确列示",
            "公告资格条款中未单列业绩要求",
            "详见附件",
            "N/A",
            "待定",
        ] {
            assert!(says_nothing(cell), "{cell}");
        }
        for cell in ["无人机", "5", "不限"] {
            assert!(!says_nothing(cell), "{cell}");
        }
    }
}
