//! What leaves in answers about an event, and how it finds its way back.
//!
//! An OPC goes by its party's name, and a name may hold a telephone number. Such a
//! name is shown masked, with the id of one capability (`masked#C001`); so is every
//! other text that an organiser wrote. Whoever sends a shown text back means what
//! it was made from: [`Names::meant`] turns it back before anything is done with it.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::{Event, Listing, OpcId, without_blanks};
use crate::report::{EventSources, legible, shown_opcs};

use super::super::problem::Problem;

/// The two ways between texts as they are and as they are shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// OPCs on the list, by the names under which they count.
    listed: BTreeSet<OpcId>,
    /// Ids of listings, which leave as they are: nothing else finds the listing again.
    ids: BTreeSet<String>,
    /// Names that are shown otherwise than masking alone would.
    shown: BTreeMap<String, String>,
    /// What a shown text was made from, where that is something else.
    meant: BTreeMap<String, String>,
    aliases: Vec<Vec<String>>,
}

impl Names {
    /// Those of an event: of the OPCs on the list, and of every text in the event.
    pub(super) fn of(event: &Event, capabilities: &[&Listing]) -> Names {
        let sources = EventSources { capabilities: capabilities.to_vec(), ..EventSources::default() };
        let mut names = Names { aliases: event.aliases.clone(), ..Names::default() };
        for (own, shown) in shown_opcs(event, &sources) {
            names.note(own.0, shown.0);
        }
        let own = |capability: &&Listing| OpcId(event.organisation(&OpcId::of(capability).0));
        names.listed = capabilities.iter().map(own).collect();
        names.ids = capabilities.iter().map(|capability| capability.id.0.clone()).collect();
        names.with(event)
    }

    /// The same with the texts that stand in this state of the event.
    pub(super) fn with(mut self, event: &Event) -> Names {
        self.ids.extend(event.needs.iter().map(|entry| entry.need.0.clone()));
        if let Ok(value) = serde_json::to_value(event) {
            visit(&value, &mut |text| {
                if !self.shown.contains_key(text) && !self.ids.contains(text) {
                    let shown = legible(text);
                    self.note(text.to_owned(), shown);
                }
            });
        }
        self
    }

    /// Both together, for an answer about several events; these come first.
    pub(super) fn also(mut self, others: Names) -> Names {
        self.ids.extend(others.ids);
        for (own, shown) in others.shown {
            if !self.shown.contains_key(&own) {
                self.note(own, shown);
            }
        }
        self
    }

    fn note(&mut self, own: String, mut shown: String) {
        if own == shown {
            return;
        }
        // Two that would be shown alike are told apart, or the second could never be meant.
        while self.meant.get(&shown).is_some_and(|other| other != &own) {
            shown.push('＊');
        }
        self.meant.insert(shown.clone(), own.clone());
        self.shown.insert(own, shown);
    }

    /// Whether an OPC of this name is on the list.
    pub(super) fn is_listed(&self, opc: &OpcId) -> bool {
        self.listed.contains(opc)
    }

    /// The OPC that is meant by an id as it was shown, or by any of its names.
    pub(super) fn opc(&self, given: &OpcId) -> OpcId {
        let own = self.meant.get(&given.0).unwrap_or(&given.0);
        let name = without_blanks(own);
        let group = self.aliases.iter().find(|group| group.iter().any(|alias| without_blanks(alias) == name));
        OpcId(group.and_then(|group| group.first()).map_or(name, |first| without_blanks(first)))
    }

    /// The id under which an OPC is shown.
    pub(super) fn shown_opc(&self, own: &OpcId) -> OpcId {
        OpcId(self.show(&own.0))
    }

    /// A text as it may be shown.
    pub(super) fn show(&self, text: &str) -> String {
        if self.ids.contains(text) {
            return text.to_owned();
        }
        self.shown.get(text).cloned().unwrap_or_else(|| legible(text))
    }

    /// What was sent, with every shown text turned back into what it was made from.
    pub(super) fn meant<T: Serialize + DeserializeOwned>(&self, given: T) -> Result<T, Problem> {
        if self.meant.is_empty() {
            return Ok(given);
        }
        let mut value = serde_json::to_value(&given).map_err(|e| Problem::internal(&e))?;
        rewrite(&mut value, &|text| self.meant.get(text).cloned());
        serde_json::from_value(value).map_err(|e| Problem::internal(&e))
    }

    /// An answer in which every text is one that may be shown.
    pub(super) fn answer<T: Serialize>(&self, answer: &T) -> Result<Json<Value>, Problem> {
        let mut value = serde_json::to_value(answer).map_err(|e| Problem::internal(&e))?;
        // Views are masked where they are made.
        let view = value.as_object_mut().and_then(|fields| fields.remove("view"));
        rewrite(&mut value, &|text| {
            let shown = self.show(text);
            (shown != text).then_some(shown)
        });
        if let (Some(view), Some(fields)) = (view, value.as_object_mut()) {
            fields.insert("view".to_owned(), view);
        }
        Ok(Json(value))
    }
}

fn visit(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(items) => items.iter().for_each(|item| visit(item, see)),
        Value::Object(fields) => fields.values().for_each(|field| visit(field, see)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn rewrite(value: &mut Value, to: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(other) = to(text) {
                *text = other;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, to)),
        Value::Object(fields) => fields.values_mut().for_each(|field| rewrite(field, to)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::{EventId, Frame, NeedEntry, OpcEntry, Rules, Side};

    fn capability(id: &str, party: &str) -> Listing {
        let mut listing = Listing::new(id, Side::Capability, "能力", "");
        listing.party.name = party.into();
        listing
    }

    fn event() -> Event {
        Event {
            id: EventId("E001".into()),
            name: "会 13800138000".into(),
            theme: String::new(),
            place: "会 13800138001".into(),
            frame: Frame::default(),
            rules: Rules::default(),
            // An id that looks like a telephone number is an id all the same.
            needs: vec![NeedEntry::new("13900139000".into())],
            opcs: vec![OpcEntry::new(OpcId("星桥13800138000".into())), OpcEntry::new(OpcId("远山".into()))],
            named_opcs_only: false,
            pins: Vec::new(),
            bans: Vec::new(),
            interests: Vec::new(),
            aliases: vec![vec!["远山".into(), "云栖 13700137000".into()]],
            plan: None,
            revision: 3,
            held: false,
        }
    }

    #[test]
    fn what_is_shown_holds_no_number_and_means_what_it_was_made_from() {
        let (event, masked) = (event(), capability("C9", "星桥 13800138000"));
        let names = Names::of(&event, &[&masked, &capability("C1", "远山")]);
        let Json(shown) = names.answer(&event).unwrap();
        let text = shown.to_string();
        assert!(!text.contains("1380013") && !text.contains("1370013"), "{text}");
        assert_eq!(shown["needs"][0]["need"], "13900139000");
        assert_eq!(shown["opcs"][0]["opc"], "星桥***********#C9");
        // Both are masked to the same, and are told apart.
        assert_ne!(shown["name"], shown["place"]);
        let back: Event = serde_json::from_value(shown).unwrap();
        assert_eq!(names.meant(back).unwrap(), event);
    }

    #[test]
    fn an_opc_is_known_by_any_of_its_names() {
        let (event, masked) = (event(), capability("C9", "星桥 13800138000"));
        let names = Names::of(&event, &[&masked, &capability("C1", "云栖 13700137000")]);
        for (given, own) in [
            ("星桥***********#C9", "星桥13800138000"),
            ("星桥 13800138000", "星桥13800138000"),
            ("远山", "远山"),
            ("云栖13700137000", "远山"),
            ("云栖 ***********", "远山"),
            ("无名", "无名"),
        ] {
            assert_eq!(names.opc(&OpcId(given.into())).0, own, "{given}");
        }
        assert!(names.is_listed(&OpcId("远山".into())) && !names.is_listed(&OpcId("无名".into())));
    }
}
