import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { Request } from 'express';
import { TextBody } from '../../http/body.js';
import { RequestError } from '../../http/errors.js';
import { checkedBody } from '../../http/validation.pipe.js';
import type { Fault } from '../../shared/errors.js';
import { type ImportedAsset, refuse } from '../asset-imports.service.js';
import { atLine, type ImportedLine, type ImportNote } from '../domain/import/imported-line.js';
import { type ImportFormat, readImport } from '../domain/import/read-import.js';
import { NewAssetBody } from './assets.dto.js';

const FORMATS: Partial<Record<TextBody['format'], ImportFormat>> = {
  csv: 'csv',
  'json-lines': 'json-lines',
  ini: 'ansible-ini',
  yaml: 'ansible-yaml',
};

/** The file in the body. */
export interface ArrivedFile {
  readonly text: string;
  readonly format: ImportFormat;
}

/** The text of a file of assets and its format, by the request's Content-Type. */
export const AssetFile = createParamDecorator((_: unknown, context: ExecutionContext): ArrivedFile => {
  const { body } = context.switchToHttp().getRequest<Request>();
  const format = body instanceof TextBody ? FORMATS[body.format] : undefined;
  if (body instanceof TextBody && format) return { text: body.text, format };
  throw new RequestError(
    'unsupported-media-type',
    'Send a file of assets as text/csv, application/x-ndjson, text/plain (Ansible, INI) or application/yaml (Ansible)',
  );
});

const EXAMPLE = 'name,address,tags,attributes.room\nPC-0042,pc-0042.example.com,pilot|finance,B-204\n';

/** Describes the body. */
export function AssetFileBody(): MethodDecorator {
  const schema = { type: 'string', example: EXAMPLE } as const;
  return applyDecorators(
    ApiConsumes('text/csv', 'application/x-ndjson', 'text/plain', 'application/yaml'),
    ApiBody({
      required: true,
      description:
        'CSV, JSON lines, or an Ansible inventory as INI (text/plain) or YAML; 8 MiB and 10,000 assets at most',
      schema,
    }),
  );
}

/** Lines checked before others get their turn. */
const LINES_AT_A_TIME = 100;

/**
 * The assets of a file, each field checked as `POST /assets` checks it.
 *
 * @throws ValidationError with the faults of all lines.
 */
export async function assetsOf({ text, format }: ArrivedFile): Promise<{
  readonly assets: readonly ImportedAsset[];
  readonly notes: readonly ImportNote[];
}> {
  const { lines, notes, faults } = readImport(text, format);
  refuse(faults);
  const assets: ImportedAsset[] = [];
  const found: Fault[] = [];
  for (const [index, line] of lines.entries()) {
    const checked = await checkedLine(line);
    if ('faults' in checked) found.push(...checked.faults);
    else assets.push(checked);
    if (index % LINES_AT_A_TIME === 0) await yieldToOthers();
  }
  refuse(found);
  return { assets, notes };
}

async function checkedLine({
  line,
  fields,
}: ImportedLine): Promise<ImportedAsset | { readonly faults: readonly Fault[] }> {
  const checked = await checkedBody(NewAssetBody, fields);
  if (!checked.ok) return { faults: checked.faults.map((fault) => atLine(line, fault)) };
  return { line, settings: checked.body };
}
