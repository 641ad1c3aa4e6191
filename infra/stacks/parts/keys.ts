import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** The four keys. What they protect outlives any stack: they are never removed with one. */
export class Keys extends Construct {
  /** Buckets, tables, database, audit domain and backups at rest. */
  readonly storage: kms.Key;
  /** Wraps the subjects' keys. Apart from `storage`, so that reading a table is not reading what is sealed in it. */
  readonly wrapping: kms.Key;
  /** Keyed hashes of e-mail addresses and document numbers. Changing it would make every one of them unknown. */
  readonly lookup: kms.Key;
  /** Signs the log's checkpoints: Ed25519. */
  readonly signing: kms.Key;

  constructor(scope: Construct, id: string, stageName: string) {
    super(scope, id);
    const key = (name: string, description: string, props: Partial<kms.KeyProps>) =>
      new kms.Key(this, name, {
        description,
        alias: `${stageName}/${name.toLowerCase()}`,
        removalPolicy: RemovalPolicy.RETAIN,
        pendingWindow: Duration.days(30),
        ...props,
      });
    this.storage = key('Storage', 'Storage at rest', { enableKeyRotation: true });
    this.wrapping = key('Wrapping', 'Wraps the subjects\' keys', { enableKeyRotation: true });
    this.lookup = key('Lookup', 'Keyed hashes for look-ups', { keySpec: kms.KeySpec.HMAC_256, keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC });
    this.signing = key('Signing', 'Signs the checkpoints of the log', { keySpec: kms.KeySpec.ECC_NIST_EDWARDS25519, keyUsage: kms.KeyUsage.SIGN_VERIFY });
  }
}
