//! What each kind of column puts into a listing.

use super::columns::Twist;
use super::facts::{
    DeadlineCell, DeliveryCell, Folded, MoneyCell, RegionCell, certificate_list, certificates_in,
    data_stays_on_site, deadline_cell, delivery_cell, legal_person, money_cell, on_site, past_contracts,
    published_cell, region_cell, remote, says_nothing, thresholds,
};
use super::header::Column;
use super::problem::Problem;
use super::row::{IdFrom, Place, first_sentence};
use super::row_values::{self, Yes};
use super::table::RawRow;
use super::{Complaint, Options};
use crate::domain::{
    Amount, Capacity, Category, Deadline, Fact, Field, Listing, Money, PartyKind, Region, Side,
};

/// A listing in the making.
pub(super) struct RowBuilder<'a> {
    row: &'a RawRow,
    place: Place<'a>,
    options: &'a Options,
    listing: Listing,
    id: IdFrom,
    notes: Vec<Complaint>,
    /// Titles with their rank (0 before 1), column name and category.
    titles: Vec<(u8, &'a str, &'a str, Option<Category>)>,
    texts: Vec<&'a str>,
    labelled: Vec<(&'a str, &'a str)>,
    regions: Vec<(&'a str, &'a str)>,
    /// Read last: spans are counted from the day of publication.
    dates: Vec<(&'a str, Field, &'a str)>,
    filled: Vec<Field>,
}

impl<'a> RowBuilder<'a> {
    pub(super) fn new(row: &'a RawRow, place: Place<'a>, options: &'a Options) -> RowBuilder<'a> {
        let mut listing = Listing::new("", options.side, "", "");
        listing.source.file = Some(place.file.to_owned());
        listing.source.sheet = place.sheet.map(str::to_owned);
        listing.source.row = Some(row.number);
        RowBuilder {
            row,
            place,
            options,
            listing,
            id: IdFrom::Nowhere,
            notes: Vec::new(),
            titles: Vec::new(),
            texts: Vec::new(),
            labelled: Vec::new(),
            regions: Vec::new(),
            dates: Vec::new(),
            filled: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, problem: Problem) {
        self.notes.push(self.place.complain(self.row.number, &problem));
    }

    fn note_on(&mut self, column: &str, problem: Problem) {
        self.notes.push(self.place.complain(self.row.number, &problem).on_column(column));
    }

    /// Keeps a cell by its column's own name.
    pub(super) fn extra(&mut self, name: &str, cell: &str) {
        self.listing.extra.push((name.to_owned(), cell.to_owned()));
    }

    /// A cell that was not understood: noted and kept.
    fn unread(&mut self, column: &str, cell: &str, problem: Problem) {
        self.note_on(column, problem);
        self.extra(column, cell);
    }

    /// Whether a field that holds one value already has it; then the cell is kept aside.
    fn taken(&mut self, field: Field, column: &str, cell: &str) -> bool {
        if self.filled.contains(&field) {
            self.extra(column, cell);
            return true;
        }
        if !says_nothing(cell) {
            self.filled.push(field);
        }
        false
    }

    /// Puts one cell where it belongs.
    pub(super) fn cell(&mut self, column: &'a Column, cell: &'a str) {
        let name = column.name.as_str();
        let Some((field, twist)) = column.meaning else {
            self.extra(name, cell);
            return;
        };
        match field {
            Field::Id => self.id(name, cell, twist),
            Field::Title if says_nothing(cell) => {}
            Field::Title => {
                let category = if let Twist::Category(category) = twist { Some(category) } else { None };
                self.titles.push((u8::from(twist == Twist::Labelled), name, cell, category));
            }
            Field::Text if says_nothing(cell) => {}
            Field::Text => match twist {
                Twist::Half(side) if side != self.options.side => self.extra(name, cell),
                Twist::Half(_) => {
                    self.listing.category = Category::Partner;
                    self.texts.push(cell);
                }
                Twist::Labelled => self.labelled.push((name, cell)),
                _ if self.texts.is_empty() => self.texts.push(cell),
                _ => self.labelled.push((name, cell)),
            },
            Field::Party if self.listing.party.name.is_empty() && !says_nothing(cell) => {
                self.listing.party.name = cell.to_owned()
            }
            Field::Party => self.extra(name, cell),
            Field::PartyKind => match row_values::party_kind(cell) {
                Some(kind) => self.listing.party.kind = kind,
                None if says_nothing(cell) => {}
                None => self.unread(
                    name,
                    cell,
                    value_unread(cell, "政府部门、事业单位、企业、一人公司、个人、社群园区"),
                ),
            },
            Field::Region => self.regions.push((name, cell)),
            Field::Industries => self.listing.industries.extend(row_values::list(cell)),
            Field::Skills => self.listing.skills.extend(row_values::list(cell)),
            Field::Category => match row_values::category(cell) {
                Some(category) => self.listing.category = category,
                None => self.listing.industries.extend(row_values::list(cell)),
            },
            Field::Money => self.money(name, cell),
            Field::Published | Field::Deadline | Field::Delivery => self.dates.push((name, field, cell)),
            Field::Eligibility | Field::Thresholds => self.eligibility(name, cell),
            Field::PastContracts => self.past_contracts(name, cell),
            Field::Certificates => {
                let base = self.base();
                self.listing.terms.certificates.extend(certificate_list(cell, base));
            }
            Field::DataStaysOnSite => {
                let side = self.options.side;
                let answer =
                    self.yes(name, cell, |text| data_stays_on_site(text, side).map(|read| read.value));
                self.listing.terms.data_stays_on_site = answer.or(self.listing.terms.data_stays_on_site);
            }
            Field::OnSite => {
                let side = self.options.side;
                let answer = self.yes(name, cell, |text| on_site(text, side).map(|read| read.value));
                self.listing.terms.on_site = answer.or(self.listing.terms.on_site);
            }
            Field::Remote => {
                let answer = self.yes(name, cell, |text| {
                    remote(text).map(|read| read.value).or_else(|| row_values::online(text))
                });
                self.listing.region.remote = answer.or(self.listing.region.remote);
            }
            Field::Cases => self.listing.cases.extend(row_values::cases(cell)),
            Field::Capacity => match row_values::free_jobs(cell) {
                Some(free_jobs) => self.listing.capacity = Some(Capacity { free_jobs }),
                None if says_nothing(cell) => {}
                None => self.unread(name, cell, value_unread(cell, "数字，或 已满")),
            },
            Field::Status => match row_values::status(cell) {
                Some(status) => self.listing.status = status,
                None if says_nothing(cell) => {}
                None => self.unread(name, cell, value_unread(cell, "草稿、待审核、已发布、推进中、已结束")),
            },
            Field::Contacts => {
                let kind =
                    if let Twist::Contact(kind) = twist { kind } else { crate::domain::ContactKind::Other };
                if !says_nothing(cell) {
                    self.listing.contacts.extend(row_values::contacts(cell, kind));
                }
            }
            Field::Url => {
                let web = ["http://", "https://"]
                    .iter()
                    .any(|scheme| cell.to_ascii_lowercase().starts_with(scheme));
                if web && !self.taken(Field::Url, name, cell) {
                    self.listing.source.url = Some(cell.to_owned());
                } else if !web && !says_nothing(cell) {
                    self.extra(name, cell);
                }
            }
        }
    }

    fn id(&mut self, name: &str, cell: &str, twist: Twist) {
        match (&self.id, twist) {
            _ if says_nothing(cell) => {}
            (IdFrom::Stated(_), _) => self.extra(name, cell),
            (IdFrom::Serial(_), Twist::Serial) => self.extra(name, cell),
            (_, Twist::Serial) => self.id = IdFrom::Serial(cell.to_owned()),
            // The serial number is worth no more beside an id.
            _ => self.id = IdFrom::Stated(cell.to_owned()),
        }
    }

    fn yes(&mut self, name: &str, cell: &str, prose: impl Fn(&str) -> Option<bool>) -> Option<bool> {
        match row_values::yes(cell) {
            Yes::Said(answer) => Some(answer),
            Yes::Nothing => None,
            Yes::Words => {
                let folded = Folded::new(cell);
                let answer = prose(&folded.text);
                if answer.is_none() {
                    self.unread(name, cell, value_unread(cell, "是、否"));
                } else if cell.chars().count() > 8 {
                    self.extra(name, cell);
                }
                answer
            }
        }
    }

    fn money(&mut self, name: &str, cell: &str) {
        if self.taken(Field::Money, name, cell) {
            return;
        }
        match money_cell(cell, name, self.options.side) {
            MoneyCell::NotStated => {}
            MoneyCell::Zero => self.unread(name, cell, Problem::AmountZero),
            MoneyCell::Unread => {
                self.unread(name, cell, Problem::AmountUnread { cell: cell.chars().take(40).collect() })
            }
            MoneyCell::Read { money, whole } => {
                if doubtful(&money, self.options.side) {
                    self.note_on(name, Problem::AmountDoubtful { shown: money.to_string() });
                }
                if !whole {
                    self.extra(name, cell);
                }
                self.listing.money = Some(money);
            }
        }
    }

    /// The day from which spans are counted.
    fn base(&self) -> crate::domain::Date {
        self.listing.dates.published.unwrap_or(self.options.today)
    }

    fn dates(&mut self) {
        let mut dates = std::mem::take(&mut self.dates);
        dates.sort_by_key(|(_, field, _)| *field != Field::Published);
        for (name, field, cell) in dates {
            if self.taken(field, name, cell) {
                continue;
            }
            let base = self.base();
            let unread = || Problem::DateUnread { cell: cell.chars().take(40).collect() };
            match field {
                Field::Published => match published_cell(cell, base) {
                    Some(day) => self.listing.dates.published = Some(day),
                    None if says_nothing(cell) => {}
                    None => self.unread(name, cell, unread()),
                },
                Field::Deadline => match deadline_cell(cell, base) {
                    DeadlineCell::Read { deadline, whole } => {
                        self.listing.dates.deadline = Some(deadline);
                        if !whole {
                            self.extra(name, cell);
                        }
                    }
                    DeadlineCell::NotStated => {}
                    DeadlineCell::Reversed => self.unread(
                        name,
                        cell,
                        Problem::DatesReversed { cell: cell.chars().take(40).collect() },
                    ),
                    DeadlineCell::Unread => self.unread(name, cell, unread()),
                },
                _ => match delivery_cell(cell, base) {
                    DeliveryCell::Read { delivery, whole } => {
                        self.listing.dates.delivery = Some(delivery);
                        if !whole {
                            self.extra(name, cell);
                        }
                    }
                    DeliveryCell::NotStated => {}
                    DeliveryCell::Unread => self.unread(name, cell, unread()),
                },
            }
        }
        if let (Some(Deadline::On(deadline)), Some(published)) =
            (self.listing.dates.deadline, self.listing.dates.published)
            && deadline < published
        {
            self.note(Problem::DeadlineBeforePublished {
                deadline: deadline.to_string(),
                published: published.to_string(),
            });
        }
    }

    fn regions(&mut self) {
        let regions = std::mem::take(&mut self.regions);
        // 省, 市 and 区 may be columns of their own: they are read as one cell.
        let joined = regions
            .iter()
            .map(|(_, cell)| *cell)
            .filter(|cell| !says_nothing(cell))
            .collect::<Vec<_>>()
            .join(" ");
        let name = regions.first().map_or("", |(name, _)| *name);
        let shown: String = joined.chars().take(40).collect();
        if joined.is_empty() {
            return;
        }
        match region_cell(&joined) {
            RegionCell::NotStated => {}
            RegionCell::Unread => self.unread(name, &joined, Problem::RegionUnread { cell: shown }),
            RegionCell::Ambiguous { candidates } => {
                self.unread(
                    name,
                    &joined,
                    Problem::RegionAmbiguous { cell: shown, candidates: candidates.join("、") },
                );
            }
            RegionCell::Read { region, whole, several } => {
                if several {
                    self.note_on(name, Problem::RegionSeveral { taken: region.to_string() });
                }
                if !whole {
                    self.extra(name, &joined);
                }
                let remote = self.listing.region.remote.or(region.remote);
                self.listing.region = Region { remote, ..region };
            }
        }
    }

    /// A column of terms in running text. The words are kept: they say more than the terms.
    fn eligibility(&mut self, name: &str, cell: &str) {
        if says_nothing(cell) {
            return;
        }
        self.extra(name, cell);
        let folded = Folded::new(cell);
        let (text, side, base) = (folded.text.as_str(), self.options.side, self.base());
        let terms = &mut self.listing.terms;
        let marks = &mut self.listing.read_from_prose;
        let mut mark =
            |field: Field, quote: &str| marks.push(Fact { field, quote: quote.chars().take(60).collect() });
        if terms.legal_person.is_none() {
            terms.legal_person = legal_person(text, side).map(|read| read.value);
        }
        if side == Side::Requirement {
            if terms.past_contracts.is_none()
                && let Some(read) = past_contracts(text, true)
            {
                mark(Field::PastContracts, folded.quote(read.span));
                terms.past_contracts = Some(read.value);
            }
            for threshold in thresholds(text, |span| folded.quote(span).to_owned()) {
                mark(Field::Thresholds, &threshold.quote);
                terms.thresholds.push(threshold);
            }
        }
        for read in certificates_in(&folded, side, base) {
            if terms.certificates.iter().all(|known| known.name != read.value.name) {
                mark(Field::Certificates, folded.quote(read.span));
                terms.certificates.push(read.value);
            }
        }
        for (slot, field, read) in [
            (&mut terms.data_stays_on_site, Field::DataStaysOnSite, data_stays_on_site(text, side)),
            (&mut terms.on_site, Field::OnSite, on_site(text, side)),
        ] {
            if slot.is_none()
                && let Some(read) = read
            {
                mark(field, folded.quote(read.span));
                *slot = Some(read.value);
            }
        }
    }

    fn past_contracts(&mut self, name: &str, cell: &str) {
        if says_nothing(cell) {
            return;
        }
        if self.options.side == Side::Capability {
            self.listing.cases.extend(row_values::cases(cell));
            return;
        }
        self.extra(name, cell);
        let folded = Folded::new(cell);
        match past_contracts(&folded.text, true) {
            Some(read) => self.listing.terms.past_contracts = Some(read.value),
            None => self.note_on(name, Problem::RequirementUnread),
        }
    }

    /// The listing with its id and notes; `None` without title and text.
    /// `titles_expected` tells whether the table has a title column.
    pub(super) fn finish(mut self, titles_expected: bool) -> Option<(Listing, IdFrom, Vec<Complaint>)> {
        self.dates();
        self.regions();
        self.titles.sort_by_key(|(rank, ..)| *rank);
        let mut titles = std::mem::take(&mut self.titles).into_iter();
        let title = titles.next();
        let mut labelled: Vec<(&str, &str)> = titles.map(|(_, name, cell, _)| (name, cell)).collect();
        labelled.append(&mut self.labelled);
        let mut parts: Vec<String> = self.texts.iter().map(|text| (*text).to_owned()).collect();
        parts.extend(labelled.iter().map(|(name, cell)| format!("{name}：{cell}")));
        self.listing.text = parts.join("\n");
        match title {
            Some((_, _, cell, category)) => {
                self.listing.title = cell.split_whitespace().collect::<Vec<_>>().join(" ");
                if let (Category::Other, Some(category)) = (self.listing.category, category) {
                    self.listing.category = category;
                }
            }
            None if self.listing.text.is_empty() => return None,
            None => {
                let source = self
                    .texts
                    .first()
                    .copied()
                    .or(labelled.first().map(|(_, cell)| *cell))
                    .unwrap_or_default();
                self.listing.title = first_sentence(source);
                if titles_expected {
                    self.note(Problem::TitleFromText);
                }
            }
        }
        if self.listing.category == Category::Other && self.options.side == Side::Requirement {
            self.listing.category = row_values::category_of_title(&self.listing.title);
        }
        if self.listing.party.kind == PartyKind::Unknown {
            self.listing.party.kind = row_values::kind_of_name(&self.listing.party.name);
        }
        Some((self.listing, self.id, self.notes))
    }
}

fn value_unread(cell: &str, expected: &'static str) -> Problem {
    Problem::ValueUnread { cell: cell.chars().take(40).collect(), expected }
}

/// Below the price of a meal for a whole job, or beyond what any district hands to
/// one party: most often 元 and 万元 mixed up.
fn doubtful(money: &Money, side: Side) -> bool {
    let top = money.high.or(money.low);
    let (least, most) = match side {
        Side::Requirement => (Amount(100 * 100), Amount(100_000_000_000)),
        Side::Capability => (Amount(0), Amount(10_000_000_000)),
    };
    top.is_some_and(|top| top >= most || (top < least && money.per.is_none()))
}
