//! `opcmatch event` as an organiser runs it, from a draft to what came of it, on the
//! demo lists; and what is said when something is wrong.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use assert_cmd::Command;
use opcmatch::domain::Event;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder of vectors that the tests share: the first one fills it while the others wait.
fn cache() -> &'static Path {
    static CACHE: OnceLock<PathBuf> = OnceLock::new();
    CACHE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("event-cli-cache");
        let mut command = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
        command.arg("--cache").arg(&folder).args(["-q", "search", "电梯"]).assert().success();
        folder
    })
}

/// Runs `opcmatch event …` in the folder: exit code, standard output, standard error.
fn event(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
    command.current_dir(folder).arg("--cache").arg(cache()).args(["--today", "2026-11-21", "event"]);
    let output = command.args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// The same, with the JSON that was printed.
fn answer(folder: &Path, code: i32, arguments: &[&str]) -> Value {
    let (got, out, told) = event(folder, &[arguments, &["--json"]].concat());
    assert_eq!(got, code, "{arguments:?}: {told}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{arguments:?}: {error}\n{out}"))
}

fn saved(folder: &Path, name: &str) -> Event {
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

/// A folder with `event.json`: six needs of the demo, three tables, four slots.
fn drafted() -> TempDir {
    let folder = TempDir::new().unwrap();
    let (code, out, told) = event(
        folder.path(),
        &[
            "new",
            "--name",
            "示例对接会",
            "--needs",
            "N003,N006,N007,N011,N016,N018",
            "--tables",
            "3",
            "--slots",
            "4",
            "--starts",
            "2026-12-04T14:00",
        ],
    );
    assert_eq!(code, 0, "{told}");
    assert!(out.contains("6 条需求，4 个时段 × 3 张桌，2026-12-04 14:00 开始"), "{out}");
    folder
}

fn planned() -> TempDir {
    let folder = drafted();
    let (code, _, told) = event(folder.path(), &["plan", "event.json"]);
    assert!(code <= 1, "{told}");
    folder
}

#[test]
fn from_a_draft_to_its_sheets() {
    let folder = drafted();
    let at = folder.path();
    assert_eq!(event(at, &["check", "event.json"]).0, 1, "there is no plan to check");
    let plan = answer(at, 0, &["plan", "event.json"]);
    let meetings = plan["event"]["meetings"].as_array().unwrap();
    assert!(meetings.len() >= 6 && meetings.iter().all(|meeting| meeting["slot"].is_number()), "{plan}");
    assert_eq!((plan["as_asked"].clone(), plan["findings"].clone()), (true.into(), json!([])));
    let first = saved(at, "event.json");
    assert_eq!((first.revision, first.plan.as_ref().unwrap().meetings.len()), (2, meetings.len()));

    // Nothing is different the second time: the file is left alone.
    let again = answer(at, 0, &["plan", "event.json"]);
    assert_eq!(again["changes"]["zh"], "方案没有变化");
    assert_eq!(saved(at, "event.json"), first);

    // One meeting is ruled out, another demanded and kept where it is.
    let (gone, kept) = (&first.plan.as_ref().unwrap().meetings[0], &first.plan.as_ref().unwrap().meetings[1]);
    let ban = json!({"do": "ban", "need": gone.need, "opc": gone.opc, "why": "已有合作"}).to_string();
    let pin = json!({"do": "pin", "need": kept.need, "opc": kept.opc}).to_string();
    let lock = json!({"do": "lock", "need": kept.need, "opc": kept.opc}).to_string();
    let did = answer(at, 0, &["edit", "event.json", "--do", &ban, "--do", &pin, "--do", &lock]);
    assert_eq!((did["revision"].clone(), did["did"].as_array().unwrap().len()), (3.into(), 3), "{did}");
    assert_eq!(answer(at, 0, &["prices", "event.json"]).as_array().unwrap().len(), 2);
    answer(at, 0, &["plan", "event.json"]);
    let after = saved(at, "event.json").plan.unwrap();
    assert!(!after.meetings.iter().any(|meeting| meeting.pair() == gone.pair()), "the ban holds");
    let stays = after.meetings.iter().find(|meeting| meeting.pair() == kept.pair()).unwrap();
    assert_eq!((stays.seat, stays.locked), (kept.seat, true));
    assert_eq!(answer(at, 0, &["check", "event.json"]), json!([]));

    let (code, out, told) = event(at, &["sheets", "event.json", "--out", "sheets"]);
    assert_eq!(code, 0, "{told}");
    let start = |name: &str| fs::read(at.join("sheets").join(name)).unwrap();
    for (name, begins) in [
        ("event.xlsx", "PK"),
        ("meetings.csv", "\u{feff}时段"),
        ("event.ics", "BEGIN:VCALENDAR"),
        ("participants.zip", "PK"),
        ("stage.html", "<!"),
        ("tables.html", "<!"),
        ("opcs.html", "<!"),
        ("needs.html", "<!"),
        ("wall.html", "<!"),
        ("briefs.html", "<!"),
    ] {
        assert!(start(name).starts_with(begins.as_bytes()), "{name}");
        assert!(out.contains(name), "{out}");
    }
    let listed = fs::read_dir(at.join("sheets")).unwrap().count();
    assert_eq!(listed, 10, "nothing is left lying about");
    let wall = String::from_utf8(start("wall.html")).unwrap();
    assert!(wall.contains("<style>") && wall.contains("示例对接会"), "the page stands by itself");
}

#[test]
fn the_day_and_the_rest_of_it() {
    let folder = planned();
    let at = folder.path();
    let day = answer(at, 0, &["day", "event.json", "--slot", "1"]);
    assert_eq!(day["tables"].as_array().unwrap().len(), 3);
    let absent = saved(at, "event.json").plan.unwrap().meetings[0].clone();
    let change = json!({"do": "absent", "who": {"opc": absent.opc}}).to_string();
    assert_eq!(event(at, &["edit", "event.json", "--do", &change]).0, 0);
    let rest = answer(at, 1, &["rest", "event.json", "--from", "1"]);
    assert!(rest["unplaced"][0]["zh"].as_str().unwrap().contains("未到场"), "{rest}");
    // Whoever is absent has no seat any more; the checker says why, and that is an error of the plan.
    let seat = |event: &Event| {
        event.plan.iter().flat_map(|plan| &plan.meetings).find(|m| m.pair() == absent.pair()).unwrap().seat
    };
    assert_eq!(seat(&saved(at, "event.json")), None);
    let (code, out, _) = event(at, &["check", "event.json"]);
    assert!(code <= 1 && out.contains("未到场"), "{out}");
}

#[test]
fn a_data_folder_holds_events_and_what_came_of_them() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    for (side, list) in [("requirement", "requirements"), ("capability", "capabilities")] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/demo/{list}.json"));
        let mut import = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
        import.current_dir(at).arg("import").arg(path).args(["--side", side, "--data", "d", "-q"]);
        import.args(["--today", "2026-11-21"]).assert().success();
    }
    let new = ["new", "--name", "一", "--data", "d", "--needs", "N006,N018", "--starts", "2026-12-04T14:00"];
    assert_eq!(answer(at, 0, &new)["id"], "E001");
    assert_eq!(answer(at, 0, &new)["id"], "E002");
    let here = ["--data", "d", "--id"];
    let of = |command: &'static str, id: &'static str| [&[command], &here[..], &[id]].concat();
    let plan = answer(at, 0, &of("plan", "E001"));
    let met: Vec<(Value, Value)> = pairs(&plan);
    assert!(!met.is_empty());
    let (need, opc) = (met[0].0.as_str().unwrap(), met[0].1.as_str().unwrap());

    assert_eq!(answer(at, 0, &of("hold", "E001"))["meetings"], met.len());
    let (code, _, told) = event(at, &of("plan", "E001"));
    assert!(code == 2 && told.contains("已经举办"), "{told}");
    // Those who have met do not meet again.
    let (_, second, _) = event(at, &[&of("plan", "E002")[..], &["--json"]].concat());
    let second: Value = serde_json::from_str(&second).unwrap();
    assert!(pairs(&second).iter().all(|pair| !met.contains(pair)), "{second}");

    let follow = |code: i32, more: &[&str]| answer(at, code, &[&of("follow", "E001")[..], more].concat());
    let listed = follow(0, &[]);
    assert!(listed.as_array().unwrap().iter().all(|one| one["state"] == "met"), "{listed}");
    let pair = ["--need", need, "--opc", opc];
    let change = ["--state", "对接中", "--owner", "张某", "--note", "试用一个月", "--signed", "2026-12-20"];
    let talking = follow(0, &[&pair[..], &change].concat());
    assert_eq!((&talking[0]["state"], &talking[0]["owner"]), (&"talking".into(), &"张某".into()));
    assert_eq!(follow(0, &pair), talking, "it is kept");
    let counts = answer(at, 0, &["summary", "--data", "d"]);
    assert_eq!((&counts["pairs"]["met"], &counts["pairs"]["signed"]), (&met.len().into(), &1.into()));
    assert_eq!(counts["needs"]["collected"], 292);

    for (more, said) in [
        (vec!["--state", "candidate"], "不能直接改为“候选”"),
        (vec!["--state", "已排除"], "写明原因"),
        (vec!["--state", "gone"], "candidate, excluded, met"),
    ] {
        let arguments = [&of("follow", "E001")[..], &pair, &more].concat();
        let (code, _, told) = event(at, &arguments);
        assert!(code == 2 && told.contains(said), "{more:?}: {told}");
    }
    assert_eq!(follow(0, &pair), talking, "what was refused has changed nothing");
    let strangers =
        [&of("follow", "E001")[..], &["--need", "N001", "--opc", "无此人", "--state", "met"]].concat();
    assert!(event(at, &strangers).2.contains("N001"));
    let (code, _, told) = event(at, &of("plan", "E009"));
    assert!(code == 2 && told.contains("E009") && told.contains("E001、E002"), "{told}");
}

fn pairs(plan: &Value) -> Vec<(Value, Value)> {
    let meetings = plan["event"]["meetings"].as_array().unwrap();
    meetings.iter().map(|meeting| (meeting["need"].clone(), meeting["opc"].clone())).collect()
}

#[test]
fn an_earlier_event_counts_once_it_has_been_held() {
    let folder = planned();
    let at = folder.path();
    let first = saved(at, "event.json");
    fs::copy(at.join("event.json"), at.join("again.json")).unwrap();
    let (code, _, told) = event(at, &["plan", "again.json", "--earlier", "event.json"]);
    assert!(code == 2 && told.contains("--earlier") && told.contains(&first.id.0), "{told}");

    let later = Event { id: opcmatch::domain::EventId("later".into()), plan: None, ..first.clone() };
    fs::write(at.join("later.json"), serde_json::to_string(&later).unwrap()).unwrap();
    let (_, _, told) = event(at, &["plan", "later.json", "--out", "x.json", "--earlier", "event.json"]);
    assert!(told.contains("还没有举办"), "{told}");
    let same = |name: &str| {
        let met: Vec<_> = first.plan.iter().flat_map(|plan| &plan.meetings).map(|m| m.pair()).collect();
        let again = saved(at, name).plan.unwrap();
        again.meetings.iter().filter(|meeting| met.contains(&meeting.pair())).count()
    };
    assert_eq!(same("x.json"), first.plan.as_ref().unwrap().meetings.len());
    assert_eq!(event(at, &["hold", "event.json"]).0, 0);
    event(at, &["plan", "later.json", "--out", "x.json", "--earlier", "event.json"]);
    assert_eq!(same("x.json"), 0);
}

#[test]
fn what_the_rules_cannot_give_is_exit_code_1_with_the_way_out() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let arguments =
        ["new", "--name", "紧", "--needs", "N006,N018", "--need-min", "3", "--tables", "1", "--slots", "2"];
    assert_eq!(event(at, &arguments).0, 0);
    let (code, out, told) = event(at, &["plan", "event.json"]);
    assert_eq!(code, 1, "{told}");
    assert!(out.contains("做不到的限制") && out.contains("要求至少 3 场"), "{out}");
    let plan = answer(at, 1, &["plan", "event.json"]);
    assert!(!plan["concessions"].as_array().unwrap().is_empty());
}

/// A damaged file, and every option that can be wrong: exit code 2, words that name
/// the place, and no file changed.
#[test]
fn bad_input_is_named_and_changes_nothing() {
    let folder = planned();
    let at = folder.path();
    let good = fs::read_to_string(at.join("event.json")).unwrap();
    let damaged: &[(&str, &str, &str)] = &[
        ("\"tables\": 3", "\"tables\": \"三\"", "frame.tables"),
        ("\"minutes\": 15", "\"minutes\": 0", "frame.slots[0].minutes"),
        ("\"need\": \"N006\"", "\"need\": \"N003\"", "needs[1].need"),
        ("\"need_min\": 0", "\"need_min\": 9", "rules.need_min"),
        ("\"floor\": 15000", "\"flor\": 15000", "flor"),
        ("\"fair\": true,", "", "missing field `fair`"),
    ];
    for (from, to, said) in damaged {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from}");
        fs::write(at.join("bad.json"), &text).unwrap();
        for command in ["plan", "check", "day"] {
            let arguments = if command == "day" {
                vec![command, "bad.json", "--slot", "1"]
            } else {
                vec![command, "bad.json"]
            };
            let (code, out, told) = event(at, &arguments);
            assert_eq!((code, out.as_str()), (2, ""), "{from}: {told}");
            assert!(told.contains("bad.json") && told.contains(said), "{said}: {told}");
        }
        assert!(event(at, &["plan", "event.json", "--out", "bad.json"]).2.contains(said));
        assert_eq!(fs::read_to_string(at.join("bad.json")).unwrap(), text, "left as it was");
    }
    fs::write(at.join("ids.txt"), "# 说明\nN003\n\nN999\n").unwrap();
    let pin = r#"{"do":"pin","need":"N003","opc":"某工作室"}"#;
    let add = r#"{"do":"add","need":"N003","opc":"某工作室","capability":"C999"}"#;
    let rows: &[(&[&str], &str)] = &[
        (&["plan", "nowhere.json"], "nowhere.json"),
        (&["plan"], "EVENT"),
        (&["plan", "--id", "E001"], "--data"),
        (&["plan", "--data", "nowhere", "--id", "E001"], "nowhere"),
        (&["new", "--name", "x", "--needs", "N003"], "event.json 已经存在"),
        (&["new", "--name", "x", "--out", "n.json"], "--needs"),
        (&["new", "--name", "x", "--out", "n.json", "--needs", "N003,N998"], "N998"),
        (&["new", "--name", "x", "--out", "n.json", "--needs-from", "ids.txt"], "N999"),
        (&["new", "--name", "x", "--out", "n.json", "--industry", "无此行业"], "无此行业"),
        (&["new", "--name", "x", "--out", "n.json", "--all", "--need-min", "9"], "--need-min"),
        (&["new", "--name", "x", "--out", "n.json", "--all", "--starts", "tomorrow"], "--starts"),
        (&["new", "--name", "x", "--out", "n.json", "--all", "--floor", "200"], "--floor"),
        (&["new", "--name", "x", "--out", "n.json", "--all", "--id", " "], "--id"),
        (
            &[
                "new",
                "--name",
                "x",
                "--out",
                "n.json",
                "--needs",
                "N003",
                "--stage-starts",
                "2026-12-04T13:00",
                "--on-stage",
                "N006",
            ],
            "--on-stage",
        ),
        (&["edit", "event.json", "--do", "{"], "第 1 个 --do"),
        (&["edit", "event.json", "--do", pin, "--do", r#"{"do":"lock","need":"N003"}"#], "第 2 个 --do"),
        (
            &["edit", "event.json", "--do", pin, "--do", r#"{"do":"unban","need":"N003","opc":"某"}"#],
            "第 2 个 --do",
        ),
        (&["edit", "event.json", "--do", add], "C999"),
        (&["day", "event.json", "--slot", "0"], "--slot"),
        (&["day", "event.json", "--slot", "6"], "共 4 个"),
        (&["rest", "event.json", "--from", "5"], "共 4 个"),
        (&["teams", "event.json", "--need", "N001"], "N001"),
        (&["follow", "--data", "nowhere", "--id", "E001"], "nowhere"),
        (&["summary", "--data", "nowhere"], "nowhere"),
        (&["sheets", "event.json", "--out", "event.json"], "event.json"),
    ];
    for (arguments, said) in rows {
        let (code, out, told) = event(at, arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {told}");
        assert!(told.contains(said), "{arguments:?} does not say “{said}”: {told}");
    }
    assert_eq!(fs::read_to_string(at.join("event.json")).unwrap(), good, "nothing has changed");
    assert!(!at.join("n.json").exists() && !at.join("nowhere").exists());
}
