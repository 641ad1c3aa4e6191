import { SFNClient } from '@aws-sdk/client-sfn';
import { awsClientConfig } from '../../../gateways/aws/config.ts';
import type { Workflow } from '../../../gateways/workflow/port.ts';
import { createStepFunctionsWorkflow } from '../../../gateways/workflow/step-functions.ts';
import { readGroup, settingGroups } from '../settings.ts';

export function openWorkflow(): Workflow {
  const { KYC_STATE_MACHINE_ARN: stateMachineArn } = readGroup(settingGroups.workflow);
  return createStepFunctionsWorkflow({ client: new SFNClient(awsClientConfig), stateMachineArn });
}
