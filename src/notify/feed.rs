//! A feed of what came up, for any feed reader.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

use crate::domain::{Alert, SavedSearch};

/// The Atom document (RFC 4287) of a search, `alerts` newest first. `page` is where the
/// service's page lies, where that is known. `made` is when the search was never held
/// against anything yet: RFC 3339.
///
/// # Errors
/// When the system cannot write to memory.
pub fn atom(
    search: &SavedSearch,
    alerts: &[Alert],
    page: Option<&str>,
    made: &str,
) -> std::io::Result<String> {
    let mut out = Writer::new_with_indent(Vec::new(), b' ', 1);
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let when = |alert: &Alert| alert.at.map_or_else(|| made.to_owned(), |at| at.to_string());
    let updated = alerts.first().map_or_else(|| made.to_owned(), when);
    out.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom")).write_inner_content(
        |out| {
            let text = |out: &mut Writer<Vec<u8>>, name: &str, said: &str| -> std::io::Result<()> {
                let said = plain(said);
                out.create_element(name).write_text_content(quick_xml::events::BytesText::new(&said))?;
                Ok(())
            };
            text(out, "title", &format!("{} · opcmatch", search.name))?;
            text(out, "id", &format!("urn:opcmatch:search:{}", search.id))?;
            text(out, "updated", &updated)?;
            out.create_element("author").write_inner_content(|out| text(out, "name", "opcmatch"))?;
            for alert in alerts {
                out.create_element("entry").write_inner_content(|out| {
                    text(out, "title", &format!("{}（匹配度 {:.0}）", alert.title, alert.degree))?;
                    text(out, "id", &format!("urn:opcmatch:alert:{}:{}", search.id, alert.number))?;
                    text(out, "updated", &when(alert))?;
                    if let Some(page) = page {
                        let base = page.trim_end_matches('/');
                        let link = format!(
                            "{base}/#/listing/{}/{}",
                            alert.side,
                            super::message::percent_encoded(&alert.id.0)
                        );
                        out.create_element("link").with_attribute(("href", link.as_str())).write_empty()?;
                    }
                    text(out, "summary", &format!("{} {}", alert.side.label(), alert.id))
                })?;
            }
            Ok(())
        },
    )?;
    Ok(String::from_utf8_lossy(&out.into_inner()).into_owned())
}

/// Without what XML 1.0 has no way to write.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::Side;

    #[test]
    fn hostile_titles_stay_text() {
        let search = SavedSearch {
            id: "S1".into(),
            owner: String::new(),
            name: "<巡河> & 清淤".into(),
            side: Side::Requirement,
            text: String::new(),
            least: 10.0,
            webhook: None,
            feed: "f".into(),
        };
        let alert = Alert {
            number: 3,
            search: "S1".into(),
            side: Side::Requirement,
            id: "N\"1".into(),
            title: "</title><script>\u{1}".into(),
            degree: 50.0,
            at: Some("2026-11-21T08:00:00Z".parse().unwrap()),
            read: false,
        };
        let feed = atom(&search, &[alert], Some("http://opc.example"), "2026-11-20T00:00:00Z").unwrap();
        assert!(
            feed.contains("&lt;巡河&gt; &amp; 清淤") && feed.contains("&lt;/title&gt;&lt;script&gt;"),
            "{feed}"
        );
        assert!(
            !feed.contains('\u{1}') && feed.contains("<updated>2026-11-21T08:00:00Z</updated>"),
            "{feed}"
        );
        assert!(feed.contains("#/listing/requirement/N%221"), "{feed}");
        let mut reader = quick_xml::Reader::from_str(&feed);
        while !matches!(reader.read_event().unwrap(), Event::Eof) {}
        assert!(atom(&search, &[], None, "2026-11-20T00:00:00Z").unwrap().contains("2026-11-20T00:00:00Z"));
    }
}
