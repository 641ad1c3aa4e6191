import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { answerPath } from '../../../api/sign-in/staff-sign-in.ts';
import { Role } from '../../../api/access-policy.ts';

/** Staff sign in here; the groups are the platform's roles. Nobody can make an account for himself. */
export class SignIn extends Construct {
  readonly pool: cognito.UserPool;
  readonly domain: cognito.UserPoolDomain;

  constructor(scope: Construct, id: string, domainPrefix: string) {
    super(scope, id);
    this.pool = new cognito.UserPool(this, 'Staff', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      mfa: cognito.Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: { minLength: 14, requireDigits: true, requireLowercase: true, requireUppercase: true, requireSymbols: true, tempPasswordValidity: Duration.days(2) },
      accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
      featurePlan: cognito.FeaturePlan.PLUS,
      standardThreatProtectionMode: cognito.StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const role of Role.exclude(['applicant']).options) {
      new cognito.CfnUserPoolGroup(this, role, { userPoolId: this.pool.userPoolId, groupName: role });
    }
    this.domain = this.pool.addDomain('Pages', { cognitoDomain: { domainPrefix } });
  }

  /** The console as a client of the pool: code with PKCE, no secret, and back to the platform's own address alone. */
  addConsole(scope: Construct, publicUrl: string): cognito.UserPoolClient {
    return new cognito.UserPoolClient(scope, 'Console', {
      userPool: this.pool,
      generateSecret: false,
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [cognito.OAuthScope.OPENID],
        callbackUrls: [`${publicUrl}${answerPath}`],
        logoutUrls: [`${publicUrl}/sign-in`],
      },
      supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      accessTokenValidity: Duration.minutes(30),
      idTokenValidity: Duration.minutes(30),
      refreshTokenValidity: Duration.hours(12),
      enableTokenRevocation: true,
    });
  }
}
