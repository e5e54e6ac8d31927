// Overview, filters, tree and details of one causal graph.

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { is_narrow, match, no_filter, type Filter, type Side } from "./filter";
import { lineage_of, type Model, type Program } from "./model";
import { build_rows, first_closed, item_key, program_of, type Item } from "./rows";
import { Detail } from "./detail";
import { Overview, type OverviewMode } from "./overview";
import { Rail } from "./rail";
import { Tree } from "./tree";
import { Segmented } from "./segmented";

const rows_at_first = 160;

interface ExplorerProps {
  model: Model;
  is_diff: boolean;
  /// Something outside wants this item shown.
  wanted: Item | null;
  theme: string;
}

export function Explorer({ model, is_diff, wanted, theme }: ExplorerProps) {
  const [filter, set_filter_only] = useState<Filter>(no_filter);
  const [folded, set_folded] = useState<ReadonlySet<Program>>(() => first_closed(model, rows_at_first));
  const [folded_narrow, set_folded_narrow] = useState<ReadonlySet<Program>>(new Set());
  const [selected, set_selected] = useState<Item | null>(null);
  const [mode, set_mode] = useState<OverviewMode>(model.timed ? "time" : "shape");
  const search = useRef<HTMLInputElement>(null);
  const frame = useRef<HTMLElement>(null);

  // While filters narrow the view, everything that matches is unfolded; what the reader folds then is
  // forgotten with the filter.
  const narrow = is_narrow(filter);
  const closed = narrow ? folded_narrow : folded;
  const set_closed = narrow ? set_folded_narrow : set_folded;
  const set_filter = useCallback((next: Filter) => {
    set_filter_only(next);
    set_folded_narrow(new Set<Program>());
  }, []);

  const matches = useMemo(() => match(model, filter), [model, filter]);
  const rows = useMemo(() => build_rows(model, matches, closed), [model, matches, closed]);
  const news = useMemo(() => [...matches.behaviors].filter((b) => b.state === "new")
    .sort((a, b) => a.node.order - b.node.order), [matches]);

  const set_open = (program: Program, open: boolean, deep = false) => {
    const next = new Set(closed);
    const apply = (at: Program) => {
      if (open) next.delete(at);
      else next.add(at);
      if (deep) at.children.forEach(apply);
    };
    apply(program);
    set_closed(next);
  };
  const all_open = (open: boolean) => set_closed(new Set(open ? [] : model.programs.filter((p) => p.depth > 0)));

  const reveal = useCallback((item: Item) => {
    const next = new Set(closed);
    const program = program_of(item);
    for (const step of lineage_of(program)) if (step !== program || item.behavior) next.delete(step);
    if (next.size !== closed.size) set_closed(next);
    set_selected(item);
  }, [closed, set_closed]);

  const focus_tree = () => {
    frame.current?.scrollIntoView({ behavior: "instant", block: "start" });
    frame.current?.querySelector<HTMLElement>("[role=tree]")?.focus({ preventScroll: true });
  };

  useEffect(() => {
    if (!wanted) return;
    const behavior = wanted.behavior;
    if (narrow && behavior && !matches.behaviors.has(behavior)) set_filter(no_filter);
    // Unfold in both states: which one is in force after the filter was cleared is known only then.
    const path = new Set(lineage_of(program_of(wanted)));
    set_folded((now) => new Set([...now].filter((p) => !path.has(p))));
    set_selected(wanted);
    focus_tree();
  }, [wanted]);

  const step = (by: number) => {
    if (!news.length) return;
    const now = selected ? news.findIndex((b) => b === selected.behavior || selected.program?.execs.includes(b)) : -1;
    const behavior = news[(now + by + news.length) % news.length]!;
    reveal(behavior.kind === "exec" ? { program: behavior.node } : { behavior });
    focus_tree();
  };

  useEffect(() => {
    const on_key = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") {
        if (typing && !filter.search) (event.target as HTMLElement).blur();
        set_filter(no_filter);
      } else if (!typing && event.key === "/") {
        event.preventDefault();
        search.current?.focus();
        search.current?.select();
      } else if (!typing && (event.key === "n" || event.key === "p")) {
        step(event.key === "n" ? 1 : -1);
      }
    };
    addEventListener("keydown", on_key);
    return () => removeEventListener("keydown", on_key);
  });

  const sides: [Side, string][] = [["both", "both"], ["after", "after"], ["before", "before"]];
  return (
    <section class={selected ? "explorer has-detail" : "explorer"} ref={frame} aria-label="The run">
      <div class="toolbar">
        <label class="search">
          <span class="sr">Search programs, hosts, files, raw values</span>
          <input ref={search} type="search" placeholder="Search programs, hosts, files, raw values" value={filter.search}
            spellcheck={false} autocomplete="off"
            onInput={(event) => set_filter({ ...filter, search: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key !== "ArrowDown" && event.key !== "Enter") return;
              event.preventDefault();
              focus_tree();
            }} />
          <kbd>/</kbd>
        </label>
        <span class="matched" role="status">
          {narrow ? <><b>{matches.behaviors.size.toLocaleString("en-US")}</b> of {model.behaviors.length.toLocaleString("en-US")} behaviors</>
            : <>{model.behaviors.length.toLocaleString("en-US")} behaviors</>}
          {narrow && <button type="button" class="link" onClick={() => set_filter(no_filter)}>clear</button>}
        </span>
        {is_diff && <Segmented label="Which side" choices={sides} value={filter.side}
          choose={(side) => set_filter({ ...filter, side })} />}
        {is_diff && (
          <label class="check">
            <input type="checkbox" checked={filter.only_new}
              onChange={(event) => set_filter({ ...filter, only_new: event.currentTarget.checked })} /> only new
          </label>
        )}
        {model.timed && <Segmented label="Overview" choices={[["time", "time"], ["shape", "shape"]]} value={mode} choose={set_mode} />}
        <span class="folding">
          <button type="button" class="link" onClick={() => all_open(true)}>unfold all</button>
          <button type="button" class="link" onClick={() => all_open(false)}>fold all</button>
        </span>
      </div>
      <Overview model={model} matches={matches} selected={selected} select={reveal} mode={mode} theme={theme} />
      <div class="columns">
        <Rail filter={filter} set_filter={set_filter} matches={matches} />
        <Tree model={model} matches={matches} rows={rows} selected={selected} select={set_selected} set_open={set_open} />
        <Detail model={model} item={selected} select={reveal} close={() => set_selected(null)}
          key={selected ? item_key(selected) : "none"} />
      </div>
    </section>
  );
}
