/** What folium's own script calls on an interactive map: our layers, and people's texts without their programs. */

/** Leaflet with its inner parts.
 * @type {any} */
const leaflet = L;

const KEPT = new Set(
  "B I U S EM STRONG BR P DIV SPAN H1 H2 H3 H4 H5 H6 TABLE THEAD TBODY TR TD TH UL OL LI CODE PRE SMALL SUB SUP HR".split(
    " ",
  ),
);
const DROPPED = new Set(
  "SCRIPT STYLE TEMPLATE IFRAME OBJECT EMBED TITLE TEXTAREA NOSCRIPT NOEMBED NOFRAMES XMP SELECT SVG MATH".split(" "),
);

/**
 * Markup that a person gave, its plain elements without attributes and its texts.
 * @param {unknown} text
 */
function markup(text) {
  const made = document.createElement("div");
  copyNodes(new DOMParser().parseFromString(String(text), "text/html").body, made);
  return made;
}

/**
 * @param {Node} from
 * @param {HTMLElement} to
 */
function copyNodes(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.nodeValue ?? "");
    if (!(node instanceof Element)) continue;
    const tag = node.tagName.toUpperCase();
    if (DROPPED.has(tag)) continue;
    const place = KEPT.has(tag) ? to.appendChild(document.createElement(tag)) : to;
    copyNodes(node, place);
  }
}

/**
 * A feature's values as a table of texts.
 * @param {Record<string, unknown>} properties
 * @param {string[]} fields
 * @param {unknown[] | null} titles
 */
function table(properties, fields, titles) {
  const made = document.createElement("table");
  fields.forEach((field, at) => {
    const row = made.insertRow();
    if (titles) {
      const head = document.createElement("th");
      head.textContent = String(titles[at]);
      row.append(head);
    }
    const value = properties[field];
    row.insertCell().textContent =
      value !== null && typeof value === "object" ? JSON.stringify(value) : String(value ?? "–");
  });
  return made;
}

/**
 * A layer of ours from its data in the page.
 * @param {string} id
 */
function layer(id) {
  const { features, fields, style } = JSON.parse(document.getElementById(id)?.textContent ?? "");
  return leaflet.geoJSON(
    { type: "FeatureCollection", features },
    {
      style: () => style,
      pointToLayer: (/** @type {unknown} */ _feature, /** @type {L.LatLng} */ place) =>
        L.circleMarker(place, { ...style, radius: 6 }),
      onEachFeature: (/** @type {any} */ feature, /** @type {L.Layer} */ shape) =>
        shape.bindPopup(() => table(feature.properties, fields, fields), { maxHeight: 300 }),
    },
  );
}

/** @param {unknown} text */
function escapeText(text) {
  return String(text).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** Leaflet writes names of layers as markup, and loses its own picture where the page carries it. */
function tameLeaflet() {
  const addLayer = leaflet.Control.Layers.prototype._addLayer;
  leaflet.Control.Layers.prototype._addLayer = /** @this {any} */ function (
    /** @type {unknown} */ shape,
    /** @type {string} */ name,
    /** @type {boolean} */ overlay,
  ) {
    if (!(shape instanceof L.Layer)) return this; // a layer named __proto__ lists its own parts
    return addLayer.call(this, shape, escapeText(name), overlay);
  };
  const probe = document.body.appendChild(document.createElement("div"));
  probe.className = "leaflet-default-icon-path";
  const picture = getComputedStyle(probe).backgroundImage.slice(5, -2);
  probe.remove();
  leaflet.Icon.Default.prototype._getIconUrl = (/** @type {string} */ name) => (name === "icon" ? picture : null);
}

tameLeaflet();
Object.assign(window, { urbanplan: { layer, markup, table } });
