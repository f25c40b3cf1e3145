import type { Command } from 'commander';
import { action } from '../action.ts';
import { examples } from '../help.ts';

/** `tributary tenant create|list`. */
export function addTenant(program: Command): void {
  const tenant = program
    .command('tenant')
    .description('make and list tenants')
    .addHelpText('after', examples('tenant create north --amp-iq', 'tenant list'));
  tenant
    .command('create <name>')
    .description('make an empty tenant: Stitch, the Customer 360 and its first administrator are ready')
    .option('--amp-iq', 'with AmpIQ, for marketers', false)
    .option('--administrator <e-mail>', 'who looks after it')
    .addHelpText('after', examples('tenant create north --amp-iq --administrator ann@north.example'))
    .action(
      action<{ ampIq: boolean; administrator?: string }>(async ({ client, options, args: [name] }) => {
        const made = await client.post<{ name: string }>('/tenants', {
          name,
          amp_iq: options.ampIq,
          ...(options.administrator !== undefined && { administrator_email: options.administrator }),
        });
        return {
          data: made,
          text: `made tenant ${made.name}: next, \`tributary discover FILE --tenant ${made.name}\` describes a file of yours`,
        };
      }),
    );
  tenant
    .command('list')
    .description('list the tenants of this machine')
    .addHelpText('after', examples('tenant list'))
    .action(
      action(async ({ client }) => {
        const tenants = await client.all<{ name: string }>('/tenants');
        return { data: tenants, text: tenants.map(({ name }) => name).join('\n') || 'no tenants yet' };
      }),
    );
}
