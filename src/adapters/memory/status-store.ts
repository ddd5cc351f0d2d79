import type { StatusDocuments, StatusName, StatusStore } from "../../ports/status-store.js";

/** Documents in a map. */
export class MemoryStatusStore implements StatusStore {
  readonly #documents = new Map<StatusName, StatusDocuments[StatusName]>();

  async get<Name extends StatusName>(name: Name): Promise<StatusDocuments[Name] | undefined> {
    // The type of each document is that of its name.
    return structuredClone(this.#documents.get(name)) as StatusDocuments[Name] | undefined;
  }

  async put<Name extends StatusName>(name: Name, document: StatusDocuments[Name]): Promise<void> {
    const found = this.#documents.get(name);
    if (found === undefined || found.at <= document.at) this.#documents.set(name, structuredClone(document));
  }
}
