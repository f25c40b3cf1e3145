import {
  Conflict,
  Forbidden,
  InternalError,
  InvalidInput,
  NotFound,
  type TributaryError,
  Unauthenticated,
} from '../core/errors.ts';
import { logFile } from '../local/home.ts';

const byStatus: Readonly<
  Record<number, new (message: string, options: { data: Record<string, unknown> }) => TributaryError>
> = {
  400: InvalidInput,
  401: Unauthenticated,
  403: Forbidden,
  404: NotFound,
  409: Conflict,
  413: InvalidInput,
};

/** The error that the API of a home told of. */
export const refusal =
  (home: string) =>
  (status: number, text: string): TributaryError =>
    told(status, bodyOf(text), `in ${logFile(home)}`);

/** The error that a deployed API told of, or what stands before it: then the body has no request id. */
export const refusalOfDeployed =
  (origin: string) =>
  (status: number, text: string): TributaryError => {
    const body = bodyOf(text);
    if (body.request_id !== undefined) return told(status, body, 'that of the function serve-api');
    switch (status) {
      case 401:
        return new Unauthenticated(
          `${origin} refused the token: one holds for an hour, so sign in again and set TRIBUTARY_TOKEN to the new one`,
        );
      case 413:
        return new InvalidInput(`what was sent is larger than the 6 MB that ${origin} takes: do this on a laptop`);
      case 429:
        return new InternalError(`${origin} is asked too much at the moment: try again later`);
      default:
        return status < 500 ? notOurs(origin, status) : told(status, body, 'that of the function serve-api');
    }
  };

/** Something else than our API answered. */
export const notOurs = (origin: string, status: number, options?: ErrorOptions): InvalidInput =>
  new InvalidInput(
    `${origin} answered ${status}, and not as the API of Tributary does: expected the ApiUrl of a deployment in TRIBUTARY_URL`,
    options,
  );

/** Nobody answered. */
export function unreachable(origin: string, cause: Error): InternalError {
  const { code, message } = (cause.cause ?? cause) as { code?: string; message: string };
  return new InternalError(`nobody answers at ${origin} (${code ?? message}): look at TRIBUTARY_URL and the network`, {
    cause,
  });
}

interface ErrorBody {
  message?: string;
  request_id?: string;
}

function told(status: number, { message, request_id }: ErrorBody, log: string): TributaryError {
  const Refusal = byStatus[status] ?? InternalError;
  const said = message ?? `the API answered ${status}`;
  return new Refusal(status === 500 ? `${said}, ${log}` : said, { data: { request_id } });
}

function bodyOf(text: string): ErrorBody {
  try {
    return JSON.parse(text) as ErrorBody;
  } catch {
    return { message: text.slice(0, 200) };
  }
}
