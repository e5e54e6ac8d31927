// How names, kinds, times and rules are told to a person.

import { createContext, type ComponentChildren } from "preact";
import { useContext } from "preact/hooks";
import type { Kind, State } from "./data";
import type { Behavior } from "./model";

/// What an actor does to the object, and the mark that stands for it.
export const kind_words: Record<Kind, { verb: string; mark: string; family: string; help: string }> = {
  exec: { verb: "runs", mark: "▸", family: "exec", help: "a program started" },
  connect: { verb: "connects to", mark: "→", family: "net", help: "a connection or a datagram out" },
  listen: { verb: "listens on", mark: "◉", family: "net", help: "a port or socket opened" },
  resolve: { verb: "asks for", mark: "?", family: "net", help: "a name asked of a resolver" },
  become: { verb: "changes user", mark: "⇧", family: "power", help: "another effective user" },
  read: { verb: "reads", mark: "○", family: "file", help: "a secret or another sensitive file" },
  write: { verb: "writes", mark: "●", family: "file", help: "a class of files, or one that matters" },
  inspect: { verb: "looks into", mark: "◎", family: "power", help: "another process's memory" },
  kernel: {
    verb: "asks the kernel for",
    mark: "✱",
    family: "power",
    help: "mounts, namespaces, modules, bpf",
  },
};

export const state_words: Record<State, string> = {
  known: "",
  new: "new",
  moved: "moved",
  accepted: "accepted",
  absent: "gone",
};

const rule_names: Record<string, string> = {
  R1: "roots",
  R2: "users",
  R3: "program",
  R4: "random names",
  R5: "hashes",
  R6: "versions",
  R7: "processes",
  R8: "forks",
  R9: "addresses",
  R10: "ports",
  R11: "order",
  R12: "daemons",
  R13: "write class",
};

export const rule_name = (rule: string) => rule_names[rule] ?? "";

export const count_of = (n: number, one: string, many = `${one}s`) =>
  `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;

export function duration(us: number): string {
  if (us < 1000) return `${us} µs`;
  if (us < 1_000_000) return `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`;
  if (us < 60_000_000) return `${(us / 1_000_000).toFixed(us < 10_000_000 ? 2 : 1)} s`;
  const seconds = Math.round(us / 1_000_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/// One word of a program's name: the directory steps back, the last part stands out.
function Word({ text, strong }: { text: string; strong: boolean }) {
  const base = strong || /^[/$]/.test(text) ? text.lastIndexOf("/") + 1 : text.length;
  const plain = !strong && base === text.length;
  return (
    <>
      {base > 0 && <span class={plain ? "rest" : "dir"}>{text.slice(0, base)}</span>}
      {base < text.length && <b>{text.slice(base)}</b>}
    </>
  );
}

/// "/usr/bin/node /usr/bin/npm install". Names come from recorded programs, so each is isolated from the
/// direction of the text around it.
export function ProgramName({ name, full }: { name: string; full?: boolean }) {
  return (
    <bdi class={full ? "program full" : "program"} dir="ltr" title={full ? undefined : name}>
      {name.split(" ").map((word, i) => (
        <>
          {i > 0 && <span> </span>}
          <Word text={word} strong={i === 0} />
        </>
      ))}
    </bdi>
  );
}

/// The name alone, for places that are too small for the directory.
export function short_name(name: string): string {
  return name
    .split(" ")
    .map((word, i) => (i === 0 || /^[/$]/.test(word) ? word.slice(word.lastIndexOf("/") + 1) : word))
    .join(" ");
}

/// The user whom the run belongs to: others are worth a word.
export const UsualUser = createContext("builder");

export function User({ name }: { name: string }) {
  return name === useContext(UsualUser) ? null : (
    <span class={name === "root" ? "user root" : "user"}>
      <Name>{name}</Name>
    </span>
  );
}

export function Mark({ kind }: { kind: Kind }) {
  return (
    <span class={`mark ${kind_words[kind].family}`} aria-hidden="true">
      {kind_words[kind].mark}
    </span>
  );
}

export function Tag({ state }: { state: State }) {
  return state === "known" ? null : <span class={`tag ${state}`}>{state_words[state]}</span>;
}

export function Name({ children }: { children: ComponentChildren }) {
  return (
    <bdi class="name" dir="ltr">
      {children}
    </bdi>
  );
}

export function sentence(behavior: Behavior): string {
  const who = short_name(behavior.node.name);
  if (behavior.kind === "exec") {
    const parent = behavior.node.parent;
    return parent ? `${short_name(parent.name)} runs ${who}` : `${who} is the recorded command`;
  }
  return `${who} ${kind_words[behavior.kind].verb} ${behavior.object}`;
}
