import type { StitchRequest } from '../../core/stitch/port.ts';

/** Times the stages of a run and tells of each as it begins and ends. */
export class Stages {
  readonly seconds: Record<string, number> = {};
  readonly #tell: StitchRequest['progress'];

  constructor(tell: StitchRequest['progress']) {
    this.#tell = tell;
  }

  async run<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    const end = this.#begin(name);
    const result = await work();
    end();
    return result;
  }

  #begin(name: string): () => void {
    this.#tell?.(name, 0);
    const start = performance.now();
    return () => {
      this.seconds[name] = Math.round(performance.now() - start) / 1000;
      this.#tell?.(name, 1, 1);
    };
  }
}
