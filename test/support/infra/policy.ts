/** A statement of a policy, as CloudFormation writes it. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Something that somebody wants to do. */
export interface Wish {
  /** `service:s3.amazonaws.com`, `role:process`, or `nobody` for a stranger without credentials. */
  readonly who: string;
  readonly action: string;
  readonly resource: string;
  /** The condition keys of the call; they replace the defaults of a call by TLS 1.3. */
  readonly context?: Readonly<Record<string, string>>;
}

const USUAL_CONTEXT = { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" };

/** One value or many, as policies have them. */
export const toList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

/**
 * Whether the policies let somebody do it, by IAM's rules as far as they are used here: what is denied anywhere is
 * denied; of the rest, what is allowed anywhere is allowed; nothing else is. Throws for a condition it does not know.
 */
export function isAllowed(statements: readonly Statement[], wish: Wish): boolean {
  const matching = statements.filter((statement) => matchesWish(statement, wish));
  if (matching.some(({ Effect }) => Effect === "Deny")) return false;
  return matching.some(({ Effect }) => Effect === "Allow");
}

/** Whether a statement is about this wish, whatever it says of it. */
export function matchesWish(statement: Statement, wish: Wish): boolean {
  const { Action, Resource, Principal, Condition } = statement;
  return (
    toList(Action).some((pattern) => matches(pattern.toLowerCase(), wish.action.toLowerCase())) &&
    toList(Resource).some((pattern) => matches(pattern, wish.resource)) &&
    (Principal === undefined || isMeant(Principal, wish.who)) &&
    holds(Condition ?? {}, { ...USUAL_CONTEXT, ...wish.context })
  );
}

function isMeant(principal: NonNullable<Statement["Principal"]>, who: string): boolean {
  if (typeof principal === "string") return principal === "*";
  const { AWS, Service } = principal;
  if (toList(AWS).includes("*")) return true;
  if (toList(Service).some((service) => who === `service:${service}`)) return true;
  // A policy that names the account leaves it to the roles of the account.
  return who.startsWith("account:") && toList(AWS).some((arn) => arn.endsWith(":root"));
}

type Compare = (actual: string | undefined, wanted: string) => boolean;

const OPERATORS: Readonly<Record<string, Compare>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  ArnEquals: (actual, wanted) => actual !== undefined && matches(wanted, actual),
  ArnLike: (actual, wanted) => actual !== undefined && matches(wanted, actual),
  StringLike: (actual, wanted) => actual !== undefined && matches(wanted, actual),
  Bool: (actual, wanted) => actual === wanted,
  NumericLessThan: (actual, wanted) => actual !== undefined && Number(actual) < Number(wanted),
};

function holds(
  condition: NonNullable<Statement["Condition"]>,
  context: Readonly<Record<string, string>>,
): boolean {
  const known = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(condition).every(([operator, tests]) => {
    const compare = OPERATORS[operator];
    if (!compare) throw new Error(`the condition ${operator} is not known here; add it to OPERATORS`);
    return Object.entries(tests).every(([key, wanted]) =>
      toList(wanted).some((one) => compare(known.get(key.toLowerCase()), String(one))),
    );
  });
}

/** Whether `text` is what a pattern with stars describes. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}
