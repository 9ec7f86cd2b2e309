/** A verdict in words, as a row of the table of targets shows it. */
export interface VerdictRow {
  target: string;
  status: string;
  status_word: string;
  reading: string;
  basis: string;
  basis_word: string;
}

/** How far a job is; `verdicts` are those that came since the last question. */
export interface JobState {
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  what: string;
  done: number;
  of: number;
  verdicts: VerdictRow[];
}
