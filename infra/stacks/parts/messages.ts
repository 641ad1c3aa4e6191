import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

/** Topics for results and for alarms, and the address that e-mail comes from. */
export class Messages extends Construct {
  readonly results: sns.Topic;
  readonly alarms: sns.Topic;
  readonly from: string;
  readonly configurationSet: ses.ConfigurationSet;
  readonly emailArns: readonly string[];

  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly key: kms.IKey }) {
    super(scope, id);
    const { stage, key } = props;
    this.results = new sns.Topic(this, 'Results', { topicName: `${stage.name}-results`, masterKey: key, enforceSSL: true });
    this.alarms = new sns.Topic(this, 'Alarms', { topicName: `${stage.name}-alarms`, masterKey: key, enforceSSL: true });
    // A policy of one's own takes the place of SNS's, under which everything of the account might publish.
    this.alarms.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.alarms.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    this.alarms.addSubscription(new subscriptions.EmailSubscription(stage.alarmAddress));
    this.configurationSet = new ses.ConfigurationSet(this, 'Email', { configurationSetName: stage.name, tlsPolicy: ses.ConfigurationSetTlsPolicy.REQUIRE, reputationMetrics: true });
    const identity = new ses.EmailIdentity(this, 'From', { identity: ses.Identity.domain(stage.emailDomain), configurationSet: this.configurationSet });
    this.configurationSet.addEventDestination('Failures', {
      destination: ses.EventDestination.snsTopic(this.alarms),
      events: [ses.EmailSendingEvent.BOUNCE, ses.EmailSendingEvent.COMPLAINT, ses.EmailSendingEvent.REJECT],
    });
    this.from = `kyc@${stage.emailDomain}`;
    this.emailArns = [
      Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName: identity.emailIdentityName }),
      Stack.of(this).formatArn({ service: 'ses', resource: 'configuration-set', resourceName: this.configurationSet.configurationSetName }),
    ];
  }
}
