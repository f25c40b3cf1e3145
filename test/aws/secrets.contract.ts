import { randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll } from 'vitest';
import { SecretsManagerSecrets } from '../../adapters/secrets/secrets-manager.ts';
import { secretsContract } from '../contracts/secrets.ts';
import { startEmulator } from './emulator.ts';

const aws = await startEmulator();
afterAll(aws.stop);
const client = new SecretsManagerClient(aws.client);

secretsContract('Secrets Manager', async () => new SecretsManagerSecrets({ client, prefix: `test-${randomUUID()}` }));
