import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretsManagerSecrets } from '../../adapters/secrets/secrets-manager.ts';
import type { Place } from '../../core/contracts/deployment.ts';
import type { Credentials } from './environment.ts';

/** The secrets of a place. */
export const openSecrets = ({ workgroup }: Place, as: { credentials?: Credentials } = {}): SecretsManagerSecrets =>
  new SecretsManagerSecrets({ client: new SecretsManagerClient(as), prefix: workgroup });
