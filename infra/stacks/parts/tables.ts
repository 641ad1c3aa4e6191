import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { tableDefinitions, tableNames, type KeyAttribute, type TableDefinition, type TableId } from '../../../ledger/dynamodb/tables.ts';

const attribute = ({ name, type }: KeyAttribute) => ({ name, type: dynamodb.AttributeType[type === 'S' ? 'STRING' : 'NUMBER'] });
const isTableId = (id: string): id is TableId => id in tableDefinitions;

/** What would change or remove an item. Not PartiQLInsert, which fails on a key that exists. */
export const rewriting = [
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PartiQLDelete',
];

/** What would let history run out or go away as a whole. */
export const ending = ['dynamodb:DeleteTable', 'dynamodb:UpdateTimeToLive'];

/** The tables of ledger/dynamodb/tables.ts, under the same names as everywhere. */
export class Tables extends Construct {
  private readonly made = new Map<TableId, dynamodb.Table>();

  constructor(scope: Construct, id: string, props: { readonly prefix: string; readonly key: kms.IKey }) {
    super(scope, id);
    const names = tableNames(props.prefix);
    for (const [name, definition] of Object.entries<TableDefinition>(tableDefinitions)) {
      if (!isTableId(name)) continue;
      const table = new dynamodb.Table(this, name, {
        tableName: names[name],
        partitionKey: attribute(definition.partition),
        ...(definition.sort !== undefined && { sortKey: attribute(definition.sort) }),
        billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
        encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
        encryptionKey: props.key,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 35 },
        deletionProtection: true,
        removalPolicy: RemovalPolicy.RETAIN,
        ...(definition.ttl !== undefined && { timeToLiveAttribute: definition.ttl }),
        ...(definition.history === true && { stream: dynamodb.StreamViewType.NEW_IMAGE, resourcePolicy: insertOnly() }),
      });
      for (const index of definition.indexes ?? []) {
        table.addGlobalSecondaryIndex({ indexName: index.name, partitionKey: attribute(index.partition), sortKey: attribute(index.sort) });
      }
      this.made.set(name, table);
    }
  }

  of(id: TableId): dynamodb.Table {
    const table = this.made.get(id);
    if (table === undefined) throw new TypeError(`There is no table ${id}`);
    return table;
  }
}

/** Whatever a role may: history is only ever added to. Administrators are held to it too, until they change this policy. */
function insertOnly(): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: [new iam.PolicyStatement({ sid: 'HistoryStays', effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: [...rewriting, ...ending], resources: ['*'] })],
  });
}
