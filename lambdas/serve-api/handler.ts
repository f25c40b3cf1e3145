import { handle } from 'hono/aws-lambda';
import { createApi } from '../../api/app.ts';
import { openPeople } from '../shared/people.ts';
import { placesOfApi } from '../shared/place.ts';
import { DeployedPlatform } from '../shared/platform.ts';

/** The API over every environment of the deployment. */
export const handler = handle(createApi(new DeployedPlatform(placesOfApi(), openPeople())));
