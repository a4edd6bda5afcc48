import { type ApiClient, type DutyView } from '#contract';

/** Every duty that fits, the first due first. */
export async function everyDuty(client: ApiClient, query: Parameters<ApiClient['everyDuty']>[0]): Promise<DutyView[]> {
  const all: DutyView[] = [];
  for await (const duty of client.everyDuty(query)) all.push(duty);
  return all;
}

/** What is not done yet, what is late first, then the first due first; by `by`, or by anybody. */
export async function owedDuties(client: ApiClient, query: { readonly by?: string } = {}): Promise<DutyView[]> {
  // In this order nothing is left out that gets late meanwhile.
  const open = await everyDuty(client, { ...query, state: 'open' });
  const overdue = await everyDuty(client, { ...query, state: 'overdue' });
  const late = new Set(overdue.map(({ id }) => id));
  return [...overdue, ...open.filter(({ id }) => !late.has(id))];
}
