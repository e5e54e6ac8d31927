// The diff's page above the tree: verdict, findings, and, folded, what fails nothing.

import type { ComponentChildren } from "preact";
import type { DiffData, Side } from "./data";
import { Command } from "./copy";
import { FindingCard, finding_total } from "./findings";
import { lineage_of, type Behavior, type Model } from "./model";
import { item_of, type Item } from "./rows";
import { count_of, kind_words, Mark, Name, ProgramName } from "./words";

const headlines: Record<DiffData["verdict"], (diff: DiffData) => string> = {
  same: () => "Nothing new",
  new: (diff) => `${finding_total(diff.findings)} in ${count_of(diff.findings.length, "finding")}`,
  incomplete: () => "Incomplete: this recording cannot pass",
  "no-baseline": () => "No baseline to compare with",
};

export function Verdict({ diff }: { diff: DiffData }) {
  return (
    <section class={`verdict ${diff.verdict}`} aria-label="Verdict">
      <h1>{headlines[diff.verdict](diff)}</h1>
      {diff.verdict === "incomplete" && diff.findings.length > 0 && (
        <p>
          Seen so far: {finding_total(diff.findings)} in {count_of(diff.findings.length, "finding")}.
        </p>
      )}
      {diff.because.length > 0 && (
        <ul class="because">
          {diff.because.map((text) => (
            <li>
              <Name>{text}</Name>
            </li>
          ))}
        </ul>
      )}
      <p class="sides">
        <SideLine label="before" side={diff.base} />
        <SideLine label="after" side={diff.head} />
      </p>
    </section>
  );
}

function SideLine({ label, side }: { label: string; side: Side }) {
  if (!side.source && !side.behaviors) return null;
  return (
    <span class="side">
      <span class="label">{label}</span> <Name>{side.source || side.name}</Name>
      <small>
        {count_of(side.behaviors, "behavior")}, {count_of(side.runs, "run")}
      </small>
    </span>
  );
}

export function Findings({
  diff,
  model,
  show,
}: {
  diff: DiffData;
  model: Model;
  show: (item: Item) => void;
}) {
  return (
    <div class="findings">
      {diff.findings.map((one) => (
        <FindingCard key={one.id} finding={one} model={model} show={show} />
      ))}
      {diff.next.length > 0 && (
        <ul class="next" aria-label="What to do">
          {diff.next.map(({ when, command, then }) => (
            <li>
              <b>{when}</b>
              {command && <Command text={command} />}
              <Name>{then}</Name>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/// Long lists would be slow and nobody reads them: the tree has them all.
const listed = 200;

function Fold<T>({
  title,
  hint,
  items,
  children,
}: {
  title: string;
  hint: string;
  items: T[];
  children: (item: T) => ComponentChildren;
}) {
  if (items.length === 0) return null;
  return (
    <details class="fold-section">
      <summary>
        <b>{title}</b> <span class="count">{items.length.toLocaleString("en-US")}</span>{" "}
        <span class="quiet">{hint}</span>
      </summary>
      <ul>
        {items.slice(0, listed).map((item) => (
          <li>{children(item)}</li>
        ))}
      </ul>
      {items.length > listed && <p class="quiet">and {items.length - listed} more</p>}
    </details>
  );
}

function BehaviorWords({ behavior, show }: { behavior: Behavior; show: (item: Item) => void }) {
  const chain = lineage_of(behavior.node);
  return (
    <button type="button" class="step-line" onClick={() => show(item_of(behavior))}>
      {chain.slice(-3).map((program, i) => (
        <>
          {i > 0 && <span class="gt">›</span>}
          <ProgramName name={program.name} />
        </>
      ))}
      {behavior.kind !== "exec" && (
        <>
          <Mark kind={behavior.kind} />
          <span class="verb">{kind_words[behavior.kind].verb}</span>
          <Name>{behavior.object}</Name>
        </>
      )}
    </button>
  );
}

interface FoldedProps {
  diff: DiffData;
  gaps: string[];
  model: Model;
  show: (item: Item) => void;
}

export function Folded({ diff, gaps, model, show }: FoldedProps) {
  const at = (index: number) => model.behaviors[index]!;
  return (
    <div class="folded">
      <Fold title="Notices" hint="for the reviewer" items={diff.notices}>
        {(text) => <Name>{text}</Name>}
      </Fold>
      <Fold title="Not seen" hint="what this recording could not follow" items={gaps}>
        {(text) => <Name>{text}</Name>}
      </Fold>
      <Fold title="Accepted" hint="new, and allowed with a reason" items={diff.accepted}>
        {(one) => (
          <>
            <BehaviorWords behavior={at(one.behavior)} show={show} />
            <p class="quiet">
              <Name>{one.reason}</Name>
              {one.owner && (
                <>
                  {" "}
                  · <Name>{one.owner}</Name>
                </>
              )}
              {one.expires && (
                <>
                  {" "}
                  · until <Name>{one.expires}</Name>
                </>
              )}
              {one.here && <b class="here"> · accepted by the change under test itself</b>}
            </p>
          </>
        )}
      </Fold>
      <Fold title="Changed" hint="versions and names; fails nothing" items={diff.changed}>
        {(one) => (
          <>
            <span class="manager">
              <Name>{one.what}</Name>
            </span>{" "}
            <Name>{one.title}</Name>
            {one.details.length > 0 && (
              <ul class="plain">
                {one.details.slice(0, listed).map((text) => (
                  <li>
                    <Name>{text}</Name>
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Fold>
      <Fold title="Moved" hint="the same, under another ancestry" items={diff.moved}>
        {(one) => (
          <>
            <BehaviorWords behavior={at(one.behavior)} show={show} />
            <p class="quiet">
              was under{" "}
              {one.from.map((name, i) => (
                <>
                  {i > 0 && <span class="gt">›</span>}
                  <ProgramName name={name} />
                </>
              ))}
            </p>
          </>
        )}
      </Fold>
      <Fold title="Gone" hint="in the baseline, not in this run" items={diff.absent}>
        {(index) => <BehaviorWords behavior={at(index)} show={show} />}
      </Fold>
    </div>
  );
}
