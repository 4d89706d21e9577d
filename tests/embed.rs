//! The bundled model, the backends and the vector cache, as other modules use them.

#![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;

use ndarray::Array2;
use opcmatch::embed::{
    Backend, CacheUse, CacheWarning, EmbedError, EmbedOptions, Embedder, ModelSpec, TextKey, VectorCache,
    embed_cached,
};

fn silent(_: usize, _: usize) {}

fn open(threads: usize) -> Embedder {
    let options = EmbedOptions { threads: NonZeroUsize::new(threads), ..EmbedOptions::default() };
    Embedder::open(&ModelSpec::Bundled, &options).unwrap()
}

fn texts(given: &[&str]) -> Vec<String> {
    given.iter().map(|text| (*text).to_owned()).collect()
}

fn embed(embedder: &Embedder, given: &[&str]) -> Array2<f32> {
    embedder.embed(&texts(given), &silent).unwrap()
}

/// The files of the bundled model, copied so that a test may spoil them.
fn model_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/model");
    for file in
        ["model.onnx", "tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json"]
    {
        std::fs::copy(bundled.join(file), folder.path().join(file)).unwrap();
    }
    folder
}

#[test]
fn the_bundled_model_says_what_it_is() {
    let embedder = open(1);
    let info = embedder.info();
    assert_eq!(info.name, "bundled");
    assert_eq!(info.dimension, embed(&embedder, &["需求"]).ncols());
    assert!(info.max_tokens >= 1024, "{info:?}");
    let line = info.to_string();
    assert!(line.contains("模型 bundled") && line.contains("model bundled"), "{line}");
    assert!(!line.contains('\n'));
}

#[test]
fn what_means_the_same_is_nearer_than_what_does_not() {
    let embedder = open(1);
    for (text, same, stranger) in [
        ("老师批改作文太累", "智能阅卷评分", "分布式光伏安装"),
        ("电梯经常出故障困人", "设备预测性维护", "商标注册代理"),
        ("给公司做个官网", "网站建设", "病虫害识别"),
        ("仓库里的货对不上数", "库存盘点系统", "婚礼跟拍"),
        ("公司每月报税没人做", "代理记账", "数控加工"),
        // Written in characters of which the words are in no dictionary.
        ("河道漂浮垃圾巡查", "无人机巡检", "财务审计"),
        ("python脚本自动化", "办公自动化 rpa", "宠物寄养"),
    ] {
        let rows = embed(&embedder, &[text, same, stranger]);
        let (near, far) = (rows.row(0).dot(&rows.row(1)), rows.row(0).dot(&rows.row(2)));
        assert!(near > far + 0.05, "{text}: {same} {near}, {stranger} {far}");
    }
}

/// The place and the object are the background of a need; the trouble decides.
#[test]
fn the_place_does_not_decide() {
    let embedder = open(1);
    for (need, right, strangers) in [
        ("老旧小区电梯隐患", "设备预测性维护", ["电梯轿厢广告", "小区绿化"]),
        ("儿童作文批改", "智能阅卷", ["儿童摄影", "儿童乐园策划"]),
        ("图书馆旧报纸看不清", "文献数字化与图像修复", ["图书馆座位预约", "图书馆讲座策划"]),
        ("养老院老人夜里摔倒", "毫米波跌倒检测", ["养老院活动策划", "老人书画课"]),
        ("夜市油烟扰民", "油烟在线监测与净化", ["夜市驻唱", "夜市招商"]),
    ] {
        let rows = embed(&embedder, &[need, right, strangers[0], strangers[1]]);
        let near = rows.row(0).dot(&rows.row(1));
        for (number, stranger) in strangers.iter().enumerate() {
            let far = rows.row(0).dot(&rows.row(number + 2));
            assert!(near > far + 0.03, "{need}: {right} {near}, {stranger} {far}");
        }
    }
}

#[test]
fn rows_have_unit_length_and_texts_without_meaning_are_zero() {
    let embedder = open(1);
    let rows = embed(&embedder, &["智慧停车", "", "  \n", "？！", "ᚠᚢᚦ", "需求ᚠᚢᚦ"]);
    for (row, length) in rows.rows().into_iter().zip([1.0, 0.0, 0.0, 0.0, 0.0, 1.0]) {
        assert!((row.dot(&row).sqrt() - length).abs() < 1e-5, "{row}");
    }
}

#[test]
fn a_vector_depends_on_its_text_alone() {
    let many: Vec<String> = (0..100)
        .map(|n| format!("第{n}条：{}系统，预算{n}万元", ["停车", "阅卷", "巡检"][n % 3].repeat(n / 9 + 1)))
        .collect();
    let one = open(1);
    let together = one.embed(&many, &silent).unwrap();
    let on_many_cores = open(4).embed(&many, &silent).unwrap();
    assert_eq!(together, on_many_cores);
    for (row, text) in many.iter().enumerate().step_by(17) {
        let alone = one.embed(std::slice::from_ref(text), &silent).unwrap();
        assert_eq!(alone.row(0), together.row(row), "{text}");
    }
}

#[test]
fn the_end_of_a_long_text_counts() {
    let embedder = open(1);
    let long = "本项目建设智慧停车系统。".repeat(1000);
    let ended = format!("{long}{}", "另需宠物美容服务。".repeat(1000));
    let rows = embed(&embedder, &[&long, &ended, "宠物美容"]);
    let (without, with) = (rows.row(0).dot(&rows.row(2)), rows.row(1).dot(&rows.row(2)));
    assert!(with > without + 0.1, "{without} {with}");
}

#[test]
fn progress_counts_up_to_all() {
    for threads in [1, 3] {
        let told = RefCell::new(Vec::new());
        let given: Vec<String> = (0..50).map(|n| format!("需求{n}")).collect();
        open(threads).embed(&given, &|done, of| told.borrow_mut().push((done, of))).unwrap();
        assert_eq!(told.into_inner(), (1..=50).map(|done| (done, 50)).collect::<Vec<_>>());
    }
}

#[test]
fn a_folder_with_the_same_files_gives_the_same_vectors() {
    let folder = model_folder();
    let spec: ModelSpec = folder.path().display().to_string().parse().unwrap();
    let copied = Embedder::open(&spec, &EmbedOptions::default()).unwrap();
    let bundled = open(1);
    assert_eq!(embed(&copied, &["智慧停车"]), embed(&bundled, &["智慧停车"]));
    assert!(copied.info().fingerprint.starts_with("folder-"));
}

#[test]
fn a_folder_that_is_no_model_says_why() {
    /// Spoils the folder; what the error must say.
    type Case = (&'static str, fn(&Path), &'static [&'static str]);
    let cases: &[Case] = &[
        (
            "no tokenizer",
            |folder| std::fs::remove_file(folder.join("tokenizer.json")).unwrap(),
            &["缺少 tokenizer.json", "lacks tokenizer.json", "special_tokens_map.json"],
        ),
        (
            "no graph",
            |folder| std::fs::remove_file(folder.join("model.onnx")).unwrap(),
            &["缺少 model.onnx", "lacks model.onnx"],
        ),
        (
            "half a graph",
            |folder| std::fs::write(folder.join("model.onnx"), b"half").unwrap(),
            &["打不开", "cannot open the model"],
        ),
        (
            "not JSON",
            |folder| std::fs::write(folder.join("tokenizer.json"), b"{").unwrap(),
            &["打不开", "tokenizer.json"],
        ),
        (
            "another length",
            |folder| {
                let config = r#"{"hidden_size": 999, "pad_token_id": 0}"#;
                std::fs::write(folder.join("config.json"), config).unwrap();
            },
            &["999 维", "999 dimensions", "hidden_size"],
        ),
        (
            "no folder",
            |folder| std::fs::remove_dir_all(folder).unwrap(),
            &["读不了模型文件夹", "cannot read the model folder"],
        ),
    ];
    for (name, spoil, wanted) in cases {
        let folder = model_folder();
        spoil(folder.path());
        let spec = ModelSpec::Folder(folder.path().to_owned());
        let said = Embedder::open(&spec, &EmbedOptions::default()).unwrap_err().to_string();
        for part in *wanted {
            assert!(said.contains(part), "{name}: {part} in {said}");
        }
    }
}

#[test]
fn what_is_cached_is_not_embedded_again() {
    let embedder = open(1);
    let folder = tempfile::tempdir().unwrap();
    let given = texts(&["智慧停车", "智能阅卷", "智慧停车", ""]);
    let (first, used) = embed_cached(&embedder, &VectorCache::open(folder.path()), &given, &silent).unwrap();
    assert_eq!(used, CacheUse { hits: 1, misses: 3 });
    assert_eq!(first, embedder.embed(&given, &silent).unwrap());
    // Opened again, as the next run of the program would.
    let cache = VectorCache::open(folder.path());
    let (second, used) = embed_cached(&embedder, &cache, &given, &silent).unwrap();
    assert_eq!(used, CacheUse { hits: 4, misses: 0 });
    assert_eq!(first, second);
    assert_eq!(cache.warning(), None);
}

#[test]
fn another_models_vectors_are_not_taken() {
    let cache = VectorCache::in_memory();
    let key = TextKey::of("智慧停车");
    cache.put_many("one", [(key, &[1.0_f32, 2.0][..])]);
    cache.put_many("two", [(key, &[3.0_f32][..])]);
    cache.put_many("two", [(key, &[4.0_f32][..])]);
    assert_eq!(cache.get_many("one", &[key, TextKey::of("别的")]), vec![Some(vec![1.0, 2.0]), None]);
    assert_eq!(cache.get_many("two", &[key]), vec![Some(vec![4.0])]);
    assert_eq!(cache.get_many("three", &[key]), vec![None]);
}

#[test]
fn a_vector_of_another_length_is_made_anew() {
    let embedder = open(1);
    let cache = VectorCache::in_memory();
    let fingerprint = &embedder.info().fingerprint;
    cache.put_many(fingerprint, [(TextKey::of("智慧停车"), &[1.0_f32, 2.0][..])]);
    let (rows, used) = embed_cached(&embedder, &cache, &texts(&["智慧停车"]), &silent).unwrap();
    assert_eq!(used.misses, 1);
    assert_eq!(rows, embed(&embedder, &["智慧停车"]));
}

/// A folder with a cache of one text in it, and the path of its file.
fn filled_cache(embedder: &Embedder) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let cache = VectorCache::open(folder.path());
    embed_cached(embedder, &cache, &texts(&["智慧停车"]), &silent).unwrap();
    let file = folder.path().join("vectors.sqlite");
    (folder, file)
}

#[test]
fn a_spoilt_cache_costs_time_and_never_the_answer() {
    let embedder = open(1);
    type Case = (&'static str, fn(&Path), fn(&CacheWarning) -> bool, &'static str);
    let cases: &[Case] = &[
        (
            "not a database",
            |file| std::fs::write(file, "damaged ".repeat(1000)).unwrap(),
            |warning| matches!(warning, CacheWarning::Replaced { .. }),
            "vectors.sqlite.damaged",
        ),
        (
            "pages overwritten",
            |file| {
                let mut bytes = std::fs::read(file).unwrap();
                bytes[100..].fill(0xA5);
                std::fs::write(file, bytes).unwrap();
            },
            |warning| matches!(warning, CacheWarning::Replaced { .. }),
            "已损坏",
        ),
        (
            "another version",
            |file| {
                let connection = rusqlite::Connection::open(file).unwrap();
                connection.execute_batch("PRAGMA user_version = 7").unwrap();
            },
            |warning| matches!(warning, CacheWarning::OtherVersion { found: 7, .. }),
            "has version 7",
        ),
        (
            "a folder in its place",
            |file| {
                std::fs::remove_file(file).unwrap();
                std::fs::create_dir(file).unwrap();
            },
            |warning| matches!(warning, CacheWarning::Unusable { .. }),
            "打不开向量缓存",
        ),
    ];
    for (name, spoil, wanted, said) in cases {
        let (folder, file) = filled_cache(&embedder);
        spoil(&file);
        let cache = VectorCache::open(folder.path());
        let given = texts(&["智慧停车", "智能阅卷"]);
        let (rows, used) = embed_cached(&embedder, &cache, &given, &silent).unwrap();
        assert_eq!(used, CacheUse { hits: 0, misses: 2 }, "{name}");
        assert_eq!(rows, embedder.embed(&given, &silent).unwrap(), "{name}");
        let warning = cache.warning().expect(name);
        assert!(wanted(&warning) && warning.to_string().contains(said), "{name}: {warning}");
        // What was made anew is a cache like any other.
        if matches!(warning, CacheWarning::Replaced { .. }) {
            assert!(
                file.with_extension("sqlite.damaged").is_file(),
                "{name}: it is put aside, not destroyed"
            );
            let cache = VectorCache::open(folder.path());
            assert_eq!(cache.warning(), None, "{name}");
            let (_, used) = embed_cached(&embedder, &cache, &given, &silent).unwrap();
            assert_eq!(used, CacheUse { hits: 2, misses: 0 }, "{name}");
        }
    }
}

/// Only the middle of the file is spoilt, which shows when it is read.
#[test]
fn a_cache_that_turns_out_to_be_damaged_is_made_anew() {
    let embedder = open(1);
    let (folder, file) = filled_cache(&embedder);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[4096..].fill(0xA5);
    std::fs::write(&file, bytes).unwrap();
    let cache = VectorCache::open(folder.path());
    let given = texts(&["智慧停车"]);
    let (rows, used) = embed_cached(&embedder, &cache, &given, &silent).unwrap();
    assert_eq!((&rows, used.misses), (&embedder.embed(&given, &silent).unwrap(), 1));
    assert!(matches!(cache.warning(), Some(CacheWarning::Replaced { .. })), "{:?}", cache.warning());
    let (again, used) = embed_cached(&embedder, &cache, &given, &silent).unwrap();
    assert_eq!((&again, used), (&rows, CacheUse { hits: 1, misses: 0 }));
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let embedder = open(1);
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "").unwrap();
    let cache = VectorCache::open(&blocked.join("below"));
    assert!(matches!(cache.warning(), Some(CacheWarning::Unusable { .. })), "{:?}", cache.warning());
    embed_cached(&embedder, &cache, &texts(&["智慧停车"]), &silent).unwrap();
}

#[test]
fn a_read_only_cache_is_read() {
    let embedder = open(1);
    let (folder, file) = filled_cache(&embedder);
    let mut permissions = std::fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&file, permissions).unwrap();
    // A superuser may write what is read-only; then there is nothing to warn of.
    let protected = std::fs::OpenOptions::new().append(true).open(&file).is_err();
    let cache = VectorCache::open(folder.path());
    let (_, used) = embed_cached(&embedder, &cache, &texts(&["智慧停车", "智能阅卷"]), &silent).unwrap();
    assert_eq!(used, CacheUse { hits: 1, misses: 1 });
    assert_eq!(matches!(cache.warning(), Some(CacheWarning::ReadOnly { .. })), protected);
}

/// Runs an ignored test of this file in a process of its own, with other
/// environment variables: the backend is chosen once per process.
fn in_own_process(test: &str, variables: &[(&str, &str)]) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn a_library_that_cannot_be_loaded_is_told_and_tract_takes_over() {
    in_own_process("child_with_a_bad_library", &[("ORT_DYLIB_PATH", "missing/libonnxruntime.so")]);
}

#[test]
#[ignore = "run by a_library_that_cannot_be_loaded_is_told_and_tract_takes_over"]
fn child_with_a_bad_library() {
    let embedder = open(1);
    assert_eq!(embedder.info().backend, Backend::Tract);
    let warning = embedder.info().warning.clone().unwrap();
    assert!(warning.contains("missing/libonnxruntime.so") && warning.contains("ORT_DYLIB_PATH"));
    assert!(embed(&embedder, &["智慧停车"]).iter().any(|value| *value != 0.0));
}

#[test]
fn a_hub_out_of_reach_says_what_to_do() {
    // Nothing listens on port 9 of this machine.
    let nowhere = "http://127.0.0.1:9";
    in_own_process("child_without_a_hub", &[("HF_ENDPOINT", nowhere), ("HF_HOME", "")]);
}

#[test]
#[ignore = "run by a_hub_out_of_reach_says_what_to_do"]
fn child_without_a_hub() {
    let folder = tempfile::tempdir().unwrap();
    let options = EmbedOptions { hub_folder: Some(folder.path().to_owned()), ..EmbedOptions::default() };
    let spec: ModelSpec = "bge-small-zh-v1.5".parse().unwrap();
    let error = Embedder::open(&spec, &options).unwrap_err();
    assert!(matches!(error, EmbedError::Hub { .. }), "{error}");
    let said = error.to_string();
    for part in
        ["Xenova/bge-small-zh-v1.5", "http://127.0.0.1:9", "--model bundled", "HF_ENDPOINT", "没有网络"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
}

#[test]
#[ignore = "needs a library: ORT_DYLIB_PATH=… cargo test --test embed -- --ignored --exact tract_and_onnx_runtime_agree"]
fn tract_and_onnx_runtime_agree() {
    let library = std::env::var_os("ORT_DYLIB_PATH").unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (backend, library) in [("runtime", library.to_str().unwrap()), ("tract", "")] {
        let out = folder.path().join(backend);
        let variables = [("ORT_DYLIB_PATH", library), ("VECTORS_TO", out.to_str().unwrap())];
        in_own_process("child_that_writes_vectors", &variables);
    }
    let read = |name: &str| -> Vec<f32> {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        text.lines().skip(1).map(|line| line.parse().unwrap()).collect()
    };
    let first_line = |name: &str| {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
        text.lines().next().unwrap().to_owned()
    };
    assert!(first_line("runtime").starts_with("ONNX Runtime"));
    assert_eq!(first_line("tract"), "tract");
    let (runtime, tract) = (read("runtime"), read("tract"));
    assert!(!runtime.is_empty() && runtime.len() == tract.len());
    let apart = runtime.iter().zip(&tract).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(apart < 1e-4, "{apart}");
}

#[test]
#[ignore = "run by tract_and_onnx_runtime_agree"]
fn child_that_writes_vectors() {
    let embedder = open(1);
    let long = "建设智慧停车平台，支持车牌识别与无感支付。".repeat(40);
    let rows = embed(&embedder, &["智慧停车", "ai 大模型 知识库", &long]);
    let mut lines = vec![embedder.info().backend.to_string()];
    lines.extend(rows.iter().map(ToString::to_string));
    std::fs::write(std::env::var_os("VECTORS_TO").unwrap(), lines.join("\n")).unwrap();
}
