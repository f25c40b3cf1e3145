import {
  type CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { ExpiringLog } from './expiring-log.ts';
import type { UserDirectory } from './user-directory.ts';

export interface ApiGatewayProps {
  name: string;
  serve: LambdaFunction;
  directory: UserDirectory;
  /** Address of the console, the one site whose pages may call. */
  console: string;
}

/** Paths that answer without a token: whether the API is there, and what it can do. */
const open = ['/openapi.json', '/api/v0/openapi.json', '/api/v0/health'];

/** What other systems send to, which may come faster than what people ask for. */
const streamPath = '/stream/v0/data/{stream}';

/** The HTTP API: a token of the user directory is asked for before anything of ours runs. */
export class ApiGateway extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, props: ApiGatewayProps) {
    super(scope, id);
    const { pool, client } = props.directory;
    const api = new HttpApi(this, 'Http', {
      apiName: props.name,
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: [props.console],
        allowMethods: [CorsHttpMethod.ANY],
        allowHeaders: ['authorization', 'content-type'],
      },
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: { destination: new LogGroupLogDestination(this.#addLog(props.name)) },
    });
    const integration = new HttpLambdaIntegration('ServeApi', props.serve);
    const add = (path: string, method: HttpMethod, authorizer: IHttpRouteAuthorizer) =>
      api.addRoutes({ path, methods: [method], integration, authorizer });
    const token = new HttpUserPoolAuthorizer('Token', pool, { userPoolClients: [client] });
    for (const path of open) acknowledgeOpen(add(path, HttpMethod.GET, new HttpNoneAuthorizer()));
    for (const method of [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST]) {
      acknowledgeLinks(add('/handover/{proxy+}', method, new HttpNoneAuthorizer()));
    }
    for (const method of [HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE]) {
      add('/api/v0/{proxy+}', method, token);
    }
    const streams = add(streamPath, HttpMethod.POST, token);
    letThrough(stage, streams);
    this.url = api.apiEndpoint;
  }

  #addLog(name: string): LogGroup {
    return new ExpiringLog(this, 'Log', `/tributary/${name}/http-api`);
  }
}

/** A route's own limit names the route, which has to be there. */
function letThrough(stage: HttpStage, routes: Construct[]): void {
  const made = stage.node.defaultChild as CfnStage;
  made.addPropertyOverride('RouteSettings', {
    [`POST ${streamPath}`]: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 },
  });
  for (const route of routes) made.node.addDependency(route);
}

function acknowledgeOpen(routes: Construct[]): void {
  for (const route of routes) {
    acknowledge(route, {
      'AwsSolutions-APIG4': 'It tells anybody that the API is there and what it can do, and nothing of a tenant.',
    });
  }
}

function acknowledgeLinks(routes: Construct[]): void {
  for (const route of routes) {
    acknowledge(route, {
      'AwsSolutions-APIG4':
        'A link to connection details is its own token: 256 bits, used once, for partners who have no other.',
    });
  }
}
