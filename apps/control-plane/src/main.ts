import { ConfigError } from './config.js';
import { runProcess } from './run.js';
import { startControlPlane } from './start.js';

await runProcess(async (config) => {
  const { databaseUrl } = config;
  if (!databaseUrl) throw new ConfigError('`COUNTERSIGN_DATABASE_URL` is not set');
  const controlPlane = await startControlPlane({ ...config, databaseUrl });
  return { controlPlane, stop: () => controlPlane.stop() };
});
