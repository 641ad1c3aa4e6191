import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

export interface LiveCaptureRoleProps {
  readonly stage: Stage;
  /** Of Face Liveness. */
  readonly region: string;
  /** The one function that lends it. */
  readonly lender: lambda.Function;
}

/** What applicants' browsers are lent for a capture: they may send video into a session whose id they know, and nothing else. */
export class LiveCaptureRole extends Construct {
  static nameIn(stage: Stage): string {
    return `${stage.name}-live-capture-browser`;
  }

  constructor(scope: Construct, id: string, { stage, region, lender }: LiveCaptureRoleProps) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', {
      roleName: LiveCaptureRole.nameIn(stage),
      description: 'Lent to browsers for one live capture',
      assumedBy: new iam.ArnPrincipal(lender.role?.roleArn ?? ''),
    });
    // The action knows no resource; a session's id cannot be guessed.
    role.addToPolicy(new iam.PolicyStatement({ actions: ['rekognition:StartFaceLivenessSession'], resources: ['*'], conditions: { StringEquals: { 'aws:RequestedRegion': region } } }));
  }
}
