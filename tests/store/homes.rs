//! Where a store may live.

use std::path::PathBuf;

use opcmatch::domain::{Event, EventId, Frame, Listing, NeedEntry, Rules, Side};
use opcmatch::store::Store;
use postgres::{Client, NoTls};
use tempfile::TempDir;

use super::server::{Server, address};

pub(crate) enum Home {
    File(TempDir),
    Memory,
    Server(String),
}

impl Home {
    pub(crate) fn file() -> Home {
        Home::File(tempfile::tempdir().unwrap())
    }

    pub(crate) fn memory() -> Home {
        Home::Memory
    }

    pub(crate) fn server(server: &Server) -> Home {
        Home::Server(server.fresh())
    }

    /// Whether what is opened again is what was left.
    pub(crate) fn lasts(&self) -> bool {
        !matches!(self, Home::Memory)
    }

    pub(crate) fn path(&self) -> PathBuf {
        match self {
            Home::File(folder) => folder.path().join("opcmatch.sqlite"),
            _ => panic!("not in a file"),
        }
    }

    pub(crate) fn open(&self) -> Store {
        self.try_open().unwrap()
    }

    pub(crate) fn try_open(&self) -> Result<Store, opcmatch::store::StoreError> {
        match self {
            Home::File(_) => Store::open(&self.path()),
            Home::Memory => Store::in_memory(),
            Home::Server(url) => Store::connect(&address(url)),
        }
    }

    /// Does something to the data behind the store's back.
    pub(crate) fn meddle(&self, sql: &str) {
        assert_eq!(self.try_meddle(sql), "");
    }

    /// Tries to; what was said against it.
    pub(crate) fn try_meddle(&self, sql: &str) -> String {
        match self {
            Home::File(_) => {
                let done = rusqlite::Connection::open(self.path()).unwrap().execute_batch(sql);
                done.err().map(|error| error.to_string()).unwrap_or_default()
            }
            Home::Memory => panic!("nobody else sees it"),
            Home::Server(url) => {
                let mut client = Client::connect(url, NoTls).unwrap();
                let done = client.batch_execute(&format!("SET search_path = opcmatch; {sql}"));
                done.err().map(|error| format!("{error:?}")).unwrap_or_default()
            }
        }
    }
}

pub(crate) fn listing(side: Side, id: &str, title: &str) -> Listing {
    Listing::new(id, side, title, "")
}

pub(crate) fn need(id: &str, title: &str) -> Listing {
    listing(Side::Requirement, id, title)
}

pub(crate) fn event(id: &str) -> Event {
    Event {
        id: EventId(id.into()),
        name: "对接会".into(),
        theme: String::new(),
        place: String::new(),
        frame: Frame::default(),
        rules: Rules::default(),
        needs: vec![NeedEntry::new("N1".into())],
        opcs: Vec::new(),
        named_opcs_only: false,
        pins: Vec::new(),
        bans: Vec::new(),
        interests: Vec::new(),
        aliases: Vec::new(),
        plan: None,
        revision: 0,
        held: false,
    }
}
