/** A number that JSON has to show digit by digit. */
const [LEAST_INTEGER, MOST_INTEGER] = [-(2n ** 63n), 2n ** 63n - 1n];

/**
 * The JSON of a decoded value, without line ends: whole numbers with all their digits, bytes in Base64, what JSON has no number
 * for as text, keys of maps as text.
 */
export function jsonText(value: unknown): string {
  if (typeof value === 'bigint') return value >= LEAST_INTEGER && value <= MOST_INTEGER ? String(value) : `"${value}"`;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`;
  if (value === undefined || value === null) return 'null';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return `{${entries.map(([key, member]) => `${JSON.stringify(keyOf(key))}:${jsonText(member)}`).join(',')}}`;
}

const keyOf = (key: unknown): string => (typeof key === 'string' ? key : jsonText(key));
