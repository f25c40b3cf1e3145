import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesystemObjects } from '../../adapters/objects/filesystem.ts';
import { objectStoreContract } from './objects.ts';

objectStoreContract('a folder', async () => new FilesystemObjects(await mkdtemp(join(tmpdir(), 'objects-'))));
