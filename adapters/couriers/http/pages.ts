import { LosslessNumber, parse, stringify } from 'lossless-json';
import { FileChanged, UnreadableFile } from '../../../core/errors.ts';
import { persistently } from '../persistently.ts';
import { type HttpAnswer, shown } from './client.ts';
import type { HttpSession } from './session.ts';
import type { Asked, Paging } from './settings.ts';

/** More pages than this no reading has: a system that never ends would fill the disk. */
const MOST_PAGES = 100_000;

/** The records of a page as lines of NDJSON, and what is to be looked at where it may not be the last one. */
export interface PageOfRecords {
  lines: string;
  doubt?: string;
}

/** Records of every page of a request. Numbers stay as they were written, however long. */
export async function* pagesOf(
  session: HttpSession,
  asked: Asked,
  first: URL,
  signal: AbortSignal,
): AsyncGenerator<PageOfRecords> {
  const { name, records: place = '.', pages } = asked;
  const seen = new Set<string>();
  let before = '';
  let url: URL | undefined = pages?.by === 'page' ? withParameter(first, pages.parameter, String(pages.first)) : first;
  while (url) {
    if (seen.size >= MOST_PAGES || seen.has(url.href)) {
      const what =
        seen.size >= MOST_PAGES ? `has more than ${MOST_PAGES} pages` : `leads to a page again that was read`;
      throw new UnreadableFile(`${name}: ${shown(url)} ${what}: look at pages of the request`);
    }
    seen.add(url.href);
    const at: URL = url;
    const page = await persistently({ signal, hasCome: () => 0 }, async () => {
      const answer = await session.get(at, signal, { accept: 'application/json' });
      return { answer, text: await session.text(answer) };
    }).catch((cause: unknown) => {
      // Some systems have no page behind their last instead of one without records.
      if (isNotThere(cause) && pages?.by === 'page' && seen.size > 1) return undefined;
      throw cause;
    });
    if (page === undefined) return;
    const { answer, text } = page;
    // What is not there has no page behind it.
    if (answer.status === 204) return;
    const value = parsed(text, name, at);
    const records = recordsOf(value, place, name, at);
    const lines = records.map((record) => `${stringify(record)}\n`).join('');
    if (pages?.by === 'page' && lines !== '' && lines === before) {
      throw new UnreadableFile(
        `${name}: ${shown(at)} has the same records on page ${pages.first + seen.size - 1} as on the one before: it doesn't heed ${pages.parameter}, so look at pages of the request`,
      );
    }
    before = lines;
    url = pages && nextOf(pages, { name, answer, value, records, at, number: seen.size });
    const doubt = pages && !url && seen.size === 1 ? doubtOf(pages, { name, answer, value, records, at }) : undefined;
    if (records.length > 0) yield { lines, ...(doubt !== undefined && { doubt }) };
  }
}

const isNotThere = (cause: unknown): boolean => cause instanceof FileChanged && cause.data.status === 404;

interface Page {
  name: string;
  answer: HttpAnswer;
  value: unknown;
  records: readonly unknown[];
  at: URL;
}

/** Where the next page is; undefined where an answer names none, which is not to name one that is none. */
function nextOf(
  pages: Paging,
  { name, answer, value, records, at, number }: Page & { number: number },
): URL | undefined {
  if (pages.by === 'page') {
    return records.length === 0 ? undefined : withParameter(at, pages.parameter, String(pages.first + number));
  }
  const named = pages.at === undefined ? linkOf(answer) : valueAt(value, pages.at);
  if (named === undefined || named === null || named === '' || named === false) return undefined;
  const found = named instanceof LosslessNumber ? named.toString() : named;
  if (typeof found === 'string' && pages.by === 'cursor') return withParameter(at, pages.parameter, found);
  if (typeof found === 'string' && URL.canParse(found, at.href)) return new URL(found, at);
  throw new UnreadableFile(
    `${name}: ${shown(at)} names ${stringify(named)} as its next page at ${placeOf(pages)}: expected ${pages.by === 'cursor' ? 'a text or a number' : 'an address'}, or null behind the last page; look at pages of the request`,
  );
}

/**
 * What is to be looked at where the only page that was read looks full and has nothing at the place of the next one: either all
 * of it fits in, or that place is called something else. Systems that leave it out behind their last page are many.
 */
function doubtOf(pages: Paging, { name, answer, value, records, at }: Page): string | undefined {
  if (pages.by === 'page') return undefined;
  const isNamed = pages.at === undefined ? answer.headers.link !== undefined : valueAt(value, pages.at) !== undefined;
  const isAskedFor = [...at.searchParams.values()].includes(String(records.length));
  const isFull = records.length > 0 && (isAskedFor || records.length % 10 === 0);
  if (isNamed || !isFull) return undefined;
  return `${name}: ${shown(at)} gave ${records.length} records and has nothing at ${placeOf(pages)}, where its next page is looked for: if it has more, mend pages of the request`;
}

const placeOf = ({ at }: { at?: string | undefined }): string => at ?? 'its header Link';

/** `<https://…?page=2>; rel="next"` among others. */
function linkOf({ headers }: HttpAnswer): string | undefined {
  const links = [headers.link ?? []]
    .flat()
    .join(',')
    .matchAll(/<([^>]*)>([^<]*)/g);
  for (const [, address, about = ''] of links) {
    const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(about);
    if ((relations?.[1] ?? relations?.[2] ?? '').split(' ').includes('next')) return address;
  }
  return undefined;
}

function withParameter(url: URL, name: string, value: string): URL {
  const next = new URL(url);
  next.searchParams.set(name, value);
  return next;
}

const valueAt = (value: unknown, place: string): unknown =>
  place === '.'
    ? value
    : place.split('.').reduce<unknown>((found, name) => (isObject(found) ? found[name] : undefined), value);

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object';

function parsed(text: string, name: string, url: URL): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new UnreadableFile(`${name}: ${shown(url)} answers with what is no JSON, ${(cause as Error).message}`, {
      cause,
    });
  }
}

function recordsOf(value: unknown, place: string, name: string, url: URL): readonly unknown[] {
  const found = valueAt(value, place);
  if (Array.isArray(found)) return found;
  if (found === null) return [];
  const there = isObject(value) ? Object.keys(value).slice(0, 10).join(', ') : typeof value;
  throw new UnreadableFile(
    `${name}: ${shown(url)} has no list at ${place}, and has ${there}: mend records of the request`,
  );
}
