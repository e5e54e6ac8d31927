// The whole run at one glance, on one canvas.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Matches } from "./filter";
import { lineage_of, type Model, type Program } from "./model";
import { draw } from "./overview_draw";
import { box_at, icicle, layer, time_lines, type OverviewMode } from "./overview_layout";
import { program_of, type Item } from "./rows";
import { count_of, duration, sentence, short_name } from "./words";
import type { Zoom } from "./zoom";

export type { OverviewMode };

function told(item: Item): { title: string; more: string } {
  const lineage = lineage_of(item.program ?? item.behavior.node)
    .map((p) => short_name(p.name))
    .join(" › ");
  if (item.behavior) return { title: sentence(item.behavior), more: lineage };
  const span = item.program.span;
  return {
    title: item.program.name,
    more: span ? `${lineage} · ${duration(span.first)} – ${duration(span.last)}` : lineage,
  };
}

interface OverviewProps {
  model: Model;
  matches: Matches;
  selected: Item | null;
  select: (item: Item) => void;
  mode: OverviewMode;
  zoom: Zoom;
  theme: string;
}

export function Overview({ model, matches, selected, select, mode, zoom, theme }: OverviewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, set_width] = useState(0);
  const [focus, set_focus] = useState<Program | null>(null);
  const [hover, set_hover] = useState<{ item: Item; x: number } | null>(null);
  const [chosen, set_chosen] = useState<[number, number] | null>(null);

  useLayoutEffect(() => {
    const box = canvas.current!.parentElement!;
    const watch = new ResizeObserver(() => set_width(box.clientWidth));
    watch.observe(box);
    return () => watch.disconnect();
  }, []);

  const boxes = useMemo(() => {
    if (!width) return [];
    if (mode === "time")
      return time_lines(
        model.programs.filter((p) => matches.programs.has(p)),
        zoom.shown,
        width,
      );
    return icicle(focus ? [focus] : model.roots, width);
  }, [model, mode, focus, width, zoom.shown.first, zoom.shown.last, mode === "time" ? matches : null]);
  const height =
    boxes.reduce((most, box) => Math.max(most, box.y + box.height), layer * 2) + (mode === "time" ? 14 : 1);

  useEffect(() => {
    if (!width) return;
    draw(canvas.current!, width, height, {
      boxes,
      matches,
      selected,
      labels: mode === "shape",
      muted: model.has_news,
      usual_user: model.usual_user,
      time: mode === "time" ? zoom.shown : null,
      chosen: mode === "time" ? chosen : null,
    });
  }, [boxes, matches, selected, width, height, theme, mode, chosen]);

  const hit = (event: MouseEvent): Item | null => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    return box_at(boxes, event.clientX - left, event.clientY - top)?.item ?? null;
  };
  const x_of = (event: MouseEvent) => event.clientX - canvas.current!.getBoundingClientRect().left;
  const finish = (event: MouseEvent) => {
    const [from, to] = chosen ?? [0, 0];
    set_chosen(null);
    if (Math.abs(to - from) < 4) {
      const item = hit(event);
      if (item) select(item);
      return;
    }
    const { first, last } = zoom.shown;
    const at = (x: number) => first + ((last - first) * x) / width;
    zoom.show({ first: at(Math.min(from, to)), last: at(Math.max(from, to)) });
  };
  const closer = (item: Item) => {
    if (mode === "shape") return set_focus(program_of(item));
    const span = item.program ? item.program.span : item.behavior.span;
    if (!span) return;
    const margin = Math.max((span.last - span.first) * 0.05, 1000);
    zoom.show({ first: span.first - margin, last: span.last + margin });
  };

  const label = `${count_of(model.programs.length, "program")} in ${mode === "time" ? "time" : "lineages"}; the tree below says the same in words`;
  return (
    <div class="overview">
      {mode === "shape" && focus && <Crumbs focus={focus} set_focus={set_focus} />}
      {(mode === "time" || !zoom.is_whole) && <TimeWindow zoom={zoom} />}
      <div class="picture">
        <canvas
          ref={canvas}
          role="img"
          tabIndex={mode === "time" ? 0 : -1}
          style={{ height: `${height}px`, width: "100%" }}
          aria-label={label}
          onMouseDown={(event) => mode === "time" && set_chosen([x_of(event), x_of(event)])}
          onMouseMove={(event) => {
            const item = hit(event);
            set_hover(item ? { item, x: x_of(event) } : null);
            if (chosen) set_chosen([chosen[0], x_of(event)]);
          }}
          onMouseLeave={() => {
            set_hover(null);
            set_chosen(null);
          }}
          onMouseUp={(event) => mode === "time" && finish(event)}
          onClick={(event) => {
            const item = mode === "shape" ? hit(event) : null;
            if (item) select(item);
          }}
          onDblClick={(event) => {
            const item = hit(event);
            if (item) closer(item);
          }}
          onKeyDown={(event) => {
            if (mode === "time" && zoom_by_key(zoom, event.key)) event.preventDefault();
          }}
        />
        {hover && !chosen && <Tip hover={hover} width={width} />}
      </div>
    </div>
  );
}

const step = 0.25;

function zoom_by_key(zoom: Zoom, key: string): boolean {
  if (key === "+" || key === "=") zoom.scale(0.5, 0.5);
  else if (key === "-") zoom.scale(2, 0.5);
  else if (key === "0") zoom.reset();
  else if (key === "ArrowLeft") zoom.shift(-step);
  else if (key === "ArrowRight") zoom.shift(step);
  else return false;
  return true;
}

/// What part of the time is shown, and the ways to another.
function TimeWindow({ zoom }: { zoom: Zoom }) {
  const { first, last } = zoom.shown;
  return (
    <p class="crumbs time-window">
      <span role="status">
        {duration(first)} – {duration(last)}
      </span>
      <button type="button" aria-label="Show less time" onClick={() => zoom.scale(0.5, 0.5)}>
        +
      </button>
      <button
        type="button"
        aria-label="Show more time"
        disabled={zoom.is_whole}
        onClick={() => zoom.scale(2, 0.5)}
      >
        −
      </button>
      <button type="button" aria-label="Earlier" disabled={zoom.is_whole} onClick={() => zoom.shift(-step)}>
        ‹
      </button>
      <button type="button" aria-label="Later" disabled={zoom.is_whole} onClick={() => zoom.shift(step)}>
        ›
      </button>
      <button type="button" disabled={zoom.is_whole} onClick={zoom.reset}>
        whole run
      </button>
      <span class="quiet">
        {zoom.is_whole
          ? "drag over the picture, or double-click a line, to see only what happened then"
          : "the tree shows what happened then"}
      </span>
    </p>
  );
}

/// The way back from a part to the whole.
function Crumbs({ focus, set_focus }: { focus: Program; set_focus: (focus: Program | null) => void }) {
  return (
    <p class="crumbs">
      <button type="button" onClick={() => set_focus(null)}>
        whole run
      </button>
      {lineage_of(focus).map((p) => (
        <>
          {" "}
          ›{" "}
          <button type="button" onClick={() => set_focus(p)}>
            {short_name(p.name)}
          </button>
        </>
      ))}
    </p>
  );
}

function Tip({ hover, width }: { hover: { item: Item; x: number }; width: number }) {
  const { title, more } = told(hover.item);
  const right = hover.x > width / 2;
  return (
    <div class="tip" style={right ? { right: `${width - hover.x + 12}px` } : { left: `${hover.x + 12}px` }}>
      <bdi dir="ltr">{title.slice(0, 300)}</bdi>
      <small>
        <bdi dir="ltr">{more.slice(-300)}</bdi>
      </small>
    </div>
  );
}
