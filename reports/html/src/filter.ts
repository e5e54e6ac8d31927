// Which behaviors are shown, and how many each choice in the rail would leave.

import type { Behavior, Model, Program, Span } from "./model";

export type Side = "both" | "after" | "before";
export const facets = ["kind", "user", "destination", "package"] as const;
export type Facet = (typeof facets)[number];

export interface Filter {
  search: string;
  side: Side;
  only_new: boolean;
  /// Part of the run's time; null = all of it.
  time: Span | null;
  chosen: Record<Facet, ReadonlySet<string>>;
}

export const no_filter: Filter = {
  search: "",
  side: "both",
  only_new: false,
  time: null,
  chosen: { kind: new Set(), user: new Set(), destination: new Set(), package: new Set() },
};

/// Whom a behavior talks to: the host without port and protocol, so that one host is one destination.
export function destination(behavior: Behavior): string {
  const { kind, object } = behavior;
  if (kind === "resolve") return object;
  if (kind !== "connect") return "";
  return object.replace(/\/(tcp|udp|raw|other)$/, "").replace(/:(\d+|EPH|\*)$/, "");
}

function value_of(behavior: Behavior, facet: Facet): string {
  switch (facet) {
    case "kind":
      return behavior.kind;
    case "user":
      return behavior.user;
    case "destination":
      return destination(behavior);
    case "package":
      return behavior.package;
  }
}

function on_side(behavior: Behavior, filter: Filter): boolean {
  if (filter.only_new && behavior.state !== "new") return false;
  if (filter.side === "after") return behavior.state !== "absent";
  if (filter.side === "before") return behavior.state === "known" || behavior.state === "absent";
  return true;
}

/// Something of it was seen then; a program counts as long as anything below it was.
function in_time(behavior: Behavior, { time }: Filter): boolean {
  if (!time) return true;
  const span = behavior.kind === "exec" ? behavior.node.span : behavior.span;
  return span !== null && span.first <= time.last && span.last >= time.first;
}

const in_facet = (behavior: Behavior, filter: Filter, facet: Facet) =>
  filter.chosen[facet].size === 0 || filter.chosen[facet].has(value_of(behavior, facet));

export interface Option {
  value: string;
  count: number;
}

export interface Matches {
  behaviors: Set<Behavior>;
  programs: Set<Program>; // that did or began one of them, and all their ancestors
  options: Record<Facet, Option[]>;
}

/// Every word must be found, in the behavior or in the names above it.
function searcher(search: string): (behavior: Behavior) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const known = new Map<Program, boolean[]>();
  const above = (program: Program): boolean[] => {
    let hits = known.get(program);
    if (!hits) {
      const inherited = program.parent ? above(program.parent) : [];
      const name = program.name.toLowerCase();
      hits = words.map((word, i) => inherited[i] === true || name.includes(word));
      known.set(program, hits);
    }
    return hits;
  };
  return (behavior) => {
    if (words.length === 1) return behavior.haystack.includes(words[0]!);
    return words.every((word, i) => behavior.haystack.includes(word) || above(behavior.node)[i]);
  };
}

function sorted_options(counts: Map<string, number>, chosen: ReadonlySet<string>): Option[] {
  for (const value of chosen) if (!counts.has(value)) counts.set(value, 0);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

export function match(model: Model, filter: Filter): Matches {
  const found = searcher(filter.search);
  const behaviors = new Set<Behavior>();
  const programs = new Set<Program>();
  const counts = { kind: new Map(), user: new Map(), destination: new Map(), package: new Map() } as Record<
    Facet,
    Map<string, number>
  >;
  for (const behavior of model.behaviors) {
    if (!on_side(behavior, filter) || !in_time(behavior, filter) || !found(behavior)) continue;
    const failed = facets.filter((facet) => !in_facet(behavior, filter, facet));
    // A facet's own choices don't narrow its list: one sees what else there is.
    for (const facet of facets) {
      if (failed.some((other) => other !== facet)) continue;
      const value = value_of(behavior, facet);
      if (value) counts[facet].set(value, (counts[facet].get(value) ?? 0) + 1);
    }
    if (failed.length) continue;
    behaviors.add(behavior);
    for (let at: Program | null = behavior.node; at && !programs.has(at); at = at.parent) programs.add(at);
  }
  const options = Object.fromEntries(
    facets.map((facet) => [facet, sorted_options(counts[facet], filter.chosen[facet])]),
  ) as Record<Facet, Option[]>;
  return { behaviors, programs, options };
}

export function is_narrow(filter: Filter): boolean {
  return (
    filter.search !== "" ||
    filter.only_new ||
    filter.time !== null ||
    filter.side !== "both" ||
    facets.some((facet) => filter.chosen[facet].size > 0)
  );
}

export function toggled(filter: Filter, facet: Facet, value: string): Filter {
  const chosen = new Set(filter.chosen[facet]);
  if (!chosen.delete(value)) chosen.add(value);
  return { ...filter, chosen: { ...filter.chosen, [facet]: chosen } };
}
