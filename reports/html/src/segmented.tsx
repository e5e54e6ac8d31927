/// A few choices of which one is taken.
export function Segmented<T extends string>({
  label,
  choices,
  value,
  choose,
}: {
  label: string;
  choices: [value: T, text: string][];
  value: T;
  choose: (value: T) => void;
}) {
  return (
    <div class="segmented" role="group" aria-label={label}>
      {choices.map(([one, text]) => (
        <button type="button" key={one} aria-pressed={one === value} onClick={() => choose(one)}>
          {text}
        </button>
      ))}
    </div>
  );
}
