import { join } from 'node:path';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { runProcess } from './run.js';
import { startControlPlane } from './start.js';

/** A control plane with its own PostgreSQL under `<home>/pg`, unless `COUNTERSIGN_DATABASE_URL` names a server. */
await runProcess(async (config) => {
  if (config.databaseUrl) {
    const controlPlane = await startControlPlane({ ...config, databaseUrl: config.databaseUrl });
    return { controlPlane, stop: () => controlPlane.stop() };
  }
  const database = await startEmbeddedPostgres(join(config.home, 'pg'));
  try {
    await database.createDatabase(config.databaseName);
    const controlPlane = await startControlPlane({ ...config, databaseUrl: database.url(config.databaseName) });
    let stopping = false;
    // Without its database this process serves nothing; its parent or supervisor starts both again.
    void database.exited.then(() => stopping || process.exit(1));
    return {
      controlPlane,
      async stop() {
        stopping = true;
        await controlPlane.stop();
        await database.stop();
      },
    };
  } catch (error) {
    await database.stop();
    throw error;
  }
});
