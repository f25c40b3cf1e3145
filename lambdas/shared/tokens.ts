import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';

/** A user pool, and the client that its people sign in by. */
export interface TokenIssuer {
  userPool: string;
  client: string;
  /** Where AWS is asked, when that is not where the pool's own address leads. */
  endpoint?: string | undefined;
}

/** What a token that the pool gave to the client says; undefined of any other. */
export type ReadToken = (token: string) => Promise<JWTPayload | undefined>;

/** The pool could not be asked for its keys: no fault of the token. */
const noKeys: readonly string[] = [errors.JWKSTimeout.code, errors.JOSEError.code];

/**
 * Checks tokens against the keys that their pool shows, which are fetched once a process and when a token names a new one. The
 * gateway does so too; here a way past it leads nowhere, and groups stay the list that the gateway makes a text of.
 */
export function tokensOf({ userPool, client, endpoint }: TokenIssuer): ReadToken {
  const issuer = `https://cognito-idp.${userPool.split('_')[0]}.amazonaws.com/${userPool}`;
  const keys = createRemoteJWKSet(new URL(`/${userPool}/.well-known/jwks.json`, endpoint ?? issuer));
  return async (token) => {
    try {
      const asked = { issuer, algorithms: ['RS256'], requiredClaims: ['sub', 'exp'] };
      const { payload } = await jwtVerify(token, keys, asked);
      // Identity tokens have the one, access tokens the other.
      const audience = [payload.aud ?? payload.client_id].flat();
      return audience.includes(client) ? payload : undefined;
    } catch (cause) {
      if (cause instanceof errors.JOSEError && !noKeys.includes(cause.code)) return undefined;
      throw cause;
    }
  };
}
