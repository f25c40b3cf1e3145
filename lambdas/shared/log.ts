import { Logger } from '@aws-lambda-powertools/logger';

/** A function's log: lines of JSON, which CloudWatch Logs Insights finds by their fields. */
export const log = new Logger({ serviceName: 'tributary' });
