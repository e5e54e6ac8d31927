// The first thing a reviewer reads: what is new, who did it, why it counts, what to do.

import { useState } from "preact/hooks";
import type { Finding, NewBehavior } from "./data";
import { Command } from "./copy";
import { Rewritten } from "./detail";
import { lineage_of, type Behavior, type Model, type Program } from "./model";
import type { Item } from "./rows";
import { count_of, kind_words, Mark, Name, ProgramName, User } from "./words";

interface Branch {
  program: Program;
  news: Map<string, { behavior: Behavior; novelty: string; seen: string }>; // by user: how it came to run
  did: { behavior: Behavior; novelty: string; seen: string }[];
  below: Branch[];
}

/// The finding's behaviors under their common ancestors, in the order given: the cause comes first. Of `others`,
/// which have no line of their own, one learns only that a program on the way is new, too.
function branches(model: Model, behaviors: NewBehavior[], others: NewBehavior[]): Branch[] {
  const roots: Branch[] = [];
  for (const [index, novelty, seen] of behaviors) {
    const behavior = model.behaviors[index]!;
    let level = roots;
    let branch: Branch | undefined;
    for (const program of lineage_of(behavior.node)) {
      branch = level.find((one) => one.program === program);
      if (!branch) level.push((branch = { program, news: new Map(), did: [], below: [] }));
      level = branch.below;
    }
    if (behavior.kind === "exec") branch!.news.set(behavior.user, { behavior, novelty, seen });
    else branch!.did.push({ behavior, novelty, seen });
  }
  for (const [index, novelty, seen] of others) {
    const behavior = model.behaviors[index]!;
    if (behavior.kind !== "exec") continue;
    let at: Branch | undefined = { below: roots } as Branch;
    for (const program of lineage_of(behavior.node)) at = at?.below.find((one) => one.program === program);
    at?.news.set(behavior.user, { behavior, novelty, seen });
  }
  return roots;
}

interface BranchProps {
  branch: Branch;
  raw: boolean;
  show: (item: Item) => void;
}

/// The raw values of one line, right below it.
function RawLines({ behavior }: { behavior: Behavior }) {
  if (!behavior.evidence) return null;
  return (
    <div class="raw-lines">
      {behavior.evidence.raw.map((text) => (
        <pre class="raw">
          <bdi dir="ltr">{text}</bdi>
        </pre>
      ))}
      {behavior.evidence.rewrites.map((step) => (
        <p class="rewrite">
          <b>{step.rule}</b> <Rewritten before={step.before} after={step.after} />
        </p>
      ))}
    </div>
  );
}

/// How often it was seen, where there was more than one run.
function Novelty({ novelty, seen }: { novelty: string; seen: string }) {
  return (
    <span class="novelty">
      {novelty}
      {!seen.endsWith("/1") && `, ${seen} runs`}
    </span>
  );
}

function BranchLines({ branch, raw, show }: BranchProps) {
  const fresh = [...branch.news.values()];
  return (
    <li class={fresh.length ? "step new" : "step"}>
      <button type="button" class="step-line" onClick={() => show({ program: branch.program })}>
        <ProgramName name={branch.program.name} />
        {fresh.map(({ behavior }) => (
          <User name={behavior.user} />
        ))}
        {fresh.length > 0 && <Novelty {...fresh[0]!} />}
      </button>
      {raw && fresh.map(({ behavior }) => <RawLines key={behavior.index} behavior={behavior} />)}
      {(branch.did.length > 0 || branch.below.length > 0) && (
        <ul>
          {branch.did.map(({ behavior, novelty, seen }) => (
            <li class="step new act" key={behavior.index}>
              <button type="button" class="step-line" onClick={() => show({ behavior })}>
                <Mark kind={behavior.kind} />
                <span class="verb">{kind_words[behavior.kind].verb}</span>
                <Name>{behavior.object}</Name>
                <User name={behavior.user} />
                <Novelty novelty={novelty} seen={seen} />
              </button>
              {raw && <RawLines behavior={behavior} />}
            </li>
          ))}
          {branch.below.map((one) => (
            <BranchLines key={one.program.index} branch={one} raw={raw} show={show} />
          ))}
        </ul>
      )}
    </li>
  );
}

function PackageLine({ finding }: { finding: Finding }) {
  const { package: from, where } = finding;
  if (!from && !where) return null;
  return (
    <p class="origin">
      {from && (
        <span>
          <span class="manager">{from.manager}</span>{" "}
          <Name>
            <b>{from.name}</b>
          </Name>{" "}
          {from.before && from.before !== from.version && (
            <>
              <Name>{from.before}</Name> →{" "}
            </>
          )}
          {from.version && <Name>{from.version}</Name>}
          {from.stage && (
            <>
              , {from.manager === "workflow" ? "job" : "in its"} <Name>{from.stage}</Name>
            </>
          )}
        </span>
      )}
      {where && (
        <span class="place">
          <Name>{where.file}</Name>:{where.line}
        </span>
      )}
    </p>
  );
}

export function FindingCard({
  finding,
  model,
  show,
}: {
  finding: Finding;
  model: Model;
  show: (item: Item) => void;
}) {
  const [all, set_all] = useState(false);
  const behaviors = all ? [...finding.behaviors, ...finding.more] : finding.behaviors;
  const [raw, set_raw] = useState(false);
  const has_raw = behaviors.some(([index]) => model.behaviors[index]!.evidence);
  return (
    <article class={`finding ${finding.level}`} aria-label={finding.title}>
      <div class="score" title="score; 8 and more is an error">
        <b>{finding.score}</b>
        <span>{finding.level}</span>
      </div>
      <div class="body">
        <h2>
          <Name>{finding.title}</Name>
        </h2>
        <PackageLine finding={finding} />
        {finding.firsts.length > 0 && (
          <ul class="firsts" aria-label="What the baseline does nowhere">
            {finding.firsts.map((text) => (
              <li>
                <Name>{text}</Name>
              </li>
            ))}
          </ul>
        )}
        <ul class="branch" aria-label="Lineage of the finding">
          {branches(model, behaviors, all ? [] : finding.more).map((branch) => (
            <BranchLines key={branch.program.index} branch={branch} raw={raw} show={show} />
          ))}
        </ul>
        <p class="links">
          {finding.more.length > 0 && (
            <button type="button" class="link" aria-expanded={all} onClick={() => set_all(!all)}>
              {all ? "fewer lines" : `${count_of(finding.more.length, "more line")} of this finding`}
            </button>
          )}
          {has_raw && (
            <button type="button" class="link" aria-expanded={raw} onClick={() => set_raw(!raw)}>
              {raw ? "without raw values" : "raw values and rules"}
            </button>
          )}
        </p>
      </div>
      <div class="aside">
        <h3>Why</h3>
        <ul class="why">
          {finding.why.map(([points, text]) => (
            <li class={points === 0 ? "unscored" : undefined}>
              <b>{points === 0 ? "" : points > 0 ? `+${points}` : points}</b>
              <span>
                <Name>{text}</Name>
              </span>
            </li>
          ))}
        </ul>
        {finding.techniques.length > 0 && (
          <p class="techniques">
            ATT&amp;CK{" "}
            {finding.techniques.map((id) => (
              <>
                <code>{id}</code>{" "}
              </>
            ))}
          </p>
        )}
        <h3>If it is expected</h3>
        <Command text={finding.accept} label="the accept command" />
      </div>
    </article>
  );
}

export const finding_total = (findings: Finding[]) =>
  count_of(
    findings.reduce((sum, one) => sum + one.behaviors.length + one.more.length, 0),
    "new behavior",
  );
