// What a sheet of a map bears: title block, scale, north; and the view for print.
function scaleBar() {
  const box = byId("scale");
  const show = () => {
    const y = map.getSize().y / 2;
    const metres = lengthOf([map.containerPointToLatLng([0, y]), map.containerPointToLatLng([100, y])]);
    const ten = 10 ** Math.floor(Math.log10(metres * 1.2));
    const step = [5, 2, 1].map((f) => f * ten).find((m) => m <= metres * 1.2);
    box.replaceChildren(el("svg", { viewBox: `0 0 ${Math.ceil((step / metres) * 100) + 2} 10`, width: Math.ceil((step / metres) * 100) + 2, height: 10, "aria-hidden": "true" }, [0, 1].map((k) =>
      el("rect", { x: 1 + (k * (step / metres) * 100) / 2, y: 3, width: (step / metres) * 50, height: 4, class: k ? "scale-b" : "scale-a" }))),
    el("span", { text: step >= 1000 ? `${step / 1000} km` : `${step} m` }));
  };
  map.on("zoomend moveend resize", show);
  show();
}

function titleBlock() {
  byId("plan-title").textContent = meta.title;
  byId("plan-facts").append(el("span", { text: meta.kind_title }), el("span", { text: `${t("as_of")} ${meta.as_of}` }), meta.illustrative ? basisBadge("illustrative") : "");
  const box = byId("title-block");
  const facts = [[t("as_of"), meta.as_of], [t("maker"), meta.maker], [t("crs"), meta.crs]].filter(([, text]) => text);
  box.append(el("h2", { text: `${meta.district} · ${meta.kind_title}` }), el("p", { class: "facts" }, facts.map(([name, text]) => el("span", {}, `${name} `, el("b", { text })))));
  if (meta.illustrative) box.append(el("p", { class: "illustrative", text: t("illustrative_note") }));
  byId("print-illustrative").hidden = !meta.illustrative;
}

function printing() {
  const enter = () => {
    map.closePopup();
    document.body.classList.add("printing");
    map.invalidateSize({ animate: false, pan: false });
    planCanvas.paint();
  };
  const leave = () => {
    document.body.classList.remove("printing");
    map.invalidateSize({ animate: false, pan: false });
  };
  byId("tool-print").addEventListener("click", () => {
    const held = map.getBounds();
    enter();
    map.fitBounds(held, { animate: false });
  });
  byId("print-now").addEventListener("click", () => window.print());
  byId("print-leave").addEventListener("click", leave);
  addEventListener("beforeprint", () => document.body.classList.contains("printing") || (enter(), document.body.classList.add("printing-once")));
  addEventListener("afterprint", () => {
    if (document.body.classList.contains("printing-once")) (document.body.classList.remove("printing-once"), leave());
  });
}
