import { describe, expect, it } from '@jest/globals';
import { covers } from './webhook.js';

const webhook = { url: 'https://itsm.example/hooks/winch', enabled: true };

describe('covers', () => {
  it.each([
    'https://itsm.example/hooks/winch',
    'https://itsm.example/hooks/winch?ticket=CHG0031337',
    'https://itsm.example/hooks/winch/CHG0031337',
    'https://ITSM.example:443/hooks/winch',
  ])('lets %s be called', (url) => {
    expect(covers(webhook, url)).toBe(true);
  });

  it.each([
    'http://itsm.example/hooks/winch',
    'https://itsm.example/hooks',
    'https://itsm.example/hooks/winch-other',
    'https://itsm.example/hooks/winch/../other',
    'https://itsm.example/hooks/winch/%2e%2e/other',
    'https://itsm.example:8443/hooks/winch',
    'https://itsm.example.evil.test/hooks/winch',
    'https://itsm.example@evil.test/hooks/winch',
    'https://user@itsm.example/hooks/winch',
    'itsm.example/hooks/winch',
  ])('does not let %s be called', (url) => {
    expect(covers(webhook, url)).toBe(false);
  });

  it('lets nothing be called for a webhook that is switched off', () => {
    expect(covers({ ...webhook, enabled: false }, webhook.url)).toBe(false);
  });
});
