//! The service under load: how long whoever searches or matches waits, while a batch goes
//! on and listings are imported. `cargo bench --bench load` prints the table.
//!
//! A real server on a port of its own, real connections that are kept open. Each of 1, 8 and
//! 64 clients asks without a pause, two searches and then a match of a whole requirement;
//! meanwhile one client asks for the whole export again and again, and one puts twenty
//! listings in and waits until they are found. Lists: the demo's, and 10^5 made up from the
//! demo's sentences (`OPCMATCH_BENCH_LISTINGS` says how many).

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use opcmatch::domain::{Listing, Side};
use opcmatch::embed::{EmbedOptions, Embedder, ModelSpec, VectorCache};
use opcmatch::engine::{Demo, Market, today};
use opcmatch::rank::Weights;
use opcmatch::serve::{App, AppOptions, Today, serve};
use opcmatch::store::{Author, Store};
use serde_json::json;

/// How long each number of clients asks.
const STRETCH: Duration = Duration::from_secs(8);

/// Rows of one import.
const IMPORTED: usize = 20;

/// The global allocator is the program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let large = std::env::var("OPCMATCH_BENCH_LISTINGS").ok().and_then(|said| said.parse().ok());
    let demo = Demo::load().unwrap();
    println!("| lists | clients | asked | a second | p50 ms | p99 ms | longest ms | fewest by one client |");
    println!("|---|---|---|---|---|---|---|---|");
    load("demo", [demo.requirements.clone(), demo.capabilities.clone()].concat());
    let large = large.unwrap_or(100_000);
    load(&format!("{large} listings"), made_up(&demo, large));
}

/// Listings of sentences of the demo, a tenth of them requirements.
fn made_up(demo: &Demo, count: usize) -> Vec<Listing> {
    let sentences = |list: &[Listing]| -> Vec<String> {
        let texts = list.iter().flat_map(|listing| listing.text.split_inclusive('。'));
        texts.filter(|sentence| sentence.chars().count() > 6).map(str::to_owned).collect()
    };
    let lists = [&demo.requirements, &demo.capabilities];
    let of = lists.map(|list| sentences(list));
    let mut seed = 20_261_121_u64;
    let mut below = |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % n
    };
    (0..count)
        .map(|number| {
            let side = usize::from(number % 10 != 0);
            let mut listing = lists[side][below(lists[side].len())].clone();
            listing.id = format!("M{number:07}").as_str().into();
            listing.text = (0..3).map(|_| of[side][below(of[side].len())].as_str()).collect();
            listing
        })
        .collect()
}

fn load(name: &str, listings: Vec<Listing>) {
    let questions: Vec<String> = listings
        .iter()
        .filter(|listing| listing.side == Side::Requirement)
        .map(|listing| listing.title.clone())
        .take(400)
        .collect();
    let needs: Vec<String> = listings
        .iter()
        .filter(|listing| listing.side == Side::Requirement)
        .map(|listing| listing.id.0.clone())
        .take(400)
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("opcmatch.sqlite")).unwrap();
    store.put(&listings, &Author::default()).unwrap();
    drop(listings);
    let embedder = Embedder::open(&ModelSpec::Bundled, &EmbedOptions::default()).unwrap();
    let demo = Demo::load().unwrap();
    let market =
        Market::open(store, embedder, VectorCache::in_memory(), Weights::default(), &demo, &|_, _| {});
    let options = AppOptions { demo: false, note: None, today: Today::Fixed(today()) };
    let app = App::new(Arc::new(market.unwrap().0), options);

    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let serving = runtime.spawn(serve(listener, app, async move {
        let _ = ended.await;
    }));
    for clients in [1, 8, 64] {
        let mut waited = Vec::new();
        let mut fewest = usize::MAX;
        let stop = AtomicBool::new(false);
        let batches = AtomicUsize::new(0);
        let imports = AtomicUsize::new(0);
        let stretch = STRETCH;
        std::thread::scope(|threads| {
            threads.spawn(|| again(&stop, &batches, || export(address)));
            threads.spawn(|| {
                again(&stop, &imports, || import(address, imports.load(Ordering::Relaxed), clients));
            });
            let asking: Vec<_> = (0..clients)
                .map(|client| {
                    let (questions, needs) = (&questions, &needs);
                    threads.spawn(move || ask(address, client, questions, needs, stretch))
                })
                .collect();
            for client in asking {
                let answered = client.join().unwrap();
                fewest = fewest.min(answered.len());
                waited.extend(answered);
            }
            stop.store(true, Ordering::Relaxed);
        });
        waited.sort_unstable();
        let at = |share: f64| waited[((waited.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        println!(
            "| {name} | {clients} | {} | {:.0} | {:.1} | {:.1} | {:.1} | {fewest} |",
            waited.len(),
            waited.len() as f64 / STRETCH.as_secs_f64(),
            at(0.5),
            at(0.99),
            at(1.0)
        );
        println!(
            "{name}, {clients} clients: meanwhile {} exports and {} imports of {IMPORTED}",
            batches.into_inner(),
            imports.into_inner()
        );
    }
    end.send(()).unwrap();
    runtime.block_on(serving).unwrap().unwrap();
}

fn again(stop: &AtomicBool, done: &AtomicUsize, work: impl Fn()) {
    while !stop.load(Ordering::Relaxed) {
        work();
        done.fetch_add(1, Ordering::Relaxed);
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(300))).build().into()
}

/// How long each answer took. A client that is told to come back later has not been answered.
fn ask(
    address: SocketAddr,
    client: usize,
    questions: &[String],
    needs: &[String],
    stretch: Duration,
) -> Vec<Duration> {
    let agent = agent();
    let begun = Instant::now();
    let mut waited = Vec::new();
    while begun.elapsed() < stretch {
        let number = client * 17 + waited.len();
        let asked = Instant::now();
        let answer = if waited.len() % 3 == 2 {
            let need = &needs[number % needs.len()];
            agent.get(format!("http://{address}/api/v1/listings/requirement/{need}/matches")).call()
        } else {
            let body =
                json!({ "side": "capability", "text": questions[number % questions.len()], "top": 10 });
            agent
                .post(format!("http://{address}/api/v1/search"))
                .content_type("application/json")
                .send(body.to_string())
        };
        let read = answer.unwrap().body_mut().read_to_vec().unwrap();
        assert!(!read.is_empty());
        waited.push(asked.elapsed());
    }
    waited
}

fn export(address: SocketAddr) {
    let url = format!("http://{address}/api/v1/export?side=requirement&format=csv");
    let mut answer = agent().get(url).call().unwrap();
    answer.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
}

fn import(address: SocketAddr, number: usize, clients: usize) {
    let mut table = "编号,能力名称,能力描述,团队\n".to_owned();
    for row in 0..IMPORTED {
        let id = format!("I{clients}-{number}-{row}");
        table.push_str(&format!("{id},河道巡查航拍{row},无人机沿河巡查，第{number}批出报告,示例团队\n"));
    }
    let url = format!("http://{address}/api/v1/import?side=capability&file=a.csv&wait=indexed");
    let sent = agent().post(url).content_type("text/csv").send(table);
    let answer = sent.unwrap().body_mut().read_to_string().unwrap();
    assert!(answer.contains("\"written\"") || !answer.is_empty());
}
