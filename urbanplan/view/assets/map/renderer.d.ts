/** What our Leaflet layers use of Leaflet's own renderer, whose private parts @types/leaflet leaves out. */
import type * as L from "leaflet";
import type { View } from "./painter.js";

export interface CanvasRenderer extends L.Renderer {
  _bounds: L.Bounds & { min: L.Point; max: L.Point };
  _container: HTMLCanvasElement;
  _frame: number | null;
  /** The view of the last drawing. */
  _place: string;
  _update(): void;
  /** Draw again soon; many calls in one frame draw once. */
  redraw(): this;
  paint(): void;
}

export interface PlanCanvas extends CanvasRenderer {
  view: () => View;
  /** Milliseconds of the last drawing, and the number of drawings. */
  took: number;
  drawn?: number;
}
