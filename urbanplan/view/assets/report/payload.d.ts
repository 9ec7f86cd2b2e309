/** What the data element of the report's page holds: written by urbanplan/view/report. */
import type { Status } from "../page/status.js";

export type Counts = Partial<Record<Status, number>>;
export type Level = "error" | "warn" | "info" | "waived";
export type Basis = "surveyed" | "reported" | "illustrative";
export type Comparator = ">=" | ">" | "<=" | "<" | "=" | "about";

/** Points as x, y, x, y, …; -9999 begins another chain. */
export type Path = number[];

/** rows.py */
export interface TargetRow {
  id: string;
  title: string;
  quote: string;
  chapter: string;
  source: string;
  role: "promise" | "context";
  kind: string;
  status: Status;
  warn: boolean;
  basis: Basis | "";
  bound: string;
  reading: string;
  reason: string;
  settle: string;
  where: string;
  layers: string[];
  measure?: string;
  params?: [string, string][];
  parts?: Part[];
  more?: number;
  gauge?: Gauge;
  reported?: Record<string, string>;
}

/** Label, text, low, high of a row of a breakdown; an unbounded end is null. */
export type Part = [string, string, number | null, number | null];

/** Reading and bound on one axis. */
export interface Gauge {
  low: number;
  high: number;
  at: number;
  margin: number;
  is: Comparator;
}

/** Findings as columns. */
export interface FindingColumns {
  level: Level[];
  code: string[];
  layer: string[];
  feature: string[];
  place: string[];
  message: string[];
  fix: string[];
}

export interface InputRow {
  name: string;
  title: string;
  file: string;
  type: string;
  digest: string;
  basis: Basis | null;
  source: string;
  date: string;
  features: number;
  refused: number;
  used: string[];
}

/** places.py: values[series][district]. */
export interface Chart {
  title: string;
  unit: string;
  districts: string[];
  series: string[];
  values: number[][];
  layer: string;
}

/** evidence.py */
export interface Evidence {
  width: number;
  height: number;
  outline: Path[];
  layers: Record<string, { ids: string[]; kind: string; paths: Path[] }>;
  targets: Record<string, { layers: Record<string, number[]>; results: string[] }>;
  results: Record<string, { style: string; path: Path }[]>;
}

/** history.py */
export interface Run {
  number: number;
  at: string;
  who: string;
  plan: string;
  verdicts: Counts;
  findings: Partial<Record<Level, number>>;
}

export interface Turn {
  id: string;
  title: string;
  way: string;
  was: Status | "";
  now: Status | "";
  values: string;
  why: string[];
}

export interface ReportData {
  words: Record<string, string>;
  meta: {
    title: string;
    district: string;
    as_of: string;
    maker: string;
    plan: { id: string; digest: string; file: string };
    program: string;
    crs: string;
    illustrative: boolean;
  };
  summary: {
    status: Record<Status, number>;
    chapters: Record<string, Counts>;
    bases: Record<string, Counts>;
    findings: Partial<Record<Level, number>>;
  };
  chapters: string[];
  targets: TargetRow[];
  findings: FindingColumns;
  charts: Chart[];
  inputs: InputRow[];
  evidence: Evidence;
  proposal: ProposedSite[];
  history: { runs: Run[]; turns: Turn[] };
}

export interface ProposedSite {
  rank: string;
  id: string;
  residents: string;
  metres: string;
}
