import { S3Client } from '@aws-sdk/client-s3';
import { bucketInbox, bucketStreams } from '../../adapters/couriers/bucket-inbox.ts';
import type { CourierContext } from '../../adapters/couriers/kind.ts';
import { hostedNetwork } from '../../adapters/couriers/network.ts';
import { courierSource } from '../../adapters/couriers/registry.ts';
import type { Place } from '../../core/contracts/deployment.ts';
import type { Services } from '../../core/ports.ts';
import { courierRoles } from './place.ts';
import { openSecrets } from './secrets.ts';

/** Folders of the inbox and files of streams, which lie in one bucket. */
const inboxOf = (inbox: Parameters<typeof bucketInbox>[0]) => ({
  openFolder: bucketInbox(inbox),
  openStream: bucketStreams(inbox),
});

/** What the couriers of a place are given, in a function of theirs. */
export const courierContext = (place: Place): CourierContext => ({
  ...inboxOf({ client: new S3Client(), bucket: place.bucket }),
  secrets: openSecrets(place),
  network: hostedNetwork,
  roles: courierRoles(),
});

/** Couriers of every type. Only functions that carry their drivers import this. */
export function openCouriers(place: Place): Services['courier'] {
  const context = courierContext(place);
  return (courier, connection) => courierSource(courier, context, connection);
}
