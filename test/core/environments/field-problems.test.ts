import { expect, it } from 'vitest';
import { z } from 'zod';
import { problems } from '../../../core/environments/field-problems.ts';

const Order = z.strictObject({
  id: z.string().min(1),
  items: z.array(z.strictObject({ kind: z.enum(['shoe', 'hat']), count: z.number().int().min(1).max(9) })).min(1),
  day: z.iso.date().optional(),
  price: z.union([z.number(), z.string()]).optional(),
  pay: z
    .discriminatedUnion('by', [z.strictObject({ by: z.literal('card') }), z.strictObject({ by: z.literal('cash') })])
    .optional(),
  password: z.string().min(20).optional(),
  url: z
    .string()
    .regex(/^https:/, 'expected https')
    .optional(),
});
const told = (value: unknown) => {
  const { error } = Order.safeParse(value);
  return error && problems(error, value);
};
const order = { id: 'a', items: [{ kind: 'hat', count: 1 }] };

it.each([
  [{ ...order, id: 5 }, 'id: expected a text, saw 5'],
  [{ ...order, id: '' }, 'id: expected at least 1 letter, saw ""'],
  [{ items: order.items }, 'id: missing, expected a text'],
  [{ ...order, items: [] }, 'items: expected at least 1 entry'],
  [{ ...order, items: 'hat' }, 'items: expected a list, saw "hat"'],
  [{ ...order, items: [{ kind: 'coat', count: 1 }] }, 'items.0.kind: expected one of shoe, hat, saw "coat"'],
  [{ ...order, items: [{ kind: 'hat', count: 1.5 }] }, 'items.0.count: expected a whole number, saw 1.5'],
  [{ ...order, items: [{ kind: 'hat', count: 10 }] }, 'items.0.count: expected at most 9, saw 10'],
  [{ ...order, day: '2026-02-30' }, 'day: expected a day such as 2026-11-23, saw "2026-02-30"'],
  [{ ...order, price: true }, 'price: expected a number, or a text, saw true'],
  [{ ...order, pay: { by: 'cheque' } }, 'pay.by: expected one of card, cash, saw "cheque"'],
  [
    { ...order, colour: 1 },
    'whole: no such field as colour, expected one of id, items, day, price, pay, password, url',
  ],
  [{ ...order, url: `http://${'x'.repeat(99)}` }, `url: expected https, saw "http://${'x'.repeat(52)}…`],
])('%j is refused with what was expected and what was seen', (value, message) => {
  expect(told(value)).toBe(message);
});

it('what may be a secret is not repeated', () => {
  expect(told({ ...order, password: 'hunter2' })).toBe('password: expected at least 20 letters');
  for (const url of ['http://ann:hunter2@shop.example', 'ann:hunter2@shop', 'http://shop.example/?key=hunter2'])
    expect(told({ ...order, url })).toBe('url: expected https');
});
