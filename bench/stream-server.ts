import { createApi } from '../api/app.ts';
import { LocalPlatform } from '../local/platform.ts';
import { serve } from '../local/server.ts';

/** Serves the API over a home, as `npm start` does, without a demo: prints where, and ends when it is killed. */
const [home = ''] = process.argv.slice(2);
const platform = await LocalPlatform.open(home);
await platform.keepTime();
const api = createApi(platform);
const { url } = await serve((request) => api.fetch(request), 18_700);
await platform.announce(url);
console.log(url);
