import { Command } from "commander";
import type { DeadLetter } from "../../adapters/aws/dead-letters.js";
import { quote, refusalInWords, SafelightError } from "../../domain/model/errors.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { catchInterruption } from "./interruption.js";
import { createJsonOption } from "./options.js";
import { formatCount, print, report, toJsonLine } from "./output.js";

interface RedriveOptions {
  readonly aws?: string;
  readonly from?: string;
  readonly to?: string;
  readonly send?: true;
  readonly json?: true;
}

const EXPLANATION = `
A dead letter stays where it is until it is sent back, and is hidden for a minute
after a look. Sending back is safe to repeat: what was settled meanwhile is left
alone. Credentials and region are those of the AWS SDK; pipeline.grantOperate(role)
grants the rights, and pipeline.grantRedrive(role) those beside --aws.`;

/** `safelight redrive` */
export function createRedriveCommand(): Command {
  return new Command("redrive")
    .description("show the changes that a pipeline on AWS has given up on, and send them back")
    .option("--aws <stack>", "name of the stack, whose outputs name the queues")
    .option("--from <url>", "dead-letter queue, in place of --aws")
    .option("--to <url>", "queue that they are sent back to, in place of --aws")
    .option("--send", "send them back; default: only show them")
    .addOption(createJsonOption())
    .addHelpText("after", EXPLANATION)
    .action(async (options: RedriveOptions) => {
      process.exitCode = await runRedrive(options);
    });
}

async function runRedrive(options: RedriveOptions): Promise<ExitCode> {
  const { send = false, json = false } = options;
  const { from, to } = await findQueues(options);
  const { createQueueClient, readDeadLetters, sendBack } = await import(
    "../../adapters/aws/dead-letters.js"
  ).catch(refuseWithoutPackage);
  const interruption = catchInterruption({ finishing: "the message in hand is sent back" });
  const sqs = createQueueClient();
  let count = 0;
  try {
    for await (const letter of readDeadLetters(sqs, from)) {
      if (interruption.signal.aborted) break;
      if (send) await sendBack(sqs, letter, { from, to });
      count += 1;
      for (const line of json ? [formatJson(letter)] : formatLetter(letter)) print(line);
    }
  } finally {
    interruption.dispose();
  }
  const letters = formatCount(count, "dead letter");
  (json ? report : print)(send ? `${letters} sent back` : `${letters}; send them back with --send`);
  return interruption.signal.aborted ? EXIT.interrupted : EXIT.ready;
}

async function findQueues({ aws, from, to, send }: RedriveOptions): Promise<{ from: string; to: string }> {
  if (aws !== undefined && from === undefined && to === undefined) {
    const { findDeployedQueues } = await import("../../adapters/aws/deployed-pipeline.js");
    const { queueUrl, deadLetterQueueUrl } = await findDeployedQueues(aws);
    return { from: deadLetterQueueUrl, to: queueUrl };
  }
  if (aws !== undefined)
    throw refusalInWords("invalid-input", "either --aws or the queues' URLs", "redrive", "both");
  if (from === undefined)
    throw refusalInWords("invalid-input", "--aws <stack> or --from <url>", "redrive", "neither");
  if (send && to === undefined)
    throw refusalInWords("invalid-input", "--to <url> (required by --send beside --from)", "redrive", "none");
  for (const [option, url] of [
    ["--from", from],
    ["--to", to],
  ] as const)
    if (url !== undefined && !/^https?:\/\/./.test(url))
      throw refusalInWords("invalid-input", "the URL of a queue", option, quote(url));
  return { from, to: to ?? "" };
}

function refuseWithoutPackage(cause: unknown): never {
  const name = "@aws-sdk/client-sqs";
  const message = `expected ${name} beside safelight but found none; run npm install ${name}`;
  throw new SafelightError("invalid-input", message, { cause });
}

function formatJson({ receipt: _, ...letter }: DeadLetter): string {
  return toJsonLine(letter);
}

function formatLetter({ sentAt, changes, reasons }: DeadLetter): string[] {
  const names = changes.map(({ type, key }) => `${type} ${key}`);
  const what = names.length > 0 ? names : ["no change that can be read"];
  const why =
    reasons.length > 0 ? reasons : ["the log of the function that processes says why; search for the key"];
  return [`${sentAt ?? "at an unknown time"}  ${what.join(", ")}`, ...why.map((reason) => `  ${reason}`)];
}
