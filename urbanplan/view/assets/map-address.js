// The state in the address: a link to the file opens what its sender saw.
function writeAddress() {
  const center = map.getCenter();
  const on = layers.filter((l) => state.visible[l.name] && !l.visible).map((l) => l.name);
  const off = layers.filter((l) => !state.visible[l.name] && l.visible).map((l) => l.name);
  const held = {
    at: `${map.getZoom()}/${center.lat.toFixed(5)}/${center.lng.toFixed(5)}`,
    on: on.join(","), off: off.join(","), band: state.band === meta.band ? "" : state.band, date: state.date, target: state.verdict,
    tab: state.tab === meta.tab ? "" : state.tab, colour: state.colour === "kind" ? "" : state.colour, status: state.statuses?.join(","), chapter: state.chapter,
    compare: state.compare ? [state.compare.kind, Object.values(state.compare.left)[0] ?? "", Object.values(state.compare.right)[0] ?? ""].join(",") : "",
  };
  const words = Object.entries(held).filter(([, v]) => v).map(([k, v]) => `${k}=${encodeURIComponent(v)}`);
  history.replaceState(null, "", `#${words.join("&")}`);
}

function readAddress() {
  const held = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  const patch = {};
  const names = (text) => (text ?? "").split(",").filter((name) => layerOf[name]);
  if (held.on || held.off) patch.visible = { ...state.visible, ...Object.fromEntries([...names(held.on).map((n) => [n, true]), ...names(held.off).map((n) => [n, false])]) };
  if (meta.bands.includes(Number(held.band))) patch.band = Number(held.band);
  if (dates.includes(held.date)) patch.date = held.date;
  if (verdictOf[held.target]) patch.verdict = held.target;
  if (["verdicts", "layers", "table", "whatif"].includes(held.tab) && !byId(`show-${held.tab}`).hidden) patch.tab = held.tab;
  if (held.colour === "verdict") patch.colour = "verdict";
  if (held.status) patch.statuses = held.status.split(",").filter((s) => STATUSES.includes(s));
  if (verdicts.some((v) => v.chapter === held.chapter)) patch.chapter = held.chapter;
  patch.compare = readCompare(held.compare);
  change(patch);
  const [zoom, lat, lng] = (held.at ?? "").split("/").map(Number);
  if ([zoom, lat, lng].every(Number.isFinite)) map.setView([lat, lng], zoom, { animate: false });
  return Boolean(held.at);
}

function readCompare(text) {
  const [kind, left, right] = (text ?? "").split(",");
  if (kind === "band" && [left, right].every((b) => meta.bands.includes(Number(b)))) return { kind, left: { band: Number(left) }, right: { band: Number(right) } };
  if (kind === "date" && [left, right].every((d) => !d || dates.includes(d))) return { kind, left: { date: left || null }, right: { date: right || null } };
  return null;
}
