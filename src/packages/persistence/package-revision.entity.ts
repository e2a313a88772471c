import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  InstantColumn,
  JsonColumn,
  NumberColumn,
  ReferenceColumn,
  WordColumn,
} from '../../database/columns.js';
import type { PackageId } from '../../shared/ids.js';
import type { DeploymentPackage } from '../domain/deployment-package.js';
import type { StoredRevision } from '../domain/stored-package.js';

/** Rows are inserted and never changed. */
@Entity('package_revision')
@Index('UQ_package_revision', ['packageId', 'revision'], { unique: true })
export class PackageRevisionRow implements StoredRevision {
  @IdColumn()
  id!: string;

  @ReferenceColumn()
  packageId!: PackageId;

  @NumberColumn()
  revision!: number;

  @JsonColumn({ name: 'content' })
  package!: DeploymentPackage;

  @InstantColumn()
  createdAt!: string;

  @WordColumn({ length: 600 })
  createdBy!: string;
}
