// Leaflet layers that keep one canvas beneath the map's panes, redrawn when the map rests.

/** @import { CanvasRenderer } from "./renderer.d.ts" */

/**
 * The map that a renderer is on.
 * @param {CanvasRenderer} renderer
 * @returns {L.Map & { _animatingZoom?: boolean }}
 */
const mapOf = (renderer) => /** @type {any} */ (renderer)._map;

/** Methods for `L.Renderer.extend`; who extends it brings `paint`. */
export const CANVAS_METHODS = {
  /** @this {CanvasRenderer} */
  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.className = "plan-canvas";
    this._container.setAttribute("aria-hidden", "true");
    this._place = "";
  },
  /** @this {CanvasRenderer} */
  _destroyContainer() {
    if (this._frame) cancelAnimationFrame(this._frame);
    this._container.remove();
    delete (/** @type {Partial<CanvasRenderer>} */ (this)._container);
  },
  _updatePaths() {},
  /** @this {CanvasRenderer} */
  _update() {
    if (mapOf(this)._animatingZoom && this._bounds) return;
    /** @type {any} */ (L.Renderer.prototype)._update.call(this);
    L.DomUtil.setPosition(this._container, this._bounds.min);
    const { min, max } = this._bounds;
    const place = [mapOf(this).getZoom(), mapOf(this).getPixelOrigin(), min, max].join();
    if (place === this._place) return; // Leaflet tells a new view twice: that it is another, and that it rests
    this._place = place;
    this.paint();
  },
  /** @this {CanvasRenderer} */
  redraw() {
    if (this._frame || !mapOf(this)) return this;
    this._frame = requestAnimationFrame(() => {
      this._frame = null;
      if (mapOf(this) && !mapOf(this)._animatingZoom) this.paint();
    });
    return this;
  },
};

/**
 * Fit a renderer's canvas to the map, and give its context in CSS pixels.
 * @param {CanvasRenderer} renderer
 * @param {number} ratio device pixels in a CSS pixel
 */
export function fitCanvas(renderer, ratio) {
  const size = renderer._bounds.getSize();
  const canvas = renderer._container;
  canvas.width = size.x * ratio;
  canvas.height = size.y * ratio;
  canvas.style.width = `${size.x}px`;
  canvas.style.height = `${size.y}px`;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(ratio, ratio);
  const map = mapOf(renderer);
  const zoom = map.getZoom();
  const origin = map.getPixelOrigin().add(renderer._bounds.min);
  return {
    context,
    frame: { k: 256 * 2 ** zoom, x: origin.x, y: origin.y, width: size.x, height: size.y, ratio, zoom },
  };
}
