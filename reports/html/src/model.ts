// The causal graph as the page walks it: a tree of programs, each with the behaviors it did itself.

import { kinds, states, type Kind, type PageData, type State } from "./data";

export interface Evidence {
  raw: string[];
  rewrites: { rule: string; before: string; after: string }[];
  count: number;
}

/// From the first to the last time something was seen, in microseconds since the recording began.
export interface Span {
  first: number;
  last: number;
}

export interface Behavior {
  index: number;
  id: string;
  kind: Kind;
  node: Program;
  user: string;
  object: string;
  seen: number;
  package: string;
  optional: boolean;
  state: State;
  evidence: Evidence | null;
  span: Span | null;
  /// Lower-case text that the search looks in.
  haystack: string;
}

export interface Program {
  index: number;
  name: string;
  parent: Program | null;
  depth: number;
  children: Program[];
  execs: Behavior[]; // how this program came to run: one a user
  did: Behavior[]; // what it did besides, without programs it started
  state: State;
  span: Span | null; // of the whole subtree
  /// Position in the order in which the tree is drawn.
  order: number;
}

export interface Model {
  roots: Program[];
  programs: Program[]; // in drawing order
  behaviors: Behavior[];
  runs: number;
  usual_user: string; // of the recorded command
  timed: boolean;
  has_news: boolean;
  duration: number; // microseconds
}

export function lineage_of(program: Program): Program[] {
  const chain: Program[] = [];
  for (let at: Program | null = program; at; at = at.parent) chain.unshift(at);
  return chain;
}

function widen(span: Span | null, other: Span | null): Span | null {
  if (!span || !other) return span ?? other;
  return { first: Math.min(span.first, other.first), last: Math.max(span.last, other.last) };
}

/// A program is new or gone when every way it came to run is; one without an exec of its own (the recorded
/// command's ancestors in a partial diff) is known as long as anything below it is.
function state_of(program: Program): State {
  const from = program.execs.length ? program.execs : program.did;
  if (from.some((b) => b.state === "known") || from.length === 0) return "known";
  for (const state of ["new", "moved", "accepted"] as const)
    if (from.some((b) => b.state === state)) return program.execs.length ? state : "known";
  return program.execs.length || program.children.every((c) => c.state === "absent") ? "absent" : "known";
}

function order_programs(roots: Program[]): Program[] {
  const ordered: Program[] = [];
  const pending = [...roots].reverse();
  for (let program = pending.pop(); program; program = pending.pop()) {
    program.order = ordered.push(program) - 1;
    for (let i = program.children.length - 1; i >= 0; --i) pending.push(program.children[i]!);
  }
  return ordered;
}

const by_time = (a: { span: Span | null }, b: { span: Span | null }) =>
  (a.span?.first ?? Infinity) - (b.span?.first ?? Infinity) || 0;

function read_behaviors(data: PageData, programs: Program[]): Behavior[] {
  const text = (at: number) => data.texts[at] ?? "";
  return data.behaviors.map((row, index) => {
    const [id, kind, node, user, object, seen, package_, optional, state, evidence] = row;
    const found = data.evidence[evidence];
    const program = programs[node]!;
    const behavior: Behavior = {
      index,
      id,
      node: program,
      kind: kinds[kind]!,
      user: text(user),
      object: text(object),
      seen,
      package: text(package_),
      optional: optional === 1,
      state: states[state]!,
      evidence: found
        ? {
            raw: found[0].map(text),
            rewrites: found[1].map(([rule, before, after]) => ({
              rule: text(rule),
              before: text(before),
              after: text(after),
            })),
            count: found[2],
          }
        : null,
      span: found ? { first: found[3], last: found[4] } : null,
      haystack: "",
    };
    behavior.haystack = [
      behavior.kind,
      behavior.user,
      behavior.object,
      behavior.package,
      program.name,
      id,
      ...(behavior.evidence?.raw ?? []),
    ]
      .join("\n")
      .toLowerCase();
    (behavior.kind === "exec" ? program.execs : program.did).push(behavior);
    return behavior;
  });
}

export function build_model(data: PageData): Model {
  const programs = data.lineage.map(([, name], index): Program => ({
    index,
    name: data.texts[name] ?? "",
    parent: null,
    depth: 0,
    children: [],
    execs: [],
    did: [],
    state: "known",
    span: null,
    order: 0,
  }));
  const roots: Program[] = [];
  // A parent's index is always lower than its children's.
  data.lineage.forEach(([parent], index) => {
    const program = programs[index]!;
    program.parent = programs[parent] ?? null;
    program.depth = program.parent ? program.parent.depth + 1 : 0;
    (program.parent ? program.parent.children : roots).push(program);
  });
  const behaviors = read_behaviors(data, programs);
  for (const program of [...programs].reverse()) {
    for (const behavior of [...program.execs, ...program.did])
      program.span = widen(program.span, behavior.span);
    for (const child of program.children) program.span = widen(program.span, child.span);
    program.state = state_of(program);
    program.children.sort(by_time);
    program.did.sort(by_time);
  }
  const whole = roots.reduce<Span | null>((span, root) => widen(span, root.span), null);
  return {
    roots,
    programs: order_programs(roots),
    behaviors,
    runs: data.run?.runs ?? data.diff?.head.runs ?? 1,
    // In a diff of files only what is new has times, which says nothing about the run.
    usual_user: roots[0]?.execs[0]?.user ?? "builder",
    timed: data.diff?.timed !== false && whole !== null && whole.last > 0,
    duration: whole?.last ?? 0,
    has_news: behaviors.some((b) => b.state !== "known"),
  };
}
