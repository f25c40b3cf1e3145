/** Records what a real Trino answers to the parity queries, for the tests that run without one. */
import { writeFileSync } from 'node:fs';
import { forTrino } from '../../core/sql/translate.ts';
import { type Answer, inOrder, parityCases, recordedFile } from '../support/parity.ts';
import { askTrino, fillTrino, startTrino, trinoOptions } from '../support/trino.ts';

const trino = startTrino();
if ('absent' in trino) throw new Error(trino.absent);
await fillTrino(trino.url);
const answers: Record<string, Answer> = {};
for (const { sql } of parityCases())
  answers[sql] = inOrder(sql, await askTrino(trino.url, forTrino(sql, trinoOptions).sql));
writeFileSync(
  recordedFile,
  `{\n${Object.entries(answers)
    .map(([sql, answer]) => `${JSON.stringify(sql)}:${JSON.stringify(answer)}`)
    .join(',\n')}\n}\n`,
);
console.log(`recorded ${Object.keys(answers).length} answers`);
