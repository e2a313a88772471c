import { packageJsonSchema } from './package-schema.js';
import { STEP_TYPES } from './steps/step-types.js';

/** What of a JSON Schema the tests below look at. */
interface Schema {
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: boolean;
  readonly default?: unknown;
  readonly const?: unknown;
}

const schema: Schema = packageJsonSchema();

describe('packageJsonSchema', () => {
  it('is draft 2020-12 and requires what has no default', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'Winch package',
      type: 'object',
      additionalProperties: false,
    });
    expect(schema.required).toEqual(['name', 'steps']);
  });

  it('knows the step types, each without unknown fields', () => {
    const steps = schema.properties?.['steps']?.items?.oneOf ?? [];

    expect(steps.map((step) => step.properties?.['type']?.const)).toEqual([...STEP_TYPES]);
    expect(steps.map((step) => step.additionalProperties)).toEqual(STEP_TYPES.map(() => false));
    expect(steps.map((step) => step.required)).toEqual([
      ['name', 'type', 'command'],
      ['name', 'type'],
      ['name', 'type', 'path'],
      ['name', 'type', 'path'],
      ['name', 'type'],
      ['name', 'type'],
    ]);
  });

  it('says the defaults', () => {
    const command = schema.properties?.['steps']?.items?.oneOf?.[0]?.properties;

    expect(command?.['successCodes']?.default).toEqual([0, 1641, 3010]);
    expect(command?.['onFailure']?.default).toBe('stop-failure');
    expect(schema.properties?.['maxDurationSeconds']?.default).toBe(3600);
  });

  it('describes every field of a package, a step and a parameter', () => {
    const parameter = schema.properties?.['parameters']?.items;
    const steps = schema.properties?.['steps']?.items?.oneOf ?? [];
    const fields = [schema, parameter, ...steps].flatMap((part) => Object.entries(part?.properties ?? {}));

    expect(fields.filter(([, field]) => !field.description).map(([name]) => name)).toEqual([]);
  });
});
