// What a feature is and which targets it counts for.
function showFeature(found, index = 0, at = null) {
  const [layer, row] = found[index];
  state.feature = [layer.name, row];
  const spot = at ?? L.latLng(latitudeOf(layer.spotY[row]), longitudeOf(layer.spotX[row]));
  const popup = L.popup({ maxWidth: 340, minWidth: 220, autoPanPaddingTopLeft: [20, 66], autoPanPaddingBottomRight: [64, 20], className: "card" });
  popup.setLatLng(spot).setContent(featureCard(found, index, spot)).openOn(map);
  popup.getElement()?.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", t("close"));
  announce(`${layer.title}: ${layer.names[row]}`);
}

function featureCard(found, index, spot) {
  const [layer, row] = found[index];
  const card = el("div", { class: "feature" });
  card.append(
    el("p", { class: "feature-layer" }, el("span", { text: layer.title }), basisBadge(layer.basis)),
    el("h3", { text: layer.names[row] || layer.ids[row] || layer.title }),
    factsOf(layer, row),
  );
  const counted = layer.targets.get(row) ?? [];
  if (counted.length) {
    card.append(el("h4", { text: t("counts_for") }), el("ul", { class: "counted" }, counted.map((verdict) => countedItem(verdict))));
  }
  if (layer.moves) card.append(siteTools(layer, row));
  if (found.length > 1) card.append(pager(found, index, spot));
  return card;
}

function factsOf(layer, row) {
  const list = el("dl");
  for (const field of layer.fields) {
    const held = value(field, row);
    if (held === null || held === undefined || held === "") continue;
    list.append(el("dt", { text: field.title }), el("dd", { text: say(held, field.unit) }));
  }
  return list;
}

const countedItem = (verdict) =>
  el("li", {}, el("button", { class: "link", type: "button", onclick: () => choose(verdict.target) },
    statusMark(verdict.status), el("span", { text: verdict.quote || verdict.title })));

function pager(found, index, spot) {
  const turn = (step) => showFeature(found, (index + step + found.length) % found.length, spot);
  return el("p", { class: "pager" },
    el("button", { type: "button", "aria-label": t("previous"), text: "‹", onclick: () => turn(-1) }),
    el("span", { text: t("of", { n: index + 1, all: found.length }) }),
    el("button", { type: "button", "aria-label": t("next"), text: "›", onclick: () => turn(1) }));
}

const basisBadge = (basis) => (basis ? el("span", { class: `basis basis-${basis}`, text: t(`basis_${basis}`) }) : null);
const SIGNS = { met: "✓", not_met: "✕", undecidable: "?" };
const statusMark = (status) =>
  el("span", { class: `mark mark-${status}`, role: "img", "aria-label": t(status), title: t(status), text: SIGNS[status] });

function flyTo(pairs, { zoom = 16, then = null } = {}) {
  const bounds = boundsOf(pairs);
  if (!bounds) return;
  if (then) map.once("moveend", then);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  map.flyToBounds(bounds, { ...mapRoom(), maxZoom: zoom, duration: calm ? 0 : 0.7, animate: !calm });
}

/** Room to keep free for what stands over the map. */
const mapRoom = () => (innerWidth < 760 ? { paddingTopLeft: [16, 64], paddingBottomRight: [60, 120] } : { paddingTopLeft: [40, 66], paddingBottomRight: [160, 130] });

/** Fly to a feature and tell what it is. */
function visit(layer, row) {
  map.closePopup();
  flyTo([[layer, row]], { then: () => showFeature([[layer, row]]) });
}
