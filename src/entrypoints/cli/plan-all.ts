import type { Command } from "commander";
import { addDifference, NO_DIFFERENCE } from "../../domain/model/difference.js";
import { loadPricing } from "./aws-pricing.js";
import { composeStores } from "./compose-stores.js";
import { formatBill, formatFindings, formatPlanned, formatWork, reportProblem } from "./difference-lines.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { catchInterruption } from "./interruption.js";
import { print, report, toJsonLine } from "./output.js";
import { type ComparingOptions, toReconcileOptions } from "./reconcile-command.js";
import { showReconcileProgress } from "./reconcile-progress.js";
import { StrayFiles } from "./stray-files.js";

/** `safelight plan --all`: what `safelight reconcile` would do. */
export async function planAll(
  command: Command,
  options: ComparingOptions & { readonly prices?: string },
): Promise<ExitCode> {
  const interruption = catchInterruption({ finishing: "the current image is compared" });
  const { signal } = interruption;
  const { pipeline, settings, close, deployment } = await composeStores(command);
  const strays = new StrayFiles();
  const progress = showReconcileProgress({ bar: process.stderr.isTTY && !options.json });
  try {
    const price = await loadPricing(settings.stores, options.prices);
    const how = {
      ...toReconcileOptions(options),
      ...(deployment && { deployment }),
      onProgress: progress.update,
      onStrayFile: strays.add,
      signal,
    };
    let summary = NO_DIFFERENCE;
    for await (const difference of pipeline.reconcile(how)) {
      summary = addDifference(summary, difference);
      reportProblem(difference);
    }
    if (settings.stores.kind === "local") await strays.addEntries(settings.stores.dir, signal);
    progress.stop();
    strays.report();
    const { images, findings, specs, work, outcomes } = summary;
    const bill = price?.(work);
    const lines = [...formatFindings(summary), ...formatWork(summary), ...formatBill(bill ?? [])];
    if (options.json) print(toJsonLine({ images, findings, specs, work, ...(bill && { bill }) }));
    else if (images > 0) for (const line of lines) print(line);
    report(formatPlanned(summary));
    return outcomes.failed === undefined ? EXIT.ready : EXIT.unfinished;
  } catch (error) {
    if (!signal.aborted) throw error;
    return EXIT.interrupted;
  } finally {
    progress.stop();
    await close();
    interruption.dispose();
  }
}
