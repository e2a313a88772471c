import { splitUserName } from './user-name.js';
import { ntowfv2 } from './ntlmv2.js';

describe('splitUserName', () => {
  it.each([
    ['EXAMPLE\\alice', { user: 'alice', domain: 'EXAMPLE' }],
    ['example.com\\alice', { user: 'alice', domain: 'example.com' }],
    ['WEB01\\Administrator', { user: 'Administrator', domain: 'WEB01' }],
    ['.\\admin', { user: 'admin', domain: '' }],
    ['\\admin', { user: 'admin', domain: '' }],
    ['admin', { user: 'admin', domain: '' }],
    ['alice@example.com', { user: 'alice@example.com', domain: '' }],
    ['a\\b\\c', { user: 'b\\c', domain: 'a' }],
  ])('splits %s', (name, account) => {
    expect(splitUserName(name)).toEqual(account);
  });

  it.each(['', 'EXAMPLE\\'])('refuses "%s"', (name) => {
    expect(() => splitUserName(name)).toThrow(expect.objectContaining({ code: 'bad-user-name' }));
  });
});

describe('NTOWFv2', () => {
  const keyOf = (user: string, domain = 'D') => ntowfv2({ user, domain, password: 'pw' }).toString('hex');

  it("ignores the case of the user name, and keeps the domain's", () => {
    expect(keyOf('alice')).toBe(keyOf('ALICE'));
    expect(keyOf('alice', 'd')).not.toBe(keyOf('alice', 'D'));
  });

  it('upper-cases letters beyond ASCII one by one, so that a sharp s stays', () => {
    expect(keyOf('müller')).toBe(keyOf('MÜLLER'));
    expect(keyOf('groß')).toBe(keyOf('GROß'));
    expect(keyOf('groß')).not.toBe(keyOf('GROSS'));
  });
});
