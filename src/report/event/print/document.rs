//! An HTML document in the making: markup is fixed, whatever else goes in is escaped.

use std::borrow::Cow;

use super::{Lang, Styles};
use crate::report::event::legible::{clipped, one_line};
use crate::report::event::view::EventView;
use crate::text::traditional;

/// What all pages look like; the program serves the same file as `/sheets.css`.
const SHEETS: &str = include_str!("../../../../web/sheets.css");

/// Longest name of an event at the head of a page.
const MOST_NAME: usize = 60;

/// The document, and what every page of it says at its head.
pub(super) struct Document {
    html: String,
    lang: Lang,
    name: String,
    about: String,
    pages: usize,
}

impl Document {
    /// The head of the document.
    pub(super) fn new(view: &EventView, lang: Lang, styles: Styles) -> Document {
        let day = view.slots.first().map(|slot| slot.starts.date().to_string());
        let about = [day.unwrap_or_default(), clipped(&view.place, 50)];
        let mut document = Document {
            html: String::new(),
            lang,
            name: clipped(&view.name, MOST_NAME),
            about: about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "),
            pages: 0,
        };
        document.raw("<!doctype html>\n<html lang=\"");
        document.raw(match lang {
            Lang::Zh => "zh-CN",
            Lang::Hant => "zh-Hant",
            Lang::En => "en",
        });
        document.raw("\">\n<head>\n<meta charset=\"utf-8\">\n");
        document.raw("<meta name=\"format-detection\" content=\"telephone=no\">\n<title>");
        let name = document.name.clone();
        document.text(&name).raw("</title>\n");
        match styles {
            Styles::Linked => document.raw("<link rel=\"stylesheet\" href=\"/sheets.css\">\n"),
            Styles::Inline => document
                .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<style>\n")
                .raw(SHEETS)
                .raw("</style>\n"),
        };
        document.raw("</head>\n<body>\n");
        document
    }

    /// The whole, with a page that says so when there is nothing.
    pub(super) fn finish(mut self) -> String {
        if self.pages == 0 {
            self.begin("sheet", "没有可打印的内容", "Nothing to print");
            self.raw("<p>").say("还没有安排。", "Nothing is planned yet.").raw("</p>").end();
        }
        self.raw("</body>\n</html>\n");
        self.html
    }

    /// Markup of ours.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.html.push_str(markup);
        self
    }

    /// Text that is legible already; the one place at which text is escaped.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                '\'' => self.html.push_str("&#39;"),
                c => self.html.push(c),
            }
        }
        self
    }

    /// Somebody else's words, on one line, at most `most` characters of them.
    pub(super) fn words(&mut self, words: &str, most: usize) -> &mut Self {
        let words = clipped(&one_line(words), most);
        self.text(&words)
    }

    /// Words of ours.
    pub(super) fn say(&mut self, zh: &'static str, en: &'static str) -> &mut Self {
        let said = self.pick(zh, en);
        self.text(&said)
    }

    /// A sentence that the program has made elsewhere, on one line, at most `most`
    /// characters of it.
    pub(super) fn made(&mut self, sentence: &str, most: usize) -> &mut Self {
        match self.lang {
            Lang::Hant => self.words(&traditional(sentence), most),
            Lang::Zh | Lang::En => self.words(sentence, most),
        }
    }

    /// The one of the two that belongs to the document's language.
    pub(super) fn pick(&self, zh: &'static str, en: &'static str) -> Cow<'static, str> {
        match self.lang {
            Lang::Zh => Cow::Borrowed(zh),
            Lang::Hant => traditional(zh),
            Lang::En => Cow::Borrowed(en),
        }
    }

    /// `3号桌` or `Table 3`.
    pub(super) fn table_name(&self, number: u16) -> String {
        match self.lang {
            Lang::Zh => format!("{number}号桌"),
            Lang::Hant => format!("{number}號桌"),
            Lang::En => format!("Table {number}"),
        }
    }

    /// Begins a page of class `class`: the event at its head, and what the page is.
    pub(super) fn begin(&mut self, class: &'static str, zh: &'static str, en: &'static str) -> &mut Self {
        self.pages += 1;
        let (name, about) = (self.name.clone(), self.about.clone());
        self.raw("<section class=\"").raw(class).raw("\">\n<header class=\"head\"><p class=\"event\">");
        self.text(&name).raw("</p><p class=\"about\">").text(&about);
        self.raw("</p><p class=\"kind\">").say(zh, en).raw("</p></header>\n")
    }

    /// Ends a page.
    pub(super) fn end(&mut self) -> &mut Self {
        self.raw("</section>\n")
    }

    /// The head of a table, repeated on every page that it goes on to: a class and a name a column.
    pub(super) fn columns(&mut self, columns: &[(&'static str, &'static str, &'static str)]) -> &mut Self {
        self.raw("<thead><tr>");
        for (class, zh, en) in columns {
            self.raw("<th scope=\"col\" class=\"").raw(class).raw("\">").say(zh, en).raw("</th>");
        }
        self.raw("</tr></thead>\n")
    }

    /// A cell of class `class`.
    pub(super) fn cell(&mut self, class: &'static str, text: &str) -> &mut Self {
        self.raw("<td class=\"").raw(class).raw("\">").text(text).raw("</td>")
    }

    /// Boxes to tick after a talk.
    pub(super) fn outcomes(&mut self) -> &mut Self {
        for (zh, en) in [("意向", "Yes"), ("待议", "Maybe"), ("不合适", "No")] {
            self.raw("<span class=\"tick\"><i></i>").say(zh, en).raw("</span>");
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let mut document = Document {
            html: String::new(),
            lang: Lang::En,
            name: String::new(),
            about: String::new(),
            pages: 0,
        };
        document.text("<script>\"&'").words("电话13800138000\u{202e}<b>", 40);
        assert_eq!(document.html, "&lt;script&gt;&quot;&amp;&#39;电话***********&lt;b&gt;");
    }

    #[test]
    fn the_styles_load_nothing() {
        assert!(!SHEETS.contains("url(") && !SHEETS.contains("@import") && !SHEETS.contains("</"));
    }
}
