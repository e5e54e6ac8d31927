// Where the overview's parts lie. "Shape": an icicle, as wide as there are behaviors below. "Time": one line
// a program, in the order of the tree, from the first to the last time it was seen.

import { hierarchy, partition, type HierarchyRectangularNode } from "d3-hierarchy";
import type { Program, Span } from "./model";
import type { Item } from "./rows";

export type OverviewMode = "shape" | "time";

export interface Box {
  item: Item;
  x: number;
  y: number;
  width: number;
  height: number;
  /// Begin and end are marked, what lies between is thin: seen twice is not seen all along.
  ends?: boolean;
}

interface Part {
  item: Item | null;
  parts: Part[];
}

export const layer = 15;
const most_time_height = 132;
const most_line_height = 11;
export const mark_width = 4;
const most_layers = 14;

function part_of(program: Program): Part {
  return {
    item: { program },
    parts: [
      ...program.did.map((behavior): Part => ({ item: { behavior }, parts: [] })),
      ...program.children.map(part_of),
    ],
  };
}

export function icicle(roots: Program[], width: number): Box[] {
  const whole = hierarchy<Part>({ item: null, parts: roots.map(part_of) }, (part) => part.parts).sum(
    (part) => (part.parts.length ? 0 : 1),
  );
  const laid = partition<Part>().size([width, whole.height + 1])(whole);
  return laid.descendants().flatMap((node: HierarchyRectangularNode<Part>) => {
    const { item } = node.data;
    if (!item || node.depth > most_layers) return [];
    return [{ item, x: node.x0, y: (node.depth - 1) * layer, width: node.x1 - node.x0, height: layer }];
  });
}

/// The part of the run's time that is shown, in microseconds.
export function time_lines(programs: Program[], shown: Span, width: number): Box[] {
  const height = Math.min(most_line_height, most_time_height / Math.max(1, programs.length));
  const scale = width / (shown.last - shown.first);
  const boxes: Box[] = [];
  programs.forEach((program, i) => {
    const add = (item: Item, span: Span | null, least: number) => {
      if (!span || span.last < shown.first || span.first > shown.last) return;
      const first = Math.max(span.first, shown.first) - shown.first;
      const last = Math.min(span.last, shown.last) - shown.first;
      boxes.push({
        item,
        x: Math.min(width - least, first * scale),
        y: i * height,
        width: Math.max(least, (last - first) * scale),
        height,
        ends: item.behavior !== undefined,
      });
    };
    add({ program }, program.span, 2);
    for (const behavior of program.did) add({ behavior }, behavior.span, mark_width);
  });
  return boxes;
}

/// The innermost part at a point; thin ones are hit a little beside too.
export function box_at(boxes: Box[], x: number, y: number): Box | null {
  let best: Box | null = null;
  for (const box of boxes) {
    const inside =
      y >= box.y &&
      y < box.y + Math.max(box.height, 1) &&
      x >= box.x - 1 &&
      x <= box.x + Math.max(2, box.width);
    if (inside && (!best || box.width <= best.width)) best = box;
  }
  return best;
}
