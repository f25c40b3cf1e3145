import { generateDemo } from './demo.ts';

// Writes the demo's files for as many people as are asked for: node bin/run.mjs samples/generate/main.ts 200000 big
const [people = '', folder = ''] = process.argv.slice(2);
if (!(Number(people) > 0) || folder === '') {
  throw new Error(`people ${people || 'missing'}, folder ${folder || 'missing'}: expected a number and a folder`);
}
await generateDemo({ people: Number(people), folder });
