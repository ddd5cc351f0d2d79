/** The user that owns nothing. */
const NOBODY = 65_534;

/**
 * The same object, each of whose methods runs without the rights of an administrator, whom no file's permissions
 * stop. Where the tests are not run by one, nothing has to be changed.
 */
export function runAsNobody<T extends object>(target: T): T {
  const { geteuid, seteuid } = process;
  if (geteuid?.() !== 0 || seteuid === undefined) return target;
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...values: unknown[]) => {
        seteuid.call(process, NOBODY);
        try {
          return await member.apply(target, values);
        } finally {
          seteuid.call(process, 0);
        }
      };
    },
  });
}
