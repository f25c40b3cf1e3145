import { describe, expect, it } from 'vitest';
import type { Secrets } from '../../core/ports.ts';

/** What every keeper of secrets keeps to. `open` gives an empty one of a new environment. */
export function secretsContract(name: string, open: () => Promise<Secrets>): void {
  describe(`${name} as a keeper of secrets`, () => {
    it('gives back what was put last, and nothing for a name that was not', async () => {
      const secrets = await open();
      expect(await secrets.get('sftp/shop/password')).toBeUndefined();
      await secrets.put('sftp/shop/password', 'first');
      await secrets.put('sftp/shop/password', 'ünd "zweitens"\n');
      expect(await secrets.get('sftp/shop/password')).toBe('ünd "zweitens"\n');
      expect(await secrets.get('sftp/shop')).toBeUndefined();
    });

    it('forgets what is removed, once or twice, and takes the name anew', async () => {
      const secrets = await open();
      await secrets.remove('gone');
      await secrets.put('gone', 'old');
      await secrets.put('kept', 'still here');
      await secrets.remove('gone');
      await secrets.remove('gone');
      expect(await secrets.get('gone')).toBeUndefined();
      await secrets.put('gone', 'new');
      expect([await secrets.get('gone'), await secrets.get('kept')]).toEqual(['new', 'still here']);
    });

    it('loses none of many that are put at once', async () => {
      const secrets = await open();
      const names = Array.from({ length: 12 }, (_, n) => `many/${n}`);
      await Promise.all(names.map((one) => secrets.put(one, `value of ${one}`)));
      expect(await Promise.all(names.map((one) => secrets.get(one)))).toEqual(names.map((one) => `value of ${one}`));
    });

    it('shows an environment none of another', async () => {
      const [mine, other] = [await open(), await open()];
      await mine.put('shared/name', 'mine');
      expect(await other.get('shared/name')).toBeUndefined();
    });
  });
}
