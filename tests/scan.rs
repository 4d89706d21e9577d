//! The scan against the plain way: score every row, sort, take the first k.

#![allow(clippy::unwrap_used)]

use ndarray::Array2;
use opcmatch::scan::{
    Asked, BothWays, Join, Pass, Postings, Row, Rows, Scan, Scored, Scratch, TermId, Vectors, batch, dot,
};
use proptest::prelude::*;

/// Numbers without pattern from a seed.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, n: usize) -> usize {
        self.next() as usize % n.max(1)
    }

    fn unit(&mut self) -> f32 {
        self.next() as f32 / (1u64 << 31) as f32
    }
}

struct Lists {
    rows: Vec<Vec<(TermId, f32)>>,
    postings: Postings,
    vectors: Vectors,
}

/// Terms from one in every row to one in a hundred; every fifth row repeats the one before it.
fn lists(noise: &mut Noise, rows: usize, terms: usize, width: usize) -> Lists {
    let every: Vec<usize> = (0..terms).map(|term| 1 + term * term / 8).collect();
    let mut held: Vec<Vec<(TermId, f32)>> = Vec::new();
    let mut matrix = Array2::<f32>::zeros((rows, width));
    for row in 0..rows {
        if row % 5 == 4 {
            held.push(held[row - 1].clone());
            let before = matrix.row(row - 1).to_owned();
            matrix.row_mut(row).assign(&before);
            continue;
        }
        let of_row: Vec<usize> = (0..terms).filter(|&term| noise.below(every[term]) == 0).collect();
        held.push(of_row.into_iter().map(|term| (term as TermId, 0.1 + noise.unit())).collect());
        let mut own = matrix.row_mut(row);
        own.mapv_inplace(|_: f32| noise.unit() - 0.4);
        let length = own.dot(&own).sqrt().max(1e-6);
        own /= length;
    }
    let postings = Postings::from_rows(held.iter().map(Vec::as_slice), terms);
    Lists { rows: held, postings, vectors: Vectors::new(matrix) }
}

struct Question {
    terms: Vec<(TermId, f32)>,
    vector: Vec<f32>,
}

fn question(noise: &mut Noise, terms: usize, width: usize) -> Question {
    let asked = (0..terms).filter(|_| noise.below(3) > 0).map(|term| term as TermId).collect::<Vec<_>>();
    Question {
        terms: asked.into_iter().map(|term| (term, noise.unit() * 2.0)).collect(),
        vector: (0..width).map(|_| noise.unit() - 0.5).collect(),
    }
}

impl Lists {
    fn words(&self, question: &Question, row: Row) -> f64 {
        let held = &self.rows[row as usize];
        let weight = |term| question.terms.iter().find(|asked| asked.0 == term).map_or(0.0, |asked| asked.1);
        held.iter().map(|&(term, held)| f64::from(weight(term) * held)).sum()
    }

    fn meaning(&self, question: &Question, row: Row) -> f64 {
        f64::from(dot(self.vectors.row(row), &question.vector))
    }

    fn score(&self, question: &Question, row: Row, (a, b): (f32, f32)) -> f64 {
        f64::from(a) * self.words(question, row) + f64::from(b) * self.meaning(question, row)
    }

    /// Every row scored and sorted.
    fn plain(&self, question: &Question, rows: &[Row], join: Join, k: usize) -> Vec<Scored> {
        let factors = match join {
            Join::Given { words, dots } => (words, dots),
            Join::MinMax { share } => {
                let over = |values: &dyn Fn(Row) -> f64| {
                    let all: Vec<f64> = rows.iter().map(|&row| values(row)).collect();
                    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
                    let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    if high > low { 1.0 / (high - low) } else { 0.0 }
                };
                let (words, meaning) =
                    (over(&|row| self.words(question, row)), over(&|row| self.meaning(question, row)));
                (share * words as f32, (1.0 - share) * meaning as f32)
            }
        };
        let mut all: Vec<Scored> =
            rows.iter().map(|&row| Scored { row, score: self.score(question, row, factors) }).collect();
        all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        all.truncate(k);
        all
    }

    fn scan(
        &self,
        question: &Question,
        rows: Rows<'_>,
        join: Join,
        k: usize,
        exact: Option<&mut dyn FnMut(Row) -> f64>,
    ) -> Vec<Scored> {
        let Question { terms, vector } = question;
        let scan = Scan { postings: &self.postings, vectors: &self.vectors, terms, vector, join, rows };
        scan.best(k, &mut Scratch::default(), exact)
    }
}

/// Ranks may differ only where scores are within rounding of each other, which extents of a few
/// rows that are nearly alike make larger.
fn close(got: &[Scored], expected: &[Scored]) -> Result<(), TestCaseError> {
    prop_assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        prop_assert!(
            (got.score - expected.score).abs() < 1e-4 * (1.0 + expected.score.abs()),
            "{:?} for {:?}",
            got,
            expected
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn one_question_gets_the_best_rows_exactly(
        seed in any::<u64>(),
        size in 0usize..700,
        terms in 0usize..40,
        width in 1usize..150,
        k in 0usize..40,
        share in 0.0f32..1.0,
        one_in in 1usize..30,
    ) {
        let mut noise = Noise(seed);
        let lists = lists(&mut noise, size, terms, width);
        let question = question(&mut noise, terms, width);
        let all: Vec<Row> = (0..size as Row).collect();
        let some: Vec<Row> = all.iter().copied().filter(|_| noise.below(one_in) == 0).collect();
        let given = (noise.unit(), noise.unit() * 3.0);
        let gone: Vec<Row> = all.iter().copied().filter(|_| noise.below(one_in + 3) == 0).collect();
        let but = |rows: &[Row]| -> Vec<Row> {
            rows.iter().copied().filter(|row| gone.binary_search(row).is_err()).collect()
        };
        let (all_but, some_but) = (but(&all), but(&some));
        for (rows, listed) in [
            (Rows::ALL, &all),
            (Rows::only(&some), &some),
            (Rows::ALL.without(&gone), &all_but),
            (Rows::only(&some).without(&gone), &some_but),
        ] {
            let join = Join::MinMax { share };
            close(&lists.scan(&question, rows, join, k, None), &lists.plain(&question, listed, join, k))?;
            for (words, dots) in [given, (given.0, 0.0), (0.0, given.1)] {
                let join = Join::Given { words, dots };
                let mut exact = |row| lists.score(&question, row, (words, dots));
                let got = lists.scan(&question, rows, join, k, Some(&mut exact));
                prop_assert_eq!(&got, &lists.plain(&question, listed, join, k));
            }
        }
    }

    #[test]
    fn a_batch_is_its_questions_one_by_one(
        seed in any::<u64>(),
        size in 0usize..400,
        terms in 0usize..30,
        width in 1usize..100,
        count in 0usize..90,
        k in 0usize..30,
        one_in in 1usize..10,
    ) {
        let mut noise = Noise(seed);
        let lists = lists(&mut noise, size, terms, width);
        let questions: Vec<Question> = (0..count).map(|_| question(&mut noise, terms, width)).collect();
        let asked: Vec<Asked<'_>> =
            questions.iter().map(|q| Asked { terms: &q.terms, vector: &q.vector }).collect();
        let some: Vec<Row> = (0..size as Row).filter(|_| noise.below(one_in) == 0).collect();
        let sides = (&lists.postings, &lists.vectors);
        let factors = (noise.unit(), noise.unit());
        let gone: Vec<Row> = (0..size as Row).filter(|_| noise.below(one_in + 2) == 0).collect();
        let (every, few) = (Rows::ALL, Rows::only(&some));
        for rows in [every, few, every.without(&gone), few.without(&gone)] {
            let join = Join::Given { words: factors.0, dots: factors.1 };
            let exact = |at: usize, row: Row| lists.score(&questions[at], row, factors);
            let together = batch(sides, rows, &asked, join, k, Some(&exact), &|_| true).unwrap();
            prop_assert_eq!(together.len(), count);
            for (at, got) in together.iter().enumerate() {
                let mut exact = |row| exact(at, row);
                prop_assert_eq!(got, &lists.scan(&questions[at], rows, join, k, Some(&mut exact)));
            }
            let join = Join::MinMax { share: 0.5 };
            let together = batch(sides, rows, &asked, join, k, None, &|_| true).unwrap();
            for (got, question) in together.iter().zip(&questions) {
                close(got, &lists.scan(question, rows, join, k, None))?;
            }
        }
    }
}

/// What each question and each row is the best for, the plain way.
fn both_ways(lists: &Lists, questions: &[Question], rows: Rows<'_>, few: Option<&[Row]>, k: usize) {
    let asked: Vec<Asked<'_>> =
        questions.iter().map(|q| Asked { terms: &q.terms, vector: &q.vector }).collect();
    let factors = (0.8, 0.6);
    let constants: Vec<f32> = (0..questions.len()).map(|at| (at % 7) as f32 * 0.3).collect();
    let exact = |at: usize, row: Row| lists.score(&questions[at], row, factors) + f64::from(constants[at]);
    let sources = (&lists.postings, &lists.vectors);
    let among = few.map_or(Rows::ALL, Rows::only);
    let pass =
        Pass { sources, questions: &asked, rows, among, factors, constants: &constants, exact: &exact };
    let BothWays { of_questions, of_rows } = pass.both_ways(k, &|_| true).unwrap();
    let join = Join::Given { words: factors.0, dots: factors.1 };
    let wanted = batch(sources, rows, &asked, join, k, Some(&exact), &|_| true).unwrap();
    assert_eq!(of_questions, wanted);
    let every: Vec<Row> = (0..questions.len() as Row).collect();
    let takes_part = few.unwrap_or(&every);
    assert_eq!(of_rows.len(), lists.rows.len());
    for (row, got) in of_rows.iter().enumerate().step_by(1 + of_rows.len() / 97) {
        let mut all: Vec<Scored> =
            takes_part.iter().map(|&q| Scored { row: q, score: exact(q as usize, row as Row) }).collect();
        all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        all.truncate(k);
        assert_eq!(*got, all, "row {row}");
    }
}

#[test]
fn one_pass_serves_both_directions() {
    let mut noise = Noise(4_711);
    for (size, count, k) in [(0, 5, 3), (7, 0, 3), (130, 90, 4), (400, 300, 9), (90, 600, 50)] {
        let lists = lists(&mut noise, size, 12, 24);
        let questions: Vec<Question> = (0..count).map(|_| question(&mut noise, 12, 24)).collect();
        let some: Vec<Row> = (0..size as Row).filter(|_| noise.below(3) > 0).collect();
        let gone: Vec<Row> = (0..size as Row).filter(|_| noise.below(9) == 0).collect();
        let few: Vec<Row> = (0..count as Row).filter(|_| noise.below(2) > 0).collect();
        both_ways(&lists, &questions, Rows::ALL, None, k);
        both_ways(&lists, &questions, Rows::only(&some).without(&gone), Some(&few), k);
    }
    // Several windows.
    let size = opcmatch::scan::WINDOW + 777;
    let lists = lists(&mut noise, size, 12, 24);
    let questions: Vec<Question> = (0..300).map(|_| question(&mut noise, 12, 24)).collect();
    both_ways(&lists, &questions, Rows::ALL, None, 5);
    let asked: Vec<Asked<'_>> =
        questions.iter().map(|q| Asked { terms: &q.terms, vector: &q.vector }).collect();
    let pass = Pass {
        sources: (&lists.postings, &lists.vectors),
        questions: &asked,
        rows: Rows::ALL,
        among: Rows::ALL,
        factors: (1.0, 1.0),
        constants: &[0.0; 300],
        exact: &|_, _| 0.0,
    };
    assert_eq!(pass.both_ways(5, &|_| false), None);
}

/// Lists of several windows, with columns, runs and a last window that is not full.
#[test]
fn windows_make_no_difference() {
    let mut noise = Noise(20_261_121);
    let size = 2 * opcmatch::scan::WINDOW + 1_234;
    let lists = lists(&mut noise, size, 24, 40);
    let questions: Vec<Question> = (0..70).map(|_| question(&mut noise, 24, 40)).collect();
    let asked: Vec<Asked<'_>> =
        questions.iter().map(|q| Asked { terms: &q.terms, vector: &q.vector }).collect();
    let all: Vec<Row> = (0..size as Row).collect();
    let factors = (0.7, 0.9);
    let join = Join::Given { words: factors.0, dots: factors.1 };
    let exact = |at: usize, row: Row| lists.score(&questions[at], row, factors);
    let sides = (&lists.postings, &lists.vectors);
    let together = batch(sides, Rows::ALL, &asked, join, 25, Some(&exact), &|_| true).unwrap();
    for at in [0, 1, 33, 69] {
        let expected = lists.plain(&questions[at], &all, join, 25);
        assert_eq!(together[at], expected);
        let mut exact = |row| exact(at, row);
        assert_eq!(lists.scan(&questions[at], Rows::ALL, join, 25, Some(&mut exact)), expected);
    }
}

/// Many rows are read by their sketches first, which know dot products roughly: what is found is the
/// same, among rows that are nearly alike, too.
#[test]
fn sketches_find_what_the_plain_way_finds() {
    let mut noise = Noise(20_261_122);
    let (size, width, terms, k) = (9_500, 96, 20, 20);
    let mut made = lists(&mut noise, size, terms, width);
    let centres: Vec<Vec<f32>> = (0..40).map(|_| (0..width).map(|_| noise.unit() - 0.5).collect()).collect();
    let mut near = |centre: usize, spread: f32| -> Vec<f32> {
        let all: Vec<f32> = centres[centre].iter().map(|v| v + spread * (noise.unit() - 0.5)).collect();
        let length = dot(&all, &all).sqrt();
        all.into_iter().map(|v| v / length).collect()
    };
    let mut matrix = Array2::<f32>::zeros((size, width));
    for row in 0..size {
        let vector = near(row % 40, [0.02, 0.5, 1.5][row % 3]);
        matrix.row_mut(row).assign(&ndarray::ArrayView1::from(&vector));
    }
    made.vectors = Vectors::new(matrix);
    let all: Vec<Row> = (0..size as Row).collect();
    let most: Vec<Row> = all.iter().copied().filter(|row| row % 4 > 0).collect();
    let (mut found, mut wanted) = (0, 0);
    for at in 0..60 {
        let vector = near(at % 40, 0.7);
        let asked = Question { vector, ..question(&mut Noise(at as u64), terms, width) };
        for (rows, listed) in [(Rows::ALL, &all), (Rows::only(&most), &most)] {
            let factors = (0.1 * (at % 5) as f32, 1.0);
            let join = Join::Given { words: factors.0, dots: factors.1 };
            let mut exact = |row| made.score(&asked, row, factors);
            let got = made.scan(&asked, rows, join, k, Some(&mut exact));
            assert_eq!(got, made.plain(&asked, listed, join, k), "question {at}");
            let join = Join::MinMax { share: 0.5 };
            let (got, plain) = (made.scan(&asked, rows, join, k, None), made.plain(&asked, listed, join, k));
            wanted += plain.len();
            found += plain.iter().filter(|one| got.iter().any(|other| other.row == one.row)).count();
        }
    }
    // Rows of a pair that repeats may stand for each other.
    assert!(found * 1_000 >= wanted * 995, "{found} of {wanted}");
}

/// Memory of a scan is used again: what was left out of one is in the next.
#[test]
fn rows_left_out_come_back() {
    let mut noise = Noise(77);
    let lists = lists(&mut noise, 60, 8, 16);
    let question = question(&mut noise, 8, 16);
    let Question { terms, vector } = &question;
    let mut scratch = Scratch::default();
    let gone: Vec<Row> = (0..60).collect();
    let mut scan = |rows: Rows<'_>, dots: f32| {
        let join = Join::Given { words: 1.0, dots };
        let scan = Scan { postings: &lists.postings, vectors: &lists.vectors, terms, vector, join, rows };
        scan.best(60, &mut scratch, None).len()
    };
    assert_eq!(scan(Rows::ALL.without(&gone), 1.0), 0);
    assert_eq!(scan(Rows::ALL, 0.0), 60);
    assert_eq!(scan(Rows::ALL.without(&gone), 0.0), 0);
    assert_eq!(scan(Rows::ALL, 1.0), 60);
    // All there are, however many are wanted.
    let join = Join::Given { words: 1.0, dots: 1.0 };
    for (rows, there) in [(Rows::ALL, 60), (Rows::only(&[3, 9]), 2)] {
        assert_eq!(lists.scan(&question, rows, join, usize::MAX, None).len(), there);
    }
}

/// A term that the postings have never heard of counts for nothing.
#[test]
fn terms_that_came_later_count_for_nothing() {
    let mut noise = Noise(78);
    let lists = lists(&mut noise, 60, 8, 16);
    let mut question = question(&mut noise, 8, 16);
    let join = Join::Given { words: 1.0, dots: 1.0 };
    let few: Vec<Row> = vec![3, 9];
    let before = [Rows::ALL, Rows::only(&few)].map(|rows| lists.scan(&question, rows, join, 9, None));
    question.terms.extend([(8, 2.0), (4_000, 3.0)]);
    let after = [Rows::ALL, Rows::only(&few)].map(|rows| lists.scan(&question, rows, join, 9, None));
    assert_eq!(before, after);
}

#[test]
fn a_batch_can_be_stopped() {
    let mut noise = Noise(5);
    let lists = lists(&mut noise, 50, 8, 16);
    let questions: Vec<Question> = (0..40).map(|_| question(&mut noise, 8, 16)).collect();
    let asked: Vec<Asked<'_>> =
        questions.iter().map(|q| Asked { terms: &q.terms, vector: &q.vector }).collect();
    let join = Join::MinMax { share: 0.5 };
    let sides = (&lists.postings, &lists.vectors);
    assert!(batch(sides, Rows::ALL, &asked, join, 3, None, &|_| false).is_none());
    assert_eq!(batch(sides, Rows::ALL, &[], join, 3, None, &|_| true).unwrap().len(), 0);
}
