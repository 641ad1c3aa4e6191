import { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as integrations from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { lambdaEntries } from '../../lambda/entries.ts';
import type { Stage } from '../stage.ts';
import type { Functions } from './functions.ts';

/** The HTTP API and the WebSocket API. Who may do what is decided behind them, in one place: api/access-policy.ts. */
export class Doors extends Construct {
  readonly http: apigateway.HttpApi;
  readonly httpStage: apigateway.HttpStage;
  readonly webSocket: apigateway.WebSocketApi;
  readonly webSocketStage: apigateway.WebSocketStage;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly logKey: kms.IKey }) {
    super(scope, id);
    const { stage, logKey } = props;
    const logGroup = new logs.LogGroup(this, 'AccessLogs', { retention: logs.RetentionDays.ONE_YEAR, encryptionKey: logKey });
    this.http = new apigateway.HttpApi(this, 'Http', { apiName: stage.name, createDefaultStage: false, description: 'What people and programs reach the platform by.' });
    // Neither path nor query: both could say who somebody is.
    const format = JSON.stringify({ at: '$context.requestTime', id: '$context.requestId', route: '$context.routeKey', status: '$context.status', bytes: '$context.responseLength', ms: '$context.integrationLatency' });
    const logged = { destinationArn: logGroup.logGroupArn, format };
    this.httpStage = new apigateway.HttpStage(this, 'HttpStage', {
      httpApi: this.http,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 200, burstLimit: 400 },
      detailedMetricsEnabled: true,
    });
    this.webSocket = new apigateway.WebSocketApi(this, 'WebSocket', { apiName: `${stage.name}-live`, description: 'Live updates for consoles.' });
    this.webSocketStage = new apigateway.WebSocketStage(this, 'WebSocketStage', {
      webSocketApi: this.webSocket,
      stageName: 'live',
      autoDeploy: true,
      throttle: { rateLimit: 50, burstLimit: 100 },
    });
    for (const each of [this.httpStage, this.webSocketStage]) {
      const made = each.node.defaultChild;
      if (made instanceof apigateway.CfnStage) made.accessLogSettings = logged;
    }
    logGroup.grantWrite(new iam.ServicePrincipal('apigateway.amazonaws.com'));
  }

  /** Where the functions are called; apart from the constructor, for the functions know these addresses. */
  leadTo(functions: Functions): void {
    for (const entry of lambdaEntries) {
      for (const trigger of entry.triggers) {
        const handler = functions.of(entry.name);
        if (trigger.kind === 'http' && trigger.route !== undefined) {
          const { method, path } = trigger.route;
          this.http.addRoutes({ path, methods: [apigateway.HttpMethod[method]], integration: new integrations.HttpLambdaIntegration(entry.name, handler) });
        } else if (trigger.kind === 'http') {
          const integration = new integrations.HttpLambdaIntegration(entry.name, handler);
          this.http.addRoutes({ path: '/{proxy+}', methods: [apigateway.HttpMethod.ANY], integration });
          this.http.addRoutes({ path: '/', methods: [apigateway.HttpMethod.GET], integration });
        }
        if (trigger.kind === 'websocket') {
          this.webSocket.addRoute(trigger.route, { integration: new integrations.WebSocketLambdaIntegration(entry.name, handler) });
        }
      }
    }
  }

  get httpHost(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `${this.http.apiId}.execute-api.${region}.${urlSuffix}`;
  }
}
