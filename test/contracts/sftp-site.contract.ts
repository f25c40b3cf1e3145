import { afterAll } from 'vitest';
import { OpenedLaptopSite } from '../support/laptop-site.ts';
import { sftpSiteContract } from './sftp-site.ts';

const opened: OpenedLaptopSite[] = [];
afterAll(async () => {
  for (const site of opened) await site.close();
});

sftpSiteContract("a laptop's SFTP site", async () => {
  const site = await OpenedLaptopSite.open();
  opened.push(site);
  return site;
});
