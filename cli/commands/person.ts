import type { Command } from 'commander';
import type { PersonMatch, PersonStory } from '../../core/contracts/person.ts';
import { NotFound } from '../../core/errors.ts';
import { action } from '../action.ts';
import { examples } from '../help.ts';
import { matchesText, personText } from '../person-text.ts';

/** `tributary person WHO`. */
export function addPerson(program: Command): void {
  program
    .command('person')
    .description('show one person: their records, why they were joined, their orders')
    .argument('<who>', 'an AmpID, e-mail address or phone number')
    .addHelpText(
      'after',
      examples(
        'person jane@example.com',
        'person "+1 (555) 010-0199"',
        'person 6f1c7f0e-5e5c-5b53-9f43-2f8b4d6c1a10 --json',
      ),
    )
    .action(
      action(async ({ client, args: [who = ''], environment }) => {
        const path = await environment();
        if (isAmpId(who)) return tell(await client.get<PersonStory>(`${path}/persons/${who}`));
        const search = who.includes('@') ? { email: who } : { phone: who };
        const people = await client.all<PersonMatch>(`${path}/persons`, search, 25);
        const [person, ...others] = people;
        if (!person) throw new NotFound(`nobody has ${Object.keys(search)[0]} ${JSON.stringify(who)}`);
        if (others.length > 0) return { data: people, text: matchesText(people) };
        return tell(await client.get<PersonStory>(`${path}/persons/${person.amp_id}`));
      }),
    );
}

const isAmpId = (who: string) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(who);

const tell = (story: PersonStory) => ({ data: story, text: personText(story) });
