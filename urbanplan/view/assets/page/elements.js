// Elements of a page: texts only ever as text nodes or attributes, never as markup.

/** @import { Attributes, Child } from "./child.d.ts" */

/**
 * The element with an id, null where the page has none.
 * @param {string} id
 */
export const findById = (id) => document.getElementById(id);

/**
 * The element with an id that the page's markup always has.
 * @param {string} id
 */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * An element with attributes and children: strings become text, `on…` functions become listeners.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes] `text` is the text content; null, undefined and false leave an attribute out
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  fill(node, attributes, children);
  return node;
}

/**
 * An SVG element, made like {@link element}.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svgElement(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  fill(node, attributes, children);
  return node;
}

/** @type {(node: Element, attributes: Attributes, children: readonly Child[]) => void} */
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (name === "text") node.textContent = String(value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of flatten(children)) node.append(child);
}

/** @type {(children: readonly Child[]) => (Node | string)[]} */
function flatten(children) {
  /** @type {(Node | string)[]} */
  const out = [];
  for (const child of children) {
    if (child === null || child === undefined) continue;
    if (typeof child === "string" || child instanceof Node) out.push(child);
    else if (typeof child === "number") out.push(String(child));
    else out.push(...flatten(child));
  }
  return out;
}

/**
 * Put other content into a box: whoever works by keyboard in it keeps the focus on the control of the same name, else on
 * the first one, else on the box.
 * @param {HTMLElement} box
 * @param {...(Node | string)} children
 */
export function refill(box, ...children) {
  const at = document.activeElement;
  const held = at && at !== box && box.contains(at) ? controlName(at) : null;
  box.replaceChildren(...children);
  if (held === null) return;
  const controls = /** @type {HTMLElement[]} */ ([
    ...box.querySelectorAll(":is(button, input, select):not(:disabled)"),
  ]);
  const next = controls.find((control) => controlName(control) === held) ?? controls[0] ?? box;
  if (next === box) box.tabIndex = -1;
  next.focus({ preventScroll: true });
}

/** @param {Element} control */
const controlName = (control) => `${control.tagName} ${control.getAttribute("aria-label") ?? control.textContent}`;

/**
 * What stands in the field that an event is about.
 * @param {Event} event
 */
export const fieldValue = (event) => /** @type {HTMLInputElement | HTMLSelectElement} */ (event.target).value;

/**
 * Whether the box that an event is about is ticked.
 * @param {Event} event
 */
export const isTicked = (event) => /** @type {HTMLInputElement} */ (event.target).checked;

/**
 * The data that the page holds under an id.
 * @param {string} id
 * @returns {any} as the payload types of each page say
 */
export const readData = (id) => JSON.parse(byId(id).textContent);
