//! Backups: what comes back, and what is refused.

use std::fs;
use std::path::PathBuf;

use opcmatch::domain::{Contact, ContactKind, Side};
use opcmatch::store::{Author, Backup, BackupError, Store};

use super::cases::follow_up;
use super::homes::{Home, event, listing, need};

const PHONE: &str = "000-0000-7777";

fn fill(store: &mut Store) {
    let mut reached = need("N1", "甲");
    reached.text = format!("联系 {PHONE}");
    reached.contacts.push(Contact { kind: ContactKind::Phone, value: PHONE.into() });
    store
        .put(&[reached, need("N2", "乙"), listing(Side::Capability, "C1", "丙")], &Author::default())
        .unwrap();
    let mut first = event("E1");
    first.theme = format!("报名 {PHONE}");
    let saved = store.save_event(first).unwrap();
    store.save_event(saved).unwrap();
    store.save_event(event("E2")).unwrap();
    let mut followed = follow_up("E1", "丙");
    followed.owner = format!("某人 {PHONE}");
    store.put_follow_ups(&[followed, follow_up("E1", "甲")]).unwrap();
}

pub(crate) fn round_trip(home: &Home) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.jsonl");
    let mut store = home.open();
    fill(&mut store);
    let backup = store.backup().unwrap();
    backup.write(&path, false).unwrap();
    let read = Backup::read(&path).unwrap();
    assert_eq!(read, backup);

    // To the other kind of database and back.
    let mut other = Store::in_memory().unwrap();
    other.restore(&read, false).unwrap();
    let there = other.backup().unwrap();
    assert_eq!(
        (&there.listings, &there.events, &there.follow_ups),
        (&read.listings, &read.events, &read.follow_ups)
    );
    assert!(there.change > read.change, "numbers go on from the backup's");
    let revision = there.events[0].revision;
    assert_eq!((revision, other.save_event(there.events[0].clone()).unwrap().revision), (2, 3));
    store.restore(&there, true).unwrap();
    let back = store.backup().unwrap();
    assert_eq!(
        (&back.listings, &back.events, &back.follow_ups),
        (&read.listings, &read.events, &read.follow_ups)
    );
    assert!(back.change > there.change);
}

pub(crate) fn replacing(home: &Home) {
    let mut store = home.open();
    fill(&mut store);
    let full = store.backup().unwrap();
    let mut small = Store::in_memory().unwrap();
    small.put(&[need("N2", "换")], &Author::default()).unwrap();
    let small = small.backup().unwrap();
    let refused = store.restore(&small, false).unwrap_err();
    assert!(matches!(&refused, BackupError::NotEmpty(there) if *there == full.counts()), "{refused}");
    assert!(refused.to_string().contains("--force"), "{refused}");
    assert_eq!(store.backup().unwrap(), full, "nothing was touched");
    store.restore(&small, true).unwrap();
    assert_eq!(store.list(Side::Requirement).unwrap(), [need("N2", "换")]);
    assert!(store.list(Side::Capability).unwrap().is_empty());
    assert_eq!((store.events().unwrap().len(), store.follow_ups(None).unwrap().len()), (0, 0));
}

pub(crate) fn over_damage(home: &Home) {
    if !home.lasts() {
        return;
    }
    let mut store = home.open();
    fill(&mut store);
    let whole = store.backup().unwrap();
    home.meddle("UPDATE event SET body = 'x'; UPDATE listing SET body = ''; UPDATE follow_up SET body = ''");
    assert!(store.backup().is_err());
    store.restore(&whole, true).unwrap();
    assert_eq!(store.backup().unwrap().events, whole.events);
}

/// A backup of a store with something in it: folder, file, bytes.
fn written() -> (tempfile::TempDir, PathBuf, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.jsonl");
    let mut store = Store::in_memory().unwrap();
    fill(&mut store);
    store.backup().unwrap().write(&path, false).unwrap();
    let bytes = fs::read(&path).unwrap();
    (folder, path, bytes)
}

#[test]
fn a_backup_cut_short_anywhere_is_refused() {
    let (_folder, path, bytes) = written();
    let lines: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] == b'\n').collect();
    assert_eq!(lines.len(), 1 + 3 + 2 + 2 + 3);
    let ends = lines.iter().flat_map(|&at| [at, at + 1]).filter(|&end| end < bytes.len());
    for end in ends.chain([0, 1, 20, bytes.len() - 2]) {
        fs::write(&path, &bytes[..end]).unwrap();
        let error = Backup::read(&path).unwrap_err();
        let named = matches!(error, BackupError::Damaged { .. } | BackupError::NotABackup(_));
        assert!(named, "{end} of {} bytes: {error}", bytes.len());
    }
}

/// Those had no history.
#[test]
fn a_backup_of_version_1_is_read() {
    let (_folder, path, bytes) = written();
    let text = String::from_utf8(bytes).unwrap();
    let (head, rest) = text.split_once('\n').unwrap();
    let mut head: serde_json::Value = serde_json::from_str(head).unwrap();
    let rest: String = rest
        .lines()
        .filter(|line| !line.contains("\"kind\":\"history\""))
        .map(|line| format!("{line}\n"))
        .collect();
    let old = |head: &serde_json::Value, digest: &str| {
        let (change, program, counts) = (&head["change"], &head["program"], &head["counts"]);
        format!(
            "{{\"format\":\"opcmatch-backup\",\"version\":1,\"program\":{program},\"change\":{change},\"counts\":{counts},\"blake3\":\"{digest}\"}}\n{rest}"
        )
    };
    assert_eq!(head["counts"].as_object_mut().unwrap().remove("history"), Some(3.into()));
    let digest = blake3::hash(old(&head, &"0".repeat(64)).as_bytes()).to_hex();
    fs::write(&path, old(&head, &digest)).unwrap();
    let read = Backup::read(&path).unwrap();
    assert_eq!((read.counts().listings, read.counts().history), (3, 0));
}

#[test]
fn a_backup_with_any_byte_flipped_is_refused() {
    let (_folder, path, mut bytes) = written();
    assert!(Backup::read(&path).is_ok());
    for at in 0..bytes.len() {
        for bit in [1, 0x20] {
            bytes[at] ^= bit;
            fs::write(&path, &bytes).unwrap();
            assert!(Backup::read(&path).is_err(), "bit {bit} of byte {at} of {}", bytes.len());
            bytes[at] ^= bit;
        }
    }
}

#[test]
fn what_is_no_backup_or_a_newer_one_is_named() {
    let (_folder, path, bytes) = written();
    let text = String::from_utf8(bytes).unwrap();
    for (content, word) in [
        (String::new(), "不是 opcmatch 的备份"),
        ("{\"kind\":\"listing\"}\n".to_owned(), "不是 opcmatch 的备份"),
        (text.replacen("\"version\":2", "\"version\":3", 1), "升级"),
    ] {
        fs::write(&path, content).unwrap();
        let said = Backup::read(&path).unwrap_err().to_string();
        assert!(said.contains(word) && said.contains("all.jsonl"), "{said}");
    }
    let nowhere = Backup::read(&path.with_file_name("none.jsonl")).unwrap_err();
    assert!(matches!(nowhere, BackupError::File { .. }), "{nowhere}");
}

#[test]
fn no_file_is_overwritten_unasked_and_none_is_left_half() {
    let (folder, path, bytes) = written();
    let empty = Store::in_memory().unwrap().backup().unwrap();
    assert!(matches!(empty.write(&path, false), Err(BackupError::Exists(_))));
    assert_eq!(fs::read(&path).unwrap(), bytes);
    empty.write(&path, true).unwrap();
    assert!(Backup::read(&path).unwrap().counts().is_empty());
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["all.jsonl"]);
    assert!(empty.write(&folder.path().join("none/all.jsonl"), false).is_err());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "others may not read the contacts");
    }
}

#[test]
fn an_export_masks_contacts_unless_told_not_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::in_memory().unwrap();
    fill(&mut store);
    // What it was before is exported too.
    store.put(&[need("N1", "甲之二")], &Author::default()).unwrap();
    let all = store.backup().unwrap();
    for (contacts, found) in [(false, 0), (true, 4)] {
        let path = folder.path().join(format!("{contacts}.jsonl"));
        all.export(&path, contacts, false).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 3 + 2 + 2 + 4);
        assert_eq!(text.matches(PHONE).count(), found, "{text}");
        for line in text.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(line["kind"].is_string() && line["body"].is_object(), "{line}");
        }
    }
}
