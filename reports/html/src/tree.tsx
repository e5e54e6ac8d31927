// The tree of programs: thousands of lines, of which only those in sight are in the document.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { kinds, type Kind } from "./data";
import type { Matches } from "./filter";
import { press, type Keys } from "./keys";
import type { Behavior, Model, Program, Span } from "./model";
import { item_key, program_of, type Item, type Row } from "./rows";
import {
  count_of,
  duration,
  kind_words,
  Mark,
  Name,
  ProgramName,
  sentence,
  state_words,
  Tag,
  User,
} from "./words";

const row_height = 26;
const overscan = 10;
/// Very deep lineages step less, so that their names stay in sight.
const indent = (depth: number) => Math.min(depth, 14) * 16 + Math.min(Math.max(0, depth - 14), 40) * 3;
/// A part of the time begins with a number that takes more room than "0".
const ticks = { whole: [0, 0.25, 0.5, 0.75, 1], part: [0, 0.5, 1] };

interface TreeProps {
  model: Model;
  matches: Matches;
  rows: Row[];
  /// What the lanes stand for.
  time: Span;
  selected: Item | null;
  select: (item: Item) => void;
  set_open: (program: Program, open: boolean, deep?: boolean) => void;
}

export function Tree({ model, matches, rows, time, selected, select, set_open }: TreeProps) {
  const box = useRef<HTMLDivElement>(null);
  const [top, set_top] = useState(0);
  const [height, set_height] = useState(600);
  const selected_key = selected ? item_key(selected) : "";
  const at = useMemo(() => rows.findIndex((row) => item_key(row) === selected_key), [rows, selected_key]);

  useLayoutEffect(() => {
    const watch = new ResizeObserver(() => set_height(box.current?.clientHeight ?? 600));
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);

  useEffect(() => {
    const element = box.current;
    if (at < 0 || !element) return;
    element.scrollTop = scrolled_to(at * row_height, element.scrollTop, element.clientHeight);
  }, [at, selected_key]);

  const page_rows = Math.max(1, Math.floor(height / row_height) - 2);
  const first = Math.max(0, Math.floor(top / row_height) - overscan);
  const end = Math.min(rows.length, Math.ceil((top + height) / row_height) + overscan);
  return (
    <section class={model.timed ? "tree timed" : "tree"} aria-label="Lineages">
      {model.timed && <TimeAxis time={time} />}
      <div
        ref={box}
        class="lines"
        role="tree"
        tabIndex={0}
        aria-label="Programs and what they did"
        aria-activedescendant={at >= 0 ? `row-${selected_key}` : undefined}
        onScroll={(event) => set_top(event.currentTarget.scrollTop)}
        onKeyDown={(event) => press(event, tree_keys({ rows, at, page_rows, select, set_open }))}
      >
        {rows.length === 0 && (
          <p class="nothing">
            Nothing matches. <kbd>Esc</kbd> clears the filters.
          </p>
        )}
        <div class="room" style={{ height: `${rows.length * row_height}px` }}>
          {rows.slice(first, end).map((row, i) => (
            <Line
              key={item_key(row)}
              row={row}
              y={(first + i) * row_height}
              model={model}
              matches={matches}
              time={time}
              chosen={item_key(row) === selected_key}
              select={select}
              set_open={set_open}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

/// A step beyond the edge scrolls by a line; a jump comes to rest in the upper third.
function scrolled_to(y: number, now: number, height: number): number {
  const margin = 2 * row_height;
  if (y >= now && y + margin <= now + height) return now;
  if (y < now - margin || y > now + height + margin) return y - height / 3;
  return y < now ? y - row_height : y - height + margin + row_height;
}

interface Walk extends Pick<TreeProps, "rows" | "select" | "set_open"> {
  at: number;
  page_rows: number;
}

/// As the ARIA authoring practices have it for trees, and j and k.
function tree_keys({ rows, at, page_rows, select, set_open }: Walk): Keys {
  const row = rows[at];
  const go = (to: number) => {
    const there = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (there) select(there);
  };
  const down = () => go(at + 1);
  const up = () => go(at - 1);
  const flip = () => row?.program && !row.leaf && set_open(row.program, !row.open);
  const left = () => {
    const parent = row?.behavior ? row.behavior.node : row?.program?.parent;
    if (row?.program && row.open) set_open(row.program, false);
    else if (parent) select({ program: parent });
  };
  const right = () => {
    if (row?.open) down();
    else flip();
  };
  return {
    ArrowDown: down,
    ArrowUp: up,
    j: down,
    k: up,
    ArrowLeft: left,
    ArrowRight: right,
    Enter: flip,
    " ": flip,
    PageDown: () => go(at + page_rows),
    PageUp: () => go(at - page_rows),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    "*": () => row?.program && set_open(row.program, true, true),
  };
}

function TimeAxis({ time }: { time: Span }) {
  return (
    <div class="axis" aria-hidden="true">
      <span class="axis-title">lineage</span>
      <div class="lane">
        {(time.first === 0 ? ticks.whole : ticks.part).map((t) => (
          <span class="tick" style={{ left: `${t * 100}%` }}>
            {time.first === 0 && t === 0 ? "0" : duration(time.first + (time.last - time.first) * t)}
          </span>
        ))}
      </div>
    </div>
  );
}

/// A line for those who hear it: its parts are boxes, which would be read apart.
function spoken(row: Row): string {
  const [text, state] = row.program
    ? [row.program.name, row.program.state]
    : [sentence(row.behavior), row.behavior.state];
  return state === "known" ? text : `${state_words[state]}: ${text}`;
}

interface LineProps extends Omit<TreeProps, "rows" | "selected"> {
  row: Row;
  y: number;
  chosen: boolean;
}

function Line({ row, y, model, matches, time, chosen, select, set_open }: LineProps) {
  const state = row.program ? row.program.state : row.behavior.state;
  const faded = row.program && !row.program.execs.some((b) => matches.behaviors.has(b)) ? " context" : "";
  return (
    <div
      id={`row-${item_key(row)}`}
      role="treeitem"
      aria-label={spoken(row)}
      aria-level={row.depth + 1}
      aria-selected={chosen}
      aria-expanded={row.leaf ? undefined : row.open}
      class={`line ${row.program ? "is-program" : "is-behavior"} ${state}${faded}${chosen ? " chosen" : ""}`}
      style={{ transform: `translateY(${y}px)` }}
      onClick={() => select(row)}
      onDblClick={() => row.program && !row.leaf && set_open(row.program, !row.open)}
    >
      <span class="what">
        <span class="indent" style={{ width: `${indent(row.depth)}px` }} />
        {row.program ? (
          <ProgramLine row={row} program={row.program} matches={matches} set_open={set_open} />
        ) : (
          <BehaviorLine behavior={row.behavior} runs={model.runs} />
        )}
        <Tag state={state} />
      </span>
      {model.timed && <Lane row={row} time={time} />}
    </div>
  );
}

function ProgramLine({
  row,
  program,
  matches,
  set_open,
}: {
  row: Row;
  program: Program;
  matches: Matches;
  set_open: TreeProps["set_open"];
}) {
  const users = [...new Set(program.execs.map((b) => b.user))];
  return (
    <>
      <span
        class={row.leaf ? "fold none" : row.open ? "fold open" : "fold"}
        aria-hidden="true"
        onClick={(event) => {
          if (row.leaf) return;
          event.stopPropagation();
          set_open(program, !row.open, event.altKey);
        }}
      />
      <ProgramName name={program.name} />
      {users.map((user) => (
        <User key={user} name={user} />
      ))}
      {!row.open && !row.leaf && <Summary program={program} matches={matches} />}
    </>
  );
}

/// What is folded away below a program: how many programs, and how often each kind.
function Summary({ program, matches }: { program: Program; matches: Matches }) {
  const counts = new Map<Kind, number>();
  let programs = 0;
  const walk = (at: Program) => {
    for (const behavior of at.did)
      if (matches.behaviors.has(behavior)) counts.set(behavior.kind, (counts.get(behavior.kind) ?? 0) + 1);
    for (const child of at.children) {
      if (!matches.programs.has(child)) continue;
      programs += 1;
      walk(child);
    }
  };
  walk(program);
  return (
    <span class="summary">
      {programs > 0 && <span title={count_of(programs, "program") + " below"}>{`+${programs}`}</span>}
      {kinds
        .filter((kind) => counts.has(kind))
        .map((kind) => (
          <span title={`${counts.get(kind)} × ${kind_words[kind].verb}`}>
            <Mark kind={kind} />
            {counts.get(kind)}
          </span>
        ))}
    </span>
  );
}

function BehaviorLine({ behavior, runs }: { behavior: Behavior; runs: number }) {
  return (
    <>
      <Mark kind={behavior.kind} />
      <span class="verb">{kind_words[behavior.kind].verb}</span>
      <Name>{behavior.object}</Name>
      <User name={behavior.user} />
      {behavior.seen < runs && (
        <span class="seen" title="not in every run">
          {behavior.seen}/{runs}
        </span>
      )}
    </>
  );
}

const percent = (part: number) => `${(100 * part).toFixed(3)}%`;

function Lane({ row, time }: { row: Row; time: Span }) {
  const span = row.program ? row.program.span : row.behavior.span;
  if (!span) return <span class="lane" />;
  const own: Span[] = row.program ? row.program.execs.flatMap((b) => b.span ?? []) : [];
  const at = (us: number) => (us - time.first) / (time.last - time.first);
  const seen = (us: number) => us >= time.first && us <= time.last;
  const [from, to] = [at(Math.max(span.first, time.first)), at(Math.min(span.last, time.last))];
  const family = row.behavior ? kind_words[row.behavior.kind].family : "exec";
  const label = row.behavior ? sentence(row.behavior) : row.program ? program_of(row).name : "";
  return (
    <span class="lane" title={`${label}\n${duration(span.first)} to ${duration(span.last)}`}>
      <i class={`bar ${family}`} style={{ left: percent(from), width: percent(Math.max(to - from, 0)) }} />
      {row.behavior &&
        [span.first, span.last]
          .filter(seen)
          .map((t) => <i class={`dot ${family}`} style={{ left: percent(at(t)) }} />)}
      {own
        .flatMap((one) => [one.first, one.last])
        .filter(seen)
        .map((t) => (
          <i class="beat" style={{ left: percent(at(t)) }} />
        ))}
    </span>
  );
}
