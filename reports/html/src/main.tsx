// The page of one run or of one diff; which of the two, the data says.

import { render } from "preact";
import { useMemo, useState } from "preact/hooks";
import { read_page_data, type DiffData, type PageData, type RunData } from "./data";
import { Explorer } from "./explorer";
import { destination } from "./filter";
import { use_page_keys } from "./keys";
import { build_model, type Model } from "./model";
import { item_of, type Item } from "./rows";
import { use_theme } from "./theme";
import { Findings, Folded, Verdict } from "./verdict";
import { count_of, duration, Name, UsualUser } from "./words";

function Figures({ model }: { model: Model }) {
  const present = model.behaviors.filter((b) => b.state !== "absent");
  const destinations = new Set(present.map(destination).filter(Boolean)).size;
  const users = new Set(present.map((b) => b.user)).size;
  return (
    <p class="figures">
      <span>{count_of(present.length, "behavior")}</span>
      <span>{count_of(new Set(present.map((b) => b.node.name)).size, "program")}</span>
      <span>
        {users === 1 ? (
          <>
            as <Name>{model.usual_user}</Name>
          </>
        ) : (
          count_of(users, "user")
        )}
      </span>
      <span>{count_of(destinations, "destination")}</span>
      {model.timed && <span>{duration(model.duration)}</span>}
    </p>
  );
}

function RunNotes({ run }: { run: RunData }) {
  return (
    <>
      {!run.complete && (
        <p class="loud">
          <b>Incomplete.</b>{" "}
          {run.because.map((text) => (
            <Name>{text}. </Name>
          ))}
        </p>
      )}
      <details class="run-notes">
        <summary>
          About this recording
          {run.gaps.length > 0 && (
            <span class="quiet"> · {count_of(run.gaps.length, "gap")} in what it could see</span>
          )}
        </summary>
        <dl class="facts">
          {run.gaps.map((text) => (
            <>
              <dt>not seen</dt>
              <dd>
                <Name>{text}</Name>
              </dd>
            </>
          ))}
          <dt>runs</dt>
          <dd>{run.runs}</dd>
          <dt>rules</dt>
          <dd>
            <code>{run.rules}</code>
          </dd>
          <dt>digest</dt>
          <dd>
            <code>{run.digest}</code>
          </dd>
          {run.labels.map(([name, value]) => (
            <>
              <dt>
                <Name>{name}</Name>
              </dt>
              <dd>
                <Name>{value}</Name>
              </dd>
            </>
          ))}
          {run.attributes.slice(0, 400).map(([subject, name, value]) => (
            <>
              <dt>
                <Name>{name}</Name>
              </dt>
              <dd>
                <Name>{subject}</Name> <Name>{value}</Name>
              </dd>
            </>
          ))}
        </dl>
      </details>
    </>
  );
}

/// report.html#ID opens at that behavior, or at the cause of that finding.
function linked_item(data: PageData, model: Model): Item | null {
  const id = location.hash.slice(1);
  if (!/^[0-9a-z-]{6,}$/i.test(id)) return null;
  const cause = data.diff?.findings.find((one) => one.id.startsWith(id))?.behaviors[0];
  const behavior = cause ? model.behaviors[cause[0]] : model.behaviors.find((one) => one.id.startsWith(id));
  return behavior ? item_of(behavior) : null;
}

function tree_title(diff: DiffData, has_news: boolean): string {
  if (!has_news) return "The run";
  return diff.whole ? "The run, before and after" : "What the diff tells, as a tree";
}

function App({ data }: { data: PageData }) {
  const model = useMemo(() => build_model(data), [data]);
  const [wanted, show] = useState<Item | null>(() => linked_item(data, model));
  const [theme, flip] = use_theme();
  use_page_keys({ t: flip });
  const show_item = (item: Item) => show({ ...item } as Item);
  const { diff, run } = data;
  return (
    <UsualUser.Provider value={model.usual_user}>
      <div class={`app ${data.view}`}>
        <header class="bar">
          <span class="brand">buildprint</span>
          {diff ? (
            <span class="workload">
              <Name>{data.name}</Name>
            </span>
          ) : (
            <h1 class="workload">
              <Name>{data.name}</Name>
            </h1>
          )}
          <Figures model={model} />
          <button
            type="button"
            class="theme"
            onClick={flip}
            aria-label={`Switch to ${theme === "dark" ? "light" : "dark"}`}
          >
            {theme === "dark" ? "☀" : "☾"}
          </button>
        </header>
        <main>
          {diff && (
            <>
              <Verdict diff={diff} />
              <Findings diff={diff} model={model} show={show_item} />
              <Folded diff={diff} gaps={run?.gaps ?? []} model={model} show={show_item} />
              <h2 class="section">{tree_title(diff, model.has_news)}</h2>
            </>
          )}
          {run && !diff && <RunNotes run={run} />}
          <Explorer model={model} is_diff={model.has_news} wanted={wanted} theme={theme} />
        </main>
      </div>
    </UsualUser.Provider>
  );
}

const data = read_page_data();
document.title = `${data.name} · buildprint`;
render(<App data={data} />, document.getElementById("page")!);
document.documentElement.dataset.ready = performance.now().toFixed(0);
