import { SSMClient } from '@aws-sdk/client-ssm';
import { TransferClient } from '@aws-sdk/client-transfer';
import { TransferSite } from '../../adapters/sftp-site/transfer.ts';
import { type Place, sftpServerParameter } from '../../core/contracts/deployment.ts';
import type { Credentials } from './environment.ts';

/** The SFTP site of a place, whether there is one or not. */
export const openSftpSite = (place: Place, as: { credentials: Credentials }): TransferSite =>
  new TransferSite({
    transfer: new TransferClient(as),
    ssm: new SSMClient(as),
    parameter: sftpServerParameter(place),
  });
