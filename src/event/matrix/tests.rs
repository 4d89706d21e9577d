#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Result<Matrix, MatrixError> {
    Matrix::read(text.as_bytes(), "分数.csv", None)
}

fn names(labels: &[Label]) -> Vec<&str> {
    labels.iter().map(|label| label.name.as_str()).collect()
}

#[test]
fn shapes_and_labels() {
    type Row<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [&'a [(u32, i64)]]);
    let rows: &[Row<'_>] = &[
        ("1,2\n3,4\n", &["1", "2"], &["1", "2"], &[&[(0, 1), (1, 2)], &[(0, 3), (1, 4)]]),
        ("甲,乙\n1,2\n", &["1"], &["乙", "甲"], &[&[(0, 2), (1, 1)]]),
        ("需求一,1,2\n需求二,3,\n", &["需求一", "需求二"], &["1", "2"], &[&[(0, 1), (1, 2)], &[(0, 3)]]),
        (",A,B\nr,0.5,-1\n", &["r"], &["A", "B"], &[&[(0, 5), (1, -10)]]),
        (",2,1\n7,0.5,-1\n", &["7"], &["1", "2"], &[&[(0, -10), (1, 5)]]),
        ("id,A,B\nr,5,1\n", &["r"], &["A", "B"], &[&[(0, 5), (1, 1)]]),
        ("\u{feff},A\r\nr,5\r\nq,1e-2\r\n", &["q", "r"], &["A"], &[&[(0, 1)], &[(0, 500)]]),
        (
            "id,A,B\n0,5,1\n1,5,1\n2,5,1\n",
            &["0", "1", "2"],
            &["A", "B"],
            &[&[(0, 5), (1, 1)], &[(0, 5), (1, 1)], &[(0, 5), (1, 1)]],
        ),
        ("id,1,2,3\nr,5,1,4\n", &["r"], &["1", "2", "3"], &[&[(0, 5), (1, 1), (2, 4)]]),
        ("A,B\n5,1\n6,2\n", &["1", "2"], &["A", "B"], &[&[(0, 5), (1, 1)], &[(0, 6), (1, 2)]]),
        ("A\n5\n6\n", &["1", "2"], &["A"], &[&[(0, 5)], &[(0, 6)]]),
        ("r,5,6\n", &["r"], &["1", "2"], &[&[(0, 5), (1, 6)]]),
        ("5", &["1"], &["1"], &[&[(0, 5)]]),
        ("\"a, b\",3\n\"c\",4\n", &["a, b", "c"], &["1"], &[&[(0, 3)], &[(0, 4)]]),
    ];
    for &(text, row_names, column_names, scores) in rows {
        let matrix = read(text).unwrap_or_else(|e| panic!("{text:?}: {e}"));
        assert_eq!(
            (names(&matrix.rows), names(&matrix.columns)),
            (row_names.to_vec(), column_names.to_vec()),
            "{text:?}"
        );
        assert_eq!(matrix.scores.pairs(), scores, "{text:?}");
    }
}

#[test]
fn ten_rows_without_names_stay_in_order() {
    let text = (1..=12).map(|n| format!("{n}\n")).collect::<String>();
    assert_eq!(names(&read(&text).unwrap().rows).last(), Some(&"12"));
}

#[test]
fn refusals_name_the_place() {
    let rows = [
        ("", "没有分数"),
        ("a,b\n", "没有分数"),
        ("1,2\n3\n", "第 2 行有 1 格，第一行有 2 格"),
        ("1,2\n\n3,4,5\n", "第 3 行有 3 格"),
        (",A,B\nr,1,x\n", "第 2 行，行“r”列“B”是“x”：不是数字"),
        ("1,NaN\n3,4\n", "行“1”列“2”是“NaN”：NaN 和无穷大"),
        ("1,2\n-inf,4\n", "行“2”列“1”是“-inf”"),
        ("1,2\n3,１\n", "第 2 行，行“2”列“2”是“１”"),
        ("1,1e40\n3,4\n", "数字太大"),
        (",A,A\nr,1,2\n", "有两列都叫“A”"),
        (",A,B\nr,1,2\nr,3,4\n", "有两行都叫“r”"),
        (",A,\nr,1,2\n", "第 2 列没有名称"),
    ];
    for (text, said) in rows {
        let error = read(text).unwrap_err().to_string();
        assert!(error.contains(said), "{text:?}: {error}");
    }
    let bytes = Matrix::read(b"1,2\n\xff,3\n", "a.csv", None).unwrap_err().to_string();
    assert!(bytes.contains("第 2 行不是 UTF-8"), "{bytes}");
}

#[test]
fn minus_one_is_a_score_unless_told() {
    let text = "0.5,-1\n-1,0.25\n";
    assert_eq!(read(text).unwrap().scores.pairs()[0], [(0, 50), (1, -100)]);
    let ban: Decimal = "-0.5".parse().unwrap();
    let banned = Matrix::read(text.as_bytes(), "a.csv", Some(&ban)).unwrap();
    assert_eq!(banned.scores.pairs(), [vec![(0, 50)], vec![(1, 25)]]);
    assert!(banned.notes.contains(&MatrixNote::Banned { pairs: 2 }));
}

#[test]
fn the_bound_itself_is_not_banned() {
    let ban: Decimal = "0.5".parse().unwrap();
    let matrix = Matrix::read(b"0.5,0.49\n", "a.csv", Some(&ban)).unwrap();
    assert_eq!(matrix.scores.pairs()[0], [(0, 50)]);
}

#[test]
fn too_many_digits_are_rounded_and_said() {
    let matrix = read("0.12345678949,1\n0.5,2\n").unwrap();
    assert_eq!(matrix.scores.pairs()[0][0], (0, 123_456_789));
    assert!(matrix.notes.contains(&MatrixNote::Rounded { scores: 1, places: 9 }));
    let wide = read("12345678901.25,1\n0.5678,2\n").unwrap();
    assert_eq!(wide.show(wide.scores.pairs()[0][0].1).to_string(), "12345678901.25");
    assert!(wide.notes.contains(&MatrixNote::Rounded { scores: 1, places: 3 }), "{:?}", wide.notes);
}

proptest! {
    #[test]
    fn what_is_read_is_what_was_written(cells in prop::collection::vec(-1_000_000i64..1_000_000, 12), places in 0u32..7) {
        let shown: Vec<String> = cells.iter().map(|&value| Scaled { value, places }.to_string()).collect();
        let text: String = shown.chunks(3).map(|row| row.join(",") + "\n").collect();
        let matrix = read(&text).unwrap();
        let again: Vec<String> =
            matrix.scores.pairs().iter().flatten().map(|&(_, score)| matrix.show(score).to_string()).collect();
        prop_assert_eq!(shown, again);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(prop::sample::select(b"0123456789.,-eE\n\r\"ab \xef".to_vec()), 0..60)) {
        if let Ok(matrix) = Matrix::read(&bytes, "a.csv", None) {
            prop_assert_eq!(matrix.scores.rows(), matrix.rows.len());
            prop_assert_eq!(matrix.scores.columns(), matrix.columns.len());
        }
    }
}
