import type { Response } from 'express';
import { etagOf } from '../../http/etag.js';
import type { Fault } from '../../shared/errors.js';
import { packageWarnings } from '../domain/package-warnings.js';
import type { PackageWithContent } from '../packages.service.js';
import { PackageView, viewOfPackage } from './packages.dto.js';

/** What every operation answers that makes a package. */
export const CREATED = {
  status: 201,
  description: 'The package at its first revision, with warnings',
  type: PackageView,
  headers: { Location: 'The path of the package', ETag: 'The revision' },
};

/** Answers a package that was just made, with warnings of its making. */
export function answerCreated(
  found: PackageWithContent,
  response: Response,
  further: readonly Fault[] = [],
): PackageView {
  response.location(`/api/v1/packages/${found.summary.id}`);
  return answerPackage(found, response, further);
}

/** Answers a package with its revision as ETag. */
export function answerPackage(
  found: PackageWithContent,
  response: Response,
  further: readonly Fault[] = [],
): PackageView {
  response.setHeader('ETag', etagOf(found.stored.revision));
  return viewOfPackage(found, [...further, ...packageWarnings(found.stored.package)]);
}
