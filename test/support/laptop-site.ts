import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FolderArchive } from '../../adapters/inbox-archive/folder.ts';
import { FilesystemObjects } from '../../adapters/objects/filesystem.ts';
import { EncryptedFileSecrets } from '../../adapters/secrets/encrypted-file.ts';
import type { SignIn } from '../../adapters/sftp-site/laptop/authentication.ts';
import { LaptopSite } from '../../adapters/sftp-site/laptop.ts';
import { getUser, SftpUsers } from '../../core/sftp/users.ts';
import { makeSshKey, type SftpUser } from './sftp.ts';

/** A laptop's SFTP site in a folder of its own, which listens. */
export class OpenedLaptopSite {
  readonly folder: string;
  readonly inbox: string;
  readonly realInbox: string;
  readonly site: LaptopSite;
  readonly archive: FolderArchive;
  readonly objects: FilesystemObjects;
  readonly users: SftpUsers;
  /** Keys of files that it has told to be whole. */
  readonly arrived: string[] = [];
  readonly signIns: SignIn[] = [];
  readonly failures: unknown[] = [];
  now = new Date();
  port = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.inbox = join(folder, 'inbox');
    this.realInbox = this.inbox;
    const objects = new FilesystemObjects(join(folder, 'objects'));
    this.objects = objects;
    const secrets = new EncryptedFileSecrets({
      file: join(folder, 'secrets'),
      keyFile: join(folder, 'secrets.key'),
      owner: 'test/production',
    });
    const clock = () => this.now;
    this.users = new SftpUsers({ objects, secrets, clock });
    this.archive = new FolderArchive({ inbox: this.inbox, archive: join(folder, 'archive') });
    this.site = new LaptopSite({
      objects,
      secrets,
      inbox: this.inbox,
      unfinished: join(folder, 'uploads'),
      scratch: join(folder, 'scratch'),
      archive: this.archive,
      otherPorts: async () => [],
      arrived: (key) => this.arrived.push(key),
      log: (signIn) => this.signIns.push(signIn),
      failed: (cause) => this.failures.push(cause),
      serves: () => true,
      clock,
    });
  }

  static async open(): Promise<OpenedLaptopSite> {
    const folder = await mkdtemp(join(tmpdir(), 'sftp-site-'));
    for (const one of ['inbox', 'scratch']) await mkdir(join(folder, one));
    const opened = new OpenedLaptopSite(folder);
    await opened.site.provision();
    opened.port = (await opened.site.describe()).port;
    return opened;
  }

  async newUser(name: string, folder = name): Promise<SftpUser> {
    const key = await makeSshKey();
    await this.users.add(name, folder);
    await this.users.addKey(name, key.publicKey);
    return { port: this.port, user: name, key };
  }

  textOf(path: string): Promise<string | undefined> {
    return readFile(join(this.inbox, path), 'utf8').catch(() => undefined);
  }

  async put(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.inbox, path)), { recursive: true });
    await writeFile(join(this.inbox, path), text);
  }

  /** Delivers a text as if it were a query's result. */
  async deliver(name: string, path: string, text: string): Promise<void> {
    await this.objects.put('result.csv', text);
    await this.site.deliver('result.csv', await getUser(this.objects, name), path);
  }

  /** Forty days go by for every file that is there. */
  async growOld(): Promise<void> {
    await this.archive.keep(new Date(Date.now() + 40 * 24 * 3_600_000));
  }

  letTimePass(): void {
    this.now = new Date(this.now.getTime() + 600_000);
  }

  close(): Promise<void> {
    return this.site.close();
  }
}
