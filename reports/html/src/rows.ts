// The tree as lines: what is open decides which.

import type { Matches } from "./filter";
import type { Behavior, Model, Program } from "./model";

export type Item = { program: Program; behavior?: undefined } | { behavior: Behavior; program?: undefined };
export type Row = Item & { depth: number; open: boolean; leaf: boolean };

export const item_key = (item: Item) => (item.program ? `p${item.program.index}` : `b${item.behavior.index}`);
/// A program's exec is shown by the program's own line.
export const item_of = (behavior: Behavior): Item =>
  behavior.kind === "exec" ? { program: behavior.node } : { behavior };
export const program_of = (item: Item) => item.program ?? item.behavior.node;

/// What a program did, as lines of their own: its exec is the program's line itself.
const shown_below = (program: Program, matches: Matches) =>
  program.did.filter((behavior) => matches.behaviors.has(behavior));

export function build_rows(model: Model, matches: Matches, closed: ReadonlySet<Program>): Row[] {
  const rows: Row[] = [];
  const walk = (programs: Program[]) => {
    for (const program of programs) {
      if (!matches.programs.has(program)) continue;
      const did = shown_below(program, matches);
      const leaf = did.length === 0 && !program.children.some((child) => matches.programs.has(child));
      const open = !leaf && !closed.has(program);
      rows.push({ program, depth: program.depth, open, leaf });
      if (!open) continue;
      for (const behavior of did) rows.push({ behavior, depth: program.depth + 1, open: false, leaf: true });
      walk(program.children);
    }
  };
  walk(model.roots);
  return rows;
}

/// Programs to fold at first: in a diff, those without news; in a long run, the deep ones.
export function first_closed(model: Model, wanted_rows: number): Set<Program> {
  const lit = new Set<Program>();
  for (const behavior of model.behaviors)
    if (behavior.state === "new" || behavior.state === "absent" || behavior.state === "moved")
      for (let at: Program | null = behavior.node; at && !lit.has(at); at = at.parent) lit.add(at);
  const closed = new Set(model.programs.filter((p) => !lit.has(p)));
  if (lit.size > 0 && model.behaviors.length > wanted_rows / 4) return closed;
  let rows = model.roots.length;
  for (let level = model.roots; level.length > 0; level = level.flatMap((p) => p.children)) {
    const added = level.reduce((sum, p) => sum + p.did.length + p.children.length, 0);
    if (rows + added > wanted_rows && rows > 12) break;
    rows += added;
    for (const program of level) closed.delete(program);
  }
  return closed;
}
