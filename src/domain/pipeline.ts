import type { CallOptions } from "../ports/call-options.js";
import type { Change, Delivery } from "./model/change.js";
import type { Difference } from "./model/difference.js";
import type { EditsInput } from "./model/edits.js";
import type { Diagnosis } from "./model/finding.js";
import type { ImageId } from "./model/image-id.js";
import type { ImageDescription } from "./model/image-record.js";
import type { Page } from "./model/page.js";
import type { PipelineConfig } from "./model/pipeline-config.js";
import type { PipelineStatus } from "./model/pipeline-status.js";
import type { PlanningContext, RenderPlan } from "./model/render-plan.js";
import type { Version } from "./model/version.js";
import type { Consumed } from "./use-cases/consume-changes.js";
import type { Delivered, DeliverOptions } from "./use-cases/deliver-webhooks.js";
import type { ImageQuery } from "./use-cases/describe-image.js";
import type { DoctorOptions } from "./use-cases/doctor-images.js";
import type { EraseOptions, Erasure } from "./use-cases/erase-owner.js";
import type { ExplainedFile, Explanation } from "./use-cases/explain-image.js";
import type { OwnerOptions } from "./use-cases/get-owned-record.js";
import type { PipelinePorts } from "./use-cases/ports.js";
import type { DirectProcessingOptions, ImageInput } from "./use-cases/process-image.js";
import type { DeploymentOptions } from "./use-cases/publish-deployment.js";
import type { EventsPage, EventsQuery } from "./use-cases/read-events.js";
import type { ReconcileProgress } from "./use-cases/reconcile-images.js";
import type { RecordState, Replayed, ReplayOptions } from "./use-cases/replay-change.js";
import type { ReconcileOptions } from "./use-cases/report-reconcile.js";
import type { ProcessingOptions, Receipt } from "./use-cases/request-processing.js";
import type { Settled } from "./use-cases/settle-change.js";
import type { AwaitedImage, AwaitOptions } from "./use-cases/wait-until-settled.js";
import type { Drained, DrainQueueOptions, WorkOptions } from "./use-cases/work-queue.js";

export type {
  DeploymentOptions,
  EventsQuery,
  ExplainedFile,
  Explanation,
  PipelinePorts,
  ReconcileOptions,
  ReconcileProgress,
  RecordState,
  Replayed,
  ReplayOptions,
};

/** The events of the last days. */
export interface PipelineEvents {
  /**
   * Reads events page by page, in the order of publishing, and with `follow` goes on until `signal` is aborted; then it
   * rejects with the signal's reason. Throws `not-found` for an `after` that is not kept.
   */
  read(query?: EventsQuery, options?: CallOptions): AsyncIterable<EventsPage>;
  /** Resolves to the id of the newest event, or to `undefined` if none is kept. */
  readNewest(options?: CallOptions): Promise<string | undefined>;
  /** Throws `not-found` for the id of an event that is not kept. */
  checkKept(id: string, options?: CallOptions): Promise<void>;
}

/** The operations of a pipeline. Every method throws a SafelightError; its `code` says what to do next. */
export interface Pipeline {
  /** The configuration, completed. It cannot be changed. */
  readonly config: PipelineConfig;
  /**
   * Stores an original, settles it and resolves to its record, ready or rejected. Work that is done already is not done
   * again, unless forced; `unchanged` says whether that was so. `replaced` says whether the key was that of an image
   * with other bytes until now.
   */
  process(
    input: ImageInput,
    options?: CallOptions & DirectProcessingOptions,
  ): Promise<ImageDescription & { readonly unchanged: boolean; readonly replaced: boolean }>;
  /**
   * Stores an original and a pending record, and leaves the settling to whoever works the queue. With `unlessCurrent`,
   * nothing is stored if `process` would find nothing to do.
   */
  upload(input: ImageInput, options?: CallOptions & { unlessCurrent?: boolean }): Promise<ImageId>;
  /**
   * A page of images, newest first; with `name`, by their file names. Default limit 100. Throws `invalid-input` for a name
   * beside a tag, and for a name where the repository has no index of names (`getStatus` tells).
   */
  list(query?: ImageQuery, options?: CallOptions): Promise<Page<ImageDescription>>;
  /** One image, or `undefined` if there is none or it was removed. */
  get(imageId: ImageId, options?: CallOptions & OwnerOptions): Promise<ImageDescription | undefined>;
  /**
   * Explains one image: which change or request made each of its files, what is outdated under the configuration in force, and
   * what `reconcile` would do. Reads only; `undefined` for an image that there never was.
   */
  explain(imageId: ImageId, options?: CallOptions): Promise<Explanation | undefined>;
  /** Resolves to how much waits and is worked on, the configuration in force and the versions. Reads no record. */
  getStatus(options?: CallOptions): Promise<PipelineStatus>;
  /** Removes an image everywhere; false if there is none. */
  remove(imageId: ImageId, options?: CallOptions): Promise<boolean>;
  /**
   * Requests that an original which is stored already is processed, and leaves the processing to whoever works the
   * queue. Only what is not as their configuration calls for is rendered, unless forced: all other URLs stay, and where
   * nothing is to be done no event is published. `invalidate` makes the CDN drop what was published of the image so
   * far. Throws `not-found` if there is no original.
   */
  requestProcessing(key: string, options?: CallOptions & OwnerOptions & ProcessingOptions): Promise<Receipt>;
  /**
   * Deletes an image's original and requests that the rest is removed by whoever works the queue; `undefined` if
   * there never was such an image. Repeating it is success.
   */
  requestRemoval(imageId: ImageId, options?: CallOptions & OwnerOptions): Promise<Receipt | undefined>;
  /**
   * Changes what people say about an image: focal point, alternative text, title; `null` takes one away, what is left out
   * stays. Resolves to the image, or to `undefined` if there is none. Crops that a new focal point moves are rendered
   * by whoever works the queue, on a request of the version `requested`; all other URLs stay. Throws `invalid-input`.
   */
  edit(
    imageId: ImageId,
    edit: EditsInput,
    options?: CallOptions & OwnerOptions,
  ): Promise<(ImageDescription & { readonly requested?: Version }) | undefined>;
  /**
   * Removes every image of an owner and no other's, within so many seconds. Not `done` yet, or stopped anywhere: call it
   * again. Somebody has to work the queue. Throws `invalid-input` for a name that no owner can have, and if
   * `uploads.owner` is `"none"`.
   */
  eraseOwner(owner: string, options?: EraseOptions): Promise<Erasure>;
  /** Waits until an image is settled (`since` a version, if given), or for so many seconds, looking at its record now and then. */
  waitUntilSettled(imageId: ImageId, options?: AwaitOptions): Promise<AwaitedImage>;
  /** Plans the renditions of these bytes under `key`, in numbers. Nothing is stored. Without a key, watermarks for certain keys are not planned. */
  plan(bytes: Uint8Array, options?: CallOptions & PlanningContext): Promise<RenderPlan>;
  /**
   * Works the queue until `signal` is aborted, then lets go of what is in hand: others may take it up. It goes on at
   * once after an upload or a request through this pipeline and after `wake`, and looks now and then for what others
   * added. What fails is logged, rests and is tried again, until the queue gives it up; a queue that cannot be read is
   * tried again, too. Never rejects because of a store.
   */
  work(options?: WorkOptions): Promise<Consumed>;
  /** Has every `work` of this pipeline look into the queue at once, because something else has added to it. */
  wake(): void;
  /** Settles what the queue holds open once, after a crash for example, and resolves when it holds no more. */
  drainQueue(options?: DrainQueueOptions): Promise<Drained>;
  /**
   * Settles one delivery that a queue has pushed, and resolves to what was done; the delivery may then be acknowledged. What must
   * come again is logged and thrown.
   */
  settle(delivery: Delivery, options?: CallOptions): Promise<Settled>;
  /**
   * Settles a change that was recorded, as if it came now, and resolves to what that did and why. A change that a later one
   * has superseded changes nothing. Throws what settling throws.
   */
  replay(change: Change, options?: CallOptions & ReplayOptions): Promise<Replayed>;
  /**
   * Looks at every image and resolves to what is wrong: missing and orphaned renditions, images stuck pending,
   * unfinished outboxes, originals without a record and records without an original, expired tombstones. Repairs it
   * with `repair`, where an image whose original is gone is removed; a second run then finds nothing. What is
   * younger than an hour (`graceMs`) is left to the handlers that may be at work on it. Bytes are not checked.
   */
  doctor(options?: DoctorOptions): Promise<readonly Diagnosis[]>;
  /**
   * Compares all originals, renditions and records with each other and with the configuration and the engine at hand, and
   * yields each image that differs, with what closing it takes; `summarizeDifferences` adds them up. With `apply`, each is
   * closed before it is yielded, by requests at a `rate`: somebody has to work the queue. Once that is done, a second run
   * yields nothing, except what is `left`. Whoever was stopped starts again. Throws what the stores throw while they are listed,
   * and `conflict` as {@link Pipeline.checkDeployment} does. With `apply` it reports to the status store, if there is one: `getStatus`
   * tells how far the last run is.
   */
  reconcile(options?: ReconcileOptions): AsyncIterable<Difference>;
  /**
   * Publishes the configuration and the engine at hand as those of the deployment: whoever compares all images is held to them.
   * For what settles images, when it starts; the last one wins. Does nothing without a status store.
   */
  publishDeployment(options?: CallOptions): Promise<void>;
  /**
   * Throws `conflict` if the configuration or the engine at hand is not that of the deployment: all images would seem to differ. The
   * message says which, and what to do. Where nobody has published one, any is.
   */
  checkDeployment(options?: DeploymentOptions): Promise<void>;
  /**
   * Sends the events to the subscribers that the configuration names (`webhooks`), until `signal` is aborted; what is
   * not delivered by then stays due. Each subscriber has a lane of its own, so that one that is slow or dead delays no
   * other. What fails is tried again for 72 hours and then given up: `webhookDeliveries.listFailed` lists it, and
   * `sendAgain` sends it anew. Any number of processes may do so at once. Throws `invalid-input` if there is nothing to
   * send with.
   */
  deliverWebhooks(options?: DeliverOptions): Promise<Delivered>;
  /** The events that can be read again; absent where the ports have no event log, as on AWS. */
  readonly events?: PipelineEvents;
}
