import ssh2 from 'ssh2';
import { NotFound, TributaryError } from '../../../core/errors.ts';

const { STATUS_CODE: status } = ssh2.utils.sftp;

interface Answer {
  code: number;
  message: string;
  /** It is no fault of the client's. */
  isOurs: boolean;
}

/** What the system's errors are to a client. Its own texts have paths of this machine in them. */
const known: Readonly<Record<string, Answer>> = {
  ENOENT: { code: status.NO_SUCH_FILE, message: 'no such file', isOurs: false },
  ENOTDIR: { code: status.NO_SUCH_FILE, message: 'no such folder', isOurs: false },
  ENOTEMPTY: { code: status.FAILURE, message: 'this folder is not empty', isOurs: false },
  EEXIST: { code: status.FAILURE, message: 'there is something of that name', isOurs: false },
  EISDIR: { code: status.FAILURE, message: 'this is a folder', isOurs: false },
  EINVAL: { code: status.FAILURE, message: 'a folder does not go into itself', isOurs: false },
  EFBIG: { code: status.FAILURE, message: 'the file would be too large', isOurs: false },
  ENOSPC: { code: status.FAILURE, message: 'no space is left', isOurs: true },
};

/** The answer to a request that failed. */
export function answerOf(cause: unknown): Answer {
  if (cause instanceof NotFound) return { code: status.NO_SUCH_FILE, message: cause.message, isOurs: false };
  if (cause instanceof TributaryError) return { code: status.FAILURE, message: cause.message, isOurs: false };
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  return known[code] ?? { code: status.FAILURE, message: 'this failed', isOurs: true };
}
