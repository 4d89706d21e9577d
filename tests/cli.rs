//! The program as its users run it: two files in, one file out, and a clear
//! word on whatever is wrong.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

fn opcmatch(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
    command.current_dir(folder).arg("--cache").arg(folder.join("cache")).args(["--today", "2026-11-21"]);
    command
}

const NEEDS: &str = "序号,需求名称,需求描述,预算金额,截止时间,联系电话
1,老旧小区电梯隐患排查,三十台电梯年久失修，希望提前发现要坏的部件，数据不得出本街道机房,20万元,2026-12-30,13800138000
2,小学作文批改,老师每晚批改作文到十一点，希望自动给出评语，可打电话13800138000,3万元,2026-12-20,
3,沥青路面摊铺,两公里村道重新摊铺沥青,80万元,2026-12-30,
";

const SKILLS: &str = "编号,公司名称,核心产品,企业与产品简介,实施参考价,城市
A1,澄心智能工作室（一人公司）,设备健康预测,用振动和电流信号预测电梯、水泵哪个零件快坏了，可部署在客户机房,8万元,杭州
A2,墨批科技（一人公司）,智能阅卷与评语,上传学生习作，按年级要求给分并写评语，老师确认后发给家长,5000元起,成都
A3,=HYPERLINK(\"http://example.com\"),菜品摄影,给餐馆拍菜单,800元,杭州
";

fn lists() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("needs.csv"), NEEDS).unwrap();
    fs::write(folder.path().join("skills.csv"), SKILLS).unwrap();
    folder
}

fn words(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn match_to(folder: &Path, out: &str) -> (i32, String, String) {
    let mut command = opcmatch(folder);
    command.args([
        "match",
        "--requirements",
        "needs.csv",
        "--capabilities",
        "skills.csv",
        "--top",
        "3",
        "--out",
        out,
    ]);
    words(&command.output().unwrap())
}

#[test]
fn two_spreadsheets_become_one_with_reasons() {
    let folder = lists();
    let (code, _, told) = match_to(folder.path(), "result.json");
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("bundled") && told.contains("3 行，收下 3"), "{told}");
    let text = fs::read_to_string(folder.path().join("result.json")).unwrap();
    let rankings: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(rankings.len(), 6, "three a side");
    let best = |number: usize| {
        let ranking = &rankings[number];
        ["fits", "terms_not_met", "below_floor"]
            .iter()
            .find_map(|part| ranking[part][0].as_object())
            .unwrap_or_else(|| panic!("no candidate: {ranking}"))
    };
    assert_eq!(best(0)["listing"]["id"], "A1");
    assert_eq!(best(1)["listing"]["id"], "A2");
    assert_eq!(rankings[2]["nothing_fits"], true, "nobody here lays asphalt: {}", rankings[2]);
    assert!(!text.contains("13800138000"), "a contact leaked");

    // Parts always sum to the score, and the sheet a spreadsheet opens holds no formula.
    for candidate in [best(0), best(1)] {
        let parts: f64 = candidate["score"]["parts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p["value"].as_f64().unwrap())
            .sum();
        assert!((parts - candidate["score"]["total"].as_f64().unwrap()).abs() < 1e-12);
        assert!(!candidate["evidence"].as_array().unwrap().is_empty());
    }
    assert_eq!(match_to(folder.path(), "result.csv").0, 0);
    let csv = fs::read_to_string(folder.path().join("result.csv")).unwrap();
    assert!(csv.starts_with('\u{feff}') && !csv.contains("13800138000"));
    for cell in csv::Reader::from_reader(csv.as_bytes())
        .records()
        .flat_map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
    {
        assert!(!cell.starts_with('='), "{cell}");
    }
    assert_eq!(match_to(folder.path(), "result.xlsx").0, 0);
    assert!(fs::read(folder.path().join("result.xlsx")).unwrap().starts_with(b"PK"));
    assert_eq!(match_to(folder.path(), "result.jsonl").0, 0);
    assert_eq!(fs::read_to_string(folder.path().join("result.jsonl")).unwrap().lines().count(), 6);
}

/// Bare titles, and rivals that share the place with the need or the child with the essay.
#[test]
fn the_work_outranks_the_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("needs.csv"), "编号,需求名称\nN1,老旧小区电梯隐患\nN2,儿童作文批改\n")
        .unwrap();
    let skills = "编号,核心产品\nC1,电梯轿厢广告\nC2,小区绿化\nC3,设备预测性维护\nC4,儿童摄影\nC5,智能阅卷\n";
    fs::write(folder.path().join("skills.csv"), skills).unwrap();
    let (code, _, told) = match_to(folder.path(), "result.json");
    assert_eq!(code, 0, "{told}");
    let text = fs::read_to_string(folder.path().join("result.json")).unwrap();
    let rankings: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    for (number, right) in [(0, "C3"), (1, "C5")] {
        let ranking = &rankings[number];
        let best = ["fits", "below_floor"].iter().find_map(|part| ranking[part][0].as_object());
        assert_eq!(
            best.unwrap_or_else(|| panic!("no candidate: {ranking}"))["listing"]["id"],
            right,
            "{ranking}"
        );
    }
    let mut command = opcmatch(folder.path());
    command.args(["search", "--requirements", "needs.csv", "--capabilities", "skills.csv"]);
    command.args(["--side", "capability", "老旧小区电梯隐患"]);
    let (code, found, told) = words(&command.output().unwrap());
    assert_eq!(code, 0, "{told}");
    let place = |title: &str| found.find(title).unwrap_or(usize::MAX);
    assert!(place("设备预测性维护") < place("电梯轿厢广告"), "{found}");
}

#[test]
fn the_same_lists_give_the_same_bytes_on_one_thread_or_many() {
    let folder = lists();
    let with_threads = |threads: &str, out: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
        command
            .current_dir(folder.path())
            .env("RAYON_NUM_THREADS", threads)
            .args(["--no-cache", "--today", "2026-11-21", "match"])
            .args(["--requirements", "needs.csv", "--capabilities", "skills.csv", "--out", out]);
        command.assert().success();
        fs::read(folder.path().join(out)).unwrap()
    };
    assert_eq!(with_threads("1", "one.json"), with_threads("4", "four.json"));
}

#[test]
fn nothing_found_is_exit_code_1() {
    let folder = lists();
    fs::write(folder.path().join("needs.csv"), "需求名称,需求描述\n沥青路面摊铺,两公里村道重新摊铺沥青\n")
        .unwrap();
    let (code, _, told) = match_to(folder.path(), "result.json");
    assert_eq!(code, 1, "{told}");
}

#[test]
fn a_list_goes_into_a_data_folder_and_is_found_there() {
    let folder = lists();
    for (file, side) in [("needs.csv", "requirement"), ("skills.csv", "能力")] {
        opcmatch(folder.path()).args(["import", file, "--side", side, "--data", "data"]).assert().success();
    }
    let output =
        opcmatch(folder.path()).args(["search", "电梯", "--data", "data", "--json"]).output().unwrap();
    let (code, found, told) = words(&output);
    assert_eq!(code, 0, "{told}");
    assert!(found.contains("老旧小区电梯隐患排查") && found.contains("A1"), "{found}");
    assert!(!found.contains("13800138000"));

    // A number or an address finds nobody, though it stands in the prose of need 2.
    let output = opcmatch(folder.path())
        .args(["search", "a13800138000", "--data", "data", "--json"])
        .output()
        .unwrap();
    let (_, found, _) = words(&output);
    assert!(!found.contains("作文批改"), "{found}");
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = lists();
    let output = opcmatch(folder.path())
        .args(["import", "needs.csv", "--side", "requirement", "--dry-run"])
        .output()
        .unwrap();
    let (code, report, _) = words(&output);
    assert_eq!(code, 0);
    assert!(report.contains("预算金额→金额"), "{report}");
    assert!(!folder.path().join("data").exists());
}

/// Everything that can be wrong with a file or an argument: exit code 2, and
/// words that name it.
#[test]
fn bad_input_is_told_in_plain_words() {
    let folder = lists();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("empty.csv"), "").unwrap();
    fs::write(path("noise.csv"), [0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x00, 0x01, 0x9f, 0x80].repeat(40))
        .unwrap();
    fs::write(path("columns.csv"), "甲,乙\n1,2\n3,4\n").unwrap();
    fs::write(path("broken.xlsx"), b"PK\x03\x04 this is no workbook").unwrap();
    fs::write(path("many.csv"), format!("需求名称\n{}", "水质监测\n".repeat(1_000_000))).unwrap();
    let import = |file: &str| {
        vec!["import".to_owned(), file.to_owned(), "--side".into(), "requirement".into(), "--dry-run".into()]
    };
    let with_model =
        |model: &str| vec!["--model".to_owned(), model.to_owned(), "search".into(), "电梯".into()];
    for (arguments, expected) in [
        (import("empty.csv"), "空"),
        (import("noise.csv"), "noise.csv"),
        (import("columns.csv"), "列"),
        (import("broken.xlsx"), "broken.xlsx"),
        (import("many.csv"), "200000"),
        (import("nowhere.csv"), "nowhere.csv"),
        (with_model("no-such-model"), "bge-small-zh-v1.5"),
        (with_model("./no/such/folder"), "folder"),
        (vec!["match".into(), "--requirements".into(), "needs.csv".into()], "--capabilities"),
        (vec!["match".into(), "--out".into(), "result.docx".into()], "xlsx"),
        (vec!["search".into(), "电梯".into(), "--data".into(), "needs.csv".into()], "needs.csv"),
        (vec!["serve".into(), "--address".into(), "0.0.0.0:9".into()], "opcmatch key new --role admin"),
        (vec!["serve".into(), "--rate-limit".into(), "fast".into()], "50:200"),
        (vec!["serve".into(), "--log-format".into(), "xml".into()], "json"),
    ] {
        let output = opcmatch(folder.path()).args(&arguments).output().unwrap();
        let (code, printed, told) = words(&output);
        assert_eq!(code, 2, "{arguments:?}\n{printed}{told}");
        let all = format!("{printed}{told}").replace(',', "");
        assert!(all.contains(expected), "{arguments:?} does not say “{expected}”:\n{all}");
    }
}

#[test]
fn odd_rows_are_reported_and_the_rest_is_taken() {
    let folder = lists();
    let rejects: PathBuf = folder.path().join("rejects.csv");
    fs::write(
        folder.path().join("odd.csv"),
        "编号,需求名称,需求描述\nN1,水质监测,河道水质在线监测\nN1,空气监测,另一条\nN2,,\nN3,带\u{0}空字符,描述\nN4,=1+1,公式样的标题\n",
    )
    .unwrap();
    let output = opcmatch(folder.path())
        .args(["import", "odd.csv", "--side", "requirement", "--dry-run", "--rejects", "rejects.csv"])
        .output()
        .unwrap();
    let (code, report, told) = words(&output);
    assert_eq!(code, 0, "{report}{told}");
    assert!(report.contains("5 行，收下 3，拒收 2"), "{report}");
    assert!(report.contains("N1") && report.contains("第 3 行"), "{report}");
    let saved = fs::read_to_string(rejects).unwrap();
    assert!(saved.contains("空气监测"), "{saved}");
}

#[test]
fn a_taken_port_is_named_with_the_way_out() {
    let folder = lists();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = opcmatch(folder.path()).args(["serve", "--address", &address]).output().unwrap();
    let (code, _, told) = words(&output);
    assert_eq!(code, 2);
    assert!(told.contains(&address) && told.contains("占用") && told.contains("--address"), "{told}");
}

#[test]
fn a_judged_set_of_ones_own() {
    let folder = lists();
    fs::write(
        folder.path().join("n.jsonl"),
        "{\"id\":\"N1\",\"title\":\"作文批改\",\"text\":\"老师批改作文太慢\"}\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("c.jsonl"),
        "{\"id\":\"C1\",\"title\":\"智能阅卷\",\"text\":\"自动评阅学生习作\"}\n{\"id\":\"C2\",\"title\":\"无人机航拍\",\"text\":\"景区航拍\"}\n",
    )
    .unwrap();
    fs::write(folder.path().join("q.txt"), "N1 0 C1 3\nN1 0 C2 0\n").unwrap();
    let output = opcmatch(folder.path())
        .args([
            "eval",
            "--requirements",
            "n.jsonl",
            "--capabilities",
            "c.jsonl",
            "--qrels",
            "q.txt",
            "--json",
        ])
        .output()
        .unwrap();
    let (code, report, told) = words(&output);
    assert_eq!(code, 0, "{told}");
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["ndcg_at_10"], 1.0);
    assert_eq!(report["recall_at_10"], 1.0);
    assert_eq!(report["ablations"].as_array().unwrap().len(), 3);
}
