// Two dates or two bands side by side, or the ground beside the plan: a second canvas, or none, cut at a divider that
// people drag or move by keys.
import { byId, element, fieldValue, refill } from "../page/elements.js";
import { baseMap } from "./base-map.js";
import { dates, meta } from "./page-data.js";
import { PlanCanvas } from "./plan-canvas.js";
import { change, listen, state } from "./state.js";
import { t } from "./texts.js";
import { map, planCanvas } from "./viewport.js";

/** @import { Comparison, Side } from "./state.js" */

/** @typedef {Comparison["kind"]} Kind */

/** @type {Kind[]} */
const KINDS = [];
if (dates.length > 1) KINDS.push("date");
if (meta.bands.length > 1) KINDS.push("band");
if (baseMap) KINDS.push("ground");

/** @type {(kind: Kind) => Comparison} */
const startOf = (kind) => {
  if (kind === "ground") return { kind, left: {}, right: {} };
  return kind === "date"
    ? { kind, left: { date: dates[0] }, right: { date: null } }
    : { kind, left: { band: meta.bands[0] }, right: { band: meta.bands[meta.bands.length - 1] } };
};

/** @type {(kind: Kind, text: string) => Side} */
const parseSide = (kind, text) => (kind === "date" ? { date: text || null } : { band: Number(text) });

/**
 * The ground must show where it is compared with the plan, if there is one yet.
 * @type {(kind: Kind) => { ground?: boolean }}
 */
const showGround = (kind) => (kind === "ground" && state.ground !== null ? { ground: true } : {});

/** @param {Side} side */
export const sideValue = (side) => String(("date" in side ? side.date : "band" in side ? side.band : "") ?? "");

/** @type {(kind: Kind) => string[][]} */
const optionsOf = (kind) =>
  kind === "date" ? [...dates.map((d) => [d, d]), ["", t("all_dates")]] : meta.bands.map((b) => [String(b), `${b} m`]);

export function createComparison() {
  const button = byId("tool-compare");
  if (!KINDS.length) {
    button.hidden = true;
    return;
  }
  const bar = byId("compare");
  const divider = createDivider();
  map.getContainer().append(divider);
  const left = new PlanCanvas(() => ({ ...state, ...state.compare?.left }));

  const cut = () => {
    if (state.compare) cutCanvases(divider, left);
  };
  const end = () => {
    change({ compare: null });
    button.focus();
  };
  const show = () => {
    const { compare } = state;
    button.setAttribute("aria-pressed", String(Boolean(compare)));
    bar.hidden = divider.hidden = !compare;
    document.body.classList.toggle("comparing", Boolean(compare));
    if (!compare) {
      left.remove();
      planCanvas._container.style.clipPath = "";
      planCanvas.redraw();
      return;
    }
    refill(bar, ...barParts(compare, end));
    if (compare.kind === "ground") left.remove();
    else if (!map.hasLayer(left)) left.addTo(map);
    left.redraw();
    planCanvas.redraw();
    cut();
  };
  button.addEventListener("click", () => {
    const kind = KINDS[KINDS.length - 1];
    change(state.compare ? { compare: null } : { compare: startOf(kind), ...showGround(kind) });
  });
  for (const part of [bar, divider]) {
    part.addEventListener("keydown", (event) => {
      if (event.key === "Escape") end();
    });
  }
  map.on("move moveend zoomend resize", cut);
  listen(["at"], cut);
  listen(["compare"], show);
  listen(["visible", "verdict", "colour"], () => {
    if (state.compare) left.redraw();
  });
}

function createDivider() {
  const divider = element(
    "div",
    {
      id: "divider",
      role: "slider",
      tabindex: "0",
      "aria-label": t("divider"),
      "aria-valuemin": "5",
      "aria-valuemax": "95",
      "aria-valuenow": "50",
      hidden: true,
    },
    element("span", { "aria-hidden": "true", text: "⇔" }),
  );
  /** @param {number} at */
  const move = (at) => change({ at: Math.min(0.95, Math.max(0.05, at)) });
  L.DomEvent.disableClickPropagation(divider);
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    divider.onpointermove = (to) =>
      move((to.clientX - map.getContainer().getBoundingClientRect().left) / map.getSize().x);
    divider.onpointerup = () => {
      divider.onpointermove = null;
    };
  });
  divider.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowLeft" ? -0.05 : event.key === "ArrowRight" ? 0.05 : 0;
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    move(state.at + step);
  });
  return divider;
}

/** @type {(divider: HTMLElement, left: InstanceType<typeof PlanCanvas>) => void} */
function cutCanvases(divider, left) {
  const x = state.at * map.getSize().x;
  divider.style.left = `${x}px`;
  divider.setAttribute("aria-valuenow", String(Math.round(state.at * 100)));
  const edge = map.containerPointToLayerPoint([x, 0]).x;
  for (const canvas of [left, planCanvas]) {
    if (!canvas._container) continue;
    const at = edge - canvas._bounds.min.x;
    canvas._container.style.clipPath = canvas === left ? `inset(0 calc(100% - ${at}px) 0 0)` : `inset(0 0 0 ${at}px)`;
  }
}

/** @type {(compare: Comparison, end: () => void) => HTMLElement[]} */
function barParts(compare, end) {
  /** @param {Event} event */
  const restart = (event) => {
    const kind = KINDS.find((one) => one === fieldValue(event)) ?? KINDS[0];
    change({ compare: startOf(kind), ...showGround(kind) });
  };
  const kindChoice = () =>
    element(
      "select",
      { "aria-label": t("compare"), onchange: restart },
      KINDS.map((kind) =>
        element("option", { value: kind, text: t(`compare_${kind}`), selected: kind === compare.kind }),
      ),
    );
  return [
    KINDS.length > 1 ? kindChoice() : element("span", { text: t(`compare_${compare.kind}`) }),
    ...(compare.kind === "ground" ? [] : sideChoices(compare)),
    element("button", {
      type: "button",
      "aria-label": t("close"),
      text: "✕",
      onclick: end,
    }),
  ];
}

/** @param {Comparison} compare */
const sideChoices = (compare) => [
  sideChoice("left", compare),
  element("span", { "aria-hidden": "true", text: "⇔" }),
  sideChoice("right", compare),
];

/** @type {(which: "left" | "right", compare: Comparison) => HTMLElement} */
function sideChoice(which, compare) {
  const { kind } = compare;
  const now = sideValue(compare[which]);
  /** @param {Event} event */
  const set = (event) => change({ compare: { ...compare, [which]: parseSide(kind, fieldValue(event)) } });
  return element(
    "select",
    { "aria-label": t(`compare_${which}`), "data-side": which, onchange: set },
    optionsOf(kind).map(([key, text]) => element("option", { value: key, text, selected: now === key })),
  );
}
