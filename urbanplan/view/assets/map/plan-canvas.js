// All layers of the plan on one canvas, then their labels.
import { CANVAS_METHODS, fitCanvas } from "./canvas-renderer.js";
import { PADDING } from "./label-placement.js";
import { drawLabels } from "./labels.js";
import { layers, meta, verdictOf } from "./page-data.js";
import { Painter } from "./painter.js";

/** @import * as types from "./renderer.d.ts" */
/** @import { View } from "./painter.js" */

/** A Leaflet layer of the plan; `view` gives what it shows. */
export const PlanCanvas = /** @type {new (view: () => View) => types.PlanCanvas} */ (
  /** @type {unknown} */ (
    L.Renderer.extend({
      ...CANVAS_METHODS,
      options: { padding: PADDING },
      /** @type {(this: types.PlanCanvas, view: () => View) => void} */
      initialize(view) {
        /** @type {any} */ (L.Renderer.prototype).initialize.call(this, {});
        this.view = view;
      },
      /** @this {types.PlanCanvas} */
      paint() {
        const began = performance.now();
        const printing = document.body.classList.contains("printing");
        const ratio = Math.max(printing ? 2 : 1, Math.min(2, window.devicePixelRatio || 1));
        const { context, frame } = fitCanvas(this, ratio);
        const view = this.view();
        const evidence = view.verdict ? (verdictOf[view.verdict]?.evidence ?? {}) : null;
        const painter = new Painter(context, frame, view);
        painter.draw(layers, evidence);
        drawLabels(painter, layers, evidence ?? {}, meta.fonts);
        this.took = performance.now() - began;
        this.drawn = (this.drawn ?? 0) + 1;
        if (this.drawn === 1) performance.mark("first drawing");
      },
    })
  )
);
