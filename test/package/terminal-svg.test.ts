import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const { terminalSvg } = await import(pathToFileURL(join(process.cwd(), 'build', 'terminal-svg.js')).href);
const drawn = (line: string, columns = 40): string => terminalSvg([line], { title: 't', columns });

test('colours, bold and dim are drawn, and end where the terminal ends them', () => {
  const svg = drawn('\u001b[31m\u001b[1mknell\u001b[22m\u001b[39m said \u001b[2mso\u001b[22m');
  expect(svg).toContain('<tspan fill="#ff7b72" font-weight="bold">knell</tspan>');
  expect(svg).toContain('<tspan fill="#e6edf3"> said </tspan>');
  expect(svg).toContain('<tspan fill="#8b949e">so</tspan>');
});

test('text is text, and a long line is cut without its codes being counted', () => {
  expect(drawn('<b>&"')).toContain('&lt;b&gt;&amp;&quot;');
  expect(drawn('\u001b[32mabcdefgh\u001b[39m', 5)).toContain('>abcd…</tspan>');
});
