const PANEL = { width: 380, height: 150, left: 64, right: 14, top: 30, bottom: 26 };
const COLUMNS = 2;
const HEAD = 34;

/**
 * Curves as one SVG picture of small panels, each on its own scale from 0.
 *
 * @param curves `{ title, unit, points: [{ x, y }] }`, x in minutes
 */
export function pictureOf(title, curves) {
  const width = COLUMNS * PANEL.width;
  const height = HEAD + Math.ceil(curves.length / COLUMNS) * PANEL.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text({ x: 14, y: 21, size: 13 }, title),
    ...curves.map((curve, index) => panel(curve, index)),
    '</svg>',
    '',
  ].join('\n');
}

function panel({ title, unit, points }, index) {
  const x = (index % COLUMNS) * PANEL.width;
  const y = HEAD + Math.floor(index / COLUMNS) * PANEL.height;
  const scale = scaleOf(points);
  return [
    `<g transform="translate(${x} ${y})">`,
    text({ x: PANEL.left, y: 20, size: 12 }, `${title}, ${unit}`),
    ...axes(scale),
    `<polyline fill="none" stroke="#0b62a4" stroke-width="1.5" points="${points.map((point) => place(point, scale)).join(' ')}"/>`,
    '</g>',
  ].join('\n');
}

function scaleOf(points) {
  const top = niceCeiling(Math.max(...points.map(({ y }) => y), 0));
  return { maxX: Math.max(...points.map(({ x }) => x), 1), maxY: top };
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function niceCeiling(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= value);
}

function axes({ maxX, maxY }) {
  const { width, height, left, right, top, bottom } = PANEL;
  const levels = [0, 0.5, 1].map((share) => {
    const y = height - bottom - share * (height - top - bottom);
    const line = `<line x1="${left}" x2="${width - right}" y1="${y}" y2="${y}" stroke="#dddddd"/>`;
    return line + text({ x: left - 6, y: y + 4, anchor: 'end' }, String(maxY * share));
  });
  const foot = height - 8;
  return [
    ...levels,
    text({ x: left, y: foot }, '0'),
    text({ x: width - right, y: foot, anchor: 'end' }, `${Math.round(maxX)} min`),
  ];
}

function place({ x, y }, { maxX, maxY }) {
  const { width, height, left, right, top, bottom } = PANEL;
  const atX = left + (x / maxX) * (width - left - right);
  const atY = height - bottom - (y / maxY) * (height - top - bottom);
  return `${atX.toFixed(1)},${atY.toFixed(1)}`;
}

function text({ x, y, size = 11, anchor = 'start' }, content) {
  return `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="#222222">${escape(content)}</text>`;
}

function escape(content) {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
