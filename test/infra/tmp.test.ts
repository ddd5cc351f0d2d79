import { it } from "@jest/globals";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { writeFileSync } from "node:fs";
import { synthesise } from "../support/infra/synthesise.js";
import { CASES } from "../support/infra/cases.js";
it.each(Object.entries(CASES))("%s", (name, props) => {
  const { app, template } = synthesise(props);
  writeFileSync("/tmp/template-"+name.replaceAll(" ","-")+".json", JSON.stringify(template.toJSON(), null, 1));
  const out: string[] = [];
  for (const pack of [new AwsSolutionsChecks(), new ServerlessChecks()]) {
    const { violations } = pack.validateScope(app);
    for (const v of violations) out.push(v.ruleName + " " +  JSON.stringify(v.violatingResources?.map((c: any)=>c.constructPath)).slice(0,600));
  }
  if (out.length) throw new Error(out.join("\n"));
});
