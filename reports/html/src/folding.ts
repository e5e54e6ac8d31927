// Which programs are folded. While filters narrow the view everything that matches is unfolded; what the
// reader folds then is forgotten with the filter.

import { useCallback, useState } from "preact/hooks";
import { lineage_of, type Model, type Program } from "./model";
import { first_closed, program_of, type Item } from "./rows";

const rows_at_first = 160;

export interface Folding {
  closed: ReadonlySet<Program>;
  set_open: (program: Program, open: boolean, deep?: boolean) => void;
  fold_all: (folded: boolean) => void;
  /// Unfolds what stands above an item.
  uncover: (item: Item) => void;
  forget_narrow: () => void;
}

export function use_folding(model: Model, narrow: boolean): Folding {
  const [wide, set_wide] = useState<ReadonlySet<Program>>(() => first_closed(model, rows_at_first));
  const [narrowed, set_narrowed] = useState<ReadonlySet<Program>>(new Set());
  const set_closed = narrow ? set_narrowed : set_wide;

  const set_open = (program: Program, open: boolean, deep = false) =>
    set_closed((now) => {
      const next = new Set(now);
      const pending = [program];
      for (let at = pending.pop(); at; at = pending.pop()) {
        if (open) next.delete(at);
        else next.add(at);
        if (deep) pending.push(...at.children);
      }
      return next;
    });
  const fold_all = (folded: boolean) =>
    set_closed(new Set(folded ? model.programs.filter((p) => p.depth > 0) : []));
  // In both views: which one is in force once a filter is cleared is known only then.
  const uncover = (item: Item) => {
    const program = program_of(item);
    const path = lineage_of(program).filter((step) => step !== program || item.behavior);
    const opened = (now: ReadonlySet<Program>) =>
      path.some((step) => now.has(step)) ? new Set([...now].filter((p) => !path.includes(p))) : now;
    set_wide(opened);
    set_narrowed(opened);
  };
  const forget_narrow = useCallback(() => set_narrowed(new Set<Program>()), []);
  return { closed: narrow ? narrowed : wide, set_open, fold_all, uncover, forget_narrow };
}
