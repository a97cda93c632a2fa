import { Said } from '../../parts/text.tsx';

/** What a cause or rule is known by: one condition below the other, of which one is enough, with a pattern in each row. */
export function Conditions({ value }: { value: string }) {
  const conditions = conditionsIn(value);
  if (!conditions) return <Said>{value}</Said>;
  return (
    <ul class="conditions" tabIndex={0} aria-label="Conditions, of which one is enough">
      {conditions.map((condition, index) => (
        // Conditions have no other name.
        <li key={index}>
          {Object.entries(condition).map(([key, wanted]) => (
            <div key={key} class="condition">
              <span class="condition-key">{key}</span>
              <span>
                {[wanted].flat().map((one) => (
                  <code key={String(one)}>
                    <Said>{typeof one === 'string' ? one : JSON.stringify(one)}</Said>
                  </code>
                ))}
              </span>
            </div>
          ))}
        </li>
      ))}
    </ul>
  );
}

/** The service writes them as JSON with `or` between; undefined where that is not so. */
function conditionsIn(value: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  try {
    return JSON.parse(`[${value.replaceAll('} or {', '},{')}]`);
  } catch {
    return undefined;
  }
}
