import { generateKeyPairSync } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import {
  DeleteHostKeyCommand,
  DescribeServerCommand,
  ImportHostKeyCommand,
  InvalidRequestException,
  ListHostKeysCommand,
  ResourceNotFoundException,
  TransferClient,
} from '@aws-sdk/client-transfer';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { S3Objects } from '../../../adapters/objects/s3.ts';
import { TransferSite } from '../../../adapters/sftp-site/transfer.ts';
import { InvalidInput, NotFound } from '../../../core/errors.ts';

/** The emulator of AWS imports and removes no host keys. */
const clients = { transfer: new TransferClient({ region: 'eu-west-2' }), ssm: new SSMClient({ region: 'eu-west-2' }) };
const transfer = mockClient(clients.transfer);
const ssm = mockClient(clients.ssm);
const ServerId = 's-0123456789abcdef0';
const hostKey = String(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
const site = new TransferSite({
  ...clients,
  parameter: '/p',
  objects: new S3Objects({ client: new S3Client({}), bucket: 'acme', folder: '/nowhere' }),
});

beforeEach(() => {
  transfer.reset();
  ssm.reset();
  ssm.on(GetParameterCommand, { Name: '/p' }).resolves({ Parameter: { Value: ServerId } });
});

describe('a site on Transfer', () => {
  it('is known by its host name, and by the oldest key of each type', async () => {
    const Tags = [{ Key: 'transfer:customHostname', Value: 'acme.files.example.com' }];
    transfer.on(DescribeServerCommand, { ServerId }).resolves({ Server: { Arn: 'arn', Tags } });
    const key = (HostKeyId: string, Type: string, day: number) => {
      const DateImported = new Date(Date.UTC(2026, 10, day));
      return { Arn: 'arn', HostKeyId, Type, Fingerprint: `SHA256:${HostKeyId}`, DateImported };
    };
    const HostKeys = [key('newer', 'ssh-rsa', 20), key('other', 'ssh-ed25519', 21), key('older', 'ssh-rsa', 2)];
    transfer.on(ListHostKeysCommand).resolves({ ServerId, HostKeys });
    const { host, host_keys } = await site.describe();
    expect(host).toBe('acme.files.example.com');
    expect(host_keys.map(({ id, active }) => [id, active])).toEqual([
      ['older', true],
      ['newer', false],
      ['other', true],
    ]);
  });

  it('that is not there is told of, with what turns it on', async () => {
    ssm.on(GetParameterCommand).rejects(new ParameterNotFound({ message: '', $metadata: {} }));
    await expect(site.describe()).rejects.toThrow(/`sftp` of the tenant in infra\/config.ts/);
    await expect(site.describe()).rejects.toBeInstanceOf(NotFound);
  });

  it('takes a key to be known by, and lets one go', async () => {
    transfer.on(ImportHostKeyCommand).resolves({ ServerId, HostKeyId: 'hostkey-2' });
    transfer.on(DeleteHostKeyCommand).resolves({});
    await site.importHostKey(hostKey);
    await site.removeHostKey('hostkey-1');
    expect(transfer.commandCalls(ImportHostKeyCommand, { ServerId, HostKeyBody: hostKey })).toHaveLength(1);
    expect(transfer.commandCalls(DeleteHostKeyCommand, { ServerId, HostKeyId: 'hostkey-1' })).toHaveLength(1);
  });

  it('sends AWS no key that is none', async () => {
    await expect(site.importHostKey('ssh-ed25519 AAAA')).rejects.toBeInstanceOf(InvalidInput);
    expect(transfer.commandCalls(ImportHostKeyCommand)).toEqual([]);
  });

  it('says that AWS refused a key without a word of what AWS said of it', async () => {
    const said = new InvalidRequestException({ message: '', Message: `bad key ${hostKey}`, $metadata: {} });
    transfer.on(ImportHostKeyCommand).rejects(said);
    const error = await site.importHostKey(hostKey).catch((cause) => cause);
    expect(error).toBeInstanceOf(InvalidInput);
    expect(`${error.stack} ${error.cause}`).not.toContain('PRIVATE KEY');
  });

  it('knows which key it does not have', async () => {
    const missing = { message: '', Message: '', Resource: '', ResourceType: '', $metadata: {} };
    transfer.on(DeleteHostKeyCommand).rejects(new ResourceNotFoundException(missing));
    await expect(site.removeHostKey('hostkey-9')).rejects.toThrow(/no host key "hostkey-9"/);
  });
});
