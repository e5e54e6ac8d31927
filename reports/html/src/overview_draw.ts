// The overview's canvas. Colors are those of the style sheet, read anew at each drawing.

import type { Matches } from "./filter";
import type { Span } from "./model";
import { mark_width, type Box } from "./overview_layout";
import type { Item } from "./rows";
import { duration, kind_words, short_name } from "./words";

export interface Drawing {
  boxes: Box[];
  matches: Matches;
  selected: Item | null;
  labels: boolean;
  /// What is known steps back, so that what is new stands out.
  muted: boolean;
  usual_user: string;
  /// From the left edge to the right one; null where place is not time.
  time: Span | null;
  /// What is being chosen with the mouse, from and to in pixels.
  chosen: [number, number] | null;
}

type Colors = Record<string, string>;
const color_names = [
  "ink",
  "paper",
  "line",
  "line-strong",
  "faint",
  "icicle",
  "net",
  "file",
  "power",
  "root-fill",
  "new",
  "moved",
  "gone",
  "good",
  "accent",
];

function read_colors(): Colors {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(color_names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

function fill_of(item: Item, colors: Colors, usual_user: string): string {
  const state = item.program ? item.program.state : item.behavior.state;
  const lit = { known: "", new: "new", absent: "gone", moved: "moved", accepted: "good" }[state];
  if (lit) return colors[lit]!;
  if (item.behavior) return colors[kind_words[item.behavior.kind].family] ?? colors.icicle!;
  return item.program.execs.some((b) => b.user !== usual_user) ? colors["root-fill"]! : colors.icicle!;
}

function alpha_of(item: Item, { matches, muted }: Drawing): number {
  const shown = item.program ? matches.programs.has(item.program) : matches.behaviors.has(item.behavior);
  if (!shown) return 0.16;
  return muted && item.behavior?.state === "known" ? 0.4 : 1;
}

function draw_box(context: CanvasRenderingContext2D, box: Box, alpha: number) {
  context.globalAlpha = alpha;
  if (!box.ends) {
    const gap = box.width > 3 ? 1 : 0;
    context.fillRect(
      box.x,
      box.y,
      Math.max(0.4, box.width - gap),
      Math.max(1, box.height - (box.height > 3 ? 1 : 0)),
    );
    return;
  }
  const tall = Math.max(2.5, box.height);
  context.fillRect(box.x, box.y, mark_width, tall);
  context.fillRect(box.x + box.width - mark_width, box.y, mark_width, tall);
  context.globalAlpha = 0.3 * alpha;
  context.fillRect(box.x, box.y + tall / 2 - 0.5, box.width, 1);
}

function draw_label(context: CanvasRenderingContext2D, box: Box, colors: Colors, faint: boolean) {
  const { item } = box;
  const on_color = !faint && (item.behavior || item.program.state !== "known");
  context.fillStyle = (on_color ? colors.paper : colors.ink)!;
  context.save();
  context.beginPath();
  context.rect(box.x, box.y, box.width - 4, box.height);
  context.clip();
  const label = item.program ? short_name(item.program.name) : item.behavior.object;
  context.fillText(label.slice(0, 80), box.x + 4, box.y + box.height / 2);
  context.restore();
}

function draw_time_grid(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { first, last }: Span,
  colors: Colors,
) {
  context.lineWidth = 1;
  context.fillStyle = colors.faint!;
  if (first > 0) context.fillText(duration(first), 4, height - 6);
  for (const part of [0.25, 0.5, 0.75]) {
    const x = Math.round(width * part) + 0.5;
    context.strokeStyle = colors.line!;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
    context.fillStyle = colors.faint!;
    context.fillText(duration(first + (last - first) * part), x + 4, height - 6);
  }
}

const same = (a: Item, b: Item) => a.program === b.program && a.behavior === b.behavior;

export function draw(canvas: HTMLCanvasElement, width: number, height: number, drawing: Drawing) {
  const dense = devicePixelRatio || 1;
  canvas.width = Math.round(width * dense);
  canvas.height = Math.round(height * dense);
  const context = canvas.getContext("2d")!;
  context.scale(dense, dense);
  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.textBaseline = "middle";
  const colors = read_colors();
  // Thin lines need more contrast than areas.
  if (drawing.time) colors.icicle = colors["line-strong"]!;
  if (drawing.time) draw_time_grid(context, width, height, drawing.time, colors);
  for (const box of drawing.boxes) {
    context.fillStyle = fill_of(box.item, colors, drawing.usual_user);
    draw_box(context, box, alpha_of(box.item, drawing));
    if (drawing.labels && box.width >= 34) draw_label(context, box, colors, context.globalAlpha < 1);
  }
  if (drawing.chosen) {
    const [from, to] = drawing.chosen;
    context.globalAlpha = 0.18;
    context.fillStyle = colors.accent!;
    context.fillRect(Math.min(from, to), 0, Math.abs(to - from), height);
  }
  context.globalAlpha = 1;
  context.strokeStyle = colors.accent!;
  context.lineWidth = 2;
  for (const box of drawing.boxes)
    if (drawing.selected && same(box.item, drawing.selected))
      context.strokeRect(box.x - 0.5, box.y, Math.max(3, box.width), Math.max(3, box.height - 1));
}
