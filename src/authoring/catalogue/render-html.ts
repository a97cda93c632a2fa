import type { CatalogueEntry, CataloguePack } from './catalogue.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}pre{overflow:auto;padding:.5rem;border:1px solid #8884}dt{float:left;clear:left;width:7rem;opacity:.7}dd{margin-left:8rem;overflow-wrap:anywhere}';

/** The catalogue as one HTML page that needs no other file. */
export function renderHtml(packs: readonly CataloguePack[]): string {
  const list = packs.map(({ pack }) => `<a href="#${attribute(pack)}">${text(pack)}</a>`).join(' · ');
  const bodies = packs.map(
    ({ pack, version, description, entries }) =>
      `<h2 id="${attribute(pack)}">${text(pack)} ${text(version)}</h2>\n<p>${text(description)}</p>\n${entries.map(entryOf).join('')}`,
  );
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>All rules</title>\n<style>${STYLE}</style>\n<h1>All rules</h1>\n<p>${list}</p>\n${bodies.join('')}</html>\n`;
}

function entryOf({ kind, name, title, facts, match, ignore }: CatalogueEntry): string {
  const rows = facts.map(([label, value]) => `<dt>${text(label)}</dt><dd><code>${text(value)}</code></dd>`).join('');
  return `<h3 id="${attribute(name)}">${kind} ${text(name)}</h3>\n<p>${text(title)}</p>\n<dl>${rows}</dl>\n${blockOf('Taken', match)}${blockOf('Left alone', ignore)}`;
}

function blockOf(title: string, examples: readonly string[]): string {
  return examples.length === 0 ? '' : `<p>${title}:</p>\n<pre>${text(examples.join('\n'))}</pre>\n`;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function attribute(value: string): string {
  return text(value.replaceAll(' ', '-')).replaceAll('"', '&quot;');
}
