import { z } from 'zod';
import { directoryGroupsAttribute } from '../../core/contracts/users.ts';
import { tokenGroups } from '../../core/users/directory-groups.ts';
import { log } from '../shared/log.ts';
import { companyDirectory } from '../shared/place.ts';

const directory = companyDirectory();

/** What Cognito says of somebody whom it is about to give a token. */
const Event = z.looseObject({
  userName: z.string(),
  request: z.looseObject({ userAttributes: z.record(z.string(), z.string()) }),
  response: z.looseObject({}),
});

/** Names the groups in a token of somebody who signs in by the company's directory; other tokens stay as they are. */
export async function handler(event: unknown): Promise<z.infer<typeof Event>> {
  const asked = Event.parse(event);
  const { userAttributes } = asked.request;
  const groups = directory && tokenGroups(userAttributes, directory);
  if (groups === undefined) return asked;
  log.info('groups of the directory', { user: asked.userName, told: userAttributes[directoryGroupsAttribute], groups });
  const claimsOverrideDetails = {
    groupOverrideDetails: { groupsToOverride: groups },
    // It may be as long as a header may be.
    claimsToSuppress: [directoryGroupsAttribute],
  };
  return { ...asked, response: { claimsOverrideDetails } };
}
