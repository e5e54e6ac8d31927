import { useRef, useState } from "preact/hooks";

/// A command to paste, with a button that copies it. Pages from a file have no clipboard in some browsers:
/// then the text is selected instead.
export function Command({ text, label }: { text: string; label?: string }) {
  const [done, set_done] = useState(false);
  const code = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      set_done(true);
      setTimeout(() => set_done(false), 1600);
    } catch {
      getSelection()?.selectAllChildren(code.current!);
    }
  };
  return (
    <div class="command">
      <code ref={code}>
        {text.split(" ").map((word, i) => (
          <>
            {i > 0 && " "}
            <span>{word}</span>
          </>
        ))}
      </code>
      <button type="button" onClick={copy} aria-label={`Copy ${label ?? "the command"}`}>
        {done ? "copied" : "copy"}
      </button>
    </div>
  );
}

/// `text` as one word of a shell.
export function shell_word(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
