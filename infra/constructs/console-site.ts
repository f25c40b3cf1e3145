import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** The console's pages, served from a bucket that only CloudFront reads. */
export class ConsoleSite extends Construct {
  readonly bucket: Bucket;
  readonly url: string;

  constructor(scope: Construct, id: string, props: { bucketName: string }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName: props.bucketName,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    (this.bucket.node.defaultChild as CfnBucket).overrideLogicalId('ConsoleBucket');
    acknowledge(this.bucket, {
      'AwsSolutions-S1': 'Its pages are public files of the product, the same for everybody.',
    });
    const distribution = this.#addDistribution();
    this.url = `https://${distribution.distributionDomainName}`;
  }

  #addDistribution(): Distribution {
    const distribution = new Distribution(this, 'Distribution', {
      defaultRootObject: 'index.html',
      priceClass: PriceClass.PRICE_CLASS_100,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket as IBucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: this.#addHeaders(),
        functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: this.#addNotice() }],
      },
    });
    acknowledge(distribution, {
      'AwsSolutions-CFR1': "Where a tenant's people may sign in from is theirs to say, in their own directory.",
      'AwsSolutions-CFR2':
        'It serves public files alone and calls nothing; a firewall costs more than all of an idle tenant.',
      'AwsSolutions-CFR3': 'Its pages are public files; who did what is in the audit events of the API.',
      'AwsSolutions-CFR4':
        "Without a domain of the deployer's it has CloudFront's own certificate, and with that its oldest protocol.",
    });
    return distribution;
  }

  /** Scripts and styles of the site alone, in no frame, over TLS alone. */
  #addHeaders(): ResponseHeadersPolicy {
    return new ResponseHeadersPolicy(this, 'Headers', {
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy:
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self' https://*.amazonaws.com https://*.amazoncognito.com; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(730),
          includeSubdomains: true,
          preload: true,
          override: true,
        },
      },
    });
  }

  /** Says that the console comes, until there are pages in the bucket. */
  #addNotice(): EdgeFunction {
    return new EdgeFunction(this, 'Notice', {
      comment: 'Says that the console comes',
      runtime: FunctionRuntime.JS_2_0,
      code: FunctionCode.fromInline(notice),
    });
  }
}

const page =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Tributary</title><h1>Tributary</h1><p>The console comes here. The API answers already.</p></html>';

const notice = `function handler(event) {
  return {
    statusCode: 200,
    statusDescription: 'OK',
    headers: { 'content-type': { value: 'text/html; charset=utf-8' } },
    body: { encoding: 'text', data: ${JSON.stringify(page)} },
  };
}`;
