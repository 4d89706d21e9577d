//! What anyone may see of a listing: everything but how to reach its party.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

use super::{
    Capacity, Case, Category, Contact, ContactKind, Dates, Fact, Listing, ListingId, Money, Party, Region,
    Side, Source, Status, Terms,
};

/// A listing without contacts, and with numbers, addresses and ids that reach
/// somebody masked in its running text. The only form in which listings leave
/// the process through the API or an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicListing {
    /// See [`Listing::id`].
    pub id: ListingId,
    /// See [`Listing::side`].
    pub side: Side,
    /// See [`Listing::category`].
    pub category: Category,
    /// See [`Listing::title`]; contacts masked.
    pub title: String,
    /// See [`Listing::text`]; contacts masked.
    pub text: String,
    /// See [`Listing::party`].
    pub party: Party,
    /// See [`Listing::region`].
    pub region: Region,
    /// See [`Listing::industries`].
    pub industries: Vec<String>,
    /// See [`Listing::skills`].
    pub skills: Vec<String>,
    /// See [`Listing::money`].
    pub money: Option<Money>,
    /// See [`Listing::dates`].
    pub dates: Dates,
    /// See [`Listing::terms`].
    pub terms: Terms,
    /// See [`Listing::cases`]; contacts masked.
    pub cases: Vec<Case>,
    /// See [`Listing::capacity`].
    pub capacity: Option<Capacity>,
    /// See [`Listing::status`].
    pub status: Status,
    /// See [`Listing::tenant`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// See [`Listing::source`].
    pub source: Source,
    /// See [`Listing::extra`]; contacts masked.
    pub extra: Vec<(String, String)>,
    /// See [`Listing::read_from_prose`]; contacts masked.
    pub read_from_prose: Vec<Fact>,
    /// Whether a contact is on file.
    pub has_contact: bool,
}

impl From<&Listing> for PublicListing {
    fn from(listing: &Listing) -> Self {
        PublicListing {
            id: listing.id.clone(),
            side: listing.side,
            category: listing.category,
            title: mask_contacts(&listing.title),
            text: mask_contacts(&listing.text),
            party: Party { name: mask_contacts(&listing.party.name), kind: listing.party.kind },
            region: listing.region.clone(),
            industries: masked(&listing.industries),
            skills: masked(&listing.skills),
            money: listing.money.clone(),
            dates: listing.dates.clone(),
            terms: listing.terms.clone(),
            cases: listing
                .cases
                .iter()
                .map(|case| Case { summary: mask_contacts(&case.summary), ..case.clone() })
                .collect(),
            capacity: listing.capacity,
            status: listing.status,
            tenant: listing.tenant.clone(),
            source: listing.source.clone(),
            extra: listing.extra.iter().map(|(k, v)| (k.clone(), mask_contacts(v))).collect(),
            read_from_prose: listing
                .read_from_prose
                .iter()
                .map(|fact| Fact { field: fact.field, quote: mask_contacts(&fact.quote) })
                .collect(),
            has_contact: !listing.contacts.is_empty(),
        }
    }
}

fn masked(words: &[String]) -> Vec<String> {
    words.iter().map(|word| mask_contacts(word)).collect()
}

/// Hides what reaches a person in running text: telephone numbers, e-mail
/// addresses, WeChat and QQ ids, identity numbers, and the name after 联系人.
///
/// Each hidden character is replaced by one of the same length in UTF-8
/// and in UTF-16 (`*`, `×`, `＊`), so offsets into the original text hold for the
/// masked one too.
pub fn mask_contacts(text: &str) -> String {
    let mut masked = text.to_owned();
    for span in contact_spans(text) {
        let stars: String = text[span.clone()]
            .chars()
            .map(|c| match c.len_utf8() {
                1 => "*",
                2 => "×",
                3 => "＊",
                _ => "＊*",
            })
            .collect();
        masked.replace_range(span, &stars);
    }
    masked
}

/// What reaches a person in running text, in order: the same finds that
/// [`mask_contacts`] hides, but for identity numbers, which reach nobody.
pub fn contacts_in(text: &str) -> Vec<Contact> {
    let mut contacts: Vec<Contact> = Vec::new();
    for (span, kind) in finds(text) {
        let value = text[span].trim();
        if let Some(kind) = kind
            && !contacts.iter().any(|known| known.kind == kind && known.value == value)
        {
            contacts.push(Contact { kind, value: value.to_owned() });
        }
    }
    contacts
}

/// Byte ranges of `text` that reach a person, in order, not overlapping.
fn contact_spans(text: &str) -> Vec<Range<usize>> {
    finds(text).into_iter().map(|(span, _)| span).collect()
}

/// Finds in order, overlapping ones joined under the kind of the first.
fn finds(text: &str) -> Vec<(Range<usize>, Option<ContactKind>)> {
    // Every pattern needs a figure, an at sign or one of these words.
    let possible = |c: char| {
        c.is_ascii_digit()
            || ('０'..='９').contains(&c)
            || matches!(c, '@' | '＠' | '微' | '联' | '聯' | '信' | 'v' | 'V' | 'w' | 'W' | 'q' | 'Q')
    };
    if !text.contains(possible) {
        return Vec::new();
    }
    let mut spans: Vec<(Range<usize>, Option<ContactKind>)> = Vec::new();
    for (kind, pattern) in patterns() {
        for found in pattern.captures_iter(text) {
            // Group 1, where there is one, is what to hide; the rest is context.
            if let Some(hidden) = found.get(1).or_else(|| found.get(0)) {
                let (start, end) = (hidden.start(), hidden.end());
                let alone = !ends_in_digit(&text[..start]) && !starts_with_digit(&text[end..]);
                let number = starts_with_digit(hidden.as_str());
                if alone || !number {
                    spans.push((start..end, *kind));
                }
            }
        }
    }
    spans.sort_by_key(|(span, _)| (span.start, span.end));
    let mut merged: Vec<(Range<usize>, Option<ContactKind>)> = Vec::new();
    for (span, kind) in spans {
        match merged.last_mut() {
            Some((last, _)) if span.start < last.end => last.end = last.end.max(span.end),
            _ => merged.push((span, kind)),
        }
    }
    merged
}

fn ends_in_digit(text: &str) -> bool {
    text.chars().next_back().is_some_and(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
}

fn starts_with_digit(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
}

fn patterns() -> &'static [(Option<ContactKind>, Regex)] {
    static PATTERNS: LazyLock<Vec<(Option<ContactKind>, Regex)>> = LazyLock::new(|| {
        let (phone, other) = (Some(ContactKind::Phone), Some(ContactKind::Other));
        [
            // Mobile numbers of the mainland, with or without +86 and separators.
            (phone, r"(?:\+?86[-\s]?)?[1１][3-9３-９][0-9０-９](?:[-\s]?[0-9０-９]{4}){2}"),
            // Landlines with an area code, and the invented 000 ones of the demo.
            (phone, r"0\d{2,3}[-\s—－]\d{7,8}(?:[-转]\d{1,6})?"),
            (phone, r"[（(]0\d{2,3}[)）]\s?\d{7,8}"),
            (phone, r"000-\d{4}-\d{4}"),
            (phone, r"[48]00[-\s]?\d{3}[-\s]?\d{4}"),
            // Hong Kong, Macao and Taiwan, only with their code.
            (phone, r"\+?(?:852|853|886)[-\s]\d{4}[-\s]?\d{4,5}"),
            (Some(ContactKind::Email), r"[A-Za-z0-9._%+-]+[@＠][A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
            (Some(ContactKind::Wechat), r"(?i)(?:微信号?|wechat|weixin|vx|v信|微信同号)(?:\s|[:：是为])*([A-Za-z][-_A-Za-z0-9]{4,19})"),
            (other, r"(?i)qq(?:号|群)?(?:\s|[:：是为])*([1-9]\d{4,11})"),
            (phone, r"(?:电话|手机|热线|座机|传真|tel|TEL|Tel)(?:号码)?(?:\s|[:：是为])*([0-9０-９][-0-9０-９\s]{5,18}[0-9０-９])"),
            (None, r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"),
            (Some(ContactKind::Name), r"[联聯][系繫絡络]人(?:姓名)?\s*[:：]\s*([\p{Han}·]{2,4}|[A-Z][a-z]+(?: [A-Z][a-z]+)?)"),
        ]
        .iter()
        .filter_map(|(kind, pattern)| Some((*kind, Regex::new(pattern).ok()?)))
        .collect()
    });
    &PATTERNS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(patterns().len(), 12);
    }

    #[test]
    fn whatever_reaches_a_person_is_masked_and_nothing_else() {
        for (text, masked) in [
            ("请致电13800138000。", "请致电***********。"),
            ("请致电138 0013 8000联系", "请致电*************联系"),
            ("电话：0571-88001234转8", "电话：*************＊*"),
            ("服务热线 400-800-1234", "服务热线 ************"),
            ("邮箱 a.b@example.com，谢谢", "邮箱 ***************，谢谢"),
            ("微信：opc_match01", "微信：***********"),
            ("联系人：王小明，电话面询", "联系人：＊＊＊，电话面询"),
            ("項目聯絡人：陳大文", "項目聯絡人：＊＊＊"),
            ("预算138000元，编号20260813800138", "预算138000元，编号20260813800138"),
            ("手机１３８００１３８０００", "手机＊＊＊＊＊＊＊＊＊＊＊"),
            ("000-0000-0012", "*************"),
        ] {
            let got = mask_contacts(text);
            assert_eq!(got.len(), text.len(), "{text}");
            assert_eq!(got, masked);
        }
    }

    #[test]
    fn what_is_masked_can_be_read_as_contacts() {
        let found = contacts_in(
            "联系人：王小明，电话：0571-88001234，微信：opc_match01，a.b@example.com，再拨0571-88001234",
        );
        let shown: Vec<(&str, &str)> = found.iter().map(|c| (c.kind.as_str(), c.value.as_str())).collect();
        let wanted = [
            ("name", "王小明"),
            ("phone", "0571-88001234"),
            ("wechat", "opc_match01"),
            ("email", "a.b@example.com"),
        ];
        assert_eq!(shown, wanted);
        assert!(contacts_in("身份证330106199001011234").is_empty());
    }

    #[test]
    fn the_public_form_holds_no_contact() {
        let mut listing = Listing::new("N1", Side::Requirement, "采购", "联系 a@example.com");
        listing.contacts.push(Contact { kind: ContactKind::Phone, value: "13800138000".into() });
        let json = serde_json::to_string(&PublicListing::from(&listing)).unwrap();
        assert!(!json.contains("13800138000") && !json.contains("example.com"), "{json}");
        assert!(json.contains("\"has_contact\":true"));
    }
}
