import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../config/config.module.js';
import { nameKey } from '../database/name-key.js';
import type { Clock } from '../shared/clock.js';
import { type Fault, ValidationError } from '../shared/errors.js';
import { type AssetId, newId } from '../shared/ids.js';
import type { Asset } from './domain/asset.js';
import { type AssetContent, type AssetSettings, completeAsset, contentOf } from './domain/asset-settings.js';
import { atLine } from './domain/import/imported-line.js';
import { AssetStore } from './persistence/asset-store.js';

/** One asset of an import, each of its fields checked on its own already. */
export interface ImportedAsset {
  readonly line: number;
  readonly settings: AssetSettings & { readonly name: string };
}

export type ImportAction = 'created' | 'changed' | 'unchanged';

/** What an import does with one asset. */
export interface ImportResult {
  readonly line: number;
  readonly id: AssetId;
  readonly name: string;
  readonly action: ImportAction;
}

interface Planned extends ImportResult {
  readonly asset: Asset;
}

/** Faults in one answer: a wrong column is wrong on each line. */
const MOST_FAULTS = 500;

/** Takes whole files of assets: everything in them, or nothing. */
@Injectable()
export class AssetImports {
  constructor(
    @Inject(AssetStore) private readonly store: AssetStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Registers assets and changes those that are there under the same name; fields that are left out stay as they are. The
   * same import again changes nothing.
   *
   * @throws ValidationError with the faults of all lines.
   */
  async import(
    assets: readonly ImportedAsset[],
    { dryRun }: { readonly dryRun: boolean },
  ): Promise<readonly ImportResult[]> {
    refuse(doubledNames(assets));
    const at = this.clock.now().toISOString();
    let planned: readonly Planned[] = [];
    const names = assets.map(({ settings }) => settings.name);
    await this.store.import(
      names,
      (present) => {
        planned = planAll(assets, present, at);
        const of = (action: ImportAction) =>
          planned.filter((each) => each.action === action).map(({ asset }) => asset);
        return { created: of('created'), changed: of('changed') };
      },
      { dryRun },
    );
    return planned.map(({ line, id, name, action }) => ({ line, id, name, action }));
  }
}

/** @throws ValidationError when there is any fault. */
export function refuse(faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const more = faults.length > MOST_FAULTS ? `, of which the first ${MOST_FAULTS} are given` : '';
  const message = `The file has ${faults.length} faults${more}, and nothing of it was imported: see errors`;
  throw new ValidationError(message, faults.slice(0, MOST_FAULTS));
}

function doubledNames(assets: readonly ImportedAsset[]): readonly Fault[] {
  const lines = new Map<string, number>();
  return assets.flatMap(({ line, settings: { name } }) => {
    const first = lines.get(nameKey(name));
    lines.set(nameKey(name), first ?? line);
    if (first === undefined) return [];
    const detail = `${name} stands on line ${first} already, whatever the case`;
    return [atLine(line, { pointer: '/name', code: 'duplicate-name', detail })];
  });
}

function planAll(
  assets: readonly ImportedAsset[],
  present: ReadonlyMap<string, Asset>,
  at: string,
): readonly Planned[] {
  const faults: Fault[] = [];
  const planned: Planned[] = [];
  for (const { line, settings } of assets) {
    const before = present.get(nameKey(settings.name));
    const completed = completeAsset(settings, before && contentOf(before));
    if (!completed.ok) faults.push(...completed.faults.map((fault) => atLine(line, fault)));
    else planned.push(planOne(line, completed.content, { before, at }));
  }
  refuse(faults);
  return planned;
}

function planOne(
  line: number,
  content: AssetContent,
  { before, at }: { readonly before: Asset | undefined; readonly at: string },
): Planned {
  const id = before?.id ?? newId<AssetId>();
  const asset: Asset = { id, ...content, createdAt: before?.createdAt ?? at, updatedAt: at };
  return { line, id, name: content.name, asset, action: actionOf(content, before) };
}

function actionOf(content: AssetContent, before: Asset | undefined): ImportAction {
  if (!before) return 'created';
  return isDeepStrictEqual(contentOf(before), content) ? 'unchanged' : 'changed';
}
