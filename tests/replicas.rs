//! Several programs on one PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod program;
mod server;

use std::path::Path;
use std::time::Duration;

use program::{Program, command, ended, listing, say, until};
use server::Server;

/// What the second replica may take to find what was written on the first.
const SOON: Duration = Duration::from_secs(2);

fn put(program: &Program, id: &str, title: &str) {
    let target = format!("/api/v1/listings/requirement/{id}");
    let answer = program.send("PUT", &target, &listing("requirement", id, title));
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn holds(program: &Program, id: &str, title: &str) -> bool {
    program.titles("requirement").get(id).is_some_and(|found| found == title)
}

fn folder(at: &Path, name: &str) -> std::path::PathBuf {
    let folder = at.join(name);
    std::fs::create_dir(&folder).unwrap();
    folder
}

#[test]
fn what_is_written_on_one_is_found_on_the_other() {
    let Some(server) = Server::start() else { return };
    let url = server.fresh();
    let at = tempfile::tempdir().unwrap();
    let home = ["--database", url.as_str()];
    let (one, two) = (folder(at.path(), "one"), folder(at.path(), "two"));
    let (first, mut second) = (Program::serve(&one, &home), Program::serve(&two, &home));

    let mut took: Vec<Duration> = (0..5)
        .map(|n| {
            let id = format!("N{n}");
            put(&first, &id, "水质上墙");
            until("a write on the other replica", || holds(&second, &id, "水质上墙"))
        })
        .collect();
    took.sort();
    say(&format!("a write on one replica is found on the other after {took:?}"));
    assert!(took[2] < SOON, "{took:?}");

    // One is killed, and what is written meanwhile it finds when it comes back.
    second.kill();
    put(&first, "N1", "水质大屏");
    put(&first, "N9", "泵站巡检");
    assert_eq!(first.send("DELETE", "/api/v1/listings/requirement/N0", b"").status, 204);
    let table = "编号,需求名称,需求描述\nN10,渠道清淤,三公里渠道\nN11,闸门远控,五座闸门\n";
    assert_eq!(first.send("POST", "/api/v1/import?side=requirement", table.as_bytes()).status, 200);
    let second = Program::serve(&two, &home);
    until("the first to hold its own writes", || holds(&first, "N11", "闸门远控"));
    let held = second.titles("requirement");
    assert_eq!(held, first.titles("requirement"));
    let ids: Vec<&str> = held.keys().map(String::as_str).collect();
    assert_eq!((ids, held["N1"].as_str()), (vec!["N1", "N10", "N11", "N2", "N3", "N4", "N9"], "水质大屏"));

    // Both hear of a program that is none of them.
    std::fs::write(at.path().join("more.csv"), "编号,需求名称,需求描述\nN12,堤防巡查,十公里堤防\n").unwrap();
    let import = ["import", "more.csv", "--side", "requirement", home[0], home[1]];
    let (code, said) = ended(command(at.path(), &import));
    assert_eq!(code, 0, "{said}");
    for replica in [&first, &second] {
        until("what another program wrote", || holds(replica, "N12", "堤防巡查"));
    }
}

#[test]
fn when_the_server_is_away_they_say_so_lose_nothing_and_go_on_when_it_is_back() {
    let Some(mut server) = Server::start() else { return };
    let url = server.fresh();
    let at = tempfile::tempdir().unwrap();
    let home = ["--database", url.as_str()];
    let (one, two) = (folder(at.path(), "one"), folder(at.path(), "two"));
    let (first, second) = (Program::serve(&one, &home), Program::serve(&two, &home));
    put(&first, "N1", "水质上墙");
    until("the first write", || holds(&second, "N1", "水质上墙"));

    server.down();
    let refused =
        first.send("PUT", "/api/v1/listings/requirement/N2", &listing("requirement", "N2", "泵站巡检"));
    assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("store_away")));
    let told = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(told.starts_with("数据库暂时用不了") && told.contains(" / the database cannot"), "{told}");
    for replica in [&first, &second] {
        until("the loss to be noticed", || replica.lists()["state"] == "behind");
        assert_eq!(replica.lists()["code"], "store_away");
        assert!(holds(replica, "N1", "水质上墙"), "searches go on");
        assert_eq!(replica.get("/api/v1/listings/requirement/N1/matches").status, 200);
        assert!(!replica.log().contains(server::PASSWORD));
    }

    server.up();
    put(&first, "N3", "渠道清淤");
    for replica in [&first, &second] {
        until("what is written after", || holds(replica, "N3", "渠道清淤"));
        until("all to be well", || replica.lists()["state"] == "following");
        let ids: Vec<String> = replica.titles("requirement").into_keys().collect();
        assert_eq!(ids, ["N1", "N3"], "nothing lost, and nothing of what was refused");
    }
}
