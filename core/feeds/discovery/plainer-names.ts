import { snakeCase } from '../columns.ts';

/** What forms ask with, before what they ask for. */
const ASKED =
  /^(please_)?((enter|provide|give|type|tell_us|confirm)_)?((what|which|where|when)_((is|s|are|was|were)_)?)?((your|my|their|his|her|the)_)+|^(what|which)_(?=[a-z])/;
/** And behind it. */
const ASKED_OF = /_((do|are|were|did)_you(_.*)?|(as|if|where)_.*|optional|required|mandatory)$/;
/** `child's`, `participant's`. */
const POSSESSED = /^[a-z]+_s_(?=[a-z]{3})/;
/** `name of insured`, `city of residence`, but not `city of birth`. */
const WHOSE =
  /_(of|for)_(the_|an?_)?(insured|participant|applicant|person|child|member|student|patient|guest|residence)$/;
/** Which of several, and in what state, behind what it is. */
const WHICH =
  /_(home|mobile|cell|work|business|personal|private|day(time)?|evening|primary|main|raw|orig(inal)?|clean(ed|sed)?|std|norm(alized)?|iso|e164|dt|x|y)$/;
/** The number of a turn within a name: `E-mail 1 - Value`, `Address 1: Street 1`. */
const TURN = /_\d{1,2}(?=_|$)/g;
const MANY = /(mail|phone|mobile|number|address)(e?s)$/;

/**
 * Plainer forms of a field's name, the nearest first, for one that says nothing as it stands: without what is said in brackets,
 * without what a form asks with, its turn or its state; the first of alternatives (`First Name/Initials`, `Town or City`).
 */
export function plainerNames(field: string): string[] {
  const [whole = '', ...others] = [field, ...alternatives(withoutRemarks(field))].map(snakeCase);
  const bare = snakeCase(withoutRemarks(field));
  const spoken = [bare, ...others].flatMap((name) => {
    const asked = name.replace(ASKED, '').replace(ASKED_OF, '');
    const theirs = asked.replace(POSSESSED, '');
    return [name, asked, theirs, theirs.replace(WHOSE, '')];
  });
  const plainer = spoken.flatMap((name) => {
    const once = name.replace(TURN, '').replace(/_value$/, '');
    return [name, once, once.replace(WHICH, ''), once.replace(MANY, '$1')];
  });
  return [...new Set(plainer)].filter((name) => name !== whole && name !== '');
}

const withoutRemarks = (field: string): string => {
  const bare = field.replace(/\([^()]*\)|\[[^\][]*\]/g, ' ').trim();
  return bare === '' ? field : bare;
};

const alternatives = (field: string): string[] => {
  const said = field.split(/\s*[/|]\s*|\s+or\s+/i);
  return said.length > 1 ? said : [];
};
