import { drawnOn, sumOfDecimals, type Limit, type LimitUse, type PolicyJob } from '#policy';

/** A job of which shares may have left somebody who keeps count, when, and what a policy saw of it. */
export interface CountedJob {
  readonly digest: string;
  readonly at: string;
  readonly request: PolicyJob;
}

/** What the counted jobs, but the one with digest `except`, have used of `limits`. */
export function usesIn(limits: readonly Limit[], counted: readonly CountedJob[], except: string): LimitUse[] {
  const others = counted.filter(({ digest }) => digest !== except);
  return limits.map((limit) => ({ key: limit.key, used: others.reduce((used, { request, at }) => sumOfDecimals(used, drawnOn(limit, request, at) ?? '0'), '0') }));
}
