// Whom a need, or an OPC, could still meet: to be added, with its price.

import { editEvent, eventOptions, eventPrice } from "./api.js";
import { announce, el, words } from "../../dom.js";
import { t } from "../../i18n.js";
import { listingAddress } from "../../route.js";
import { degree } from "../degree/degree.js";
import { inOrder, orderChoice } from "../order.js";
import { failed, loading, reason } from "../state/state.js";
import { priceWords, verdictOf } from "./detail.js";
import { longRun } from "./run.js";

const FEW = 8;

/** Fills `place` with the options of `whom`: `{ need }` or `{ opc }`. */
export async function options(context, whom, place) {
  const { open, signal } = context;
  place.replaceChildren(loading());
  try {
    const all = (await eventOptions(open.id, whom, signal)).filter((option) => !option.planned);
    let [sorted, most, choice] = [all, FEW, ""];
    const shown = (n) => {
      most = n;
      place.replaceChildren(el("h4", { text: t("event.options.title") }), choice,
        all.length ? el("ul", { class: "event-meetings" }, sorted.slice(0, n).map((option) => line(context, whom, option))) : el("p", { class: "soft", text: t("event.options.none") }),
        all.length > n ? el("button", { type: "button", class: "plain", text: t("board.more", { n: all.length - n }), on: { click: () => shown(all.length) } }) : "");
    };
    if (all.length > 1) choice = orderChoice(["degree", "name"], (name) => {
      sorted = inOrder(name, all, (option) => ({ ...option, name: nameOf(whom, option) }));
      shown(most);
    }, "options");
    shown(FEW);
  } catch (error) {
    if (!signal.aborted) place.replaceChildren(failed(error, () => options(context, whom, place)));
  }
}

const nameOf = ({ need }, option) => (need !== undefined ? option.opc_name || option.opc : option.need_title || option.need);

function line(context, whom, option) {
  const byNeed = whom.need !== undefined;
  const name = nameOf(whom, option);
  const about = byNeed ? option.capability_title : option.need_party;
  const place = el("div", { class: "event-asked", "aria-live": "polite" });
  const flags = [option.banned && "banned", option.barred, option.below_floor && "below_floor", option.absent && "absent"].filter(Boolean);
  const pair = { need: option.need, opc: option.opc };
  const add = el("button", { type: "button", text: t("event.do.add"), "aria-label": t("event.do.add.who", { who: name }), on: { click: () => ask(context, { ...pair, capability: option.capability }, place, add) } });
  const unban = el("button", { type: "button", text: t("event.do.unban"), on: { click: () => context.act((event) => editEvent(event.id, event.revision, [{ do: "unban", ...pair }])) } });
  return el("li", { class: "event-option" },
    el("span", { class: "event-line-who" }, el("strong", { class: "clamp", style: { "--lines": "1" } }, words(name)), el("span", { class: "tiny soft clamp", style: { "--lines": "1" } }, words(about ?? ""))),
    degree(option.degree / 1000, verdictOf(option.degree / 1000)),
    el("span", { class: "tags" }, flags.map((flag) => el("span", { class: "tag", text: t(`event.flag.${flag}`) }))),
    el("a", { class: "tiny", href: listingAddress("requirement", pair.need, option.capability), text: t("match.why") }),
    option.banned ? unban : option.barred === "same_organisation" || option.absent ? null : add,
    place);
}

/** Says what adding costs; adds on a second press. */
async function ask(context, { need, opc, capability }, place, add) {
  const { open, signal } = context;
  const { node, answer } = longRun(open.id, (run) => eventPrice(open.id, { do: "pin", need, opc }, run, signal));
  place.replaceChildren(el("p", { class: "soft", text: t("event.pricing") }), node);
  let price;
  try {
    price = priceWords(await answer, context);
  } catch (error) {
    if (signal.aborted) return;
    price = el("p", { class: "event-wrong", text: reason(error) });
  }
  const edit = { do: "add", need, opc, capability };
  const confirm = el("button", { type: "button", class: "primary", text: t("event.confirm.add"), on: { click: () => context.act((event) => editEvent(event.id, event.revision, [edit])) } });
  place.replaceChildren(price, el("p", { class: "tiny soft", text: t("event.add.help") }), el("p", { class: "event-row" }, confirm,
    el("button", { type: "button", class: "plain", text: t("event.cancel"), on: { click: () => { place.replaceChildren(); add.focus(); } } })));
  announce(price.textContent);
  confirm.focus();
}
