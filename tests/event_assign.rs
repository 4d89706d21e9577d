//! `opcmatch event assign` as its users run it.

#![allow(clippy::unwrap_used)]

use std::fs;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// Runs on a file of this text; exit code, standard output, standard error.
fn assign(text: &str, options: &str) -> (i32, String, String) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("scores.csv"), text).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
    command.current_dir(folder.path()).args(["event", "assign", "--scores", "scores.csv"]);
    let output = command.args(options.split_whitespace()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json(text: &str, options: &str) -> (i32, Value) {
    let (code, out, told) = assign(text, &format!("{options} --json"));
    (code, serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out} {told}")))
}

const MATRIX: &str = ",甲,乙,丙\n需求一,0.9,0.8,0.1\n需求二,0.9,0.2,-1\n需求三,0.85,0.7,\n";

#[test]
fn a_matrix_becomes_lines_and_sums() {
    let (code, out, told) = assign(MATRIX, "--per-row 1 --max-per-column 1");
    assert_eq!(code, 0, "{told}");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "需求一\t丙 (0.1)\t0.1");
    assert_eq!(lines[1], "需求二\t甲 (0.9)\t0.9");
    assert_eq!(lines[3], "objective\t1.7");
    assert_eq!(lines[4], "worst_row\t0.1");
    assert!(lines[5].starts_with("seconds\t0."), "{out}");
    assert!(told.contains("首行是列名，首列是行名"), "{told}");
}

#[test]
fn json_holds_the_same() {
    let (code, answer) = json(MATRIX, "--per-row 2 --max-per-column 3");
    assert_eq!(code, 0);
    assert_eq!(answer["objective"], 4.35);
    assert_eq!(answer["worst_row"], 1.1);
    assert!(answer["seconds"].as_f64().unwrap() < 5.0);
    assert!(answer["worst_row_bound"].is_null());
    assert_eq!(answer["assignment"][0]["row"], "需求一");
    assert_eq!(answer["assignment"][0]["columns"][1], serde_json::json!({"column": "乙", "score": 0.8}));
    assert_eq!(answer["assignment"][0]["sum"], 1.7);
    assert_eq!(answer["assignment"].as_array().unwrap().len(), 3);
}

#[test]
fn fair_lifts_the_worst_row_and_says_what_is_proved() {
    let text = "10,4\n4,1\n";
    let (_, plain) = json(text, "--per-row 1 --max-per-column 1");
    assert_eq!((&plain["objective"], &plain["worst_row"]), (&11.into(), &1.into()));
    let (code, fair) = json(text, "--per-row 1 --max-per-column 1 --fair");
    assert_eq!(code, 0);
    assert_eq!((&fair["objective"], &fair["worst_row"]), (&8.into(), &4.into()));
    assert_eq!((&fair["objective_bound"], &fair["worst_row_bound"]), (&8.into(), &4.into()));
}

#[test]
fn negative_scores_count_and_lines_ban_what_is_below() {
    let text = "-1,0.5\n-1,-0.25\n";
    let rows: &[(&str, i32, f64)] =
        &[("", 0, -0.5), ("--ban-below -0.5", 1, 0.0), ("--floor -1", 0, -0.5), ("--floor -0.99", 1, 0.0)];
    for &(options, code, objective) in rows {
        let (got, answer) = json(text, &format!("--per-row 1 --max-per-column 1 {options}"));
        assert_eq!(got, code, "{options}: {answer}");
        if code == 0 {
            assert_eq!(answer["objective"], objective, "{options}");
        }
    }
}

#[test]
fn the_order_of_the_file_decides_nothing() {
    let rows = ["r1,5,5,4", "r2,5,5,4", "r3,5,5,5"];
    let (_, forward) = json(&format!(",a,b,c\n{}\n", rows.join("\n")), "--per-row 1 --max-per-column 1");
    let turned: Vec<&str> = rows.iter().rev().copied().collect();
    let (_, backward) = json(&format!(",a,b,c\n{}\n", turned.join("\n")), "--per-row 1 --max-per-column 1");
    let of = |answer: &Value, row: &str| {
        let rows = answer["assignment"].as_array().unwrap().clone();
        rows.into_iter().find(|line| line["row"] == row).unwrap()["columns"][0]["column"].clone()
    };
    for (row, column) in [("r1", "a"), ("r2", "b"), ("r3", "c")] {
        assert_eq!(of(&forward, row), column);
        assert_eq!(of(&backward, row), column);
    }
}

#[test]
fn what_cannot_be_met_is_explained() {
    let (code, out, _) = assign(MATRIX, "--per-row 2 --max-per-column 1");
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("排不出") && out.contains("还差 3 次"), "{out}");
    assert!(out.contains("--max-per-column 从 1 改为 2 就排得出"), "{out}");
    let (code, answer) = json(MATRIX, "--per-row 3 --max-per-column 3");
    assert_eq!(code, 1);
    let why = &answer["infeasible"];
    assert_eq!(why["short_rows"][0], serde_json::json!({"row": "需求三", "allowed": 2}));
    assert_eq!((&why["would_do"]["per_row"], &why["missing"]), (&2.into(), &1.into()), "{why}");
}

#[test]
fn bad_input_is_an_error_that_names_the_place() {
    let rows = [
        ("1,2\n3\n", "--per-row 1 --max-per-column 1", "第 2 行有 1 格"),
        (",a,b\nr,1,NaN\n", "--per-row 1 --max-per-column 1", "行“r”列“b”是“NaN”"),
        ("", "--per-row 1 --max-per-column 1", "没有分数"),
        ("1\n", "--per-row 0 --max-per-column 1", "0"),
        ("1\n", "--per-row 1 --max-per-column 1 --floor high", "不是数字"),
        ("1\n", "--per-row 1", "--max-per-column"),
    ];
    for (text, options, said) in rows {
        let (code, out, told) = assign(text, options);
        assert_eq!((code, out.as_str()), (2, ""), "{options}: {told}");
        assert!(told.contains(said), "{told}");
    }
    let mut missing = Command::new(env!("CARGO_BIN_EXE_opcmatch"));
    let output = missing
        .args("event assign --scores none.csv --per-row 1 --max-per-column 1".split(' '))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("none.csv"));
}
