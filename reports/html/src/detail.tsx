// What is known about the chosen line: the lineage that led there, raw values, the rules that rewrote them.

import { Command } from "./copy";
import { lineage_of, type Behavior, type Evidence, type Model, type Program } from "./model";
import type { Item } from "./rows";
import { kinds } from "./data";
import { count_of, duration, kind_words, Mark, Name, ProgramName, rule_name, Tag } from "./words";

interface DetailProps {
  model: Model;
  item: Item | null;
  select: (item: Item) => void;
  close: () => void;
}

export function Detail({ model, item, select, close }: DetailProps) {
  if (!item)
    return (
      <aside class="detail empty" aria-label="Details">
        <Legend />
      </aside>
    );
  const program = item.program ?? item.behavior.node;
  return (
    <aside class="detail" aria-label="Details">
      <button type="button" class="close" aria-label="Close the details" onClick={close}>
        ×
      </button>
      <h3>
        {item.behavior ? (
          <>
            <Mark kind={item.behavior.kind} />
            {kind_words[item.behavior.kind].verb} <Name>{item.behavior.object}</Name>
          </>
        ) : (
          <ProgramName name={program.name} full />
        )}
        <Tag state={item.behavior?.state ?? program.state} />
      </h3>
      <Lineage program={program} select={select} />
      {item.behavior ? (
        <Facts behavior={item.behavior} model={model} />
      ) : (
        <ProgramFacts program={program} model={model} select={select} />
      )}
      {(item.behavior ?? program.execs[0]) && <Commands behavior={(item.behavior ?? program.execs[0])!} />}
    </aside>
  );
}

function Lineage({ program, select }: { program: Program; select: (item: Item) => void }) {
  return (
    <ol class="lineage" aria-label="Lineage">
      {lineage_of(program).map((step) => (
        <li class={step.state}>
          <button type="button" onClick={() => select({ program: step })}>
            <ProgramName name={step.name} />
          </button>
        </li>
      ))}
    </ol>
  );
}

function ProgramFacts({
  program,
  model,
  select,
}: {
  program: Program;
  model: Model;
  select: (item: Item) => void;
}) {
  return (
    <>
      {program.execs.length === 0 && <p class="quiet">Named here only as an ancestor.</p>}
      {program.execs.map((exec) => (
        <section key={exec.index}>
          {program.execs.length > 1 && (
            <h4>
              as <Name>{exec.user}</Name>
            </h4>
          )}
          <Facts behavior={exec} model={model} />
        </section>
      ))}
      {program.did.length > 0 && (
        <section>
          <h4>What it did</h4>
          <ul class="did">
            {program.did.slice(0, 60).map((behavior) => (
              <li key={behavior.index}>
                <button type="button" onClick={() => select({ behavior })}>
                  <Mark kind={behavior.kind} />
                  <span class="verb">{kind_words[behavior.kind].verb}</span> <Name>{behavior.object}</Name>
                </button>
              </li>
            ))}
          </ul>
          {program.did.length > 60 && <p class="quiet">and {program.did.length - 60} more, in the tree</p>}
        </section>
      )}
    </>
  );
}

function Facts({ behavior, model }: { behavior: Behavior; model: Model }) {
  const { evidence, span } = behavior;
  return (
    <>
      <dl class="facts">
        <dt>user</dt>
        <dd>
          <Name>{behavior.user}</Name>
        </dd>
        <dt>seen</dt>
        <dd>
          in {behavior.seen} of {count_of(model.runs, "run")}
          {evidence && evidence.count > 0 && <>, {count_of(evidence.count, "time")}</>}
          {behavior.optional && <>; known to come and go</>}
        </dd>
        {span && model.timed && (
          <>
            <dt>when</dt>
            <dd>
              {duration(span.first)}
              {span.last > span.first && <> to {duration(span.last)}</>}
            </dd>
          </>
        )}
        {behavior.package && (
          <>
            <dt>for</dt>
            <dd>
              <Name>{behavior.package}</Name>
            </dd>
          </>
        )}
        <dt>id</dt>
        <dd>
          <code class="id">{behavior.id}</code>
        </dd>
      </dl>
      {evidence ? (
        <Raw evidence={evidence} />
      ) : (
        <p class="quiet">
          No raw values here: they stand in the recording.{" "}
          <code>buildprint explain RECORDING {behavior.id.slice(0, 12)}</code>
        </p>
      )}
    </>
  );
}

function Commands({ behavior }: { behavior: Behavior }) {
  return (
    <details class="commands">
      <summary>Commands for this line</summary>
      <p>Which commit brought it in</p>
      <Command text={`buildprint log ${behavior.id}`} />
      <p>Which rules made its name</p>
      <Command text={`buildprint explain RECORDING ${behavior.id}`} />
    </details>
  );
}

function Raw({ evidence }: { evidence: Evidence }) {
  return (
    <>
      {evidence.raw.length > 0 && (
        <section>
          <h4>As it was seen</h4>
          {evidence.raw.map((text) => (
            <pre class="raw">
              <bdi dir="ltr">{text}</bdi>
            </pre>
          ))}
        </section>
      )}
      {evidence.rewrites.length > 0 && (
        <section>
          <h4>Rules that rewrote it</h4>
          <ol class="rewrites">
            {evidence.rewrites.map((step) => (
              <li>
                <span class="rule">
                  <b>{step.rule}</b> {rule_name(step.rule)}
                </span>
                <Rewritten before={step.before} after={step.after} />
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

/// Both texts, what they share at either end stepping back.
export function Rewritten({ before, after }: { before: string; after: string }) {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const part = (text: string, tag: "del" | "ins") => {
    const Changed = tag;
    return (
      <bdi dir="ltr">
        {text.slice(0, head)}
        <Changed>{text.slice(head, text.length - tail)}</Changed>
        {text.slice(text.length - tail)}
      </bdi>
    );
  };
  return (
    <span class="rewritten">
      {part(before, "del")}
      <span class="to">→ </span>
      {part(after, "ins")}
    </span>
  );
}

function Legend() {
  return (
    <>
      <h3>How to read this</h3>
      <p>
        Each line is a program, below the one that started it. Under it stands what it did, once, however
        often it was done.
      </p>
      <dl class="legend">
        {kinds.map((kind) => (
          <>
            <dt>
              <Mark kind={kind} /> {kind}
            </dt>
            <dd>{kind_words[kind].help}</dd>
          </>
        ))}
      </dl>
      <dl class="keys">
        <dt>
          <kbd>↑</kbd> <kbd>↓</kbd>
        </dt>
        <dd>walk the lines</dd>
        <dt>
          <kbd>←</kbd> <kbd>→</kbd>
        </dt>
        <dd>
          fold, unfold; <kbd>*</kbd> all below
        </dd>
        <dt>
          <kbd>/</kbd>
        </dt>
        <dd>search</dd>
        <dt>
          <kbd>n</kbd> <kbd>p</kbd>
        </dt>
        <dd>next, previous new line</dd>
        <dt>
          <kbd>Esc</kbd>
        </dt>
        <dd>clear the filters</dd>
        <dt>
          <kbd>t</kbd>
        </dt>
        <dd>light or dark</dd>
      </dl>
    </>
  );
}
