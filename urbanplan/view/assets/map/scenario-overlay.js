// The streets won and lost by a scenario, drawn over the plan.
import { CANVAS_METHODS, fitCanvas } from "./canvas-renderer.js";
import { unitX, unitY } from "./projection.js";
import { evaluate } from "./plane.js";
import { growth } from "./symbols.js";

/** @import * as types from "./renderer.d.ts" */
/** @import { Polynomial } from "./payload.d.ts" */
/** @import { Stretch } from "./intervals.js" */
/** @import { Frame } from "./painter.js" */
/** @import { StreetNetwork } from "./street-network.js" */

/** @typedef {{ won: Stretch[], lost: Stretch[] }} Differences */
/**
 * @typedef {types.CanvasRenderer & {
 *   streets: StreetNetwork, x: Float64Array, y: Float64Array, differences: Differences,
 *   show(differences: Differences): void,
 *   trace(context: CanvasRenderingContext2D, stretch: Stretch, frame: Frame): void,
 * }} Overlay
 */

/** A Leaflet layer of stretches of street. */
export const ScenarioOverlay = /** @type {new (streets: StreetNetwork, toDegrees: Polynomial) => Overlay} */ (
  /** @type {unknown} */ (
    L.Renderer.extend({
      ...CANVAS_METHODS,
      options: { padding: 0.1 },
      /** @type {(this: Overlay, streets: StreetNetwork, toDegrees: Polynomial) => void} */
      initialize(streets, toDegrees) {
        /** @type {any} */ (L.Renderer.prototype).initialize.call(this, {});
        this.streets = streets;
        this.differences = { won: [], lost: [] };
        const n = streets.coords.length / 2;
        this.x = new Float64Array(n);
        this.y = new Float64Array(n);
        for (let i = 0; i < n; i++) {
          const [longitude, latitude] = evaluate(toDegrees, streets.coords[2 * i], streets.coords[2 * i + 1]);
          this.x[i] = unitX(longitude);
          this.y[i] = unitY(latitude);
        }
      },
      /** @type {(this: Overlay, differences: Differences) => void} */
      show(differences) {
        this.differences = differences;
        this.redraw();
      },
      /** @this {Overlay} */
      paint() {
        const { context: c, frame } = fitCanvas(this, Math.min(2, window.devicePixelRatio || 1));
        const wide = 4.5 * growth(frame.zoom);
        c.lineCap = "round";
        /** @type {[Stretch[], string, number[]][]} */
        const looks = [
          [this.differences.won, "#0b6fd1", []],
          [this.differences.lost, "#8c1d18", [6, 4]],
        ];
        for (const [rows, colour, dash] of looks) {
          for (const halo of [true, false]) {
            c.beginPath();
            for (const row of rows) this.trace(c, row, frame);
            c.strokeStyle = halo ? "rgba(255,255,255,0.9)" : colour;
            c.lineWidth = wide + (halo ? 2.5 : 0);
            c.setLineDash(halo ? [] : dash);
            c.stroke();
          }
        }
      },
      /** @type {(this: Overlay, context: CanvasRenderingContext2D, stretch: Stretch, frame: Frame) => void} */
      trace(c, [e, low, high], { k, x: left, y: top }) {
        const { streets, x, y } = this;
        let at = 0;
        let drawn = false;
        for (let i = streets.offsets[e]; i < streets.offsets[e + 1] - 1; i++) {
          const j = 2 * i;
          const long = Math.hypot(
            streets.coords[j + 2] - streets.coords[j],
            streets.coords[j + 3] - streets.coords[j + 1],
          );
          const [from, to] = [Math.max(low, at), Math.min(high, at + long)];
          if (to > from) {
            /** @type {(s: number) => [number, number]} */
            const point = (s) => [(x[i] + (x[i + 1] - x[i]) * s) * k - left, (y[i] + (y[i + 1] - y[i]) * s) * k - top];
            if (!drawn) c.moveTo(...point((from - at) / long));
            c.lineTo(...point((to - at) / long));
            drawn = true;
          }
          at += long;
        }
      },
    })
  )
);
