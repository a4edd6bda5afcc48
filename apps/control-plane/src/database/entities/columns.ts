import { type ColumnOptions, type ValueTransformer } from 'typeorm';

/** PostgreSQL sends bigint as text; ours are row numbers, far below 2^53. */
const asNumber: ValueTransformer = { to: (value: number | undefined) => value, from: (value: string | null) => (value === null ? null : Number(value)) };

export const instant = (options: ColumnOptions = {}): ColumnOptions => ({ type: 'timestamptz', precision: 3, ...options });
export const instantDefault = (name: string): ColumnOptions => instant({ name, default: () => 'now()' });
export const optionalInstant = (name: string): ColumnOptions => instant({ name, nullable: true });
export const optionalText = (name: string): ColumnOptions => ({ type: 'text', name, nullable: true });
export const bigNumber = (name: string) => ({ type: 'bigint', name, transformer: asNumber }) as const;
