import type { Deployment } from "../domain/model/deployment.js";
import type { ReconcileReport } from "../domain/model/reconcile-report.js";
import type { CallOptions } from "./call-options.js";

/** The documents about a pipeline as a whole, each by its name. `at` is when it was said, ISO 8601 in UTC to the millisecond. */
export interface StatusDocuments {
  /** By what those who settle images do so, as the last of them to start has said. */
  readonly deployment: Deployment & { readonly at: string };
  /** The run of reconciling that has reported last. */
  readonly reconcile: ReconcileReport;
}

/** The name of a document. */
export type StatusName = keyof StatusDocuments;

/**
 * The last words about a pipeline as a whole, one small document a name, for every process on the same stores. It holds nothing that a
 * record depends on. Every method throws `unavailable` when the store cannot be reached.
 */
export interface StatusStore {
  /** Resolves to the document as it was put, whole, or to `undefined` if none was put yet. One point read. */
  get<Name extends StatusName>(name: Name, options?: CallOptions): Promise<StatusDocuments[Name] | undefined>;

  /**
   * Replaces the document of this name, unless what is there is of a later time (`at`): then nothing changes. Durable once it
   * resolves. Of several at once the latest stays, whole; of several of one time, one. Repeating it is harmless. Other documents,
   * and the records that may lie beside them, are not touched.
   */
  put<Name extends StatusName>(
    name: Name,
    document: StatusDocuments[Name],
    options?: CallOptions,
  ): Promise<void>;
}
