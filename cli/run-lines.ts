import { stripVTControlCharacters } from 'node:util';
import type { FeedProgress, Run } from '../core/contracts/runs.ts';
import { msLeft } from '../core/workflows/load-progress.ts';
import { bold, cyan, dim, green, red, yellow } from './colours.ts';
import { count, counted, duration } from './figures.ts';
import { feedProgress, runProgress, type StageProgress, type StageState, waitingFor } from './run-progress.ts';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const barCells = 20;
const widest = 100;

interface Moment {
  now: number;
  /** Counts the drawings, for what spins. */
  turn: number;
  columns: number;
}

/** A run as it stands, as lines for a terminal. */
export function runLines(run: Run, { now, turn, columns }: Moment): string[] {
  const width = Math.min(columns - 1, widest);
  const stages = runProgress(run, now);
  const loading = stages.find(({ name }) => name === 'Feeds')?.state;
  const lines = stages.flatMap((stage) => [
    stageLine(stage, turn, width),
    ...(stage.name === 'Feeds' && loading === 'working' ? feedProgress(run).map(feedLine) : []),
  ]);
  const waits = waitingFor(run).map((wait) => yellow(`  ${wait}`));
  const warnings = run.warnings.map(({ message }) => yellow(`  warning: ${message}`));
  return [dim(`  ${run.tenant} ${run.environment}, ${run.name}, ${run.id}`), ...lines, ...waits, ...warnings];
}

function stageLine(stage: StageProgress, turn: number, width: number): string {
  const left = `  ${mark(stage.state, turn)} ${name(stage)} ${stage.state === 'working' ? working(stage) : figures(stage)}`;
  const right = stage.state === 'waiting' ? '' : dim(duration(stage.ms));
  return endToEnd(left, right, width);
}

const name = ({ name, state }: StageProgress) => {
  const padded = name.padEnd(14);
  return state === 'waiting' ? dim(padded) : state === 'working' ? bold(padded) : padded;
};

function mark(state: StageState, turn: number): string {
  const marks = { waiting: dim('·'), done: green('✔'), failed: red('✘'), stopped: yellow('■') };
  return state === 'working' ? cyan(spinner[turn % spinner.length] ?? '') : marks[state];
}

/** What is under way: a bar, rows so far, how fast, how much longer. */
function working(stage: StageProgress): string {
  const { fraction, rows, ms } = stage;
  const parts: string[] = [];
  if (fraction !== undefined) parts.push(`${bar(fraction)} ${String(Math.floor(fraction * 100)).padStart(3)} %`);
  if (rows > 0) parts.push(counted(rows, 'row'), `${count(rows / Math.max(ms / 1000, 0.001))} rows/s`);
  else parts.push(...partsDone(stage));
  if (stage.note !== '') parts.push(stage.note);
  const left = fraction === undefined ? undefined : msLeft(fraction, ms);
  if (left !== undefined) parts.push(`${duration(left)} left`);
  return parts.join('   ');
}

/** What came of it. */
function figures(stage: StageProgress): string {
  const rows = stage.rows > 0 ? [counted(stage.rows, 'row')] : [];
  return [...partsDone(stage), ...rows, ...(stage.note === '' ? [] : [stage.note])].join(', ');
}

const partsDone = ({ done, total, part, state }: StageProgress) => {
  if (part === '' || total === undefined) return [];
  return state === 'done' ? [counted(done, part)] : [`${count(done)} of ${counted(total, part)}`];
};

function feedLine(feed: FeedProgress): string {
  const { files, files_done, rows_read, rows_rejected } = feed;
  const state = files_done === files ? green('✔') : files_done > 0 ? cyan('›') : dim('·');
  const rejected = rows_rejected > 0 ? yellow(`  ${count(rows_rejected)} rejected`) : '';
  const rows = files_done > 0 ? counted(rows_read, 'row').padStart(16) : '';
  return `      ${state} ${feed.feed.replace('feed/', '').padEnd(24)} ${dim(loadedText(feed))} ${rows}${rejected}`.trimEnd();
}

function loadedText({ files, files_done, days, days_done, date }: FeedProgress): string {
  if (days < 2) return `${files_done} of ${counted(files, 'file')}`.padEnd(14);
  return `${count(days_done)} of ${counted(days, 'day')}${date === null ? '' : `, ${date}`}`.padEnd(26);
}

const bar = (fraction: number) => {
  const full = Math.round(Math.min(1, fraction) * barCells);
  return `${cyan('━'.repeat(full))}${dim('─'.repeat(barCells - full))}`;
};

/** Left and right ends of a line; the left gives way when both don't fit. */
function endToEnd(left: string, right: string, width: number): string {
  const size = (text: string) => stripVTControlCharacters(text).length;
  const gap = width - size(left) - size(right);
  if (right === '') return left;
  if (gap >= 1) return left + ' '.repeat(gap) + right;
  return `${stripVTControlCharacters(left).slice(0, width - size(right) - 2)}… ${right}`;
}
