import type { FUNCTION_SIZES } from "./function-sizes.js";

/** The functions of a pipeline. */
export type FunctionName = keyof typeof FUNCTION_SIZES;

/**
 * Files that no function reads: credentials come from its environment and nowhere else, and its code is CommonJS. It
 * would be a tenth of what a cold start has to fetch.
 */
const UNUSED: readonly RegExp[] = [
  /\/late\/(?:(?:aws-sdk|smithy)-credential-provider|aws-sdk-nested-clients)-/,
  // Of sharp only what is native: the rest is in the bundle.
  /\/node_modules\/(?:sharp|semver|detect-libc|@img\/colour)$/,
  /\/node_modules\/.*\.(?:[cm]?ts|mjs|md)$/,
  /\/node_modules\/\.(?:bin|package-lock\.json)$/,
];

/**
 * Files that one function does not read, although its adapters would: its role does not allow what they are for. Only
 * `write` issues tickets; `read` knows images by their records.
 */
const UNUSED_BY: Partial<Record<FunctionName, readonly RegExp[]>> = {
  process: [/\/late\/aws-sdk-s3-presigned-post\.js$/],
  read: [/\/late\/aws-sdk-(?:client-(?:s3|sns|rekognition)|s3-presigned-post)\.js$/],
  reconcile: [/\/late\/aws-sdk-(?:client-rekognition|s3-presigned-post)\.js$/],
  write: [/\/late\/aws-sdk-client-rekognition\.js$/],
};

/** Whether a function reads a file of its bundle. Left out, `name` stands for any function. */
export function isUsed(path: string, name?: FunctionName): boolean {
  const unused = [...UNUSED, ...((name && UNUSED_BY[name]) ?? [])];
  return !unused.some((pattern) => pattern.test(path.replaceAll("\\", "/")));
}
