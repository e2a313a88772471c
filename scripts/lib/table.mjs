/** Rows of text under their titles, columns as wide as they need to be. */
export function table(titles, rows) {
  const cells = [titles, ...rows].map((row) => row.map((cell) => String(cell ?? '-')));
  const widths = titles.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const print = (row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  const [head, ...body] = cells;
  return [print(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(print)].join('\n');
}
