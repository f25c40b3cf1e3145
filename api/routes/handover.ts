import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { html, raw } from 'hono/html';
import { NotFound } from '../../core/errors.ts';
import { type ConnectionDetails, type HandoverState, Handovers } from '../../core/sftp/handover.ts';
import type { Platform } from '../platform.ts';
import type { ApiEnvironment } from '../routing.ts';

/** Where links to connection details lead, outside of what asks for a token: who has the link may see them. */
export const handoverBase = '/handover';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:4rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}dt{font-weight:600;margin-top:1rem}dd{margin:0;overflow-wrap:anywhere}code{font:15px/1.5 ui-monospace,monospace}button{font:inherit;padding:.5rem 1.25rem;cursor:pointer}';
const styleHash = createHash('sha256').update(style).digest('base64');

/** Nothing may be loaded, framed, kept or indexed, and no other site is told where the reader came from. */
const guarded = createMiddleware<ApiEnvironment>(async (c, next) => {
  await next();
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;
  c.header('content-security-policy', policy);
  c.header('cache-control', 'no-store');
  c.header('x-robots-tag', 'noindex, nofollow, noarchive');
  c.header('referrer-policy', 'no-referrer');
  c.header('x-content-type-options', 'nosniff');
  c.header('x-frame-options', 'DENY');
});

/**
 * The page of a link: it shows the details when its button is pressed, and never again. Looking at the page uses nothing up,
 * so that what a chat or a mail program loads to preview a link does no harm.
 */
export function handoverPages(platform: Platform): Hono<ApiEnvironment> {
  const pages = new Hono<ApiEnvironment>();
  const path = '/:tenant/:environment/:token';
  const open = (tenant: string, environment: string) =>
    platform.environment(tenant, environment).then(
      (access) => new Handovers(access),
      (cause) => {
        // Whether there is such a tenant is nobody's business here.
        if (cause instanceof NotFound) return undefined;
        throw cause;
      },
    );
  pages.use(guarded);
  pages.get(path, async (c) => {
    const { tenant, environment, token } = c.req.param();
    const state = (await (await open(tenant, environment))?.look(token)) ?? 'unknown';
    return state === 'ready' ? c.html(ask()) : c.html(refusal(state), statusOf[state]);
  });
  pages.post(path, async (c) => {
    const { tenant, environment, token } = c.req.param();
    const shown = (await (await open(tenant, environment))?.show(token)) ?? 'unknown';
    return typeof shown === 'string' ? c.html(refusal(shown), statusOf[shown]) : c.html(details(shown));
  });
  return pages;
}

type Over = Exclude<HandoverState, 'ready'>;

const statusOf = { unknown: 404, shown: 410, expired: 410, outdated: 410 } as const;

const reasons: Readonly<Record<Over, string>> = {
  unknown: 'There is nothing here. Check that the link is whole.',
  shown:
    'These details were shown already, and are gone. If it was not you who saw them, say so to who sent you the link.',
  expired: 'This link has expired. Ask who sent it for another.',
  outdated:
    'This link is out of date: another password was made since, or the user was removed. Ask who sent it for another.',
};

const page = (content: ReturnType<typeof html>) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>SFTP connection details</title>
<style>${raw(style)}</style>
</head>
<body><h1>SFTP connection details</h1>${content}</body>
</html>`;

const refusal = (state: Over) => page(html`<p>${reasons[state]}</p>`);

const ask = () =>
  page(html`
<p>They are shown once, and then they are gone. Have a safe place ready to keep them.</p>
<form method="post"><button>Show them now</button></form>`);

const details = ({ host, port, user, password, host_keys }: ConnectionDetails) =>
  page(html`
<p>Keep these now: this page can't be shown again.</p>
<dl>
<dt>Host</dt><dd><code>${host}</code></dd>
<dt>Port</dt><dd><code>${port}</code></dd>
<dt>User</dt><dd><code>${user}</code></dd>
<dt>Password</dt><dd><code>${password}</code></dd>
<dt>Host keys, to compare when you connect for the first time</dt>
${host_keys.map(({ type, fingerprint }) => html`<dd><code>${type} ${fingerprint}</code></dd>`)}
</dl>`);
