import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { z } from 'zod';
import { Problem } from '#contract';
import { type Access } from '../auth/caller.js';
import { operationOf, type Operation } from './operation.js';

export interface RoutedOperation {
  readonly method: string;
  /** In Express form: `/v1/jobs/:id`. */
  readonly path: string;
  /** `JobsController.submit` */
  readonly id: string;
  readonly tag: string;
  readonly operation: Operation | undefined;
}

/** Every route of every controller, read from the router's own metadata. */
export function routesOf(modules: ModulesContainer): RoutedOperation[] {
  const scanner = new MetadataScanner();
  return [...modules.values()].flatMap((module) =>
    [...module.controllers.values()].flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, (...parameters: never[]) => unknown>;
      const base = Reflect.getMetadata(PATH_METADATA, metatype) as string;
      return scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name];
        const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
        if (method === undefined) return [];
        const path = `/${[base, Reflect.getMetadata(PATH_METADATA, handler) as string].join('/')}`.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
        return [{ method: RequestMethod[method].toLowerCase(), path, id: `${metatype.name}.${name}`, tag: metatype.name.replace(/Controller$/, '').toLowerCase(), operation: operationOf(handler) }];
      });
    }),
  );
}

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' });
  return rest;
};

/** OpenAPI 3.1 of the routes, from the same zod schemas that validate them. */
export function openApiDocument(routes: readonly RoutedOperation[], version: string): Record<string, unknown> {
  const problem = schemaOf(Problem, 'output');
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const { operation } = route;
    if (!operation) continue;
    const path = route.path.replace(/:([a-zA-Z]+)/g, '{$1}');
    (paths[path] ??= {})[route.method] = {
      operationId: route.id.replace('Controller.', '_'),
      tags: [route.tag],
      summary: operation.summary,
      security: securityOf(operation.access),
      parameters: [...pathParameters(route.path), ...queryParameters(operation.query), ...(route.method === 'post' ? [IDEMPOTENCY_KEY] : [])],
      ...(operation.body ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(operation.body, 'input') } } } } : {}),
      responses: {
        [operation.status ?? 200]: {
          description: 'done',
          ...(operation.reply || operation.replyType ? { content: { [operation.replyType ?? 'application/json']: { schema: operation.reply ? schemaOf(operation.reply, 'output') : { type: 'string' } } } } : {}),
        },
        default: { description: 'a problem (RFC 9457)', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Countersign control plane', version, description: 'Nodes sign each request (RFC 9421, ML-DSA-65) over the post-quantum mutual TLS port; operators send an API key.', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: '`cs_<id>_<secret>`' },
        nodeSignature: { type: 'apiKey', in: 'header', name: 'Signature', description: 'RFC 9421 by the node\'s link key, with Signature-Input and Content-Digest' },
      },
    },
  };
}

function securityOf(access: Access): Record<string, readonly string[]>[] {
  if (access === 'public') return [{}];
  const { node, scopes } = access === 'read' ? { node: true, scopes: ['read'] } : access;
  return [{ apiKey: scopes }, ...(node ? [{ nodeSignature: [] }] : [])];
}

const pathParameters = (path: string) => [...path.matchAll(/:([a-zA-Z]+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));

function queryParameters(query: z.ZodType | undefined) {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input') as { properties?: Record<string, unknown>; required?: readonly string[] };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }));
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 128 },
  description: 'Same key and body: the same reply, done once. Same key and another body: 422.',
};
