import { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { queues, type QueueId } from '../../lambda/entries.ts';

const isQueueId = (id: string): id is QueueId => id in queues;

/** The queues of infra/lambda/entries.ts, each with its dead letters; and one for what schedules and streams gave up on. */
export class Queues extends Construct {
  readonly dead: ReadonlyMap<QueueId, sqs.Queue>;
  /** Invocations that failed for good: streams' batches (only their position), schedules, asynchronous calls. */
  readonly givenUp: sqs.Queue;
  private readonly made = new Map<QueueId, sqs.Queue>();

  constructor(scope: Construct, id: string, props: { readonly stageName: string; readonly key: kms.IKey }) {
    super(scope, id);
    const common = { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: props.key, enforceSSL: true };
    const dead = new Map<QueueId, sqs.Queue>();
    for (const [name, { receives, visibilitySeconds }] of Object.entries(queues)) {
      if (!isQueueId(name)) continue;
      const queueName = `${props.stageName}-${name.replace(/^kyc-/, '')}`;
      const queue = new sqs.Queue(this, `${name}-dead`, { ...common, queueName: `${queueName}-dead`, retentionPeriod: Duration.days(14) });
      dead.set(name, queue);
      this.made.set(
        name,
        new sqs.Queue(this, name, {
          ...common,
          queueName,
          retentionPeriod: Duration.days(14),
          visibilityTimeout: Duration.seconds(visibilitySeconds),
          deadLetterQueue: { queue, maxReceiveCount: receives },
        }),
      );
    }
    this.dead = dead;
    this.givenUp = new sqs.Queue(this, 'given-up', { ...common, queueName: `${props.stageName}-given-up`, retentionPeriod: Duration.days(14) });
  }

  of(id: QueueId): sqs.Queue {
    const queue = this.made.get(id);
    if (queue === undefined) throw new TypeError(`There is no queue ${id}`);
    return queue;
  }
}
