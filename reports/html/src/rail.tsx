// The filters: what happened, as whom, to where, on whose behalf.

import { useState } from "preact/hooks";
import { facets, toggled, type Facet, type Filter, type Matches, type Option } from "./filter";
import type { Kind } from "./data";
import { kind_words, Mark, Name } from "./words";

const few = 9;
const titles: Record<Facet, string> = {
  kind: "Behavior",
  user: "User",
  destination: "Destination",
  package: "Package",
};

export function Rail({
  filter,
  set_filter,
  matches,
}: {
  filter: Filter;
  set_filter: (filter: Filter) => void;
  matches: Matches;
}) {
  return (
    <nav class="rail" aria-label="Filters">
      {facets.map(
        (facet) =>
          matches.options[facet].length > 0 && (
            <Choices
              key={facet}
              facet={facet}
              options={matches.options[facet]}
              chosen={filter.chosen[facet]}
              toggle={(value) => set_filter(toggled(filter, facet, value))}
            />
          ),
      )}
    </nav>
  );
}

function Choices({
  facet,
  options,
  chosen,
  toggle,
}: {
  facet: Facet;
  options: Option[];
  chosen: ReadonlySet<string>;
  toggle: (value: string) => void;
}) {
  const [all, set_all] = useState(false);
  const most = options[0]?.count || 1;
  const shown = all ? options : options.filter((option, i) => i < few || chosen.has(option.value));
  return (
    <fieldset class={chosen.size ? `facet by-${facet} narrowed` : `facet by-${facet}`}>
      <legend>
        {titles[facet]} <small>{options.length}</small>
      </legend>
      {shown.map(({ value, count }) => (
        <button
          type="button"
          key={value}
          class="choice"
          aria-pressed={chosen.has(value)}
          title={value}
          onClick={() => toggle(value)}
        >
          <i class="amount" style={{ width: `${(100 * count) / most}%` }} />
          {facet === "kind" && <Mark kind={value as Kind} />}
          <Name>{value}</Name>
          {facet === "kind" && <span class="hint">{kind_words[value as Kind].help}</span>}
          <span class="count">{count.toLocaleString("en-US")}</span>
        </button>
      ))}
      {options.length > few && (
        <button type="button" class="more" onClick={() => set_all(!all)}>
          {all ? "fewer" : `${options.length - few} more…`}
        </button>
      )}
    </fieldset>
  );
}
