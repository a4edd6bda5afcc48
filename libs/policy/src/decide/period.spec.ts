import { type PeriodUnit } from '../rules.js';
import { periodOf } from './period.js';

const HOUR_MS = 3_600_000;
const text = (instant: string, per: PeriodUnit, zone = 'UTC'): string => {
  const { from, until } = periodOf(instant, per, zone);
  return [from, until].map((at) => new Date(at).toISOString().replace(':00.000Z', '').replace('T00:00', '')).join(' to ');
};

describe('a period of the calendar', () => {
  test.each<[string, PeriodUnit, string]>([
    ['2026-10-05T12:00:00.000Z', 'day', '2026-10-05 to 2026-10-06'],
    ['2026-10-05T00:00:00.000Z', 'day', '2026-10-05 to 2026-10-06'],
    ['2026-10-05T23:59:59.999Z', 'day', '2026-10-05 to 2026-10-06'],
    ['2028-02-28T12:00:00.000Z', 'day', '2028-02-28 to 2028-02-29'],
    ['2026-10-05T00:00:00.000Z', 'week', '2026-10-05 to 2026-10-12'],
    ['2026-10-04T23:59:59.999Z', 'week', '2026-09-28 to 2026-10-05'],
    ['2027-01-01T12:00:00.000Z', 'week', '2026-12-28 to 2027-01-04'],
    ['2026-12-31T12:00:00.000Z', 'month', '2026-12-01 to 2027-01-01'],
    ['2026-02-15T12:00:00.000Z', 'month', '2026-02-01 to 2026-03-01'],
    ['2026-03-31T23:00:00.000Z', 'quarter', '2026-01-01 to 2026-04-01'],
    ['2026-10-01T00:00:00.000Z', 'quarter', '2026-10-01 to 2027-01-01'],
    ['2026-10-05T12:00:00.000Z', 'year', '2026-01-01 to 2027-01-01'],
  ])('at %s of a %s is %s', (instant, per, expected) => {
    expect(text(instant, per)).toBe(expected);
  });

  test('is that of the zone', () => {
    expect(text('2026-10-05T11:30:00.000Z', 'day', 'Pacific/Auckland')).toBe('2026-10-05T11:00 to 2026-10-06T11:00');
    expect(text('2026-10-05T10:30:00.000Z', 'day', 'Pacific/Auckland')).toBe('2026-10-04T11:00 to 2026-10-05T11:00');
    expect(text('2026-10-01T03:00:00.000Z', 'quarter', 'America/New_York')).toBe('2026-07-01T04:00 to 2026-10-01T04:00');
    expect(text('2026-06-15T12:00:00.000Z', 'day', 'Asia/Kathmandu')).toBe('2026-06-14T18:15 to 2026-06-15T18:15');
    expect(text('2026-06-15T12:00:00.000Z', 'day', 'Etc/GMT-14')).toBe('2026-06-15T10:00 to 2026-06-16T10:00');
  });

  test('has as many hours as the clock on the wall goes through', () => {
    const hours = (instant: string, zone: string) => {
      const { from, until } = periodOf(instant, 'day', zone);
      return (until - from) / HOUR_MS;
    };
    expect(hours('2026-03-29T12:00:00.000Z', 'Europe/London')).toBe(23);
    expect(hours('2026-10-25T12:00:00.000Z', 'Europe/London')).toBe(25);
    expect(hours('2026-10-26T12:00:00.000Z', 'Europe/London')).toBe(24);
    expect(hours('2026-10-04T00:00:00.000Z', 'Australia/Lord_Howe')).toBe(23.5);
    // Both halves of an hour that comes twice are of one day.
    expect(periodOf('2026-10-25T00:30:00.000Z', 'day', 'Europe/London')).toEqual(periodOf('2026-10-25T01:30:00.000Z', 'day', 'Europe/London'));
  });

  test('begins when the clock goes on, where its midnight is skipped', () => {
    // On 6 September 2026 the clocks of Santiago go from 24:00 to 01:00.
    const { from, until } = periodOf('2026-09-06T12:00:00.000Z', 'day', 'America/Santiago');
    expect([new Date(from).toISOString(), (until - from) / HOUR_MS]).toEqual(['2026-09-06T04:00:00.000Z', 23]);
    expect(periodOf('2026-09-06T03:59:59.999Z', 'day', 'America/Santiago').until).toBe(from);
  });

  test('meets the next one, whatever the zone and the clock do', () => {
    for (const zone of ['UTC', 'Europe/London', 'America/Santiago', 'Pacific/Auckland', 'Africa/Cairo']) {
      for (const per of ['day', 'week', 'month'] as const) {
        let { until } = periodOf('2026-01-01T12:00:00.000Z', per, zone);
        while (until < Date.parse('2027-01-01')) {
          const next = periodOf(new Date(until).toISOString(), per, zone);
          expect(next.from).toBe(until);
          expect(periodOf(new Date(until - 1).toISOString(), per, zone).until).toBe(until);
          ({ until } = next);
        }
      }
    }
  });

  test('of no instant or in no zone is an error', () => {
    expect(() => periodOf('yesterday', 'day', 'UTC')).toThrow();
    expect(() => periodOf('2026-10-05T12:00:00.000Z', 'day', 'Europe/Atlantis')).toThrow();
  });
});
