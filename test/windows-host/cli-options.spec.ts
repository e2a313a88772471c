import { readCliOptions } from './cli-options.js';

describe('readCliOptions', () => {
  it('starts one host over HTTP with a random password by default', () => {
    expect(readCliOptions([])).toEqual({
      count: 1,
      port: 0,
      transport: 'http',
      engine: 'stand-in',
      address: '127.0.0.1',
      user: 'Administrator',
      help: false,
    });
  });

  it('reads each option', () => {
    const args = [
      '--count',
      '3',
      '--port=15985',
      '--transport',
      'https',
      '--password',
      'Secret-1',
      '--engine',
      'powershell',
    ];

    expect(readCliOptions(args)).toMatchObject({
      count: 3,
      port: 15985,
      transport: 'https',
      password: 'Secret-1',
      engine: 'powershell',
    });
  });

  it.each([
    [['--count', '0'], '--count'],
    [['--port', 'http'], '--port'],
    [['--transport', 'ssh'], '--transport'],
    [['--port', '65535', '--count', '2'], '--port'],
    [['--nothing'], '--nothing'],
  ])('refuses %j and names the option', (args, option) => {
    expect(() => readCliOptions(args)).toThrow(option);
  });
});
