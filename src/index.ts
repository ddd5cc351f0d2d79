export { definePipeline } from "./domain/define-pipeline.js";
export { Asset, type AssetInput } from "./domain/model/asset.js";
export type { Branded } from "./domain/model/brand.js";
export type { Change, Delivery, ImageRequest, OriginalChange } from "./domain/model/change.js";
export { isImageRequest } from "./domain/model/change.js";
export { imageRecord, parseStoredRecord } from "./domain/model/check-record.js";
export { checkDeployment, type Deployment, describeDeployment } from "./domain/model/deployment.js";
export {
  addDifference,
  type Difference,
  type DifferenceSummary,
  NO_DIFFERENCE,
  summarizeDifferences,
} from "./domain/model/difference.js";
export type { Edits, EditsInput } from "./domain/model/edits.js";
export * from "./domain/model/errors.js";
export * from "./domain/model/etag.js";
export { EVENT_RETENTION } from "./domain/model/event-retention.js";
export { cleanFileName } from "./domain/model/file-name.js";
export {
  DAMAGE_KINDS,
  type Diagnosis,
  FINDING_KINDS,
  type Finding,
  type FindingKind,
  type SpecChanges,
} from "./domain/model/finding.js";
export {
  computeGeometry,
  computeOutputSize,
  type Geometry,
  type ScalingSide,
} from "./domain/model/geometry.js";
export type { ImageEvent } from "./domain/model/image-event.js";
export * from "./domain/model/image-format.js";
export * from "./domain/model/image-id.js";
export * from "./domain/model/image-metadata.js";
export * from "./domain/model/image-record.js";
export * from "./domain/model/original-key.js";
export type { OwnerSource } from "./domain/model/owner.js";
export { iterateItems, type Page } from "./domain/model/page.js";
export type { ConfigurationInput, MetadataPolicy, PipelineConfig } from "./domain/model/pipeline-config.js";
export {
  computeConfigurationDigest,
  DEFAULT_CONFIG,
  pipelineConfig,
} from "./domain/model/pipeline-config.js";
export type * from "./domain/model/pipeline-status.js";
export {
  RECONCILE_STARTERS,
  RECONCILE_STATES,
  type ReconcileReport,
  type ReconcileStarter,
  type ReconcileState,
} from "./domain/model/reconcile-report.js";
export { SAFELIGHT_VERSION } from "./domain/model/release.js";
export * from "./domain/model/render-plan.js";
export * from "./domain/model/rendition.js";
export { findPrefixEnd, foldName, readSearchName } from "./domain/model/search-name.js";
export * from "./domain/model/size.js";
export type { Moderation, TaggingPolicy } from "./domain/model/tagging-policy.js";
export { DEFAULT_TAGGING, toTaggingPolicy } from "./domain/model/tagging-policy.js";
export type {
  ColorProfile,
  CopySpec,
  Effort,
  Fit,
  FocalPoint,
  FormatChoice,
  Gravity,
  GravityInput,
  Position,
  ThumbnailSpec,
  ThumbnailSpecInput,
  ThumbnailSpecs,
} from "./domain/model/thumbnail-spec.js";
export { FITS, GRAVITIES, thumbnailSpec } from "./domain/model/thumbnail-spec.js";
export type { UploadPolicy } from "./domain/model/upload-policy.js";
export { checkUploadPolicy, DEFAULT_UPLOAD_POLICY, uploadPolicy } from "./domain/model/upload-policy.js";
export type { Version, VersionParts } from "./domain/model/version.js";
export {
  compareVersions,
  deriveChangeVersion,
  deriveMovedVersion,
  PENDING_VERSION,
  version,
} from "./domain/model/version.js";
export type { PlannedWatermark } from "./domain/model/watermark-placement.js";
export {
  computeWatermarkPositions,
  computeWatermarkSize,
  placeWatermark,
} from "./domain/model/watermark-placement.js";
export type {
  ImageWatermark,
  TextWatermark,
  Watermark,
  WatermarkInput,
  WatermarkPolicy,
  WatermarkRules,
} from "./domain/model/watermark-policy.js";
export { watermarkPolicy } from "./domain/model/watermark-policy.js";
export type { Webhook, WebhookInput, Webhooks } from "./domain/model/webhook.js";
export type {
  FailedDelivery,
  Verdict,
  WebhookAnswer,
  WebhookDelivery,
  WebhookMessage,
} from "./domain/model/webhook-delivery.js";
export {
  addWork,
  DEFAULT_RATES,
  NO_WORK,
  type Work,
  type WorkCalls,
  type WorkRates,
} from "./domain/model/work.js";
export type { Pipeline, PipelineEvents } from "./domain/pipeline.js";
export type { Consumed, ConsumerPolicy, Waiting } from "./domain/use-cases/consume-changes.js";
export type { Delivered, DeliverOptions } from "./domain/use-cases/deliver-webhooks.js";
export type { ImageQuery } from "./domain/use-cases/describe-image.js";
export type { DoctorOptions } from "./domain/use-cases/doctor-images.js";
export type { EraseOptions, Erasure } from "./domain/use-cases/erase-owner.js";
export type { ExplainedFile, Explanation } from "./domain/use-cases/explain-image.js";
export { fanOut } from "./domain/use-cases/fan-out.js";
export type { OwnerOptions } from "./domain/use-cases/get-owned-record.js";
export type { PipelinePorts } from "./domain/use-cases/ports.js";
export type { DirectProcessingOptions, ImageInput } from "./domain/use-cases/process-image.js";
export type { DeploymentOptions } from "./domain/use-cases/publish-deployment.js";
export type { EventsPage, EventsQuery } from "./domain/use-cases/read-events.js";
export type { ClosingOptions, ReconcileProgress } from "./domain/use-cases/reconcile-images.js";
export type { RecordState, Replayed, ReplayOptions } from "./domain/use-cases/replay-change.js";
export type { ReconcileOptions } from "./domain/use-cases/report-reconcile.js";
export type { ProcessingOptions, Receipt } from "./domain/use-cases/request-processing.js";
export type { Settled } from "./domain/use-cases/settle-change.js";
export type { AwaitedImage, AwaitOptions } from "./domain/use-cases/wait-until-settled.js";
export type {
  Drained,
  DrainQueueOptions,
  ObserveSettlement,
  WorkOptions,
} from "./domain/use-cases/work-queue.js";
export type * from "./ports/blob-store.js";
export type * from "./ports/call-options.js";
export type * from "./ports/cdn-urls.js";
export type * from "./ports/change-queue.js";
export * from "./ports/checked/index.js";
export type * from "./ports/clock.js";
export type * from "./ports/event-log.js";
export type * from "./ports/event-publisher.js";
export type * from "./ports/ids.js";
export type * from "./ports/image-engine.js";
export type * from "./ports/image-notes.js";
export type * from "./ports/image-tagger.js";
export type * from "./ports/log.js";
export type * from "./ports/metadata-repository.js";
export type * from "./ports/sleep.js";
export type * from "./ports/status-store.js";
export type * from "./ports/upload-tickets.js";
export type * from "./ports/webhook-deliveries.js";
export type * from "./ports/webhook-sender.js";
