import { type Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { DEFAULT_LIMIT, type ListRequest, MAX_LIMIT } from '../database/page.js';
import { QueryNumberField, TextField } from './fields.js';

/** The query parameters of every list. A list's own class extends it with its filters. */
export class ListQuery implements ListRequest {
  @QueryNumberField({ description: 'Items per page', min: 1, max: MAX_LIMIT, default: DEFAULT_LIMIT })
  limit?: number;

  @TextField({ description: 'The nextCursor of the page before', optional: true, maxLength: 2000 })
  cursor?: string;

  @TextField({
    description: 'The field to sort by, - before it reverses',
    optional: true,
    maxLength: 100,
    example: '-createdAt',
  })
  sort?: string;
}

/** A page's class for the OpenAPI document, named after its item: `AssetPage` of `Asset`. */
export function pageOf<T>(item: Type<T>): Type<{ items: T[]; nextCursor: string | null }> {
  class PageView {
    @ApiProperty({ type: [item], description: 'At most limit items' })
    items!: T[];

    @ApiProperty({ type: String, nullable: true, description: 'For the next page; null on the last' })
    nextCursor!: string | null;
  }
  Object.defineProperty(PageView, 'name', { value: `${item.name.replace(/View$/, '')}Page` });
  return PageView;
}
