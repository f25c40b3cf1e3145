import { text } from '../sql/quote.ts';

/** Words of an address that are written in several ways (USPS Publication 28 and the ordinals), short form first. */
const WORDS = `
ST STREET|STR STREET|AVE AVENUE|AV AVENUE|RD ROAD|DR DRIVE|LN LANE|BLVD BOULEVARD|CT COURT|PL PLACE|SQ SQUARE|TER TERRACE
TCE TERRACE|PKWY PARKWAY|HWY HIGHWAY|CIR CIRCLE|CCT CIRCUIT|CRES CRESCENT|CR CRESCENT|TRL TRAIL|XING CROSSING|MT MOUNT
FT FORT|HTS HEIGHTS|GRV GROVE|GR GROVE|CL CLOSE|ALY ALLEY|EXPY EXPRESSWAY|PT POINT|RDG RIDGE|VLY VALLEY|VW VIEW
N NORTH|S SOUTH|E EAST|W WEST|NE NORTHEAST|NW NORTHWEST|SE SOUTHEAST|SW SOUTHWEST
APT APARTMENT|STE SUITE|RM ROOM|BLDG BUILDING|FL FLOOR|UNT UNIT
1ST FIRST|2ND SECOND|3RD THIRD|4TH FOURTH|5TH FIFTH|6TH SIXTH|7TH SEVENTH|8TH EIGHTH|9TH NINTH|10TH TENTH`
  .trim()
  .split(/[|\n]/)
  .map((pair) => pair.split(' ') as [string, string]);

/** Upper case, punctuation gone, each word in its long form. */
export function standardAddress(expression: string): string {
  const plain = `trim(regexp_replace(upper(strip_accents(${expression})), '[^\\pL\\pN]+', ' ', 'g'))`;
  const cases = WORDS.map(([short, long]) => `WHEN ${text(short)} THEN ${text(long)}`).join(' ');
  return `nullif(array_to_string(list_transform(string_split(${plain}, ' '), lambda w: CASE w ${cases} ELSE w END), ' '), '')`;
}

/** The number of a post-office box, from a standardised address. */
export function poBox(address: string): string {
  return `nullif(regexp_extract(${address}, '\\bP ?O ?BOX ([0-9]+)', 1), '')`;
}
