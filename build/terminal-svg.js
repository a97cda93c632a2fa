// Draws what a terminal shows as an SVG that loads nothing from elsewhere.

const ESCAPE = '\u001b[';
const COLUMN_PX = 8.4;
const ROW_PX = 19;
const MARGIN_PX = 18;
/** The colours that picocolors writes, by their codes, on a dark ground. */
const FILLS = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#56d4dd',
};
const PLAIN = '#e6edf3';
const DIM = '#8b949e';

/**
 * @param {readonly string[]} lines with the codes of colours, bold and dim
 * @param {{ title: string, columns: number }} look the title is for those who can't see the picture
 * @returns {string}
 */
export function terminalSvg(lines, { title, columns }) {
  const width = Math.ceil(columns * COLUMN_PX + 2 * MARGIN_PX);
  const height = lines.length * ROW_PX + 2 * MARGIN_PX;
  const rows = lines.map((line, row) => {
    const y = MARGIN_PX + (row + 0.75) * ROW_PX;
    const spans = spansOf(cut(line, columns)).map(({ text, fill, bold }) => {
      const weight = bold ? ' font-weight="bold"' : '';
      return `<tspan fill="${fill}"${weight}>${escaped(text)}</tspan>`;
    });
    return `<text x="${MARGIN_PX}" y="${y}" xml:space="preserve">${spans.join('')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
${rows.join('\n')}
</g>
</svg>
`;
}

/** The pieces of a line that look alike. */
function spansOf(line) {
  const look = { fill: PLAIN, bold: false, dim: false };
  const spans = [];
  for (const [at, piece] of line.split(ESCAPE).entries()) {
    const [, code, text] = at === 0 ? ['', '', piece] : (/^(\d+)m([\s\S]*)$/.exec(piece) ?? ['', '', piece]);
    const number = Number(code);
    if (code === '0') Object.assign(look, { fill: PLAIN, bold: false, dim: false });
    else if (number === 1) look.bold = true;
    else if (number === 2) look.dim = true;
    else if (number === 22) Object.assign(look, { bold: false, dim: false });
    else if (number === 39) look.fill = PLAIN;
    else if (FILLS[number]) look.fill = FILLS[number];
    if (text) spans.push({ text, bold: look.bold, fill: look.dim && look.fill === PLAIN ? DIM : look.fill });
  }
  return spans;
}

/** The line with so many characters at most, codes not counted. */
function cut(line, columns) {
  let shown = 0;
  return line
    .split(/(\u001b\[\d+m)/)
    .map((piece) => {
      if (piece.startsWith(ESCAPE)) return piece;
      const room = Math.max(0, columns - shown);
      shown += piece.length;
      return piece.length > room ? `${piece.slice(0, Math.max(0, room - 1))}${room > 0 ? '…' : ''}` : piece;
    })
    .join('');
}

function escaped(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
