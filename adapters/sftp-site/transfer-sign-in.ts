import { setTimeout as wait } from 'node:timers/promises';
import type { TransferFamilyAuthorizerResult } from 'aws-lambda';
import { z } from 'zod';
import type { SftpUser } from '../../core/contracts/sftp.ts';
import type { ObjectStore, Secrets } from '../../core/ports.ts';
import { REFUSAL_MS, userOfPassword, userWithKeys } from '../../core/sftp/sign-in.ts';
import { prefixOf } from '../../core/sftp/users.ts';

/** What Transfer asks its identity provider; there is no password, or an empty one, when it wants to know the user's keys. */
export const SignInRequest = z.object({
  serverId: z.string(),
  username: z.string(),
  password: z.string().optional(),
  protocol: z.literal('SFTP'),
  sourceIp: z.string(),
});
export type SignInRequest = z.infer<typeof SignInRequest>;

/** Whose uploads are let where. */
interface Uploads {
  bucket: string;
  /** ARN of the role that uploads are read and written in. */
  role: string;
}

interface SignInHome extends Uploads {
  objects: ObjectStore;
  secrets: Secrets;
}

/** The answer to Transfer: a role and a folder for a user who may come in, and nothing at all for anybody else. */
export async function answerSignIn(
  { username, password }: SignInRequest,
  home: SignInHome,
): Promise<TransferFamilyAuthorizerResult> {
  if (!password) {
    const user = await userWithKeys(home, username);
    return user ? { ...entry(user, home), PublicKeys: user.public_keys.map(({ key }) => key) } : {};
  }
  const refusal = wait(REFUSAL_MS);
  const user = await userOfPassword(home, username, password);
  if (user) return entry(user, home);
  await refusal;
  return {};
}

/** What a session may touch: the folder as its root, and by a policy of the session that folder alone. */
function entry(user: SftpUser, { bucket, role }: Uploads): TransferFamilyAuthorizerResult {
  const target = prefixOf(user).replace(/\/$/, '');
  return {
    Role: role,
    HomeDirectoryType: 'LOGICAL',
    HomeDirectoryDetails: JSON.stringify([{ Entry: '/', Target: `/${bucket}/${target}` }]),
    Policy: JSON.stringify(policyOf(target, { bucket, role })),
  };
}

/** The role may touch the whole inbox; a session is held to what both allow. */
function policyOf(folder: string, { bucket, role }: Uploads) {
  const partition = role.split(':')[1];
  const lake = `arn:${partition}:s3:::${bucket}`;
  const listing = { StringLike: { 's3:prefix': [folder, `${folder}/*`] } };
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: lake, Condition: listing },
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        Resource: `${lake}/${folder}/*`,
      },
    ],
  };
}
