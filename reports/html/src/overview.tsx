// The whole run at one glance, on one canvas. "Shape": an icicle, as wide as there are behaviors below.
// "Time": one line a program, in the order of the tree, from the first to the last time it was seen.

import { hierarchy, partition, type HierarchyRectangularNode } from "d3-hierarchy";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Matches } from "./filter";
import { lineage_of, type Model, type Program, type Span } from "./model";
import type { Item } from "./rows";
import { count_of, duration, kind_words, sentence, short_name } from "./words";

interface Part {
  item: Item | null;
  parts: Part[];
}
interface Box {
  item: Item;
  /// Begin and end are marked, what lies between is thin: seen twice is not seen all along.
  ends?: boolean;
  x: number;
  y: number;
  width: number;
  height: number;
}
export type OverviewMode = "shape" | "time";

const layer = 15;
const most_layers = 12;
const time_height = 132;
const mark_width = 4;

function part_of(program: Program): Part {
  return {
    item: { program },
    parts: [...program.did.map((behavior): Part => ({ item: { behavior }, parts: [] })), ...program.children.map(part_of)],
  };
}

function icicle(roots: Program[], width: number): Box[] {
  const whole = hierarchy<Part>({ item: null, parts: roots.map(part_of) }, (part) => part.parts)
    .sum((part) => (part.parts.length ? 0 : 1));
  const laid = partition<Part>().size([width, whole.height + 1])(whole);
  const base = Math.min(...roots.map((root) => root.depth));
  const deepest = Math.min(most_layers, whole.height);
  return laid.descendants().flatMap((node: HierarchyRectangularNode<Part>) => {
    const { item } = node.data;
    if (!item || node.depth > deepest) return [];
    const depth = (item.program ? item.program.depth : item.behavior.node.depth + 1) - base;
    return [{ item, x: node.x0, y: depth * layer, width: node.x1 - node.x0, height: layer }];
  });
}

function time_lines(model: Model, programs: Program[], width: number): Box[] {
  const height = time_height / Math.max(12, programs.length);
  const scale = width / model.duration;
  const boxes: Box[] = [];
  programs.forEach((program, i) => {
    const add = (item: Item, span: Span | null, least: number) => {
      if (!span) return;
      boxes.push({ item, x: Math.min(width - least, span.first * scale), y: i * height,
        width: Math.max(least, (span.last - span.first) * scale), height, ends: item.behavior !== undefined });
    };
    add({ program }, program.span, 2);
    for (const behavior of program.did) add({ behavior }, behavior.span, mark_width);
  });
  return boxes;
}

type Colors = Record<string, string>;
const color_names = ["ink", "paper", "icicle", "icicle-edge", "net", "file", "power", "root-fill", "new", "moved", "gone", "accent"];
function read_colors(): Colors {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(color_names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

function fill_of(item: Item, colors: Colors): string {
  const state = item.program ? item.program.state : item.behavior.state;
  if (state === "new") return colors.new!;
  if (state === "absent") return colors.gone!;
  if (state === "moved") return colors.moved!;
  if (item.behavior) return colors[kind_words[item.behavior.kind].family] ?? colors.icicle!;
  return item.program.execs.some((b) => b.user === "root") ? colors["root-fill"]! : colors.icicle!;
}

interface DrawProps {
  boxes: Box[];
  matches: Matches;
  selected: Item | null;
  labels: boolean;
  /// What is known steps back, so that what is new stands out.
  muted: boolean;
}

function draw(canvas: HTMLCanvasElement, width: number, height: number, { boxes, matches, selected, labels, muted }: DrawProps) {
  const dense = devicePixelRatio || 1;
  canvas.width = Math.round(width * dense);
  canvas.height = Math.round(height * dense);
  const context = canvas.getContext("2d")!;
  context.scale(dense, dense);
  const colors = read_colors();
  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.textBaseline = "middle";
  for (const box of boxes) {
    const { item } = box;
    const shown = item.program ? matches.programs.has(item.program) : matches.behaviors.has(item.behavior!);
    const gap = box.width > 3 ? 1 : 0;
    context.globalAlpha = shown ? (muted && item.behavior?.state === "known" ? 0.4 : 1) : 0.16;
    context.fillStyle = fill_of(item, colors);
    if (box.ends) {
      const tall = Math.max(2.5, box.height);
      context.fillRect(box.x, box.y, mark_width, tall);
      context.fillRect(box.x + box.width - mark_width, box.y, mark_width, tall);
      context.globalAlpha *= 0.3;
      context.fillRect(box.x, box.y + tall / 2 - 0.5, box.width, 1);
      continue;
    }
    context.fillRect(box.x, box.y, Math.max(0.4, box.width - gap), Math.max(1, box.height - (box.height > 3 ? 1 : 0)));
    if (!labels || box.width < 34) continue;
    const lit = item.program && (item.program.state === "new" || item.program.state === "absent");
    context.fillStyle = item.behavior || lit ? colors.paper! : colors.ink!;
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.width - 4, box.height);
    context.clip();
    const label = item.program ? short_name(item.program.name) : item.behavior.object;
    context.fillText(label.slice(0, 80), box.x + 4, box.y + box.height / 2);
    context.restore();
  }
  context.globalAlpha = 1;
  for (const box of boxes) {
    const same = selected && (selected.program ? box.item.program === selected.program
      : box.item.behavior === selected.behavior);
    if (!same) continue;
    context.strokeStyle = colors.accent!;
    context.lineWidth = 2;
    context.strokeRect(box.x - 0.5, box.y, Math.max(3, box.width), Math.max(3, box.height - 1));
  }
}

function told(item: Item): { title: string; more: string } {
  const lineage = lineage_of(item.program ?? item.behavior.node).map((p) => short_name(p.name)).join(" › ");
  if (item.behavior) return { title: sentence(item.behavior), more: lineage };
  const span = item.program.span;
  return { title: item.program.name, more: span ? `${lineage} · ${duration(span.first)} – ${duration(span.last)}` : lineage };
}

interface OverviewProps {
  model: Model;
  matches: Matches;
  selected: Item | null;
  select: (item: Item) => void;
  mode: OverviewMode;
  theme: string;
}

export function Overview({ model, matches, selected, select, mode, theme }: OverviewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, set_width] = useState(0);
  const [focus, set_focus] = useState<Program | null>(null);
  const [hover, set_hover] = useState<{ item: Item; x: number } | null>(null);

  useLayoutEffect(() => {
    const box = canvas.current!.parentElement!;
    const watch = new ResizeObserver(() => set_width(box.clientWidth));
    watch.observe(box);
    return () => watch.disconnect();
  }, []);

  const boxes = useMemo(() => {
    if (!width) return [];
    if (mode === "time") return time_lines(model, model.programs.filter((p) => matches.programs.has(p)), width);
    return icicle(focus ? [focus] : model.roots, width);
  }, [model, mode, focus, width, mode === "time" ? matches : null]);
  const height = mode === "time" ? time_height : Math.max(layer * 2, ...boxes.map((box) => box.y + box.height)) + 1;

  useEffect(() => {
    if (width) draw(canvas.current!, width, height, { boxes, matches, selected, labels: mode === "shape", muted: model.has_news });
  }, [boxes, matches, selected, width, height, theme, mode]);

  const hit = (event: MouseEvent): Item | null => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    const x = event.clientX - left, y = event.clientY - top;
    let best: Box | null = null;
    for (const box of boxes) {
      if (y < box.y || y >= box.y + Math.max(box.height, 1)) continue;
      if (x >= box.x - 1 && x <= box.x + Math.max(2, box.width) && (!best || mode === "time" || x >= box.x)) best = box;
    }
    return best?.item ?? null;
  };
  const chain = focus ? lineage_of(focus) : [];
  return (
    <div class="overview">
      {mode === "shape" && focus && (
        <p class="crumbs">
          <button type="button" onClick={() => set_focus(null)}>whole run</button>
          {chain.map((p) => <> › <button type="button" onClick={() => set_focus(p)}>{short_name(p.name)}</button></>)}
        </p>
      )}
      <div class="picture">
        <canvas ref={canvas} role="img" style={{ height: `${height}px`, width: "100%" }}
          aria-label={`${count_of(model.programs.length, "program")} in ${mode === "time" ? "time" : "lineages"}; the tree below says the same in words`}
          onMouseMove={(event) => {
            const item = hit(event);
            set_hover(item ? { item, x: event.clientX - canvas.current!.getBoundingClientRect().left } : null);
          }}
          onMouseLeave={() => set_hover(null)}
          onClick={(event) => { const item = hit(event); if (item) select(item); }}
          onDblClick={(event) => { const item = hit(event); if (item && mode === "shape") set_focus(item.program ?? item.behavior.node); }} />
        {hover && <Tip hover={hover} width={width} />}
      </div>
    </div>
  );
}

function Tip({ hover, width }: { hover: { item: Item; x: number }; width: number }) {
  const { title, more } = told(hover.item);
  const right = hover.x > width / 2;
  return (
    <div class="tip" style={right ? { right: `${width - hover.x + 12}px` } : { left: `${hover.x + 12}px` }}>
      <bdi dir="ltr">{title.slice(0, 300)}</bdi><small><bdi dir="ltr">{more.slice(-300)}</bdi></small>
    </div>
  );
}

