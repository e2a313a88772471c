import { formatIdleTimeout, formatRunTime, parseDurationMs } from './duration.js';

describe('parseDurationMs', () => {
  it.each([
    ['PT20S', 20_000],
    ['PT0.5S', 500],
    ['PT7200.000S', 7_200_000],
    ['P0DT0H2M0S', 120_000],
    ['P1D', 86_400_000],
    ['PT1H1M1S', 3_661_000],
    ['PT-1S', null],
    ['P', null],
    ['20', null],
    ['', null],
  ])('reads %j as %p', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  it('writes durations as Windows does', () => {
    expect(formatIdleTimeout(7_200_000)).toBe('PT7200.000S');
    expect(formatRunTime(93_784_000)).toBe('P1DT2H3M4S');
  });
});
