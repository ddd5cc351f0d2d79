/** The names of the metrics. */
export const METRICS = {
  /** Originals whose renditions were committed. */
  processed: "Processed",
  /** Originals that were recorded as rejected: over all codes, and by the dimension {@link CODE_DIMENSION}. */
  rejected: "Rejected",
  /** Images that were recorded as removed. */
  removed: "Removed",
  /** Changes with nothing left to do: settled already, or a newer one is there or on its way. */
  superseded: "Superseded",
  /** Times that the tagger failed; it is asked again later. */
  taggingFailed: "TaggingFailed",
  /** Changes that could not be settled and will come again. */
  failed: "Failed",
  /** Parts of messages that say nothing that can be settled. */
  unreadable: "Unreadable",
  /** Milliseconds that settling one change took. */
  duration: "Duration",
  /** Paths that CloudFront was asked to invalidate, each of which it charges for. */
  invalidated: "Invalidated",
  /** Seconds that the oldest request for an invalidation has waited which CloudFront did not take and which comes again. */
  invalidationAge: "InvalidationAge",
  /** Images that a scheduled comparison found to differ from what should be. */
  differing: "Differing",
  /** Images of these that were closed, or whose processing was requested. */
  reconciled: "Reconciled",
  /** Scheduled comparisons that failed, or had no time to list all there is. */
  reconcileFailed: "ReconcileFailed",
  /** Bytes of originals that were read. */
  bytesIn: "BytesIn",
  /** Bytes of renditions that were written. */
  bytesOut: "BytesOut",
} as const;

/** The namespace that the metrics are found under, where `POWERTOOLS_METRICS_NAMESPACE` names no other. */
export const METRICS_NAMESPACE = "Safelight";

/** The service that metrics, logs and traces are found under, where `POWERTOOLS_SERVICE_NAME` names no other. */
export const SERVICE = "safelight";

/** The dimension that tells rejections apart. */
export const CODE_DIMENSION = "code";
