import type { RuleWords } from '../../../contracts/api/workbench.ts';
import { read } from '../../api.ts';

/** Opens a file of the rules in force, and names the one that is edited. */
export function FileChoice({
  name,
  words,
  onName,
  onFile,
}: {
  name: string;
  words: RuleWords | undefined;
  onName: (name: string) => void;
  onFile: (yaml: string) => void;
}) {
  const open = async (chosen: string): Promise<void> => {
    onName(chosen);
    const { yaml } = await read<{ yaml: string }>(`/workbench/file?name=${encodeURIComponent(chosen)}`);
    onFile(yaml);
  };
  return (
    <>
      <select aria-label="Open a file in force" value="" onChange={(event) => void open(event.currentTarget.value)}>
        <option value="">open a file in force …</option>
        {words?.files.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
      <input aria-label="File name" value={name} onInput={(event) => onName(event.currentTarget.value)} size={26} />
    </>
  );
}
