export type { TaggingInput } from "./configuration.js";
export { ImagePipeline } from "./image-pipeline.js";
export type {
  AlarmsProps,
  ApiAuthorization,
  ApiCors,
  ApiProps,
  CdnProps,
  FunctionSize,
  ImagePipelineProps,
  ImportedKeys,
  NotificationsProps,
  OpenIdProvider,
  SignedUrls,
  SpendingProps,
  WebhookProps,
} from "./image-pipeline-props.js";
