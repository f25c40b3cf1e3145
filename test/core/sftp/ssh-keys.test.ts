import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { InvalidInput } from '../../../core/errors.ts';
import { checkHostKey, parsePublicKey } from '../../../core/sftp/ssh-keys.ts';

/** Made by OpenSSH's `ssh-keygen`, and told by `ssh-keygen -l`. */
const lines = {
  rsa2048:
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC/LFl7mDtoh4nrGDDesJjAp9JYsLpCvb3YAk3YPxrWyMlDCOfCMT5xBqxVybMV7geWsTXVvNMXzS7TrNl0tOACaZ0GWcFJRU4d1poFOR/+qOOxDzjuP2uxmyfAP75k/uSCh5LRTtOlTkS4fGFSfNo+6WRMAd2/2LuD/jP6wIWrIejdGMmedPFvverSS3LRe88VWpddRSzT8bOYwWoEv8KqiV/Rx0Iz+dqqLL2mbS89G9jTVjR835Wo5b6l+KY0snW7qfxiBPZGIMYIA/rxTj2kyVlWDnMXXuKEUOZ2xpSmLY9KUjtAjRmpCGN084SOV2ulbmsgdDavj9/xnOxCsBnV',
  rsa1024:
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDNG11HIn5NTHpV/TotjzmCfIC5rL3pfzwV/Q7z41K4pd1jJceFXLqvygP7gW3BzeshJXQjogt0alh4VJisMl3eFWumhXP5z5sYOSV0GRnfvkueQJEd9SZlfRHXiSGxVQq223ewyou3qzmk9LNUEKEr/7UTbLPvVupDM2if8JisHQ==',
  ecdsa256:
    'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBAzNF9Q8QnOQAJ6wXvV321Rr2+vBDsLbmX4m6VXq/vFnSBrJzEUYducyGVL5bpU1CEuaW2WPeSbFwtS3Jukgmpk=',
  ecdsa521:
    'ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAGvIT7zqTlNB72ZzdxG4on9RJh21lDNH9T+Q3cyEmHyggaXxhF/fRMSZUVqHeH19JwsYf8Eg+265XXYGitP/yJWnAAz4X3pmIYhEKJ2rSxkIDBCSSlmryCpIlbwFBNpUkCAEArDxXnbGPXQ6i3ZXFHNtdem0BIOmBQjnWqiQAga62crcA==',
  ed25519: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFbnwuHFwMPhfA36JfqrT2UQPgkqKuoH30/zdQOyNgsj',
  dsa: 'ssh-dss AAAAB3NzaC1kc3MAAACBAOU4ek1gqkCBnrCSP4xF4In6H2BBwr0myyvQq2xWeBrdadgGW/rov1XMUExfOGS0oDHbWOQb3gj/+UDDsUy0TogXrx9jkWWm2LJLyySX05+7bRuc/hiDohXEAQQRfbU5hTwzFG67VcbgioHV6pMonlmVcNzrj90z6AvX6h6spbS1AAAAFQCqcX6XRAuYkLJVqPyI51BhOJzJqwAAAIEAv3p/k4HSPzBD9TjUJA+eUFZr1pz813/BkEJLfh62HxlmsFEMvpZyThRcKjbL2uTJv59eJwmLWMaK0CFjG+5zfD1gxPPwVOpYZ1RlBwV3tr/KKrlz8ZzQblltC7fYLGWlt+5Urm7EyAjWqkKYLku3cOwbNy58a0UeO2Jwy5AUdzAAAACAOTp8yCulq6wXggzmSqKFi3esoNVk58OAGQ/O7Nxs4e/kiPf9fkoxcsjipsZvnuwQXNaZF0zObBVjmt75cxBR1h+NSaE35JtjNVXp7zxcnFhXH1+ZMCS7UGIj08rMuUZ2iPa4z/vCUqXbWre0KyZrX4WTkBVsCLEjdqYemDqzVGs=',
};
const fingerprints = {
  rsa2048: 'SHA256:A6v9brmRPX0H9A7LetAyiYnKjKtcXmEEvQVg7sFD+Is',
  ecdsa256: 'SHA256:ns3wpS4EuUX1o7x0eWEgCotpHBJ5D8l7Q9MeAdwhXtI',
  ecdsa521: 'SHA256:ZL6ykYOcRCh9ddQd8BB03TQ0pk4OMI/CUWkqikJK+C4',
  ed25519: 'SHA256:8NVivlbkx1Ug6RE6vSvVmwpEW+6cUIs4COAhgYngCbs',
};

/** What refusing it said. */
function refusal(check: () => unknown): string {
  try {
    check();
  } catch (cause) {
    expect(cause).toBeInstanceOf(InvalidInput);
    return (cause as Error).message;
  }
  throw new Error('it was not refused');
}

const pem = (type: 'pkcs1' | 'pkcs8' | 'sec1', key: { export(options: object): string | Buffer }): string =>
  String(key.export({ format: 'pem', type }));

describe('a public key', () => {
  it.each(Object.entries(fingerprints))(
    'of kind %s is known by the fingerprint that OpenSSH tells',
    (kind, fingerprint) => {
      const line = lines[kind as keyof typeof lines];
      expect(parsePublicKey(`${line} the  shop's key\n`)).toEqual({
        key: line,
        comment: "the shop's key",
        fingerprint,
      });
      expect(parsePublicKey(line).comment).toBe('');
    },
  );

  it.each([
    ['a short RSA key', lines.rsa1024, 'an RSA key of 1024 bits'],
    ['DSA', lines.dsa, 'of a kind that is not let in'],
    ['several lines', `${lines.ed25519}\n${lines.ecdsa256}`, 'several lines'],
    ['options before it', `from="10.0.0.0/8" ${lines.ed25519}`, 'not one of OpenSSH'],
    ['the format of SSH2', '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----', 'ssh-keygen -i'],
    ['another type before it', lines.ed25519.replace('ssh-ed25519', 'ssh-rsa'), 'another type inside'],
    ['its end missing', lines.ed25519.slice(0, -8), 'cut off'],
    ['something after its end', `${lines.ed25519}AAAA`, 'something after its end'],
    ['nothing', '', 'not one of OpenSSH'],
    ['a password', 'correct-horse battery!', 'not one of OpenSSH'],
  ])('is refused with %s', (_, line, why) => {
    expect(refusal(() => parsePublicKey(line))).toContain(why);
  });

  it('that is a private one is refused, and not repeated', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const text = pem('pkcs8', privateKey);
    const message = refusal(() => parsePublicKey(text));
    expect(message).toContain('this is a private key');
    expect(message).not.toContain(text.split('\n')[1]);
  });
});

describe('a host key', () => {
  const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
  const ed25519 = generateKeyPairSync('ed25519').privateKey;

  test('of each kind that a site may be known by is taken', () => {
    for (const text of [
      pem('pkcs1', rsa(2048)),
      pem('pkcs8', rsa(2048)),
      ...['prime256v1', 'secp384r1', 'secp521r1'].map((curve) => pem('sec1', ec(curve))),
      pem('pkcs8', ed25519),
      openSsh(lines.ed25519),
      openSsh(lines.rsa2048),
    ]) {
      expect(checkHostKey(text)).toBeUndefined();
    }
  });

  const locked = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' };
  it.each([
    ['the public half', lines.ed25519, 'not a private key'],
    ['a short RSA key', pem('pkcs1', rsa(1024)), 'an RSA key of 1024 bits'],
    ['a short RSA key of OpenSSH', openSsh(lines.rsa1024), 'an RSA key of 1024 bits'],
    ['another curve', pem('sec1', ec('secp256k1')), 'another curve'],
    ['another kind', pem('pkcs8', generateKeyPairSync('x25519').privateKey), 'another kind (x25519)'],
    ['a passphrase', String(ed25519.export(locked as never)), 'has a passphrase'],
    ['a passphrase of OpenSSH', openSsh(lines.ed25519, 'aes256-ctr'), 'has a passphrase'],
    ['damage', pem('pkcs8', ed25519).replace(/^M.{20}/m, 'M'), "can't be read"],
    ['its end missing', openSsh(lines.ed25519.slice(0, -12)), 'cut off'],
    ['more than AWS takes', pem('pkcs1', rsa(8192)), '4096'],
  ])('is refused with %s, and not repeated', (_, text, why) => {
    const message = refusal(() => checkHostKey(text));
    expect(message).toContain(why);
    for (const line of text.split('\n').filter((one) => one.length > 20 && !one.startsWith('-'))) {
      expect(message).not.toContain(line);
    }
  });
});

/** A private key as OpenSSH writes it, of which only what is beside the private half is true. */
function openSsh(line: string, cipher = 'none'): string {
  const field = (bytes: Buffer | string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.from(bytes).length);
    return Buffer.concat([length, Buffer.from(bytes)]);
  };
  const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64');
  const parts = [Buffer.from('openssh-key-v1\0'), field(cipher), field('none'), field(''), Buffer.from([0, 0, 0, 1])];
  const body = Buffer.concat([...parts, field(blob), field('private')]).toString('base64');
  const wrapped = body.match(/.{1,70}/g)?.join('\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${wrapped}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
