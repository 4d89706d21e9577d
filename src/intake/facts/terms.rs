//! Terms as lists state them: who may answer, with what record, and how the work is done.

use std::sync::LazyLock;

use regex::Regex;

use super::Read;
use super::fold::fold_text;
use super::span::{any, before};
use crate::domain::Side;

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

/// A pattern compiled when it is first asked for.
pub(super) type Pattern = LazyLock<Option<Regex>>;

/// Makes a [`Pattern`].
macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: Pattern = LazyLock::new(|| Regex::new($text).ok());
    };
}

pub(super) use pattern;

pub(super) fn find(pattern: &Pattern, text: &str) -> Option<std::ops::Range<usize>> {
    pattern.as_ref().and_then(|p| p.find(text)).map(|m| m.range())
}

fn first_of(text: &str, no: &Pattern, yes: &Pattern) -> Option<Read<bool>> {
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
    r"(?:不|无)(?:需|须|要求|必|用)(?:要)?(?:私有化?|本地化?)(?:部署)|(?:可以?|允许|接受)(?:使用|用|上|采用|部署(?:在|到)?)?(?:公有|第三方|阿里|腾讯|华为)?云(?:服务|部署|端|上)?(?:即可|就行|均可)?|saas(?:即可|也可|就行|均可)"
);
pattern!(
    STAYS_NO_OFFER,
    r"不(?:做|支持|提供|接)(?:私有化?|本地化?)部署|(?:只|仅)(?:提供|支持|做|有)(?:saas|云端|公有云)"
);
pattern!(
    STAYS_YES,
    r"数据(?:必须|须|要|应|需|都|全部|均|可|也|完全)?(?:不(?:得|能|可|要|准|会)?(?:出|离开|传出|流出|外传|离|上云|外流|上传)[^。;,\n]{0,6}|留在|只?(?:存|放|保存|存储|存放)(?:储|放)?(?:在|于)(?:本地|内网|院内|校内|厂内|本院|本校|园区))|不出域|(?:照片|影像|资料|病历|档案|卷宗|录音|文件|图纸|视频|名单)[^。;,\n]{0,6}?不(?:得|能|准|可|许|要|会)?(?:带离|带走|外传|出院|出校|出厂|出机房|出内网|离开)|不带走任何数据|私有化?部署|本地化?部署|内网部署|内网环境部署|离线部署|部署(?:在|到|于)(?:本地|内网|院内|校内|我方|甲方|客户)[^。;,\n]{0,6}|on-?prem(?:ises?)?|self-?host(?:ed|ing)?|data (?:must |should )?(?:stays?|remains?) (?:on|in)"
);

/// Whether data stays on the requirement's site, or the capability can leave it there.
pub(in crate::intake) fn data_stays_on_site(text: &str, side: Side) -> Option<Read<bool>> {
    if !any(text, &["数据", "部署", "云", "saas", "prem", "host", "data", "出域", "带", "不"]) {
        return None;
    }
    first_of(text, if side == Side::Capability { &STAYS_NO_OFFER } else { &STAYS_NO }, &STAYS_YES)
}

pattern!(
    SITE_NO,
    r"(?:不|无)(?:需|须|要求|必|用|强制)(?:要)?(?:[^。;,\n]{0,4})?(?:驻场|驻点|到场|坐班|到岗|上门|现场)|不(?:接|提供|做|支持)?(?:驻场|驻点|坐班|上门)|(?:仅|只|纯)(?:接|做|提供|支持|限)?(?:远[程端距]|线上)|(?:全程|全部|均可|都可)远[程端距]|远[程端距](?:即可|就行|就可以|完成即可)|no on-?site|fully remote"
);
pattern!(
    SITE_YES,
    r"驻场|驻点|常驻现场|现场(?:办公|值守|驻守|驻扎)|(?:每周|每月|每天|定期|需|须|必须|能|要|可)[^。;,\n]{0,6}(?:到场|到岗|到现场|坐班|上门)|on-?site (?:presence|work|service|support|required)"
);

pattern!(SITE_YES_OFFER, r"上门(?:服务|安装|调试|培训|交付|实施|拍摄)|可(?:到|赴)现场");

/// Whether presence on site is asked for, or offered.
pub(in crate::intake) fn on_site(text: &str, side: Side) -> Option<Read<bool>> {
    if !any(text, &["驻", "场", "到岗", "坐班", "上门", "远程", "远端", "远距", "线上", "site", "remote"])
    {
        return None;
    }
    let offered = || {
        let span = find(&SITE_YES_OFFER, text).filter(|_| side == Side::Capability)?;
        Some(Read { value: true, span })
    };
    let read = first_of(text, &SITE_NO, &SITE_YES).or_else(offered)?;
    let lead = before(text, read.span.start, 8);
    (!(read.value && any(lead, &["优先", "业绩", "类似"]))).then_some(read)
}

pattern!(
    REMOTE_NO,
    r"(?:不|非)(?:接受|支持|提供|做|允许|考虑)(?:纯)?(?:远[程端距]|异地)|(?:仅|只|限|须为|必须是)(?:限|接|服务|面向|做)?(?:本地|本市|本区|同城|本省)(?:企业|公司|团队|单位|客户|商家|业务)?|no remote"
);
pattern!(
    REMOTE_YES,
    r"(?:可以?|支持|接受|能|允许|均可|都可|全程|全部|仅|只|纯|只做|以)(?:提供|接|做|全程)?(?:远[程端距]|线上(?:交付|办公|完成|协作|服务|作业|合作|执行|进行))(?:监控|监测|控制|医疗|抄表|诊断|教育|教学|会诊|运维平台)?|远[程端距](?:交付|办公|完成|协作|服务|支持|支援|开发|沟通|实施|接单|接案|作业|工作|合作)(?:即可|均可|为主|就行)?|远[程端距](?:即可|就行|就可以|为主|均可|都行|可)|(?:不限|无)(?:地区|地域|区域|城市)|地(?:域|区)不限|(?:服务|面向|承接|覆盖|可接)全国|全国(?:可接|接单|范围|均可|远[程端距]|服务|都接|可服务|各地均可)|fully remote|remote (?:ok|work|delivery|welcome|friendly)"
);

/// Whether it ends with a word for "remote", 远端 and 远距 being those of Taiwan.
fn ends_remote(text: &str) -> bool {
    ["远程", "远端", "远距"].iter().any(|word| text.ends_with(word))
}

/// Whether work from elsewhere will do, or is offered.
pub(in crate::intake) fn remote(text: &str) -> Option<Read<bool>> {
    if !any(
        text,
        &[
            "远程", "远端", "远距", "线上", "不限", "全国", "本地", "同城", "本市", "本区", "本省", "异地",
            "remote", "无地",
        ],
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
            "监控", "监测", "控制", "医疗", "照护", "抄表", "诊断", "教育", "教学", "会诊", "平台", "升级",
            "查看", "管理", "操控", "桌面", "接入", "访问", "连接", "维护", "开", "巡", "调", "配置", "预警",
            "喊话", "操作", "值守", "传输",
        ];
        let tail = &text[m.end()..];
        !feature.iter().any(|w| m.as_str().ends_with(w) || (ends_remote(m.as_str()) && tail.starts_with(w)))
    })?;
    Some(Read { value: true, span: hit.range() })
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
            |t| data_stays_on_site(t, Requirement),
            &[
                ("数据不出域", Some(true)),
                ("要求数据不能出校", Some(true)),
                ("支持私有化部署", Some(true)),
                ("須部署在內網", Some(true)),
                ("可以用公有云", Some(false)),
                ("无需私有化部署", Some(false)),
                ("照片不得带离医院", Some(true)),
                ("数据分析看板", None),
            ],
        );
    }

    #[test]
    fn presence_on_site_and_remote_work() {
        check(
            |t| on_site(t, Requirement),
            &[
                ("须驻场三个月", Some(true)),
                ("每周到场一次", Some(true)),
                ("无需驻场", Some(false)),
                ("不接驻场", Some(false)),
                ("远程即可", Some(false)),
                ("遠端即可，無須到場", Some(false)),
                ("现场踏勘自行安排", None),
            ],
        );
        check(
            remote,
            &[
                ("可远程", Some(true)),
                ("远程交付，不限地区", Some(true)),
                ("支持远程监控设备", None),
                ("可遠端作業", Some(true)),
                ("接受遠距工作，每週線上開會", Some(true)),
                ("可線上合作", Some(true)),
                ("不接受遠端", Some(false)),
                ("支援遠端監控設備，可遠距照護長者", None),
                ("服务全国", Some(true)),
                ("仅限本地企业", Some(false)),
                ("不接受远程", Some(false)),
                ("本地化部署", None),
            ],
        );
    }

    #[test]
    fn what_capabilities_offer() {
        check(
            |t| data_stays_on_site(t, Capability),
            &[("可云端可本地部署", Some(true)), ("不支持私有部署", Some(false)), ("仅提供SaaS", Some(false))],
        );
        check(
            |t| on_site(t, Capability),
            &[("上门安装调试", Some(true)), ("不上门，只远程", Some(false)), ("手机端使用", None)],
        );
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
