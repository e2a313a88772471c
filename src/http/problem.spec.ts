import { describe, expect, it } from '@jest/globals';
import { HttpException } from '@nestjs/common';
import { NotFoundError, ValidationError, WinchError } from '../shared/errors.js';
import { toProblem } from './problem.js';

const REQUEST = { path: '/api/v1/assets', id: 'request-1' };

class UnlistedError extends WinchError {
  readonly code = 'not-in-the-list';
}

describe('toProblem', () => {
  it('takes status and title from the code, and the detail from the message', () => {
    expect(toProblem(new NotFoundError('There is no asset x'), REQUEST)).toEqual({
      type: 'urn:winch:problem:not-found',
      title: 'It does not exist',
      status: 404,
      detail: 'There is no asset x.',
      instance: '/api/v1/assets',
      code: 'not-found',
    });
  });

  it('lists every fault', () => {
    const faults = [
      { pointer: '/name', code: 'missing-field', detail: 'Give a text' },
      { pointer: '/port', code: 'wrong-type', detail: 'Must be a whole number' },
    ];

    expect(toProblem(new ValidationError('Bad', faults), REQUEST)).toMatchObject({
      status: 422,
      errors: faults,
    });
  });

  it.each([
    ['a foreign error', new Error('password=pl4nted')],
    ['an error of ours whose code is not public', new UnlistedError('pl4nted')],
    ['something that is no error', 'pl4nted'],
  ])('tells nothing of %s but the id of the request', (_, error) => {
    const problem = toProblem(error, REQUEST);

    expect(problem).toMatchObject({ status: 500, code: 'internal-error', id: 'request-1' });
    expect(JSON.stringify(problem)).not.toContain('pl4nted');
  });

  it.each([
    [404, 404, 'unknown-route'],
    [400, 400, 'malformed-request'],
    [503, 500, 'internal-error'],
  ])("turns the framework's %d into %d %s", (given, status, code) => {
    expect(toProblem(new HttpException('Some text', given), REQUEST)).toMatchObject({ status, code });
  });
});
