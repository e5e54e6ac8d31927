// The keyboard: what works everywhere on the page, and what moves through the tree.

import { useLayoutEffect } from "preact/hooks";

export type Keys = Record<string, (() => void) | undefined>;

const modified = (event: KeyboardEvent) => event.ctrlKey || event.metaKey || event.altKey;

/// Runs what `keys` has for the key; false when there is nothing, or a modifier makes it the browser's.
export function press(event: KeyboardEvent, keys: Keys): boolean {
  const act = modified(event) ? undefined : keys[event.key];
  if (!act) return false;
  event.preventDefault();
  event.stopPropagation();
  act();
  return true;
}

/// Keys of the whole page. While someone types, only those in `also_typing`. A layout effect: the next key may
/// come before a plain effect has run.
export function use_page_keys(keys: Keys, also_typing: Keys = {}) {
  useLayoutEffect(() => {
    const on_key = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
      press(event, typing ? also_typing : { ...keys, ...also_typing });
    };
    addEventListener("keydown", on_key);
    return () => removeEventListener("keydown", on_key);
  });
}
