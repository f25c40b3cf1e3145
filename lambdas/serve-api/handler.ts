import { createApi } from '../../api/app.ts';
import { behindGateway } from '../shared/gateway.ts';
import { openPeople } from '../shared/people.ts';
import { placesOfApi, tokenIssuerOfApi } from '../shared/place.ts';
import { DeployedPlatform } from '../shared/platform.ts';
import { tokensOf } from '../shared/tokens.ts';

/** The API over every environment of the deployment. */
export const handler = behindGateway(
  createApi(new DeployedPlatform(placesOfApi(), openPeople(), tokensOf(tokenIssuerOfApi()))),
);
