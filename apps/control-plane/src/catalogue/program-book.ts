import { type EntityManager } from 'typeorm';
import { PROGRAMS, programByName, readProgram, type ProgramDefinition } from '#program';
import { PublishedProgram } from '../database/entities/programs.js';

/** The program of this name: one that is shipped, or one that was published. */
export async function programNamed(manager: EntityManager, name: string): Promise<ProgramDefinition | undefined> {
  const shipped = programByName(name);
  if (shipped) return shipped;
  const row = await manager.findOneBy(PublishedProgram, { name });
  return row ? readProgram(row.definition) : undefined;
}

/** Names of all programs, those that are shipped first. */
export async function programNames(manager: EntityManager): Promise<string[]> {
  const rows = await manager.find(PublishedProgram, { select: { name: true }, order: { name: 'ASC' } });
  return [...PROGRAMS.map(({ name }) => name), ...rows.map(({ name }) => name)];
}

/** The JSON of a published program; undefined for one that is shipped. */
export async function publishedJson(manager: EntityManager, name: string): Promise<string | undefined> {
  return programByName(name) ? undefined : (await manager.findOneBy(PublishedProgram, { name }))?.definition;
}
