// Search, sides and foldings: the line above the overview.

import type { Ref } from "preact";
import { is_narrow, no_filter, type Filter, type Matches, type Side } from "./filter";
import type { Model } from "./model";
import type { OverviewMode } from "./overview";
import { Segmented } from "./segmented";
import { count_of } from "./words";

const sides: [Side, string][] = [
  ["both", "both"],
  ["after", "after"],
  ["before", "before"],
];
const modes: [OverviewMode, string][] = [
  ["time", "time"],
  ["shape", "shape"],
];

interface ToolbarProps {
  model: Model;
  matches: Matches;
  filter: Filter;
  set_filter: (filter: Filter) => void;
  mode: OverviewMode;
  set_mode: (mode: OverviewMode) => void;
  is_diff: boolean;
  search: Ref<HTMLInputElement>;
  leave_search: () => void;
  fold_all: (folded: boolean) => void;
}

export function Toolbar(props: ToolbarProps) {
  const { model, filter, set_filter, fold_all } = props;
  return (
    <div class="toolbar">
      <Search {...props} />
      <Matched {...props} />
      {props.is_diff && (
        <>
          <Segmented
            label="Which side"
            choices={sides}
            value={filter.side}
            choose={(side) => set_filter({ ...filter, side })}
          />
          <label class="check">
            <input
              type="checkbox"
              checked={filter.only_new}
              onChange={(event) => set_filter({ ...filter, only_new: event.currentTarget.checked })}
            />{" "}
            only new
          </label>
        </>
      )}
      {model.timed && (
        <Segmented label="Overview" choices={modes} value={props.mode} choose={props.set_mode} />
      )}
      <span class="folding">
        <button type="button" class="link" onClick={() => fold_all(false)}>
          unfold all
        </button>
        <button type="button" class="link" onClick={() => fold_all(true)}>
          fold all
        </button>
      </span>
    </div>
  );
}

function Search({ filter, set_filter, search, leave_search }: ToolbarProps) {
  return (
    <label class="search">
      <span class="sr">Search programs, hosts, files, raw values</span>
      <input
        ref={search}
        type="search"
        placeholder="Search programs, hosts, files, raw values"
        value={filter.search}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => set_filter({ ...filter, search: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "Enter") return;
          event.preventDefault();
          leave_search();
        }}
      />
      <kbd>/</kbd>
    </label>
  );
}

function Matched({ model, matches, filter, set_filter }: ToolbarProps) {
  const all = count_of(model.behaviors.length, "behavior");
  return (
    <span class="matched" role="status">
      {is_narrow(filter) ? (
        <>
          <b>{matches.behaviors.size.toLocaleString("en-US")}</b> of {all}
        </>
      ) : (
        all
      )}
      {is_narrow(filter) && (
        <button type="button" class="link" onClick={() => set_filter(no_filter)}>
          clear
        </button>
      )}
    </span>
  );
}
