import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AwsCredentialIdentityProvider } from '@aws-sdk/types';
import { SecretsManagerSecrets } from '../../adapters/secrets/secrets-manager.ts';
import type { Place } from '../../core/contracts/deployment.ts';

/** The secrets of a place. */
export const openSecrets = (
  { workgroup }: Place,
  as: { credentials?: AwsCredentialIdentityProvider } = {},
): SecretsManagerSecrets => new SecretsManagerSecrets({ client: new SecretsManagerClient(as), prefix: workgroup });
