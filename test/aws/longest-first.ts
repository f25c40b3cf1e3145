import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Suites that take minutes, the longest first: what is begun last would otherwise be waited for alone. */
const long = [
  'deployed.test',
  'forms.test',
  'lake.contract',
  'sources.test',
  'sftp-site.test',
  'tenancy.test',
  'starts.test',
  'lake-crashes',
  'api.test',
  'templates.test',
  'lost-functions.test',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = long.findIndex((name) => moduleId.includes(`/${name}.`));
      return at < 0 ? long.length : at;
    };
    return [...files].sort((a, b) => rank(a) - rank(b));
  }
}
