import type { PolicyStatement } from "aws-cdk-lib/aws-iam";
import {
  type Architecture,
  type CfnFunction,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { FunctionSize } from "../props/function-size.js";
import { acknowledge, acknowledgeStars } from "./acknowledge.js";
import { FunctionRole } from "./function-role.js";
import { allowLogs, allowTraces } from "./policies.js";
import type { Retention } from "./retention.js";
import { RUNTIME } from "./runtime.js";

/** Options of every function of a pipeline. */
export interface FunctionOptions {
  readonly architecture: Architecture;
  readonly tracing: boolean;
  readonly logRetention: RetentionDays;
  readonly retention: Retention;
}

/** A size that says everything, but for the limit that it may not have. */
export type ResolvedSize = FunctionSize & Required<Pick<FunctionSize, "memorySize" | "timeout">>;

/** One function of a pipeline. */
export interface PipelineFunctionProps extends FunctionOptions {
  readonly code: Code;
  readonly description: string;
  /** Where that goes which the function fails at. */
  readonly whenItFails: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly size: ResolvedSize;
  readonly statements: readonly PolicyStatement[];
}

/**
 * A function with a log group and a role of its own, to which CDK adds nothing: it may do what is written here, and what
 * an app grants to it.
 */
export function createPipelineFunction(
  scope: Construct,
  id: string,
  props: PipelineFunctionProps,
): LambdaFunction {
  const { architecture, code, description, environment, size, retention, tracing } = props;
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: props.logRetention,
    removalPolicy: retention.removalPolicy,
  });
  const statements = [...props.statements, allowLogs(logGroup), ...(tracing ? [allowTraces()] : [])];
  const role = new FunctionRole(scope, `${id}Role`, statements);
  acknowledgeStars(role, statements);
  const lambda = new LambdaFunction(scope, id, {
    runtime: RUNTIME,
    architecture,
    handler: "index.handler",
    code,
    description,
    environment: { ...environment },
    memorySize: size.memorySize,
    timeout: size.timeout,
    ...(size.reservedConcurrency !== undefined && {
      reservedConcurrentExecutions: size.reservedConcurrency,
    }),
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
  });
  // Asked for traces, CDK would add statements of its own to the role.
  if (tracing) (lambda.node.defaultChild as CfnFunction).tracingConfig = { mode: "Active" };
  else acknowledge(lambda, "Serverless-LambdaTracing", "The deployment asked for no traces: tracing: false.");
  acknowledge(lambda, "Serverless-LambdaDLQ", props.whenItFails);
  return lambda;
}
