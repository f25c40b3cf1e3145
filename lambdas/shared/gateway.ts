import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import type { createApi } from '../../api/app.ts';
import type { ErrorBody } from '../../api/contracts.ts';

type GatewayEvent = Extract<LambdaEvent, { rawPath: string }>;

/** The API behind the HTTP gateway, which chose by the path whether to ask for a token: no other path is answered. */
export function behindGateway(app: ReturnType<typeof createApi>) {
  const answer = handle(app);
  return async (event: GatewayEvent, context?: LambdaContext) =>
    isAsRouted(event) ? answer(event, context) : refusal(event);
}

/** `.` or `..` as a URL's parser takes them, which drops tabs and line ends. The gateway has decoded the path once. */
const dotSegment = /(^|[\\/])(\.|%2e){1,2}([\\/?#]|$)/i;

/** Whether the path that the app will see is the one that the gateway saw, and below that of its route. */
function isAsRouted({ rawPath, routeKey }: GatewayEvent): boolean {
  if (dotSegment.test(rawPath.replace(/[\t\r\n]/g, ''))) return false;
  const [prefix = '/'] = routeKey.replace(/^\S+ /, '').split('{');
  return new URL(`https://host${rawPath}`).pathname.startsWith(prefix);
}

function refusal({ rawPath, requestContext }: GatewayEvent) {
  const message = `the path ${JSON.stringify(rawPath)} has a dot segment or leaves its route: send it resolved`;
  const body = { status: 400, message, request_id: requestContext.requestId } satisfies ErrorBody;
  return { statusCode: 400, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
