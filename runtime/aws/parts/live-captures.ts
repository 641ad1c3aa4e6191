import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { STSClient } from '@aws-sdk/client-sts';
import { awsClientConfig } from '../../../gateways/aws/config.ts';
import type { LiveCaptures } from '../../../gateways/face-matcher/port.ts';
import { createRekognitionCaptures } from '../../../gateways/face-matcher/rekognition-liveness.ts';

export interface LiveCaptureSettings {
  readonly KYC_LIVENESS_REGION?: string | undefined;
  readonly KYC_LIVENESS_ROLE_ARN?: string | undefined;
}

/** Face Liveness in its region; null where no role is set that browsers could be lent. */
export function openCaptures({ KYC_LIVENESS_REGION: region, KYC_LIVENESS_ROLE_ARN: roleArn }: LiveCaptureSettings): LiveCaptures | null {
  if (roleArn === undefined) return null;
  const client = new RekognitionClient({ ...awsClientConfig, ...(region !== undefined && { region }) });
  return createRekognitionCaptures({ client, sts: new STSClient(awsClientConfig), roleArn });
}
