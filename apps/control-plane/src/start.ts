import { type LoggerService } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import helmet from 'helmet';
import { Logger } from 'nestjs-pino';
import { assertRuntime } from '#pqc';
import { type ServiceInfo } from '#contract';
import { AppModule } from './app.module.js';
import { ApiKeys } from './auth/api-keys.service.js';
import { ServiceKeys } from './auth/service-keys.js';
import { ServiceFacts, VERSION } from './catalogue/service-facts.js';
import { Gateway } from './dispatch/gateway.js';
import { Listeners } from './http/listeners.js';
import { openApiDocument, routesOf } from './http/openapi.js';
import { type DatabaseConfig } from './tokens.js';

export interface ControlPlane {
  readonly application: NestExpressApplication;
  readonly httpPort: number;
  readonly gatewayPort: number;
  readonly serviceInfo: ServiceInfo;
  stop(): Promise<void>;
}

/** A control plane that serves on both ports: schema migrated, keys and first operator's key made. */
export async function startControlPlane(config: DatabaseConfig): Promise<ControlPlane> {
  assertRuntime();
  const keys = ServiceKeys.open(config.home, new Date());
  const application = await NestFactory.create<NestExpressApplication>(AppModule.over(config, keys), { bufferLogs: true, abortOnError: false, rawBody: true, bodyParser: false });
  try {
    application.useLogger(quieted(application.get(Logger)));
    application.disable('x-powered-by');
    application.use(helmet({ contentSecurityPolicy: { directives: { 'style-src': ["'self'", "'unsafe-inline'"], 'upgrade-insecure-requests': null } }, strictTransportSecurity: false }));
    application.useBodyParser('json', { limit: config.bodyLimitBytes, inflate: false });
    const document = openApiDocument(routesOf(application.get(ModulesContainer)), VERSION);
    SwaggerModule.setup('docs', application, document as unknown as OpenAPIObject, { jsonDocumentUrl: 'openapi.json', customSiteTitle: 'Countersign API' });
    await application.get(ApiKeys).ensureOperatorKey();
    await application.init();
    const listeners = application.get(Listeners);
    const gateway = application.get(Gateway);
    await listeners.open(application.getHttpAdapter().getInstance() as never, (request, socket, head) => gateway.upgrade(request, socket, head));
    return {
      application,
      httpPort: listeners.httpPort,
      gatewayPort: listeners.gatewayPort,
      serviceInfo: application.get(ServiceFacts).info(),
      stop: () => application.close(),
    };
  } catch (error) {
    await application.close().catch(() => undefined);
    throw error;
  }
}

/** Nest's own start-up lines are for debugging. */
function quieted(logger: Logger): LoggerService {
  const at = (level: 'debug' | 'warn' | 'error' | 'fatal') => (message: unknown, ...rest: unknown[]) => logger[level](message, ...rest);
  return { log: at('debug'), debug: at('debug'), verbose: at('debug'), warn: at('warn'), error: at('error'), fatal: at('fatal') };
}
