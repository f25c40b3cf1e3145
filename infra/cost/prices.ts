/** List prices in dollars, eu-west-1, without free tiers, as they were known in November 2026. Check them at their source. */
export const prices = {
  asOf: '2026-11',
  region: 'eu-west-1',
  // https://aws.amazon.com/lambda/pricing/
  lambdaGbSecond: { arm64: 0.0000133334, x86_64: 0.0000166667 },
  lambdaRequest: 0.2 / 1e6,
  lambdaScratchGbSecond: 0.0000000309,
  // https://aws.amazon.com/fargate/pricing/
  fargateCpuHour: 0.03238,
  fargateGbHour: 0.00356,
  fargateDiskGbHour: 0.000122,
  fargateFreeDiskGb: 20,
  // https://aws.amazon.com/vpc/pricing/
  publicAddressHour: 0.005,
  // https://aws.amazon.com/athena/pricing/
  athenaTerabyte: 5,
  // https://aws.amazon.com/step-functions/pricing/
  stateTransition: 0.025 / 1000,
  // https://aws.amazon.com/s3/pricing/
  s3GbMonth: 0.023,
  s3Write: 0.005 / 1000,
  s3Read: 0.0004 / 1000,
  // https://aws.amazon.com/sqs/pricing/
  sqsRequest: 0.4 / 1e6,
  // https://aws.amazon.com/cloudwatch/pricing/
  alarmMonth: 0.1,
  dashboardMonth: 3,
  metricMonth: 0.3,
  logsGb: 0.57,
  // https://aws.amazon.com/aws-transfer-family/pricing/
  sftpHour: 0.3,
  // https://aws.amazon.com/entity-resolution/pricing/
  entityResolutionRecord: 0.25 / 1000,
} as const;
