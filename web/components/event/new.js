// A new event: its name, its day, its room, and the needs that take part.

import { createEvent, planEvent } from "./api.js";
import { overview } from "../../api.js";
import { announce, el } from "../../dom.js";
import { t } from "../../i18n.js";
import { address, go } from "../../route.js";
import { reason, unfilled } from "../state/state.js";
import { needPicker } from "./needs.js";
import { longRun } from "./run.js";
import { begin } from "./session.js";
import { clock } from "./words.js";

/** What was filled in, so that it is still there after a look elsewhere. */
let draft = null;

const MOST = { tables: 200, slots: 48, minutes: 240, pause: 120 };

export async function newEvent(signal, info) {
  const rows = (await overview("requirement", signal)).rows;
  draft ??= { name: "", theme: "", place: "", day: fridayAfter(info.today), time: "14:00", tables: 10, slots: 8, minutes: 15, pause: 5, needs: new Set() };
  return { title: t("event.new"), nodes: [
    el("p", {}, el("a", { href: address("event"), text: `← ${t("event.title")}` })),
    el("h1", { text: t("event.new") }),
    rows.length ? form(rows) : unfilled()] };
}

/** The first Friday at least two weeks on. */
function fridayAfter(today) {
  const date = today ? new Date(`${today}T12:00:00Z`) : new Date();
  date.setUTCDate(date.getUTCDate() + 14);
  while (date.getUTCDay() !== 5) date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

function form(rows) {
  const wrong = el("p", { class: "event-wrong", id: "event-wrong", role: "alert", hidden: true });
  const room = el("p", { class: "soft number", role: "status" });
  const submit = el("button", { type: "submit", class: "primary event-go", text: t("event.create.plan") });
  const told = () => (room.textContent = roomWords());
  const field = (name, type, more = {}) => {
    const input = el("input", { id: `event-${name}`, name, type, value: draft[name], ...more });
    input.addEventListener("input", () => {
      draft[name] = type === "number" ? input.valueAsNumber : input.value;
      input.removeAttribute("aria-invalid");
      told();
    });
    return el("div", { class: `event-field event-field-${name}` }, el("label", { for: `event-${name}`, text: t(`event.field.${name}`) }), input);
  };
  const count = (name, min) => field(name, "number", { min, max: MOST[name], step: 1, inputmode: "numeric", required: true });
  told();

  const refuse = (text, at) => {
    wrong.hidden = false;
    wrong.textContent = text;
    at?.setAttribute("aria-invalid", "true");
    (at ?? wrong).focus?.();
    announce(text);
  };
  const made = el("form", { class: "event-new", novalidate: true, "aria-describedby": "event-wrong" },
    el("section", { class: "panel event-fields", "aria-label": t("event.frame") },
      field("name", "text", { required: true, maxlength: 100, autocomplete: "off", placeholder: t("event.field.name.hint") }),
      field("place", "text", { maxlength: 100, autocomplete: "off" }),
      field("day", "date", { required: true }), field("time", "time", { required: true }),
      count("tables", 1), count("slots", 1), count("minutes", 5), count("pause", 0),
      room),
    needPicker(rows, draft.needs, told),
    el("div", { class: "event-submit" }, submit, wrong));

  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.hidden = true;
    const bad = [...made.querySelectorAll("input:invalid")].find((input) => input.name);
    if (bad) return refuse(t(bad.value.trim() ? "event.wrong.number" : "event.wrong.empty", { field: t(`event.field.${bad.name}`), max: bad.max, min: bad.min }), bad);
    if (!draft.name.trim()) return refuse(t("event.wrong.empty", { field: t("event.field.name") }), made.elements.name);
    if (!draft.needs.size) return refuse(t("event.wrong.needs"), made.querySelector("#event-find"));
    submit.disabled = true;
    submit.textContent = t("event.planning");
    announce(t("event.planning"));
    const place = el("div");
    submit.after(place);
    try {
      await create(place);
    } catch (error) {
      refuse(reason(error));
    } finally {
      place.remove();
      submit.disabled = false;
      submit.textContent = t("event.create.plan");
    }
  });
  return made;
}

function roomWords() {
  const { time, tables, slots, minutes, pause } = draft;
  if (![tables, slots, minutes, pause].every(Number.isFinite) || !time) return "";
  const [hour, minute] = time.split(":").map(Number);
  const end = hour * 60 + minute + slots * minutes + (slots - 1) * pause;
  const until = `${String(Math.floor(end / 60) % 24).padStart(2, "0")}:${String(end % 60).padStart(2, "0")}`;
  return t("event.room", { seats: tables * slots, from: clock(`0000-00-00T${time}`), until, needs: draft.needs.size });
}

/** Makes the event and plans it, showing that in `at`; a plan that fails or is stopped can be made on the event's own page. */
async function create(at) {
  const { name, place, day, time, tables, slots, minutes, pause, needs } = draft;
  const page = await createEvent({
    name: name.trim(), place: place.trim(), starts: `${day}T${time}:00`, tables, slots, minutes, break_minutes: pause, needs: [...needs].sort(),
  });
  draft = null;
  const { id, revision } = page.event;
  const { node, answer } = longRun(id, (run) => planEvent(id, revision, { run }));
  at.append(node);
  begin(await answer.catch(() => page));
  go(address("event", [id, "shortlist"]));
}
