// What the plan is made by: how many meetings, which may be at all, what is fixed for
// a need or an OPC, and who asked for whom. Saved as a whole, then planned again.

import { planEvent, putEvent } from "./api.js";
import { announce, el } from "../../dom.js";
import { t } from "../../i18n.js";
import { interests } from "./interests.js";
import { crossed, needRows, opcRows, withOwn } from "./limits.js";
import { clock } from "./words.js";

const COUNTS = ["need_min", "need_max", "opc_min", "opc_max"];
const SWITCHES = ["reciprocal", "fair", "meet_again"];
const TEXTS = { name: 200, place: 200, theme: 2000 };
const MOST_MEETINGS = 20;
const THOUSANDTHS = 1000;
/** Minutes of one pitch. */
const USUAL_PITCH = 5;
const MOST_PITCH = 120;

export function rules(context) {
  const { open, view, page: { event } } = context;
  if (view.held) return null;
  // What is filled in stays through a redraw, and through a save that failed.
  const draft = (open.rules ??= new Map());
  const wrong = el("p", { class: "event-wrong", id: "event-rules-wrong", role: "alert", hidden: true });
  const input = (name, type, value, more = {}) => {
    const now = draft.has(name) ? draft.get(name) : value;
    const box = type === "checkbox";
    const field = el("input", { id: `rules-${name}`, name, type, ...(box ? { checked: now } : { value: now, autocomplete: "off" }), dataset: { key: `rules ${name}` }, ...more });
    field.addEventListener("input", () => {
      draft.set(name, box ? field.checked : field.value);
      field.removeAttribute("aria-invalid");
    });
    return field;
  };
  const field = (name, ...rest) => el("div", { class: `event-field event-field-${name}` }, el("label", { for: `rules-${name}`, text: label(name) }), input(name, ...rest));
  const number = (name, value, max, step) => field(name, "number", value, { min: 0, max, step, required: true, inputmode: step === 1 ? "numeric" : "decimal" });
  const first = event.frame.slots[0]?.starts ?? "";
  const stage = event.frame.stage;

  const form = el("form", { novalidate: true, "aria-describedby": "event-rules-wrong" },
    el("div", { class: "event-fields" },
      Object.entries(TEXTS).map(([name, maxlength]) => field(name, "text", event[name] ?? "", { maxlength, required: name === "name" })),
      COUNTS.map((name) => number(name, event.rules[name], MOST_MEETINGS, 1)),
      number("floor", event.rules.floor / THOUSANDTHS, 100, "any"),
      first ? [field("stage_time", "time", stage ? clock(stage.starts) : ""),
        field("stage_minutes", "number", stage?.minutes_each ?? USUAL_PITCH, { min: 1, max: MOST_PITCH, step: 1, inputmode: "numeric" })] : null),
    el("p", { class: "event-row" }, SWITCHES.map((name) => el("label", {}, input(name, "checkbox", event.rules[name]), ` ${label(name)}`))),
    el("p", { class: "tiny soft", text: t("event.rules.own.help") }),
    needRows(context, input),
    opcRows(context, input),
    interests(context, draft),
    el("p", { class: "event-row" },
      el("button", { type: "submit", class: "primary", disabled: Boolean(open.busy), dataset: { key: "rules-save" }, text: open.busy ?? t("event.rules.save") }), wrong));

  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const fault = faultOf(form);
    wrong.hidden = !fault;
    if (!fault) return save(context, new Map(draft));
    wrong.textContent = fault.text;
    fault.at.setAttribute("aria-invalid", "true");
    fault.at.focus();
    announce(fault.text);
  });
  return el("details", { class: "panel event-rules", dataset: { key: "rules" } }, el("summary", { text: t("event.rules") }), form);
}

const label = (name) => t(name in TEXTS ? `event.field.${name}` : `event.rules.${name}`);

/** The first field that cannot be saved as it is, and why; null when all can. */
function faultOf(form) {
  const fields = form.elements;
  const bad = [...fields].find((field) => field.name && field.validity && (!field.validity.valid || (field.required && !field.value.trim())));
  if (bad) {
    const values = { field: label(bad.name.split(" ")[0]), min: bad.min, max: bad.max };
    return { at: bad, text: t(bad.type === "number" ? "event.wrong.number" : "event.wrong.empty", values) };
  }
  for (const side of ["need", "opc"]) {
    const [least, most] = [`${side}_min`, `${side}_max`];
    if (Number(fields[least].value) > Number(fields[most].value)) {
      return { at: fields[most], text: t("event.wrong.order", { least: label(least), most: label(most) }) };
    }
  }
  const own = crossed(form);
  if (own) return { at: own, text: t("event.wrong.order", { least: label("own_min"), most: label("own_max") }) };
  return null;
}

/** The event with what was filled in; all else as it is. */
function changed(event, draft) {
  const or = (name, value) => (draft.has(name) ? draft.get(name) : value);
  const after = { ...event, rules: { ...event.rules } };
  for (const name of Object.keys(TEXTS)) after[name] = or(name, event[name] ?? "").trim();
  for (const name of COUNTS) after.rules[name] = Number(or(name, event.rules[name]));
  for (const name of SWITCHES) after.rules[name] = or(name, event.rules[name]);
  if (draft.has("floor")) after.rules.floor = Math.round(Number(draft.get("floor")) * THOUSANDTHS);
  Object.assign(after, withOwn(event, draft));
  after.interests = or("interests", event.interests);
  if (draft.has("stage_time") || draft.has("stage_minutes")) after.frame = { ...event.frame, stage: stageOf(event, draft) };
  return after;
}

/** The stage part: on the day of the first slot; none without a time. */
function stageOf({ frame }, draft) {
  const time = draft.get("stage_time") ?? clock(frame.stage?.starts);
  if (!time) return undefined;
  const day = (frame.stage?.starts ?? frame.slots[0].starts).slice(0, 10);
  const minutes = draft.get("stage_minutes") ?? frame.stage?.minutes_each ?? USUAL_PITCH;
  return { starts: `${day}T${time}:00`, minutes_each: Number(minutes) };
}

const save = ({ act, open }, draft) => act(async (event, run) => {
  const saved = await putEvent(changed(event, draft));
  try {
    const planned = await planEvent(event.id, saved.event.revision, { run });
    open.rules = null;
    return planned;
  } catch (error) {
    // The rules are kept, the plan is not made: trying again starts from there.
    open.page = saved;
    throw error;
  }
}, { waiting: t("event.planning"), long: true });
