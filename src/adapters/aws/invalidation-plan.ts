import { isWildcard, isWithinLimits, type PathLimits, parseInvalidations } from "./invalidation-message.js";
import { UnreadableError } from "./notification.js";

/** A message of the queue of invalidations. */
export interface InvalidationMessage {
  /** The queue's own name for it, the same with every delivery. */
  readonly id: string;
  readonly body: unknown;
}

/** One request to CloudFront. */
export interface InvalidationRequest {
  readonly paths: readonly string[];
  /** Whether there is a star at the end of some. */
  readonly wildcards: boolean;
  /** The messages that wait for it. */
  readonly messages: readonly { readonly id: string }[];
  /**
   * The same for the same messages and paths, so that a batch that comes again is not paid for twice; another one for
   * any other message, since CloudFront answers a reference that it knows with the old invalidation.
   */
  readonly reference: string;
}

/**
 * A distribution has at most 3,000 paths, and 15 with a star, in progress at once, and refuses a request as a whole that
 * goes beyond that: small requests leave little of it unused.
 */
const REQUEST_LIMITS: PathLimits = { paths: 300, wildcards: 5 };

/**
 * The paths of so few images may go as one path with a star for each: CloudFront charges for it as for any other path, but
 * has so few in progress that a burst would wait for weeks.
 */
const MAX_MERGED_IMAGES = 5;

/**
 * Plans the requests for a batch of messages: each path once, and what a message adds in one request. The order of the
 * messages makes no difference.
 */
export function planInvalidations(messages: readonly InvalidationMessage[]): {
  readonly requests: readonly InvalidationRequest[];
  readonly unreadable: readonly { readonly id: string; readonly reason: string }[];
} {
  const unreadable: { id: string; reason: string }[] = [];
  const readable: { id: string; paths: readonly string[] }[] = [];
  for (const { id, body } of [...messages].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    try {
      readable.push({ id, paths: parseInvalidations(body) });
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      unreadable.push({ id, reason: error.message });
    }
  }
  const images = new Set(readable.flatMap(({ paths }) => paths.map(readFolder)));
  const drafts: Draft[] = [];
  const byPath = new Map<string, Draft>();
  for (const { id, paths } of readable) {
    const wanted = images.size <= MAX_MERGED_IMAGES ? mergePaths(paths) : paths;
    const fresh = wanted.filter((path) => !byPath.has(path));
    if (fresh.length > 0) {
      const draft = findDraft(drafts, fresh);
      for (const path of fresh) byPath.set(path, draft.add(path));
    }
    for (const path of wanted) byPath.get(path)?.ids.add(id);
  }
  return { requests: drafts.map((draft) => draft.finish()), unreadable };
}

/** One path for all that lies in the folder of an image, if there are several paths and all are in there. */
function mergePaths(paths: readonly string[]): readonly string[] {
  const [folder = "", ...others] = new Set(paths.map(readFolder));
  return paths.length > 1 && folder !== "" && others.length === 0 ? [`${folder}*`] : paths;
}

/** The folder of an image, which is the first of a path; empty if there is none. */
function readFolder(path: string): string {
  return path.slice(0, path.indexOf("/", 1) + 1);
}

class Draft {
  readonly ids = new Set<string>();
  readonly paths: string[] = [];
  readonly wildcards: boolean;

  constructor(wildcards: boolean) {
    this.wildcards = wildcards;
  }

  add(path: string): this {
    this.paths.push(path);
    return this;
  }

  finish(): InvalidationRequest {
    const { ids, paths, wildcards } = this;
    const messages = [...ids].map((id) => ({ id }));
    return { paths, wildcards, messages, reference: JSON.stringify([[...ids], paths]) };
  }
}

/** The last request of its kind if it has room for all of the paths, or a new one. */
function findDraft(drafts: Draft[], paths: readonly string[]): Draft {
  const wildcards = paths.some(isWildcard);
  const last = drafts.findLast((draft) => draft.wildcards === wildcards);
  if (last && isWithinLimits([...last.paths, ...paths], REQUEST_LIMITS)) return last;
  const draft = new Draft(wildcards);
  drafts.push(draft);
  return draft;
}
