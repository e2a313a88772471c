import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { TextBody } from '../../http/body.js';
import { RequestError } from '../../http/errors.js';
import { ValidationError } from '../../shared/errors.js';
import type { DeploymentPackage } from '../domain/deployment-package.js';
import { type PackageParsing, parsePackageFile } from '../domain/package-file.js';
import { arrivalFromLansweeper, type PackageArrival } from '../domain/package-import.js';
import { parsePackageText } from '../domain/package-text.js';

/** Fields of our own answers that a client may send back with the file it changed. */
const READ_ONLY_FIELDS: readonly string[] = [
  'id',
  'revision',
  'state',
  'createdAt',
  'updatedAt',
  'createdBy',
  'warnings',
];

/** The parsed package file in the body, JSON or YAML, with its faults and warnings. */
export const ParsedPackage = createParamDecorator((_: unknown, context: ExecutionContext): PackageParsing => {
  const { body } = context.switchToHttp().getRequest<Request>();
  return parsePackageBody(body);
});

/** As `ParsedPackage`, for a file that was read from here: the fields that we added are left out of it. */
export const ParsedChange = createParamDecorator((_: unknown, context: ExecutionContext): PackageParsing => {
  const { body } = context.switchToHttp().getRequest<Request>();
  return parsePackageBody(withoutReadOnly(body));
});

/** As `ParsedPackage`, and takes the files of other programs too. */
export const ArrivedPackage = createParamDecorator(
  (_: unknown, context: ExecutionContext): PackageArrival => {
    const { body } = context.switchToHttp().getRequest<Request>();
    if (body instanceof TextBody && body.format === 'xml') return arrivalFromLansweeper(body.text);
    return { parsing: parsePackageBody(body), foreign: null };
  },
);

function parsePackageBody(body: unknown): PackageParsing {
  if (!(body instanceof TextBody)) return parsePackageFile(body);
  if (body.format === 'yaml') return parsePackageText(body.text, 'yaml');
  const message = 'XML is taken at POST /packages/import and /packages/validate only';
  throw new RequestError('unsupported-media-type', message);
}

/**
 * The package, when it has no fault.
 *
 * @throws RequestError `malformed-yaml`; ValidationError with every fault.
 */
export function requirePackage(parsing: PackageParsing): DeploymentPackage {
  if (parsing.ok) return parsing.package;
  if (parsing.faults.some((fault) => fault.code === 'syntax-error')) {
    throw new RequestError('malformed-yaml', 'The body is not YAML or XML: see errors', parsing.faults);
  }
  throw new ValidationError('The package breaks one or more rules: see errors', parsing.faults);
}

function withoutReadOnly(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || body instanceof TextBody)
    return body;
  return Object.fromEntries(Object.entries(body).filter(([field]) => !READ_ONLY_FIELDS.includes(field)));
}
