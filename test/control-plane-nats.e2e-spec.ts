import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { ApiClient } from '#contract';
import { NatsCarrier } from '../apps/control-plane/src/database/nats-carrier.js';
import { startControlPlane, type ControlPlane } from '../apps/control-plane/src/start.js';
import { Consortium, operatorKey, testConfig } from './support/consortium.js';
import { TestDatabases } from './support/databases.js';
import { FaithfulWorker } from './support/faithful-worker.js';
import { freePort } from './support/free-port.js';
import { operator } from './support/transports.js';

const binary = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].map((folder) => join(folder, 'nats-server')).find((path) => existsSync(path));

(binary ? describe : describe.skip)('signals over NATS', () => {
  let databases: TestDatabases;
  let banks: Consortium;
  let second: ControlPlane;
  let nats: ChildProcess;
  let port: number;
  const workers: FaithfulWorker[] = [];
  const startNats = (): ChildProcess => spawn(binary!, ['-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const until = async (condition: () => boolean): Promise<void> => {
    const deadline = Date.now() + 90_000;
    while (!condition() && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 20));
    expect(condition()).toBe(true);
  };
  const carriers = (): NatsCarrier[] => [banks.controlPlane, second].map(({ application }) => application.get(NatsCarrier));

  beforeAll(async () => {
    databases = await TestDatabases.start();
    port = await freePort();
    nats = startNats();
    const [url, home, environment] = [await databases.fresh(), databases.newHome(), { COUNTERSIGN_NATS_URL: `nats://127.0.0.1:${port}` }];
    banks = await Consortium.open(url, home, environment);
    second = await startControlPlane(testConfig(url, home, environment));
    workers.push(new FaithfulWorker(banks.nodes.a, banks.controlPlane.gatewayPort), new FaithfulWorker(banks.nodes.b, second.gatewayPort));
  });
  afterAll(async () => {
    for (const worker of workers) worker.stop();
    await second?.stop();
    await banks?.stop();
    nats?.kill();
    await databases?.stop();
  });

  test('carry a job between two control planes, ids alone', async () => {
    await until(() => carriers().every(({ ready }) => ready));
    const listener = await connect({ servers: `nats://127.0.0.1:${port}` });
    const heard: string[] = [];
    listener.subscribe(carriers()[0].subject, { callback: (_error, message) => void heard.push(message.string()) });
    await listener.flush();
    const job = await banks.authorised();
    expect((await banks.untilState(job.id, 'released')).attempt).toBe(1);
    await until(() => heard.filter((text) => text === `job:${job.id}`).length >= 6);
    await listener.close();
    for (const text of heard) expect(text).toMatch(/^(outbox|(job|progress):job_[0-9a-f]{20}|node:bank-[abc])$/);
  });

  test('go through PostgreSQL while the server is away, and over NATS again after', async () => {
    nats.kill('SIGKILL');
    await until(() => carriers().every(({ ready }) => !ready));
    const job = await banks.authorised();
    await new ApiClient(operator(second.httpPort, operatorKey(banks.home))).job(job.id);
    await banks.untilState(job.id, 'released');
    nats = startNats();
    await until(() => carriers().every(({ ready }) => ready));
    await banks.untilState((await banks.authorised()).id, 'released');
  });
});
