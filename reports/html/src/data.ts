// What the binary wrote into the page (reports/html_data.cpp writes it): texts are interned, everything
// else refers to them, to lineage nodes and to behaviors by index.

export const kinds = [
  "exec",
  "connect",
  "listen",
  "resolve",
  "become",
  "read",
  "write",
  "inspect",
  "kernel",
] as const;
export type Kind = (typeof kinds)[number];

export const states = ["known", "new", "moved", "accepted", "absent"] as const;
export type State = (typeof states)[number];

type Row = [
  id: string,
  kind: number,
  node: number,
  user: number,
  object: number,
  seen: number,
  package_: number,
  optional: number,
  state: number,
  evidence: number,
];
type EvidenceRow = [
  raw: number[],
  rewrites: [rule: number, before: number, after: number][],
  count: number,
  first_us: number,
  last_us: number,
];
export type NewBehavior = [behavior: number, novelty: string, seen: string];

export interface Finding {
  id: string;
  score: number;
  level: "note" | "warning" | "error";
  title: string;
  why: [points: number, text: string][];
  firsts: string[];
  techniques: string[];
  behaviors: NewBehavior[];
  more: NewBehavior[];
  accept: string;
  package?: { manager: string; name: string; version: string; stage: string; before: string };
  where?: { file: string; line: number };
}

export interface Side {
  name: string;
  source: string;
  digest: string;
  runs: number;
  behaviors: number;
}

export interface DiffData {
  verdict: "same" | "new" | "incomplete" | "no-baseline";
  because: string[];
  base: Side;
  head: Side;
  notices: string[];
  next: { when: string; command: string; then: string }[];
  whole: boolean;
  timed: boolean;
  findings: Finding[];
  accepted: { behavior: number; reason: string; owner: string; expires: string; here: boolean }[];
  changed: { what: string; title: string; details: string[] }[];
  moved: { behavior: number; from: string[] }[];
  absent: number[];
}

export interface RunData {
  rules: string;
  digest: string;
  runs: number;
  complete: boolean;
  because: string[];
  labels: [name: string, value: string][];
  attributes: [subject: string, name: string, value: string][];
  gaps: string[];
}

export interface PageData {
  view: "run" | "diff";
  name: string;
  run?: RunData;
  diff?: DiffData;
  texts: string[];
  lineage: [parent: number, program: number][];
  behaviors: Row[];
  evidence: EvidenceRow[];
}

export function read_page_data(): PageData {
  return JSON.parse(document.getElementById("data")!.textContent!) as PageData;
}
