import { expect, test } from 'vitest';
import { serve } from '../../local/server.ts';

const answer = (text: string) => () => new Response(text);

test('the API listens on this machine only, on the next free port when its own is taken', async () => {
  const first = await serve(answer('first'), 18_460);
  const second = await serve(answer('second'), Number(new URL(first.url).port));
  try {
    expect(new URL(second.url).hostname).toBe('127.0.0.1');
    expect(second.url).not.toBe(first.url);
    expect(await (await fetch(first.url)).text()).toBe('first');
    expect(await (await fetch(second.url)).text()).toBe('second');
  } finally {
    await first.close();
    await second.close();
  }
  await expect(fetch(first.url)).rejects.toThrow();
});
