/**
 * Minutes before the last reading's mark that are read again: a row is given its time before its transaction ends, so that one
 * which ends late has a time below those that were read; nor do the clocks of two systems agree.
 */
export const LATE_MINUTES = 5;
export const LATE_MS = LATE_MINUTES * 60_000;
