// The whole run at one glance, on one canvas.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Matches } from "./filter";
import { lineage_of, type Model, type Program } from "./model";
import { draw } from "./overview_draw";
import { box_at, icicle, layer, time_lines, type OverviewMode } from "./overview_layout";
import { program_of, type Item } from "./rows";
import { count_of, duration, sentence, short_name } from "./words";

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
    if (mode === "time")
      return time_lines(
        model,
        model.programs.filter((p) => matches.programs.has(p)),
        width,
      );
    return icicle(focus ? [focus] : model.roots, width);
  }, [model, mode, focus, width, mode === "time" ? matches : null]);
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
      duration: mode === "time" ? model.duration : 0,
    });
  }, [boxes, matches, selected, width, height, theme, mode]);

  const hit = (event: MouseEvent): Item | null => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    return box_at(boxes, event.clientX - left, event.clientY - top)?.item ?? null;
  };
  const label = `${count_of(model.programs.length, "program")} in ${mode === "time" ? "time" : "lineages"}; the tree below says the same in words`;
  return (
    <div class="overview">
      {mode === "shape" && focus && <Crumbs focus={focus} set_focus={set_focus} />}
      <div class="picture">
        <canvas
          ref={canvas}
          role="img"
          style={{ height: `${height}px`, width: "100%" }}
          aria-label={label}
          onMouseMove={(event) => {
            const item = hit(event);
            set_hover(
              item ? { item, x: event.clientX - canvas.current!.getBoundingClientRect().left } : null,
            );
          }}
          onMouseLeave={() => set_hover(null)}
          onClick={(event) => {
            const item = hit(event);
            if (item) select(item);
          }}
          onDblClick={(event) => {
            const item = hit(event);
            if (item && mode === "shape") set_focus(program_of(item));
          }}
        />
        {hover && <Tip hover={hover} width={width} />}
      </div>
    </div>
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
