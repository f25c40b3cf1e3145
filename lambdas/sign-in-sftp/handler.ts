import type { TransferFamilyAuthorizerResult } from 'aws-lambda';
import { answerSignIn, SignInRequest } from '../../adapters/sftp-site/transfer-sign-in.ts';
import { uploadRole } from '../../core/contracts/deployment.ts';
import { openEnvironment } from '../shared/environment.ts';
import { log } from '../shared/log.ts';
import { placeOfStep } from '../shared/place.ts';
import { openSecrets } from '../shared/secrets.ts';

const place = placeOfStep();
const { objects } = openEnvironment(place, { folder: '/tmp' });
const home = { objects, secrets: openSecrets(place), bucket: place.bucket, role: uploadRole(place) };

/** Tells Transfer whether somebody may come in, and to which folder. The log has each answer, and no password. */
export async function handler(event: unknown): Promise<TransferFamilyAuthorizerResult> {
  const request = SignInRequest.parse(event);
  const answer = await answerSignIn(request, home);
  const { username, sourceIp, password } = request;
  const asked = password ? 'password' : 'keys';
  log.info('sign-in', { sftp_user: username, source_ip: sourceIp, asked, let_in: answer.Role !== undefined });
  return answer;
}
