import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { type Observable } from 'rxjs';
import { Metrics } from '../health/metrics.js';

/** Measures each answered request under its route's pattern. */
@Injectable()
export class MetricsInterceptor implements NestInterceptor {
  constructor(private readonly metrics: Metrics) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const response = context.switchToHttp().getResponse<Response>();
    const stop = this.metrics.requests.startTimer({ method: request.method, route: (request.route as { path: string } | undefined)?.path ?? 'unknown' });
    response.once('finish', () => stop({ status: String(response.statusCode) }));
    return next.handle();
  }
}
