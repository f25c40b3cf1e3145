import type { Correction } from '../contracts/corrections.ts';
import { StitchSettings } from '../contracts/customer360.ts';
import { contradiction } from '../stitch/ids/contradictions.ts';
import { correctionLabels } from '../stitch/records/labels.ts';
import type { Configuration } from './configuration.ts';

/** The settings of Stitch, or those of a tenant that sets nothing, with the labels of all corrections that hold. */
export function stitchSettings(configuration: Configuration): StitchSettings {
  const settings = configuration.all('stitch')[0] ?? StitchSettings.parse({ id: 'stitch/settings' });
  return { ...settings, labels: [...settings.labels, ...correctionLabels(configuration.all('correction'))] };
}

/** Why all that people said of records, in settings and in corrections, can not hold together; undefined when it can. */
export function labelContradiction(configuration: Configuration): string | undefined {
  const { id, labels } = stitchSettings(configuration);
  return contradiction(labels, (label) => {
    const correction = configuration.find('correction', label);
    return correction ? sourceOf(correction) : `label ${JSON.stringify(label)} of ${id}`;
  });
}

const sourceOf = ({ id, reason, author }: Correction) => `${JSON.stringify(reason)}, ${author}, ${id}`;
