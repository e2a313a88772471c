import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_FAULT_CODES, PACKAGE_WARNING_CODES } from './faults.js';
import { headSchema, parameterSchema } from './package-schema.js';
import { parsePackageText } from './package-text.js';
import { LIMITS } from './schema-fields.js';
import { anyStepSchema } from './steps/step-base.js';
import { stepSchema } from './steps/step-types.js';

const guide = readFileSync(join(__dirname, '../../../docs/guide/packages.md'), 'utf8');

/** The text below a heading of level 2, up to the next one. */
function section(heading: string): string {
  return guide.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
}

/** The words in backquotes that begin the rows of a section's tables. */
function firstCells(heading: string): string[] {
  return [...section(heading).matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '');
}

function yamlBlocks(text: string): string[] {
  return [...text.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '');
}

describe('the guide to packages', () => {
  const examples = yamlBlocks(guide);

  it('has examples', () => {
    expect(examples).toHaveLength(6);
  });

  const conditions = readFileSync(join(__dirname, '../../../docs/guide/conditions.md'), 'utf8');

  it.each([...examples, ...yamlBlocks(conditions)])(
    'shows a package without faults and warnings: %#',
    (example) => {
      const result = parsePackageText(example, 'yaml');

      expect(result.ok ? result.warnings : result.faults).toEqual([]);
    },
  );

  it('lists every fault and every warning, in order', () => {
    expect(firstCells('Faults')).toEqual([...PACKAGE_FAULT_CODES]);
    expect(firstCells('Warnings')).toEqual([...PACKAGE_WARNING_CODES]);
  });

  it('lists every field', () => {
    const fieldsOfTypes = stepSchema.options.flatMap((option) => Object.keys(option.shape));

    expect(firstCells('Options of a package').toSorted()).toEqual(Object.keys(headSchema.shape).toSorted());
    expect(firstCells('Fields of every step').toSorted()).toEqual(
      [...Object.keys(anyStepSchema.shape), 'type'].toSorted(),
    );
    expect(firstCells('Parameters').toSorted()).toEqual(Object.keys(parameterSchema.shape).toSorted());
    expect(fieldsOfTypes.filter((field) => !guide.includes(`\`${field}\``))).toEqual([]);
  });

  it('repeats the bounds as they are', () => {
    expect(LIMITS).toEqual({
      nameCharacters: 200,
      descriptionCharacters: 4000,
      messageCharacters: 500,
      textCharacters: 8000,
      steps: 200,
      parameters: 100,
      codes: 100,
      durationSeconds: 604800,
      finalActionWaitSeconds: 86400,
      patternCharacters: 200,
      enumValues: 200,
      valueCharacters: 1000,
      imageNameCharacters: 260,
      processes: 50,
      graceSeconds: 3600,
      products: 100,
      productNameCharacters: 260,
      properties: 100,
      installerFiles: 20,
      criteria: 100,
      conditionDepth: 8,
    });
    expect(guide).toContain('1 to 604,800 (a week)');
    expect(guide).toContain('at most 8,000 characters');
  });
});
