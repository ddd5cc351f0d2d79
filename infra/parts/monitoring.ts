import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { Construct } from "constructs";
import type { ImagePipelineProps } from "../image-pipeline-props.js";
import { listAlarms } from "./alarm-list.js";
import { createAlarms } from "./alarms.js";
import type { PipelineFunctions } from "./functions.js";
import { createMetricsBoard } from "./metrics-board.js";
import type { Monitored } from "./monitored.js";

/** The parts of a pipeline that are monitored. */
export interface MonitoredParts
  extends Omit<Monitored, "functions" | "api" | "pageApi" | "distribution" | "reconcile"> {
  readonly functions: PipelineFunctions;
  readonly api?: HttpApi | undefined;
  readonly pageApi?: HttpApi | undefined;
  readonly distribution?: Monitored["distribution"] | undefined;
}

/** Makes the board of metrics and, unless there are to be none, the alarms. */
export function monitorPipeline(scope: Construct, props: ImagePipelineProps, parts: MonitoredParts): void {
  const { functions, api, pageApi, distribution, ...others } = parts;
  const { process, read, write, reconcile } = functions;
  const monitored: Monitored = {
    ...others,
    functions: Object.entries({ Process: process, Read: read, Write: write }).flatMap(([name, lambda]) =>
      lambda ? [{ name, lambda, waits: lambda !== process }] : [],
    ),
    ...(api && { api }),
    ...(pageApi && { pageApi }),
    ...(distribution && { distribution }),
    ...(reconcile && { reconcile }),
  };
  createMetricsBoard(scope, monitored);
  if (props.alarms === false) return;
  const { encryptionKey } = props;
  createAlarms(scope, listAlarms(monitored), {
    props: props.alarms ?? {},
    ...(encryptionKey && { encryptionKey }),
  });
}
