/** A port that answers every call with `answers` and notes it, and so shows what an adapter would have been asked. */
export function createRecorder<Port extends object>(answers: { readonly [Name in keyof Port]?: unknown }) {
  const calls: { readonly name: string; readonly request: readonly unknown[] }[] = [];
  const methods = Object.entries(answers).map(([name, answer]) => [
    name,
    async (...request: readonly unknown[]) => {
      calls.push({ name, request });
      return answer;
    },
  ]);
  return { port: Object.fromEntries(methods) as Port, calls };
}
