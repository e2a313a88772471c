import { Inject, Injectable } from '@nestjs/common';
import { type Caller, nameOf } from '../access/domain/caller.js';
import { CLOCK } from '../config/config.module.js';
import type { ListRequest, Page } from '../database/page.js';
import type { Clock } from '../shared/clock.js';
import { ConflictError, type Fault, NotFoundError, ValidationError } from '../shared/errors.js';
import { isId, newId, type PackageId } from '../shared/ids.js';
import type { DeploymentPackage } from './domain/deployment-package.js';
import { parsePackageFile } from './domain/package-file.js';
import type { PackageImport } from './domain/package-import.js';
import {
  type PackageState,
  type PackageSummary,
  saysTheSame,
  type StoredRevision,
} from './domain/stored-package.js';
import { type PackageChange, type PackageFilter, PackageStore } from './persistence/package-store.js';

export type { PackageFilter };

/** A package with the content of one of its revisions. */
export interface PackageWithContent {
  readonly summary: PackageSummary;
  readonly stored: StoredRevision;
}

export type FoundRevision =
  ({ readonly ok: true } & PackageWithContent) | { readonly ok: false; readonly faults: readonly Fault[] };

/** Is given the newest revision before a change, and throws when the client has not seen that one. */
export type RevisionCheck = (revision: number) => void;

/** Packages and their immutable revisions. */
@Injectable()
export class PackagesService {
  constructor(
    @Inject(PackageStore) private readonly store: PackageStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(filter: PackageFilter): Promise<Page<PackageSummary>> {
    return this.store.list(filter);
  }

  /** The package at its newest revision, or at the given one. @throws NotFoundError */
  async get(id: string, revision?: number): Promise<PackageWithContent> {
    const summary = await this.#summary(id);
    const stored = await this.store.revision(summary.id, revision ?? summary.revision);
    if (stored) return { summary, stored };
    throw new NotFoundError(
      `The package ${summary.name} has no revision ${revision}: it has 1 to ${summary.revision}`,
    );
  }

  /** @throws NotFoundError when there is no such package */
  async listRevisions(id: string, request: ListRequest): Promise<Page<StoredRevision>> {
    const summary = await this.#summary(id);
    return this.store.listRevisions(summary.id, request);
  }

  /**
   * Finds what a new deployment names: a package by id or unique name, at its newest revision or the given one. Faults
   * point at `/package` and `/revision`.
   */
  async findRevision(ref: string, revision?: number): Promise<FoundRevision> {
    const summary = await (isId(ref) ? this.store.byId(ref) : this.store.byName(ref));
    if (!summary)
      return fault(
        '/package',
        'not-found',
        `There is no package ${JSON.stringify(ref)}: give its id or its name`,
      );
    if (summary.state === 'archived')
      return fault('/package', 'archived', `The package ${summary.name} is archived`);
    if (summary.state === 'draft')
      return fault(
        '/package',
        'draft',
        `The package ${summary.name} is a draft: look at what its import did not understand, and save it`,
      );
    const stored = await this.store.revision(summary.id, revision ?? summary.revision);
    if (stored) return { ok: true, summary, stored };
    return fault(
      '/revision',
      'not-found',
      `${summary.name} has no revision ${revision}: it has 1 to ${summary.revision}`,
    );
  }

  /** @throws ValidationError `duplicate-name` */
  async create(content: DeploymentPackage, caller: Caller): Promise<PackageWithContent> {
    const made = this.#firstRevision(content, 'active', caller);
    await this.store.insert(made.summary, made.stored);
    return made;
  }

  /**
   * Keeps a package of another program as a draft, together with what it was made from.
   *
   * @throws ValidationError `duplicate-name`
   */
  async createDraft(
    content: DeploymentPackage,
    origin: Pick<PackageImport, 'format' | 'source' | 'notUnderstood'>,
    caller: Caller,
  ): Promise<PackageWithContent> {
    const made = this.#firstRevision(content, 'draft', caller);
    const { createdAt, createdBy } = made.stored;
    await this.store.insert(made.summary, made.stored, {
      ...origin,
      importedAt: createdAt,
      importedBy: createdBy,
    });
    return made;
  }

  /** What a package was imported from. @throws NotFoundError */
  async getImport(id: string): Promise<PackageImport> {
    const summary = await this.#summary(id);
    const origin = await this.store.importOf(summary.id);
    if (origin) return origin;
    throw new NotFoundError(`The package ${summary.name} was not imported from another program`);
  }

  #firstRevision(content: DeploymentPackage, state: PackageState, caller: Caller): PackageWithContent {
    refuseIdAsName(content.name);
    const now = this.#now();
    const { name, description } = content;
    const summary: PackageSummary = {
      id: newId<PackageId>(),
      name,
      description,
      revision: 1,
      state,
      createdAt: now,
      updatedAt: now,
    };
    return { summary, stored: revisionOf(summary, content, caller) };
  }

  /**
   * Saves a new revision; content that says the same as the newest one saves nothing. A draft becomes active by it.
   *
   * @throws ConflictError `archived`; NotFoundError; ValidationError `duplicate-name`; whatever `check` throws.
   */
  async save(
    id: string,
    content: DeploymentPackage,
    { caller, check }: { readonly caller: Caller; readonly check: RevisionCheck },
  ): Promise<PackageWithContent> {
    refuseIdAsName(content.name);
    const summary = await this.store.change(id, (present, newest) => {
      check(present.revision);
      refuseArchived(present);
      if (!saysTheSame(newest.package, content)) return this.#nextRevision(present, content, caller);
      return present.state === 'draft' ? { summary: { ...present, state: 'active' } } : undefined;
    });
    return this.get(found(id, summary).id);
  }

  /** Archives a package: its history stays, its name is free. Archiving it again changes nothing. */
  async archive(id: string, check: RevisionCheck): Promise<void> {
    const summary = await this.store.change(id, (present) => {
      check(present.revision);
      if (present.state === 'archived') return undefined;
      return { summary: { ...present, state: 'archived', updatedAt: this.#now() } };
    });
    found(id, summary);
  }

  /**
   * Makes a new package of the newest revision, under another name.
   *
   * @throws ValidationError when the name is taken or too long, or the rules have become stricter since the revision.
   */
  async duplicate(id: string, name: string | undefined, caller: Caller): Promise<PackageWithContent> {
    const { stored } = await this.get(id);
    const parsing = parsePackageFile({ ...stored.package, name: name ?? `Copy of ${stored.package.name}` });
    if (parsing.ok) return this.create(parsing.package, caller);
    throw new ValidationError('The copy breaks one or more rules of packages: see errors', parsing.faults);
  }

  #nextRevision(present: PackageSummary, content: DeploymentPackage, caller: Caller): PackageChange {
    const { name, description } = content;
    const summary: PackageSummary = {
      ...present,
      name,
      description,
      state: 'active',
      revision: present.revision + 1,
      updatedAt: this.#now(),
    };
    return { summary, revision: revisionOf(summary, content, caller) };
  }

  async #summary(id: string): Promise<PackageSummary> {
    return found(id, await this.store.byId(id));
  }

  #now(): string {
    return this.clock.now().toISOString();
  }
}

function revisionOf(summary: PackageSummary, content: DeploymentPackage, caller: Caller): StoredRevision {
  return {
    packageId: summary.id,
    revision: summary.revision,
    package: content,
    createdAt: summary.updatedAt,
    createdBy: nameOf(caller),
  };
}

function found(id: string, summary: PackageSummary | null): PackageSummary {
  if (summary) return summary;
  throw new NotFoundError(`There is no package ${id}: GET /api/v1/packages lists them`);
}

function refuseArchived(summary: PackageSummary): void {
  if (summary.state !== 'archived') return;
  throw new ConflictError(
    `The package ${summary.name} is archived: duplicate it to go on from it`,
    'archived',
  );
}

function refuseIdAsName(name: string): void {
  if (!isId(name.toLowerCase())) return;
  const detail = 'A name must not look like an id: both refer to packages';
  throw new ValidationError('The name cannot be used', [{ pointer: '/name', code: 'bad-name', detail }]);
}

function fault(pointer: string, code: string, detail: string): FoundRevision {
  return { ok: false, faults: [{ pointer, code, detail }] };
}
