// Dark or light: what the system prefers, until the reader says otherwise.

import { useState } from "preact/hooks";

type Theme = "light" | "dark";
const key = "buildprint-theme";

// Storage is refused to pages from a file in some browsers; then the choice lasts as long as the page.
function stored_theme(): Theme {
  try {
    const theme = localStorage.getItem(key);
    if (theme === "light" || theme === "dark") return theme;
  } catch {
    /* no storage */
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function use_theme(): [Theme, () => void] {
  const [theme, set_theme] = useState<Theme>(stored_theme);
  document.documentElement.dataset.theme = theme;
  const flip = () => {
    const next = theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem(key, next);
    } catch {
      /* no storage */
    }
    set_theme(next);
  };
  return [theme, flip];
}
