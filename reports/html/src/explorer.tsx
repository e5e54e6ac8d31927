// Overview, filters, tree and details of one causal graph.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Detail } from "./detail";
import { is_narrow, match, no_filter, type Filter } from "./filter";
import { use_folding } from "./folding";
import { use_page_keys } from "./keys";
import type { Behavior, Model } from "./model";
import { Overview, type OverviewMode } from "./overview";
import { Rail } from "./rail";
import { build_rows, item_key, item_of, type Item } from "./rows";
import { Toolbar } from "./toolbar";
import { Tree } from "./tree";
import { zoom_of } from "./zoom";

interface ExplorerProps {
  model: Model;
  /// There are two sides that differ.
  is_diff: boolean;
  /// Something outside wants this item shown.
  wanted: Item | null;
  theme: string;
}

export function Explorer({ model, is_diff, wanted, theme }: ExplorerProps) {
  const [filter, set_filter_only] = useState<Filter>(no_filter);
  const [selected, select] = useState<Item | null>(null);
  const [mode, set_mode] = useState<OverviewMode>(model.timed && !is_diff ? "time" : "shape");
  const search = useRef<HTMLInputElement>(null);
  const frame = useRef<HTMLElement>(null);

  const folding = use_folding(model, is_narrow(filter));
  const set_filter = (next: Filter) => {
    set_filter_only(next);
    folding.forget_narrow();
  };
  const zoom = zoom_of(model, filter.time, (time) => set_filter({ ...filter, time }));
  const matches = useMemo(() => match(model, filter), [model, filter]);
  const rows = useMemo(() => build_rows(model, matches, folding.closed), [model, matches, folding.closed]);
  const news = useMemo(() => news_of(matches.behaviors), [matches]);

  const focus_tree = () => {
    frame.current?.scrollIntoView({ behavior: "instant", block: "start" });
    frame.current?.querySelector<HTMLElement>("[role=tree]")?.focus({ preventScroll: true });
  };
  const reveal = (item: Item) => {
    folding.uncover(item);
    select(item);
  };
  const walk_news = (by: number) => {
    const now = news.findIndex((b) => b === selected?.behavior || selected?.program?.execs.includes(b));
    const next = news[(Math.max(now, by < 0 ? 0 : -1) + by + news.length) % news.length];
    if (!next) return;
    reveal(item_of(next));
    focus_tree();
  };

  useEffect(() => {
    if (!wanted) return;
    const shown = wanted.program
      ? matches.programs.has(wanted.program)
      : matches.behaviors.has(wanted.behavior);
    if (!shown) set_filter(no_filter);
    reveal(wanted);
    focus_tree();
  }, [wanted]);

  use_page_keys(
    {
      "/": () => search.current?.select(),
      n: () => walk_news(1),
      p: () => walk_news(-1),
    },
    {
      Escape: () => {
        if (!filter.search) search.current?.blur();
        set_filter(no_filter);
      },
    },
  );

  return (
    <section class={selected ? "explorer has-detail" : "explorer"} ref={frame} aria-label="The run">
      <Toolbar
        model={model}
        matches={matches}
        filter={filter}
        set_filter={set_filter}
        mode={mode}
        set_mode={set_mode}
        is_diff={is_diff}
        search={search}
        leave_search={focus_tree}
        fold_all={folding.fold_all}
      />
      <Overview
        model={model}
        matches={matches}
        selected={selected}
        select={reveal}
        mode={mode}
        zoom={zoom}
        theme={theme}
      />
      <div class="columns">
        <Rail filter={filter} set_filter={set_filter} matches={matches} />
        <Tree
          model={model}
          matches={matches}
          rows={rows}
          time={zoom.shown}
          selected={selected}
          select={select}
          set_open={folding.set_open}
        />
        <Detail
          model={model}
          item={selected}
          select={reveal}
          close={() => select(null)}
          key={selected ? item_key(selected) : "none"}
        />
      </div>
    </section>
  );
}

/// In the order of the tree.
function news_of(behaviors: Set<Behavior>): Behavior[] {
  return [...behaviors].filter((b) => b.state === "new").sort((a, b) => a.node.order - b.node.order);
}
