import type { CallOptions } from "../../ports/call-options.js";
import type { SpecChanges } from "../model/finding.js";
import type { ImageId } from "../model/image-id.js";
import type { ImageRecord, ReadyRecord, Source } from "../model/image-record.js";
import { iterateItems } from "../model/page.js";
import { deriveRecipe } from "../model/recipe.js";
import { type PlannedOutput, planOutputs } from "../model/render-plan.js";
import { type Rendition, type RenditionKey, toFolder, toRenditionFileName } from "../model/rendition.js";
import { toImagePrefix } from "../model/storage-layout.js";
import type { Needs } from "./ports.js";

/** The recipe of each planned output, by the name of its file. */
export type Recipes = ReadonlyMap<string, string>;

/** The recipes of these outputs of an original, for the configuration and the engine at hand. */
export function deriveRecipes(
  { config, engine }: Needs<"config" | "engine">,
  outputs: readonly PlannedOutput[],
  sha256: string,
): Recipes {
  const ingredients = { sha256, metadata: config.metadata, engine: engine.version };
  return new Map(outputs.map((output) => [toRenditionFileName(output), deriveRecipe(output, ingredients)]));
}

/** Whether the renditions of a record are those that would be planned for its original now, with its focal point. */
export function hasPlannedRecipes(
  ports: Needs<"config" | "engine">,
  { source, key, focalPoint, renditions }: ReadyRecord & { readonly source: Source },
): boolean {
  const planned = deriveRecipes(ports, planOutputs(source, ports.config, { key, focalPoint }), source.sha256);
  return (
    planned.size === renditions.length &&
    renditions.every((rendition) => planned.get(toRenditionFileName(rendition)) === rendition.recipe)
  );
}

/** How the specs of a record differ from those that would be rendered for its original now, with its focal point. */
export function compareSpecs(
  ports: Needs<"config" | "engine">,
  { source, key, focalPoint, renditions }: ReadyRecord,
): SpecChanges {
  const outputs = planOutputs(source, ports.config, { key, focalPoint });
  const recipes = deriveRecipes(ports, outputs, source.sha256);
  const planned = new Set(outputs.map(({ name }) => name));
  const made = new Set(renditions.map(({ name }) => name));
  const kept = new Set(selectWholeSpecs(renditions, outputs, recipes).map(({ name }) => name));
  const countByName = (name: string, some: readonly { readonly name: string }[]) =>
    some.filter((one) => one.name === name).length;
  const isKept = (name: string) =>
    kept.has(name) && countByName(name, outputs) === countByName(name, renditions);
  return {
    added: [...planned].filter((name) => !made.has(name)),
    changed: [...planned].filter((name) => made.has(name) && !isKept(name)),
    removed: [...made].filter((name) => !planned.has(name)),
  };
}

/**
 * The renditions that a commit which replaces `replaced` may name again under their old keys: those that are made by
 * the planned recipe and whose files are there. Only what the replaced record itself names is safe from whoever cleans
 * up, so this is decided anew for every record that is to be replaced.
 */
export async function findKeptRenditions(
  ports: Needs<"renditions">,
  replaced: ImageRecord | undefined,
  recipes: Recipes,
  { signal }: CallOptions = {},
): Promise<readonly Rendition[]> {
  if (replaced?.status !== "ready") return [];
  const same = replaced.renditions.filter(
    (rendition) => recipes.get(toRenditionFileName(rendition)) === rendition.recipe,
  );
  const keys = same.map(({ key }) => key);
  const listed = await findListed(ports, replaced.imageId, keys, { signal });
  return same.filter(({ key }) => listed.has(key));
}

/**
 * The renditions of a plan among those that are there, by the planned recipes: of each spec either all of its formats, from
 * one folder, or none. One URL stands for all formats of a spec and nothing looks up where each of them lies, so a
 * format that is missing has the others made anew, too.
 */
export function selectWholeSpecs(
  there: readonly Rendition[],
  outputs: readonly PlannedOutput[],
  recipes: Recipes,
): readonly Rendition[] {
  const names = [...new Set(outputs.map(({ name }) => name))];
  return names.flatMap((name) => {
    const files = outputs.filter((output) => output.name === name).map(toRenditionFileName);
    const made = there.filter((one) => one.name === name);
    const folders = [...new Set(made.map(({ key }) => toFolder(key)))];
    const groups = folders.map((folder) =>
      files.map((file) =>
        made.find(
          (one) =>
            toFolder(one.key) === folder &&
            toRenditionFileName(one) === file &&
            one.recipe === recipes.get(file),
        ),
      ),
    );
    return groups.find((group): group is Rendition[] => !group.includes(undefined)) ?? [];
  });
}

/** Those of the keys under which something is stored. */
export async function findListed(
  { renditions }: Needs<"renditions">,
  imageId: ImageId,
  keys: readonly RenditionKey[],
  { signal }: CallOptions = {},
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (keys.length === 0) return found;
  const sought = new Set<string>(keys);
  for await (const { key } of iterateItems((cursor) =>
    renditions.list(toImagePrefix(imageId), { cursor, signal }),
  ))
    if (sought.has(key)) found.add(key);
  return found;
}
