import type { CatalogueEntry, CataloguePack } from './catalogue.ts';

/** The catalogue as one Markdown page. */
export function renderMarkdown(packs: readonly CataloguePack[]): string {
  const count = packs.reduce((sum, { entries }) => sum + entries.length, 0);
  const head = `# All rules\n\n${count} causes, statements and rules in ${packs.length} packs. Written by \`knell rules docs\`.\n`;
  const bodies = packs.map(
    ({ pack, version, description, entries }) =>
      `\n## ${pack} ${version}\n\n${description.trim()}\n${entries.map(entryOf).join('')}`,
  );
  return head + bodies.join('');
}

function entryOf({ kind, name, title, facts, match, ignore }: CatalogueEntry): string {
  const lines = facts.map(([label, value]) => `- ${label}: ${codeOf(value)}\n`).join('');
  return `\n### ${kind} ${name}\n\n${title}\n\n${lines}${blockOf('Taken', match)}${blockOf('Left alone', ignore)}`;
}

function blockOf(title: string, examples: readonly string[]): string {
  if (examples.length === 0) return '';
  // Indented, no fence: an example may have a fence of its own.
  const lines = examples.flatMap((example) => example.split('\n')).map((line) => `    ${line}\n`);
  return `\n${title}:\n\n${lines.join('')}`;
}

/** In a code span that is longer than any run of backticks in it. */
function codeOf(value: string): string {
  const text = value.replaceAll(/\s+/g, ' ');
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}
