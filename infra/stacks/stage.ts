import { z } from 'zod';
import { mistakesIn } from '../../runtime/aws/settings.ts';

/**
 * What differs between deployments, read from cdk.json's context `stages.<name>` or a file (`-c stage-file=...`).
 * `without` leaves whole parts out, for servers that cannot run them; production leaves out nothing.
 */
export const Stage = z.strictObject({
  /** Begins the names of tables, queues and functions. */
  name: z.string().regex(/^[a-z][a-z0-9-]{1,20}$/),
  account: z.string().regex(/^\d{12}$/).optional(),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/).optional(),
  /** Region of Face Liveness: not every region offers it (eu-west-2 does not). */
  livenessRegion: z.string().optional(),
  architecture: z.enum(['arm64', 'x86_64']).default('arm64'),
  /** COMPLIANCE: nobody, not even the account's root, shortens it. GOVERNANCE for trials. */
  lockMode: z.enum(['none', 'GOVERNANCE', 'COMPLIANCE']).default('COMPLIANCE'),
  lockDays: z.number().int().positive().default(1826),
  /** Name of the transparency log in its checkpoints: a URL without scheme. */
  logOrigin: z.string().min(1),
  /** Domain whose DNS the operator holds: SES sends as kyc@<domain>. */
  emailDomain: z.string().min(1),
  reviewerAddress: z.email(),
  /** Who hears of alarms. */
  alarmAddress: z.email(),
  /** Own name of the platform, with its certificate and, if it has one, its web ACL (both in us-east-1). Without it, CloudFront's name is used. */
  site: z.strictObject({ domain: z.string(), certificateArn: z.string(), webAclArn: z.string().optional() }).optional(),
  database: z.strictObject({ minCapacity: z.number(), maxCapacity: z.number() }).default({ minCapacity: 0.5, maxCapacity: 16 }),
  auditDomain: z
    .strictObject({ dataNodes: z.number().int(), instanceType: z.string(), managers: z.number().int(), gibibytes: z.number().int() })
    .default({ dataNodes: 2, instanceType: 'm7g.medium.search', managers: 3, gibibytes: 50 }),
  /** Networks (CIDR, inside the VPC's reach by VPN or peering) from which analysts may reach the read-only endpoint. */
  analystNetworks: z.array(z.cidrv4().refine((network) => !network.endsWith('/0'), 'is everybody')).default([]),
  /** The folder that the on-premises upload service writes into, and the DataSync agents that reach it. */
  onPremises: z.strictObject({ nfsHost: z.string(), folder: z.string(), agentArns: z.array(z.string()).min(1) }).optional(),
  /**
   * OpenTelemetry traces: the version of the layer "AWS Distro for OpenTelemetry" (AWSOpenTelemetryDistroJs) in the stage's
   * region, which brings the SDK, and the share of applicants that are traced. Left out, X-Ray sees calls, not applicants.
   */
  traces: z.strictObject({ layerArn: z.string().regex(/^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[\w-]+:\d+$/), share: z.number().min(0).max(1).default(0.05) }).optional(),
  /** Settings of the functions beside those the stacks know, such as KYC_MIN_SIMILARITY or KYC_APIFY_ACTORS. */
  settings: z
    .record(z.string(), z.string())
    .default({})
    .superRefine((given, context) => {
      // A misspelt name would be taken for granted and change nothing.
      for (const message of mistakesIn(given)) context.addIssue({ code: 'custom', message });
    }),
  without: z.array(z.enum(['network', 'database', 'audit-domain', 'archive', 'site', 'sign-in', 'monitoring', 'backup', 'deployment-task', 'termination-protection'])).default([]),
});
export type Stage = z.infer<typeof Stage>;

export function has(stage: Stage, part: Stage['without'][number]): boolean {
  return !stage.without.includes(part);
}
