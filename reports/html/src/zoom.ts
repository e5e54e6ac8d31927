// Which part of the run's time the overview shows.

import { useState } from "preact/hooks";
import type { Model, Span } from "./model";

/// Nothing happens in less than that; in microseconds.
const least = 100;

export interface Zoom {
  shown: Span;
  is_whole: boolean;
  show: (span: Span) => void;
  /// Around a point of the picture, 0 is its left edge and 1 its right one: `factor` below 1 shows less.
  scale: (factor: number, around: number) => void;
  /// By a part of what is shown.
  shift: (by: number) => void;
  reset: () => void;
}

export function use_zoom(model: Model): Zoom {
  const whole = { first: 0, last: Math.max(model.duration, least) };
  const [shown, set_shown] = useState<Span>(whole);
  const show = ({ first, last }: Span) => {
    const length = Math.min(Math.max(last - first, least), whole.last);
    const from = Math.min(Math.max(first, 0), whole.last - length);
    set_shown({ first: from, last: from + length });
  };
  const length = shown.last - shown.first;
  return {
    shown,
    is_whole: length >= whole.last,
    show,
    scale: (factor, around) => {
      const middle = shown.first + length * around;
      show({ first: middle - length * factor * around, last: middle + length * factor * (1 - around) });
    },
    shift: (by) => show({ first: shown.first + length * by, last: shown.last + length * by }),
    reset: () => set_shown(whole),
  };
}
