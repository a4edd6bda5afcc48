import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type TransitionName } from '../jobs/crash-points.js';

/** Figures of one control plane, for Prometheus. Labels are names of routes and states, never of nodes, jobs or values. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Histogram({
    name: 'countersign_http_request_seconds', help: 'Time to answer, by route and status', labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10], registers: [this.registry],
  });
  readonly transitions = new Counter({ name: 'countersign_job_transitions_total', help: 'Committed changes of job state', labelNames: ['from', 'to'] as const, registers: [this.registry] });
  readonly workers = new Gauge({ name: 'countersign_connected_workers', help: 'Workers whose socket is open here', registers: [this.registry] });
  readonly logSize = new Gauge({ name: 'countersign_log_size', help: 'Leaves in the audit log', registers: [this.registry] });
  readonly checkpointSize = new Gauge({ name: 'countersign_checkpoint_size', help: 'Leaves under the last signed checkpoint', registers: [this.registry] });
  readonly hintsDropped = new Counter({ name: 'countersign_progress_dropped_total', help: 'Words of workers on their progress that were more than are taken', registers: [this.registry] });
  readonly loopErrors = new Counter({ name: 'countersign_loop_errors_total', help: 'Failed runs of background work', labelNames: ['loop'] as const, registers: [this.registry] });

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'countersign_' });
  }

  countTransition(name: TransitionName): void {
    const [from, to] = name.split('->');
    this.transitions.inc({ from, to });
  }
}
