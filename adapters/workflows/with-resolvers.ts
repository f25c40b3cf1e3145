interface Resolvers {
  promise: Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

/** `Promise.withResolvers` where Node (before 22) has none. */
export function withResolvers(): void {
  const promises = Promise as unknown as { withResolvers?: () => Resolvers };
  promises.withResolvers ??= () => {
    let resolve: Resolvers['resolve'] = () => undefined;
    let reject: Resolvers['reject'] = () => undefined;
    const promise = new Promise((yes, no) => {
      resolve = yes;
      reject = no;
    });
    return { promise, resolve, reject };
  };
}
