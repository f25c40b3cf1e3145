import { SSMClient } from '@aws-sdk/client-ssm';
import { TransferClient } from '@aws-sdk/client-transfer';
import type { S3Objects } from '../../adapters/objects/s3.ts';
import { TransferSite } from '../../adapters/sftp-site/transfer.ts';
import { type Place, sftpServerParameter } from '../../core/contracts/deployment.ts';
import type { Credentials } from './environment.ts';

/** The SFTP site of a place, whether there is one or not. */
export const openSftpSite = (place: Place, objects: S3Objects, as: { credentials: Credentials }): TransferSite =>
  new TransferSite({
    transfer: new TransferClient(as),
    ssm: new SSMClient(as),
    parameter: sftpServerParameter(place),
    objects,
  });
