import { text } from '../../sql/quote.ts';

/** What months are called, and cut short to, in a dozen languages, without accents. */
const MONTHS: Record<string, string> = {
  jan: 'jan(uary|vier|v|uar|uari|eiro)?|ene(ro)?|genn(aio)?|gen|styczen|stycznia|led(en|na)|ocak|январ[ья]',
  feb: 'feb(ruary|ruar|r|rero|braio|ruari)?|fev(rier|r|ereiro)?|lut(y|ego)|unora?|subat|феврал[ья]',
  mar: 'mar(ch|s|z|zo|co|zec|ca)?|maerz|mrz|maart|mrt|brez(en|na)|mart|марта?',
  apr: 'apr(il|ile)?|avr(il)?|abr(il)?|kwie(cien|tnia)|dub(en|na)|nisan|апрел[ья]',
  may: 'may(o|is)?|mai(o)?|mag(gio)?|mei|maja?|kvet(en|na)|ма[ия]',
  jun: 'jun(e|i|io|ho)?|juin|giu(gno)?|czerw(iec|ca)|cerv(en|na)|haziran|июн[ья]',
  jul: 'jul(y|i|io|ho)?|juil(let)?|lug(lio)?|lip(iec|ca)|cerven(ec|ce)|temmuz|июл[ья]',
  aug: 'aug(ust|usti|ustus)?|aout|ago(sto)?|sierp(ien|nia)|srp(en|na)|agustos|августа?',
  sep: 'sep(t|tember|tembre|tiembre)?|set(tembre|embro)?|wrze(sien|snia)|zari|eylul|сентябр[ья]',
  oct: 'oct(ober|obre|ubre)?|okt(ober)?|ott(obre)?|out(ubro)?|pazdziernika?|rij(en|na)|ekim|октябр[ья]',
  nov: 'nov(ember|embre|iembre|embro)?|listopad[au]?|kasim|ноябр[ья]',
  dec: 'dec(ember|embre)?|dez(ember|embro)?|dic(iembre|embre)?|grud(zien|nia)|prosin(ec|ce)|aralik|декабр[ья]',
};

/** Between the parts of a day: points, commas, `de`, and what makes a number an ordinal. */
const BETWEEN = "[.,'/-]|\\bde\\b|\\bof\\b| г\\.?\\s*$";

/** What a day looks like whose month is a word. */
export const IN_WORDS = '\\s*(\\d{1,2}\\D+\\d{4}|\\D+\\d{1,2}\\D+\\d{4}|\\d{4} \\D+\\d{1,2})( г\\.?)?\\s*';

/** The pattern that most of them come nearest to, under which it is counted how many values are such days. */
export const IN_WORDS_TEST = 'd MMMM yyyy';

/** DuckDB SQL of the day that a text says with a word for its month: `3 mars 1960`, `March 3rd, 1960`, `3. März 1960`. NULL where it says none. */
export function dayInWords(raw: string): string {
  const spaced = `regexp_replace(strip_accents(lower(${raw})), ${text(BETWEEN)}, ' ', 'g')`;
  const numbers = `regexp_replace(${spaced}, '(\\d)(st|nd|rd|th|er|e|a|o|º|°)\\b', '\\1', 'g')`;
  const apart = `regexp_replace(regexp_replace(${numbers}, '(\\d)(\\pL)', '\\1 \\2', 'g'), '(\\pL)(\\d)', '\\1 \\2', 'g')`;
  const named = Object.entries(MONTHS).reduce(
    (sql, [month, names]) => `regexp_replace(${sql}, ${text(`(^| )(${names})( |$)`)}, ' ${month} ')`,
    apart,
  );
  const parts = `trim(regexp_replace(${named}, '\\s+', ' ', 'g'))`;
  return `CASE WHEN regexp_full_match(${raw}, ${text(IN_WORDS)}) THEN CAST(try_strptime(${parts}, ['%d %b %Y', '%b %d %Y', '%Y %b %d']) AS DATE) END`;
}
