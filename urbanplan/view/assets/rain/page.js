// The map of a rain: pictures that lie on each other, moved and enlarged as one, and a slider that changes the water.
import { byId, element, svgElement } from "../page/elements.js";

/**
 * @typedef {{ width: number, height: number, png: string }} Picture
 * @typedef {{ name: string, depth: number, metres: number }} Street
 * @typedef {{ mm: number, picture: Picture, standing: number, gone: number, streets: Street[] }} Rain
 * @typedef {{ text: string, colour: string }} DepthClass
 * @typedef {Record<string, string>} Words
 * @typedef {{ title: string, ground: Picture, aspect: number, rains: Rain[], classes: DepthClass[], limits: string[],
 *   words: Words }} Data
 */

const MOST = 40;
const WHEEL = 1.2;
/** @type {Data} */
const data = JSON.parse(byId("rain-data").textContent ?? "");
const { words } = data;
const stage = byId("stage");
const sheet = byId("sheet");
const place = { x: 0, y: 0, scale: 1 };

/** @type {(picture: Picture) => HTMLImageElement} */
const image = (picture) => element("img", { src: `data:image/png;base64,${picture.png}`, alt: "" });

/** @type {(value: number, digits?: number) => string} */
const figure = (value, digits = 0) =>
  value.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });

const extent = () => ({ width: data.ground.width, height: data.ground.height / data.aspect });

function put() {
  const { width, height } = extent();
  sheet.style.width = `${width * place.scale}px`;
  sheet.style.height = `${height * place.scale}px`;
  sheet.style.transform = `translate(${place.x}px, ${place.y}px)`;
}

function showWhole() {
  const { width, height } = extent();
  const box = stage.getBoundingClientRect();
  place.scale = Math.min(box.width / width, box.height / height) || 1;
  place.x = (box.width - width * place.scale) / 2;
  place.y = (box.height - height * place.scale) / 2;
  put();
}

/** @type {(factor: number, x?: number, y?: number) => void} */
function enlarge(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  const scale = Math.min(Math.max(place.scale * factor, 0.05), MOST);
  place.x = x - ((x - place.x) * scale) / place.scale;
  place.y = y - ((y - place.y) * scale) / place.scale;
  place.scale = scale;
  put();
}

/** @type {(x: number, y: number) => void} */
function move(x, y) {
  place.x += x;
  place.y += y;
  put();
}

function followPointer() {
  /** @type {Map<number, PointerEvent>} */
  const down = new Map();
  stage.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Element && event.target.closest("button")) return;
    down.set(event.pointerId, event);
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const other = [...down.values()].find((one) => one.pointerId !== event.pointerId);
    if (other) {
      const box = stage.getBoundingClientRect();
      const [was, is] = [before, event].map((one) =>
        Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
      );
      if (was > 0) {
        enlarge(
          is / was,
          (event.clientX + other.clientX) / 2 - box.left,
          (event.clientY + other.clientY) / 2 - box.top,
        );
      }
    } else {
      move(event.clientX - before.clientX, event.clientY - before.clientY);
    }
    down.set(event.pointerId, event);
  });
  for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) {
    stage.addEventListener(name, (event) => down.delete(event.pointerId));
  }
}

function followKeys() {
  const step = 60;
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowLeft: () => move(step, 0),
    ArrowRight: () => move(-step, 0),
    ArrowUp: () => move(0, step),
    ArrowDown: () => move(0, -step),
    "+": () => enlarge(WHEEL),
    "=": () => enlarge(WHEEL),
    "-": () => enlarge(1 / WHEEL),
    0: showWhole,
  };
  stage.addEventListener("keydown", (event) => {
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** @type {(rain: Rain) => void} */
function showFigures(rain) {
  byId("figures").replaceChildren(
    element(
      "dl",
      {},
      element("dt", { text: words.standing }),
      element("dd", { text: figure(rain.standing) }),
      element("dt", { text: words.gone }),
      element("dd", { text: figure(rain.gone) }),
    ),
  );
  const head = element(
    "tr",
    {},
    [words.name, words.depth, words.metres].map((text) => element("th", { text, scope: "col" })),
  );
  const rows = rain.streets.map((street) =>
    element(
      "tr",
      {},
      element("td", { text: street.name }),
      element("td", { text: figure(street.depth, 2) }),
      element("td", { text: figure(street.metres) }),
    ),
  );
  const table = rows.length ? element("table", {}, head, rows) : element("p", { text: words.none });
  byId("streets").replaceChildren(element("h2", { text: words.streets }), table);
}

function createSlider() {
  const waters = data.rains.map((rain) => image(rain.picture));
  sheet.append(image(data.ground), ...waters);
  const last = data.rains.length - 1;
  const shown = element("output", { for: "rain" });
  /** @type {HTMLInputElement} */
  const range = element("input", {
    type: "range",
    id: "rain",
    min: 0,
    max: last,
    step: 1,
    value: last,
    oninput: () => show(),
  });
  const show = () => {
    const chosen = Number(range.value);
    waters.forEach((one, k) => {
      one.hidden = k !== chosen;
    });
    shown.textContent = `${data.rains[chosen].mm} mm`;
    range.setAttribute("aria-valuetext", shown.textContent);
    showFigures(data.rains[chosen]);
  };
  byId("slider").append(element("label", { for: "rain", text: words.rain }), shown, range);
  show();
}

function fillRest() {
  byId("title").textContent = data.title;
  stage.setAttribute("aria-label", words.map);
  const keys = data.classes.map(({ text, colour }) =>
    element(
      "div",
      { class: "key" },
      svgElement("svg", { width: 26, height: 14 }, svgElement("rect", { width: 26, height: 14, fill: colour })),
      text,
    ),
  );
  byId("legend").append(...keys, element("p", { text: words.unverified }), element("p", { text: words.contours }));
  byId("limits").append(
    element("h2", { text: words.limits }),
    element(
      "ul",
      {},
      data.limits.map((text) => element("li", { text })),
    ),
  );
  byId("zoom").append(
    element("button", { type: "button", "aria-label": words.closer, text: "+", onclick: () => enlarge(1.5) }),
    element("button", { type: "button", "aria-label": words.farther, text: "−", onclick: () => enlarge(1 / 1.5) }),
    element("button", { type: "button", text: words.whole, onclick: showWhole }),
  );
}

fillRest();
createSlider();
followPointer();
followKeys();
stage.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    const box = stage.getBoundingClientRect();
    enlarge(event.deltaY < 0 ? WHEEL : 1 / WHEEL, event.clientX - box.left, event.clientY - box.top);
  },
  { passive: false },
);
window.addEventListener("resize", showWhole);
showWhole();
