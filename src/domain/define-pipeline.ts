import { decorate } from "../ports/checked/decorate.js";
import { guardPorts } from "../ports/checked/index.js";
import type { ImageEngine } from "../ports/image-engine.js";
import { type PipelineConfig, pipelineConfig } from "./model/pipeline-config.js";
import { planRenditions } from "./model/render-plan.js";
import type { Pipeline } from "./pipeline.js";
import { deliverWebhooks } from "./use-cases/deliver-webhooks.js";
import { describeImage, getImage, listImages } from "./use-cases/describe-image.js";
import { describeStatus } from "./use-cases/describe-status.js";
import { doctorImages } from "./use-cases/doctor-images.js";
import { editImage } from "./use-cases/edit-image.js";
import { eraseOwner } from "./use-cases/erase-owner.js";
import { explainImage } from "./use-cases/explain-image.js";
import { addWebhooks } from "./use-cases/hand-over.js";
import type { PipelinePorts, Ports } from "./use-cases/ports.js";
import { processImage } from "./use-cases/process-image.js";
import { assertDeployed, publishDeployment } from "./use-cases/publish-deployment.js";
import { readEvents } from "./use-cases/read-events.js";
import { removeImage } from "./use-cases/remove-image.js";
import { replayChange } from "./use-cases/replay-change.js";
import { reconcileAndReport } from "./use-cases/report-reconcile.js";
import { type Receipt, requestProcessing } from "./use-cases/request-processing.js";
import { requestRemoval } from "./use-cases/request-removal.js";
import { checkTagger } from "./use-cases/tag-image.js";
import { uploadImage } from "./use-cases/upload-image.js";
import { waitUntilSettled } from "./use-cases/wait-until-settled.js";
import { drainQueue, settleDelivery, workQueue } from "./use-cases/work-queue.js";

/**
 * Ports in, the use cases out: the only place where they are put together. Throws `invalid-input` that names every wrong
 * path of the configuration, when it asks for tags and the tagger that it names is not among the ports, and when the engine
 * cannot read a format that it lets in, and when it names subscribers and their deliveries cannot be kept.
 */
export function definePipeline(given: PipelinePorts): Pipeline {
  const config = pipelineConfig(given.config);
  const guarded = guardPorts(given);
  const checked = {
    ...guarded,
    engine: selectVersion(guarded.engine, config),
    config,
    clock: given.clock ?? (() => new Date()),
    log: given.log ?? (() => {}),
  };
  const ports: Ports = { ...checked, events: addWebhooks(checked) };
  checkTagger(ports);
  ports.engine.checkFormats?.(ports.config.uploads.formats);
  const { eventLog } = ports;
  const wakers = new Set<() => void>();
  const wake = () => {
    for (const waker of wakers) waker();
  };
  /** Even what fails may have left something in the queue. */
  const finishAndWake = <Result>(work: Promise<Result>): Promise<Result> => work.finally(wake);
  return {
    config: ports.config,
    process: async (input, options) => {
      const { record, ...done } = await finishAndWake(processImage(ports, input, options));
      return { ...(await describeImage(ports, record)), ...done };
    },
    upload: (input, options) => finishAndWake(uploadImage(ports, input, options)),
    list: (query, options) => listImages(ports, query, options),
    get: (imageId, options) => getImage(ports, imageId, options),
    explain: (imageId, options) => explainImage(ports, imageId, options),
    getStatus: (options) => describeStatus(ports, options),
    remove: (imageId, options) => finishAndWake(removeImage(ports, imageId, options)),
    requestProcessing: (key, options) => finishAndWake(requestProcessing(ports, key, options)),
    requestRemoval: (imageId, options) => finishAndWake(requestRemoval(ports, imageId, options)),
    edit: async (imageId, edit, options) => {
      const edited = await finishAndWake(editImage(ports, imageId, edit, options));
      if (!edited) return undefined;
      const { record, requested } = edited;
      return { ...(await describeImage(ports, record)), ...(requested && { requested }) };
    },
    eraseOwner: (owner, options) => {
      const reportAndWake = (receipt: Receipt) => {
        wake();
        options?.onRequested?.(receipt);
      };
      return finishAndWake(eraseOwner(ports, owner, { ...options, onRequested: reportAndWake }));
    },
    waitUntilSettled: (imageId, options) => waitUntilSettled(ports, imageId, options),
    plan: async (bytes, options) => {
      const facts = await ports.engine.inspect(bytes, ports.config.uploads, options);
      return planRenditions(facts, ports.config, options);
    },
    work: (options) => workQueue({ ...ports, wakers }, options),
    wake,
    drainQueue: (options) => drainQueue(ports, options),
    settle: (delivery, options) => settleDelivery(ports, delivery, options),
    replay: (change, options) => replayChange(ports, change, options),
    doctor: (options) => doctorImages(ports, options),
    reconcile: async function* (options) {
      for await (const difference of reconcileAndReport(ports, options)) {
        if (difference.outcome === "requested") wake();
        yield difference;
      }
    },
    publishDeployment: (options) => publishDeployment(ports, options),
    checkDeployment: (options) => assertDeployed(ports, options),
    deliverWebhooks: (options) => deliverWebhooks({ ...ports, wakers }, options),
    ...(eventLog && {
      events: {
        read: (query, options) => readEvents({ urls: ports.urls, eventLog }, query, options),
        readNewest: (options) => eventLog.readNewest(options),
        checkKept: async (after, options) => void (await eventLog.read({ after, limit: 1 }, options)),
      },
    }),
  };
}

/** An engine by the version that counts for the originals that are let in: installing what decodes others changes no image. */
function selectVersion(engine: ImageEngine, { uploads }: PipelineConfig): ImageEngine {
  return engine.computeVersion
    ? decorate(engine, { version: engine.computeVersion(uploads.formats) })
    : engine;
}
