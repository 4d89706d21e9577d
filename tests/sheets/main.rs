//! What an organiser prints and sends, read back.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

mod calendar;
mod demo;
mod examples;
mod fixture;
mod pages;
mod view;
mod workbook;
