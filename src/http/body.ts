import express, {
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
} from 'express';
import { messageOf } from '../shared/errors.js';
import { RequestError } from './errors.js';
import type { ProblemCode } from './problem-codes.js';

const MIB = 1024 * 1024;

/** The largest body of a public path. */
export const MAX_BODY_BYTES = MIB;

/** A file of assets: 10,000 of them with long attributes. */
export const MAX_IMPORT_BODY_BYTES = 8 * MIB;

/** The workers' door takes batches of events with output: bounded by the worker, checked here. */
export const MAX_INTERNAL_BODY_BYTES = 16 * MIB;

/** Deeper than any document of ours; far below what would exhaust the stack of a recursive reader. */
export const MAX_DEPTH = 64;

const JSON_TYPES = ['application/json', '+json'];
const XML_TYPES = ['application/xml', 'text/xml'];
const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml'];

/** Files of assets; an Ansible inventory in its INI form has no type of its own. */
const IMPORT_TYPES = ['text/csv', 'application/x-ndjson', 'application/jsonl', 'text/plain'];
const IMPORT_PATH = '/api/v1/assets/import';

const TYPES = [...JSON_TYPES, ...YAML_TYPES, ...XML_TYPES];

/** A body that is not JSON, as text; only paths that ask for one accept it. */
export class TextBody {
  constructor(
    readonly text: string,
    readonly format: 'yaml' | 'xml' | 'csv' | 'json-lines' | 'ini',
  ) {}
}

/**
 * Reads bodies as text and parses them here, because a recursive parser must never see brackets that are
 * nested a hundred thousand deep, and because the message should say where the text breaks.
 */
export function bodyParsers(): (RequestHandler | ErrorRequestHandler)[] {
  const read = (limit: number, type: string[]) => express.text({ type, limit, defaultCharset: 'utf-8' });
  const publicBody = read(MAX_BODY_BYTES, TYPES);
  const importBody = read(MAX_IMPORT_BODY_BYTES, [...TYPES, ...IMPORT_TYPES]);
  const internalBody = read(MAX_INTERNAL_BODY_BYTES, TYPES);
  const reader: RequestHandler = (request, response, next) => {
    if (isImport(request)) importBody(request, response, next);
    else (request.path.startsWith('/internal/') ? internalBody : publicBody)(request, response, next);
  };
  return [refuseOtherTypes, reader, parseBody, explainBodyError];
}

/** `type` of the errors that Express' body parser raises (body-parser README, "Errors"). */
const READING_ERRORS: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  'entity.too.large': [
    'body-too-large',
    'The body is larger than this path accepts (1 MiB; 8 MiB for an import of assets)',
  ],
  'encoding.unsupported': [
    'unsupported-media-type',
    'Send the body plain, or with content encoding gzip, deflate or br',
  ],
  'charset.unsupported': ['unsupported-media-type', 'Send the body in UTF-8'],
  'request.aborted': ['malformed-request', 'The connection ended before the body was complete'],
  'request.size.invalid': ['malformed-request', 'Content-Length and the body do not agree'],
};

/** Says in our words what the body parser found, before Nest turns it into an error without its type. */
const explainBodyError: ErrorRequestHandler = (error: unknown, _request, _response, next) => {
  if (!(error instanceof Error) || !('type' in error) || typeof error.type !== 'string') return next(error);
  const [code, message] = READING_ERRORS[error.type] ?? [
    'malformed-request',
    `The body cannot be read: ${error.message}`,
  ];
  next(new RequestError(code, message));
};

function refuseOtherTypes(request: Request, _response: Response, next: NextFunction): void {
  const hasBody =
    Number(request.headers['content-length'] ?? 0) > 0 || request.headers['transfer-encoding'] !== undefined;
  const taken = isImport(request) ? [...TYPES, ...IMPORT_TYPES] : TYPES;
  if (!hasBody || request.is(taken)) return next();
  next(new RequestError('unsupported-media-type', isImport(request) ? OTHER_IMPORT : OTHER_BODY));
}

const OTHER_BODY =
  'The body must be application/json (packages: application/yaml too, and application/xml to import)';
const OTHER_IMPORT =
  'A file of assets must be text/csv, application/x-ndjson (JSON lines), or an Ansible inventory as text/plain (INI) or application/yaml';

function isImport({ path }: Request): boolean {
  return path.toLowerCase().replace(/\/$/, '') === IMPORT_PATH;
}

function importText(request: Request): TextBody | undefined {
  if (request.is('text/csv')) return new TextBody(request.body, 'csv');
  if (request.is(['application/x-ndjson', 'application/jsonl']))
    return new TextBody(request.body, 'json-lines');
  return request.is('text/plain') ? new TextBody(request.body, 'ini') : undefined;
}

function parseBody(request: Request, _response: Response, next: NextFunction): void {
  if (typeof request.body !== 'string') return next();
  try {
    if (request.is(YAML_TYPES)) request.body = new TextBody(request.body, 'yaml');
    else if (request.is(XML_TYPES)) request.body = new TextBody(request.body, 'xml');
    else request.body = importText(request) ?? parseJson(request.body);
    next();
  } catch (error) {
    next(error);
  }
}

/**
 * Parses JSON text from outside. An empty text counts as no body.
 *
 * @throws RequestError `nested-too-deep` or `malformed-json`.
 */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  if (depthOf(text) > MAX_DEPTH) {
    throw new RequestError('nested-too-deep', `The body is nested deeper than ${MAX_DEPTH} levels`);
  }
  try {
    return JSON.parse(text, text.includes('__proto__') ? refusePrototype : undefined);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw new RequestError('malformed-json', `The body is not JSON: ${withoutContent(messageOf(error))}`);
  }
}

/** V8 quotes the text around a fault, which may be a password; where it is will do. */
function withoutContent(message: string): string {
  const position = /at position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0];
  return position ? `it breaks ${position}` : 'it ends too early';
}

/** The deepest nesting of brackets outside strings. One pass without backtracking: hostile text stays linear. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth--;
  }
  return deepest;
}

/** The position of the quote that ends the string beginning at `start`, or the text's end. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** `__proto__` would be dropped silently further on, but an unknown field must be a fault. */
function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__')
    throw new RequestError('malformed-json', 'The field name __proto__ is not allowed');
  return value;
}
