// Which part of the run's time is shown: by the overview, by the lanes of the tree, and as a filter.

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

/// `part` of the time, null for all of it; `choose` is told of another one.
export function zoom_of(model: Model, part: Span | null, choose: (part: Span | null) => void): Zoom {
  const whole = { first: 0, last: Math.max(model.duration, least) };
  const shown = part ?? whole;
  const show = ({ first, last }: Span) => {
    const length = Math.min(Math.max(last - first, least), whole.last);
    const from = Math.min(Math.max(first, 0), whole.last - length);
    choose(length >= whole.last ? null : { first: from, last: from + length });
  };
  const length = shown.last - shown.first;
  return {
    shown,
    is_whole: part === null,
    show,
    scale: (factor, around) => {
      const middle = shown.first + length * around;
      show({ first: middle - length * factor * around, last: middle + length * factor * (1 - around) });
    },
    shift: (by) => show({ first: shown.first + length * by, last: shown.last + length * by }),
    reset: () => choose(null),
  };
}
