import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { SourceFile } from '../../../core/feeds/port.ts';
import { onlyFile } from '../../contracts/couriers.ts';
import { api, files, json, read, startApi } from '../../support/http-api.ts';

const { server, sourceOf } = await startApi();
afterAll(() => server.kill());

describe('records of an API', () => {
  const pages = [[{ id: 1 }, { id: 2 }], [{ id: 3 }], []];
  const lines = '{"id":1}\n{"id":2}\n{"id":3}\n';

  it.each([
    ['numbers', { by: 'page', parameter: 'p', first: 0 }],
    ['a cursor', { by: 'cursor', parameter: 'after', at: 'meta.next' }],
    ['links in headers', { by: 'link' }],
    ['links in answers', { by: 'link', at: 'meta.url' }],
  ])('are read page by page, by %s', async (_, paging) => {
    server.answers((_request, response, { searchParams }) => {
      const n = Number(searchParams.get('p') ?? searchParams.get('after') ?? 0);
      const isLast = n + 1 >= pages.length;
      const next = isLast ? null : n + 1;
      if (!isLast)
        response.setHeader('link', `<${server.origin}/>; rel="first", </items?p=${next}>; title="a, b"; rel="next"`);
      json(response, { data: pages[n] ?? [], meta: { next, url: isLast ? undefined : `/items?p=${next}` } });
    });
    expect((await read(sourceOf([api({ pages: paging })]))).text).toBe(lines);
  });

  it('keep numbers as they were written', async () => {
    server.answers((_, response) => void response.end('{"data":[{"id":12345678901234567890,"price":1.10}]}'));
    expect((await read(sourceOf([api()]))).text).toBe('{"id":12345678901234567890,"price":1.10}\n');
  });

  it('are asked for since the last reading began, and of a period when one is read again', async () => {
    server.answers((_, response) => json(response, { data: [{ id: 1 }] }));
    const request = api({ since: { parameter: 'since' }, until: { parameter: 'until', format: 'seconds' } });
    const query = () => Object.fromEntries(new URL(server.asked.at(-1)?.path ?? '', server.origin).searchParams);
    const before = new Date().toISOString();
    const { mark = '' } = await read(sourceOf([request]));
    expect(query()).toEqual({});
    expect(mark >= before && mark <= new Date().toISOString()).toBe(true);
    await read(sourceOf([request]), { since: '2026-11-23T10:00:00.000Z' });
    expect(query()).toEqual({ since: '2026-11-23T09:55:00.000Z' });
    const again = await read(sourceOf([request]), { since: mark, period: { from: '2026-10-01', to: '2026-10-03' } });
    expect(query()).toEqual({ since: '2026-10-01T00:00:00.000Z', until: String(Date.UTC(2026, 9, 3) / 1000) });
    expect(again.mark).toBeUndefined();
  });

  it('are a file without rows where the whole list is empty, and nothing new where what changed was asked for', async () => {
    for (const data of [[], null]) {
      server.answers((_, response) => json(response, { data }));
      expect((await read(sourceOf([api()]))).found).toMatchObject({ bytes: 0 });
      expect((await read(sourceOf([api({ since: { parameter: 'since' } })]))).found).toBeUndefined();
    }
  });

  it('end before a page that is not there, unless that is the first', async () => {
    const paged = () => sourceOf([api({ pages: { by: 'page', parameter: 'p' } })]);
    server.answers((_, response, { searchParams }) => {
      if (searchParams.get('p') === '1') return json(response, { data: [{ id: 1 }] });
      response.writeHead(404).end();
    });
    expect((await read(paged())).text).toBe('{"id":1}\n');
    server.answers((_, response) => void response.writeHead(404).end());
    await expect(read(paged())).rejects.toMatchObject({ name: 'FileChanged' });
  });

  it.each([
    [429, { 'retry-after': '1' }],
    [503, {}],
    [500, {}],
  ])('are asked for again after a %s', async (status, headers) => {
    const at: number[] = [];
    server.answers((_, response) => {
      at.push(Date.now());
      if (at.length <= 2) return void response.writeHead(status, headers).end();
      json(response, { data: [{ id: 1 }] });
    });
    expect((await read(sourceOf([api()]))).text).toBe('{"id":1}\n');
    expect((at[2] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(status === 429 ? 1990 : 700);
  });

  it.each([
    ['records', api()],
    ['a file', { name: 'items.ndjson', path: '/items' }],
  ])('are waited for as long as they say, but no longer than a step may wait: %s', async (_, request) => {
    const putOff = (seconds: string) =>
      server.answers((_, response) => void response.writeHead(429, { 'retry-after': seconds }).end('slow, the-token'));
    putOff('600');
    const over = new AbortController();
    const source = sourceOf([request], { sign_in: { by: 'bearer' } });
    const reading = source
      .list(files, over.signal)
      .then(([file]) => source.fetch(file as SourceFile, join(tmpdir(), 'put-off'), { signal: over.signal }));
    expect(await Promise.race([reading.catch(() => 'ended'), pause(500, 'waits')])).toBe('waits');
    over.abort(new Error('stopped'));
    await expect(reading).rejects.toThrow();
    expect(server.asked).toHaveLength(1);
    putOff('86400');
    await expect(read(source)).rejects.toMatchObject({
      name: 'SourceRefused',
      message: expect.stringMatching(
        /answered 429, "slow, …": it asks us to come again at 20.*Z, .*10 minutes at most/,
      ),
    });
    expect(server.asked).toHaveLength(1);
  });

  it('end at no other refusal of a page behind the first than that it is not there', async () => {
    server.answers((_, response, { searchParams }) => {
      if (searchParams.get('p') === '1') return json(response, { data: [{ id: 1 }] });
      response.writeHead(410).end();
    });
    const paged = sourceOf([api({ pages: { by: 'page', parameter: 'p' } })]);
    await expect(read(paged)).rejects.toMatchObject({ name: 'FileChanged' });
  });

  it('are refused where the system gives the same page under each number', async () => {
    server.answers((_, response) => json(response, { data: [{ id: 1 }] }));
    await expect(read(sourceOf([api({ pages: { by: 'page', parameter: 'p' } })]))).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringContaining("same records on page 2 as on the one before: it doesn't heed p"),
    });
  });

  it.each([
    ['meta.next', { by: 'cursor', parameter: 'c', at: 'meta.next' }],
    ['its header Link', { by: 'link' }],
  ])('are doubted to be all where the only page is full and has nothing at %s', async (place, pages) => {
    const doubt = async (records: number, more: Record<string, unknown> = {}) => {
      server.answers((_, response) => json(response, { data: Array.from({ length: records }, (_, id) => ({ id })) }));
      return (await read(sourceOf([api({ pages, ...more })]))).found?.doubt;
    };
    expect(await doubt(50)).toContain(`gave 50 records and has nothing at ${place}`);
    expect(await doubt(7, { query: { limit: '7' } })).toContain('gave 7 records');
    expect(await doubt(7)).toBeUndefined();
  });

  it('never end where pages lead round in a circle: that is refused', async () => {
    server.answers((_, response) => json(response, { data: [{ id: 1 }], next: 'same' }));
    await expect(read(sourceOf([api({ pages: { by: 'cursor', parameter: 'c', at: 'next' } })]))).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringContaining('leads to a page again'),
    });
  });

  it.each([
    [{ by: 'link', at: 'next' }, { href: '/items?p=2' }],
    [{ by: 'link', at: 'next' }, 'http://[bad'],
    [{ by: 'cursor', parameter: 'c', at: 'next' }, { after: 'x' }],
  ])('are not taken for all where the next page can not be asked for: %j as %j', async (pages, next) => {
    server.answers((_, response) => json(response, { data: [{ id: 1 }], next }));
    await expect(read(sourceOf([api({ pages })]))).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringContaining(`names ${JSON.stringify(next)} as its next page at next: expected`),
    });
  });

  it('are none where the answer has no content, and begin behind a byte-order mark', async () => {
    server.answers((_, response) => void response.writeHead(204).end());
    expect((await read(sourceOf([api()]))).found).toMatchObject({ bytes: 0 });
    server.answers((_, response) => void response.end('\ufeff{"data":[{"id":1}]}'));
    expect((await read(sourceOf([api()]))).text).toBe('{"id":1}\n');
  });

  it('are read in the charset that the answer names, and never with letters that it has not', async () => {
    const answered = (charset: string) =>
      server.answers((_, response) => {
        response.setHeader('content-type', `application/json; charset=${charset}`);
        response.end(Buffer.from('{"data":[{"name":"Zoë"}]}', 'latin1'));
      });
    answered('ISO-8859-1');
    expect((await read(sourceOf([api()]))).text).toBe('{"name":"Zoë"}\n');
    server.answers((_, response) => {
      response.setHeader('content-type', 'application/json; charset=windows-1252');
      response.end(Buffer.from('{"data":[{"name":"\x80\x92"}]}', 'latin1'));
    });
    expect((await read(sourceOf([api()]))).text).toBe('{"name":"€’"}\n');
    for (const charset of ['utf-8', 'klingon']) {
      answered(charset);
      await expect(read(sourceOf([api()]))).rejects.toThrow(`no text of the charset ${charset}`);
    }
  });

  it('are others to the mark of a reading once anything but the way of asking for changes is another', async () => {
    const of = async (more: Record<string, unknown>) => (await onlyFile(sourceOf([api(more)]))).of;
    expect(await of({ since: { parameter: 'since' } })).toBe(await of({ since: { parameter: 'from' } }));
    const others = [{}, { path: '/returns' }, { query: { kind: 'x' } }, { records: 'items' }].map(of);
    expect(new Set(await Promise.all(others)).size).toBe(others.length);
  });

  it('are refused where the answer has no list of them, or is no JSON', async () => {
    server.answers((_, response) => json(response, { items: [], total: 0 }));
    await expect(read(sourceOf([api()]))).rejects.toThrow('has no list at data, and has items, total');
    server.answers((_, response) => void response.end('<html>'));
    await expect(read(sourceOf([api()]))).rejects.toThrow('what is no JSON');
  });
});
