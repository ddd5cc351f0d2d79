import { Names } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { Distribution } from "aws-cdk-lib/aws-cloudfront";
import type { UserPool } from "aws-cdk-lib/aws-cognito";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { Grant, type IGrantable, type ManagedPolicy } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { describeDeployment } from "../src/domain/model/deployment.js";
import { loadDeployedConfiguration } from "./configuration.js";
import type { ImagePipelineProps } from "./image-pipeline-props.js";
import { createBudget } from "./parts/budget.js";
import { createCdn } from "./parts/cdn.js";
import { createChangeQueues } from "./parts/change-queue.js";
import { findCustomerKeys } from "./parts/customer-keys.js";
import { createDashboard, hasDashboard } from "./parts/dashboard.js";
import { computeDeployedEngine } from "./parts/deployed-engine.js";
import { buildEnvironments } from "./parts/environment.js";
import { createEventTopic } from "./parts/event-topic.js";
import {
  createFunctions,
  INVALIDATE_TIMEOUT,
  type PipelineFunctions,
  resolveConcurrency,
  resolveProcessTimeout,
} from "./parts/functions.js";
import { listLookStatements, listRedriveStatements, listUploadStatements } from "./parts/granted-rights.js";
import { grantStatements } from "./parts/grants.js";
import { createImageApi } from "./parts/http-api.js";
import { connectInvalidations, createInvalidationQueue } from "./parts/invalidation-queue.js";
import { grantServicePrincipals } from "./parts/key-policy.js";
import { monitorPipeline } from "./parts/monitoring.js";
import { findNegotiation } from "./parts/negotiation.js";
import { createOperatorPolicy, grantPolicy } from "./parts/operator-policy.js";
import { addOutputs } from "./parts/outputs.js";
import type { Resources } from "./parts/roles.js";
import { listRoutes } from "./parts/routes.js";
import { createReconcileSchedule } from "./parts/schedule.js";
import { createStores } from "./parts/stores.js";
import { connectTrigger } from "./parts/trigger.js";
import { createWebhooks } from "./parts/webhooks.js";

/**
 * A whole image pipeline: whatever is uploaded to `originals` becomes renditions behind a CDN and a record in a table.
 * `new ImagePipeline(this, "Images")` alone is complete and private. Throws `invalid-input` for an invalid configuration,
 * and if both buckets are the same one.
 */
export class ImagePipeline extends Construct {
  /** The bucket that originals are uploaded to. */
  readonly originals: IBucket;
  /** The bucket of the renditions. */
  readonly renditions: IBucket;
  /** The records. */
  readonly table: ITable;
  /** The changes and requests that wait. */
  readonly queue: IQueue;
  /** The requests to tag later; absent where Rekognition tags nothing. */
  readonly taggingQueue?: IQueue;
  /** The changes that could not be settled. */
  readonly deadLetterQueue: IQueue;
  /** Events are published here; absent with `notifications: false`. */
  readonly topic?: ITopic;
  /** Absent with `cdn: false`. */
  readonly distribution?: Distribution;
  /** The paths that wait to be invalidated at the distribution; absent with `cdn: false`. */
  readonly invalidationQueue?: IQueue;
  /** Absent with `api: false`. */
  readonly api?: HttpApi;
  /** The API of the dashboard, for those who signed in to it; absent without a dashboard. */
  readonly pageApi?: HttpApi;
  /** The people who may sign in to the dashboard; absent without one, and where a provider was given. */
  readonly userPool?: UserPool;
  /** Its functions; with `api: false` and `cdn: false` there is only `process`. */
  readonly functions: PipelineFunctions;
  readonly #resources: Resources;
  #operatorPolicy: ManagedPolicy | undefined;

  constructor(scope: Construct, id: string, props: ImagePipelineProps = {}) {
    super(scope, id);
    const { encryptionKey } = props;
    const { webhooks: subscribers = {} } = props;
    if (encryptionKey)
      grantServicePrincipals(encryptionKey, { webhooks: Object.keys(subscribers).length > 0 });
    const encryption = encryptionKey && { encryptionKey };
    const stores = createStores(this, props);
    const configuration = loadDeployedConfiguration(props.configuration, props.tagging);
    const queues = createChangeQueues(this, {
      timeout: resolveProcessTimeout(props),
      tags: configuration.configuration.tagging.provider === "rekognition",
      ...encryption,
    });
    const renditionsCdn =
      props.cdn === false
        ? undefined
        : createCdn(this, {
            renditions: stores.renditions,
            props: props.cdn ?? {},
            ...findNegotiation(configuration.configuration, props),
            hasPage: hasDashboard(props),
          });
    const invalidations =
      renditionsCdn && createInvalidationQueue(this, { timeout: INVALIDATE_TIMEOUT, ...encryption });
    const signedUrls = props.cdn === false ? undefined : props.cdn?.signedUrls;
    const topic =
      props.notifications === false
        ? undefined
        : (props.notifications?.topic ?? createEventTopic(this, { ...encryption }));
    const webhooks = createWebhooks(this, { webhooks: subscribers, topic, ...encryption });
    const resources: Resources = {
      keys: findCustomerKeys(props, { ...stores, ...(topic && { topic }) }),
      ...stores,
      ...queues,
      originals: stores.originalsByName,
      ...(topic && { topic }),
      ...(renditionsCdn && { distribution: renditionsCdn.distribution }),
      ...(invalidations && { invalidations }),
      ...(signedUrls && { signingSecret: signedUrls.privateKey }),
    };
    this.#resources = { ...resources, originals: stores.originals };
    const service = Names.uniqueResourceName(this, { maxLength: 60 });
    const authorization = (props.api !== false && props.api?.authorization) || { type: "iam" as const };
    const settings = {
      service,
      authorization,
      searchByName: props.searchByName ?? false,
      direct: props.trigger === "direct",
      ...(renditionsCdn && { cdn: renditionsCdn }),
      ...(signedUrls && { signedUrls }),
      engineVersion: computeDeployedEngine(configuration.configuration),
      ...(props.reconcile?.rate !== undefined && { reconcileRate: props.reconcile.rate }),
    };
    const environments = buildEnvironments(resources, settings);
    this.functions = createFunctions(this, props, {
      resources,
      environments,
      configuration,
    });
    connectTrigger(this, {
      kind: props.trigger ?? "queue",
      originals: stores.originals,
      originalsByName: stores.originalsByName,
      ...(stores.made && { made: stores.made }),
      queues,
      process: this.functions.process,
      maxConcurrency: resolveConcurrency(props).changes,
      taggingConcurrency: resolveConcurrency(props).tagging,
    });
    const { monthlyBudget } = props.spending ?? {};
    if (monthlyBudget !== undefined) createBudget(this, { dollars: monthlyBudget, alarms: props.alarms });
    const { invalidate, reconcile } = this.functions;
    if (props.reconcile && reconcile) createReconcileSchedule(this, props.reconcile, reconcile);
    if (invalidations && invalidate) connectInvalidations(this, { queue: invalidations, invalidate });
    this.originals = stores.originals;
    this.renditions = stores.renditions;
    this.table = stores.table;
    this.queue = queues.queue;
    this.deadLetterQueue = queues.deadLetters;
    if (queues.taggingQueue) this.taggingQueue = queues.taggingQueue;
    if (topic) this.topic = topic;
    if (renditionsCdn) this.distribution = renditionsCdn.distribution;
    if (invalidations) this.invalidationQueue = invalidations;
    const api = createImageApi(this, props, this.functions);
    if (api) this.api = api;
    const { read, write } = this.functions;
    const dashboard =
      hasDashboard(props) && renditionsCdn && read && write
        ? createDashboard(this, props, {
            cdn: renditionsCdn,
            stores,
            functions: { ...this.functions, read, write },
          })
        : undefined;
    if (dashboard) this.pageApi = dashboard.api;
    if (dashboard?.userPool) this.userPool = dashboard.userPool;
    monitorPipeline(this, props, {
      queues,
      service,
      webhooks,
      functions: this.functions,
      table: stores.table,
      api,
      pageApi: dashboard?.api,
      distribution: renditionsCdn?.distribution,
      ...(invalidations && { invalidations }),
    });
    addOutputs(this, {
      resources: this.#resources,
      environments,
      deployment: describeDeployment(configuration.configuration, settings.engineVersion),
      cdn: renditionsCdn,
      api,
      dashboard,
    });
  }

  /** Grants uploading originals, and nothing else. */
  grantUpload(grantee: IGrantable): Grant {
    return grantStatements(grantee, listUploadStatements(this.#resources));
  }

  /** Grants reading renditions from their bucket, and reading and listing records. */
  grantRead(grantee: IGrantable): Grant {
    return grantStatements(grantee, listLookStatements(this.#resources));
  }

  /**
   * Grants sending dead letters back to the queue: by `StartMessageMoveTask`, which can be looked at and canceled, or by
   * receiving, sending and deleting them.
   */
  grantRedrive(grantee: IGrantable): Grant {
    return grantStatements(grantee, listRedriveStatements(this.#resources));
  }

  /**
   * Grants what `safelight plan --all`, `reconcile`, `import` and `redrive` need with `--aws` and the name of the stack: by
   * one managed policy, which the first call makes, and whose ARN is the output `OperatorPolicyArn`. Returns it, for whom it has to
   * be attached to elsewhere. Throws `invalid-input` for a grantee that is neither a role nor a user nor a group.
   */
  grantOperate(...grantees: readonly IGrantable[]): ManagedPolicy {
    this.#operatorPolicy ??= createOperatorPolicy(this, this.#resources);
    for (const grantee of grantees) grantPolicy(this.#operatorPolicy, grantee);
    return this.#operatorPolicy;
  }

  /**
   * Grants calling the HTTP API with IAM credentials: the routes of `permission`, by default all of them. Returns
   * `undefined` without an API.
   */
  grantCall(grantee: IGrantable, permission?: "read" | "write"): Grant | undefined {
    const { api } = this;
    if (!api) return undefined;
    const routes = listRoutes(this.functions).filter(
      ({ by, open }) => !open && (permission === undefined || by === permission),
    );
    const resourceArns = routes.map(({ method, path }) =>
      api.arnForExecuteApi(method, path.replace(/\{\w+\}/g, "*"), "$default"),
    );
    return Grant.addToPrincipal({ grantee, actions: ["execute-api:Invoke"], resourceArns });
  }
}
