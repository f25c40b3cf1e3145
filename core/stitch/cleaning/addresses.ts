/** Words of an address that are written in several ways (USPS Publication 28 and the ordinals), short form first. */
const LONG_FORMS = new Map(
  `
ST STREET|STR STREET|AVE AVENUE|AV AVENUE|RD ROAD|DR DRIVE|LN LANE|BLVD BOULEVARD|CT COURT|PL PLACE|SQ SQUARE|TER TERRACE
TCE TERRACE|PKWY PARKWAY|HWY HIGHWAY|CIR CIRCLE|CCT CIRCUIT|CRES CRESCENT|CR CRESCENT|TRL TRAIL|XING CROSSING|MT MOUNT
FT FORT|HTS HEIGHTS|GRV GROVE|GR GROVE|CL CLOSE|ALY ALLEY|EXPY EXPRESSWAY|PT POINT|RDG RIDGE|VLY VALLEY|VW VIEW
N NORTH|S SOUTH|E EAST|W WEST|NE NORTHEAST|NW NORTHWEST|SE SOUTHEAST|SW SOUTHWEST
APT APARTMENT|STE SUITE|RM ROOM|BLDG BUILDING|FL FLOOR|UNT UNIT
1ST FIRST|2ND SECOND|3RD THIRD|4TH FOURTH|5TH FIFTH|6TH SIXTH|7TH SEVENTH|8TH EIGHTH|9TH NINTH|10TH TENTH`
    .trim()
    .split(/[|\n]/)
    .map((pair) => pair.split(' ') as [string, string]),
);

/** An address in plain words, each in its long form. */
export const standardAddress = (words: string): string =>
  words
    .split(' ')
    .map((word) => LONG_FORMS.get(word) ?? word)
    .join(' ');
