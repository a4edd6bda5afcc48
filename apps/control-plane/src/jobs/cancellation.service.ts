import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isTerminal } from '#contract';
import { actorOf, type Caller } from '../auth/caller.js';
import { inTransaction } from '../database/data-source.js';
import { notFound, Problem } from '../http/problem.js';
import { lockJob, transition } from './transition.js';

@Injectable()
export class Cancellation {
  constructor(private readonly dataSource: DataSource) {}

  /** Cancels from any state that is not final; a cancelled job stays cancelled. */
  async cancel(id: string, reason: string | undefined, caller: Caller): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      const job = await lockJob(manager, id);
      if (!job) throw notFound('job', id);
      if (caller.kind === 'node' && caller.name !== job.requester) throw new Problem(403, 'CS0436', `only \`${job.requester}\`, who asked for it, and operators cancel this job`);
      if (job.state === 'cancelled') return;
      if (isTerminal(job.state)) throw new Problem(409, 'CS0307', `the job is \`${job.state}\``);
      const who = caller.kind === 'node' ? `\`${caller.name}\`` : 'an operator';
      await transition(manager, job, 'cancelled', { actor: actorOf(caller), code: 'CS0437', reason: `cancelled by ${who}${reason ? `: ${reason}` : ''}` });
    });
  }
}
