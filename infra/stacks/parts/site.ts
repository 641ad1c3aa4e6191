import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { cachingOf, consoleHeaders } from '../../../runtime/console-headers.ts';
import type { Stage } from '../stage.ts';
import type { Doors } from './doors.ts';

/** CloudFront takes these as settings of their own and refuses them among the custom headers. */
const ofSecurityBehavior = ['content-security-policy', 'x-content-type-options', 'x-frame-options', 'referrer-policy'];
const strictTransportSecurity = { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override: true };

/** CloudFront: the console's files from a private bucket; the API and the log under the same name, so that cookies stay strict. */
export class Site extends Construct {
  readonly bucket: s3.Bucket;
  readonly distribution: cloudfront.Distribution;
  readonly url: string;

  constructor(scope: Construct, id: string, props: { readonly stage: Stage; readonly doors: Doors; readonly accessLogs: s3.IBucket }) {
    super(scope, id);
    const { stage, doors, accessLogs } = props;
    this.bucket = new s3.Bucket(this, 'Files', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'site/',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const logBucket = new s3.Bucket(this, 'Logs', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      // CloudFront delivers its logs by ACL.
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'site-logs/',
      lifecycleRules: [{ expiration: Duration.days(400), noncurrentVersionExpiration: Duration.days(1) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // The API sends its own headers; what is added here says only that everything goes by TLS.
    const headers = new cloudfront.ResponseHeadersPolicy(this, 'Headers', { securityHeadersBehavior: { strictTransportSecurity } });
    const origin = new origins.HttpOrigin(doors.httpHost, { protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY, originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2] });
    const api = {
      origin,
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
      cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
      originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: headers,
    };
    // Full tiles are kept for ever, the checkpoint never: as the log itself says. No cookie goes along.
    const log = { origin, viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY, cachePolicy: this.asTheLogSays(), responseHeadersPolicy: headers };
    const files = {
      origin: origins.S3BucketOrigin.withOriginAccessControl(this.bucket),
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    };
    this.distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: 'KYC console and API',
      defaultRootObject: 'index.html',
      defaultBehavior: {
        ...files,
        // A page that was kept would ask for files that a new version has taken away.
        cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
        responseHeadersPolicy: this.headersOf('PageHeaders', false),
        functionAssociations: [{ eventType: cloudfront.FunctionEventType.VIEWER_REQUEST, function: this.pages() }],
      },
      additionalBehaviors: {
        '/assets/*': { ...files, cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED, responseHeadersPolicy: this.headersOf('FileHeaders', true) },
        '/api/*': api,
        '/openapi.json': api,
        '/log/*': log,
      },
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      logBucket,
      ...(stage.site !== undefined && {
        domainNames: [stage.site.domain],
        // CloudFront's own name comes with CloudFront's own certificate, for which nothing can be asked.
        minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
        webAclId: stage.site.webAclArn,
        certificate: acm.Certificate.fromCertificateArn(this, 'Certificate', stage.site.certificateArn),
      }),
    });
    this.url = `https://${stage.site?.domain ?? this.distribution.distributionDomainName}`;
  }

  /** The headers that the platform itself serves the console with, and TLS for ever. */
  private headersOf(id: string, immutable: boolean): cloudfront.ResponseHeadersPolicy {
    const contentSecurityPolicy = consoleHeaders['content-security-policy'] ?? '';
    const others = Object.entries(consoleHeaders).filter(([header]) => !ofSecurityBehavior.includes(header));
    return new cloudfront.ResponseHeadersPolicy(this, id, {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: cloudfront.HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity,
      },
      customHeadersBehavior: {
        customHeaders: [...others, ['cache-control', cachingOf(immutable)] as const].map(([header, value]) => ({ header, value, override: true })),
      },
    });
  }

  private asTheLogSays(): cloudfront.CachePolicy {
    return new cloudfront.CachePolicy(this, 'LogCaching', { minTtl: Duration.seconds(0), defaultTtl: Duration.seconds(0), maxTtl: Duration.days(365), comment: 'As the answer says; nothing of the viewer but the path' });
  }

  /** The console finds its pages itself: whatever is no file is its first page. */
  private pages(): cloudfront.Function {
    return new cloudfront.Function(this, 'Pages', {
      runtime: cloudfront.FunctionRuntime.JS_2_0,
      code: cloudfront.FunctionCode.fromInline(
        "function handler(event) { var r = event.request; if (!/\\.[a-z0-9]+$/.test(r.uri)) r.uri = '/index.html'; return r; }",
      ),
    });
  }
}
