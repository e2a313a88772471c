import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePackageText } from './package-text.js';

const folder = join(__dirname, '../../../examples');

describe('the examples', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))(
    '%s has no faults and warnings',
    (name) => {
      const result = parsePackageText(readFileSync(join(folder, name), 'utf8'), 'yaml');

      expect(result.ok ? result.warnings : result.faults).toEqual([]);
    },
  );
});
