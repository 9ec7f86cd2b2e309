/** What the data elements of the map's page hold: written by the modules of urbanplan/view/map. */
import type { Status } from "../page/status.js";

export type Lang = "zh" | "en";

/** An end that is unbounded is null. */
export interface Reading {
  low: number | null;
  high: number | null;
  unit: string;
}

export interface Bound {
  comparator: ">=" | ">" | "<=" | "<" | "=" | "about";
  number: number;
  unit: string;
  tolerance?: number | null;
}

/** draw.py: `map-meta`. */
export interface Meta {
  map: string;
  title: string;
  kind: string;
  kind_title: string;
  district: string;
  as_of: string;
  maker: string | null;
  crs: string;
  lang: Lang;
  fonts: string;
  texts: Record<string, string>;
  units: Record<string, string>;
  decimals: Record<string, number>;
  tab: string;
  scope: "map" | "all";
  bands: number[];
  band: number | null;
  groups: string[];
  illustrative: boolean;
  compared: boolean;
  framed: boolean;
  tiling: "mercator" | "degrees";
  bounds: [[number, number], [number, number]];
  grid: { crs: string; plane: Plane | null } | null;
  layers: string[];
  online: BaseMap | null;
  ground: BaseMap | null;
}

/** base.py and ground.py: tiles of a service or of a file that a user asked for. */
export interface BaseMap {
  kind: "served" | "embedded" | "folder";
  credit: string;
  levels: [number, number];
  offset: number;
  fromSouth: boolean;
  axes: "xy" | "yx";
  bounds: [[number, number], [number, number]] | null;
  addresses: string[];
  subdomains: string;
  key: string;
  title: string;
  asks: boolean;
}

export type MarkShape = "circle" | "square" | "diamond" | "triangle" | "star" | "plus";

/** sheet.py: widths, sizes and dashes in CSS pixels at zoom 14. */
export interface MapSymbol {
  fill: string | null;
  fill_opacity: number;
  stroke: string | null;
  width: number;
  opacity: number;
  dash: number[];
  casing: string | null;
  casing_width: number;
  pattern: string | null;
  pattern_colour: string | null;
  shape: MarkShape;
  size: number;
}

export interface SymbolClass {
  title: string;
  symbol: MapSymbol;
}

interface FieldHead {
  name: string;
  title: string;
  unit: string;
}

/** A column: its values, or codes into repeated values. */
export type Field = FieldHead & { same?: undefined } & (
    { values: Cell[]; of?: undefined } | { codes: number[]; of: Cell[] }
  );
/** A column whose values the layer holds already. */
export type RepeatedField = FieldHead & { same: "ids" | "names" };
export type Cell = string | number | boolean | null;

export interface LabelEntry {
  min_zoom: number;
  size: number;
  bold: boolean;
  colour: string;
  outside: boolean;
  /** Null where they are the layer's names. */
  names: (string | null)[] | null;
  /** Letters that all of them begin with, which are not written. */
  cut: number;
  figures: (string | null)[] | null;
  rows: number[];
}

/** pack.py: shapes as base64 of variable-length integers. */
export interface PackedShapes {
  dims: number[];
  chains: string;
  sizes: string;
  coords: string;
  spots: string;
}

/** sheet.py: `layer-0`, `layer-1`, … */
export interface LayerEntry {
  name: string;
  title: string;
  group: number;
  base: boolean;
  visible: boolean;
  basis: string | null;
  source: string;
  minZoom: number;
  ids: (string | null)[];
  names: (string | null)[];
  idField: string | null;
  nameField: string | null;
  class: number[] | null;
  classes: SymbolClass[];
  time: (string | null)[] | null;
  band: (number | null)[] | null;
  label: LabelEntry | null;
  fields: (Field | RepeatedField)[];
  shape: PackedShapes;
}

/** How a verdict differs from the run that is compared with. */
export interface Turn {
  way: "better" | "worse" | "moved" | "new";
  was: Status | null;
  before: string;
  why: string;
}

/** evidence.py: `map-verdicts`; evidence gives the rows of each layer. */
export interface Verdict {
  target: string;
  title: string;
  chapter: string;
  quote: string;
  role: "promise" | "context";
  status: Status;
  turned: Turn | null;
  warn: boolean;
  basis: string | null;
  progress: number | null;
  reason: string;
  settled_by: string | null;
  source: string | null;
  reading: Reading | null;
  bound: Bound | null;
  breakdown: { keys: Record<string, Cell>; reading: Reading }[];
  evidence: Record<string, number[]>;
}

/** plane.py: a polynomial of degree five in two variables. */
export interface Polynomial {
  middle: [number, number];
  half: [number, number];
  coefficients: [number, number][];
}

/** From metres to degrees, and back. */
export interface Plane {
  degrees: Polynomial;
  metres: Polynomial;
}

/** whatif.py: metres are base64 of little-endian doubles. */
export interface LegEntry {
  place: number[];
  edge: number[];
  low: string;
  high: string;
  t0: string;
  g: string;
  m: string;
  plus: string;
}

export interface ResidentsEntry {
  points: string;
  count: string;
  leg: number;
  district: number[];
  edge: number[];
  low: string;
  high: string;
  living: string;
  total: number;
}

export interface SiteEntry {
  id: string;
  layer: string;
  sure: boolean;
  x: number;
  y: number;
}

export interface NetworkEntry {
  coords: string;
  sizes: number[];
  u: number[];
  v: number[];
  nodes: number;
}

export type WalkReading = "low" | "high";
export type TargetReading = "streets" | "residents" | "districts";

/** whatif.py: `map-whatif`. */
export interface ScenarioEntry extends NetworkEntry {
  targets: { target: string; reading: TargetReading }[];
  bands: number[];
  leg: number;
  barriers: string;
  people: ResidentsEntry[];
  districts: { layer: string; held: number[][] } | null;
  sites: SiteEntry[];
  sights: LegEntry[];
  use: Record<string, Record<WalkReading, number>>;
  template: Record<string, Cell>;
  plane: Plane;
}
