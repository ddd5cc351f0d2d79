import { guardPorts } from "../../../src/index.js";
import { renumberSequencers } from "../../../src/testing/histories/renumber-sequencers.js";
import type { HistoryStores } from "../../../src/testing/histories/stores.js";
import { createToyFamily, type Numbering, ToyConnection, ToyService } from "../toy-family/index.js";

/** HistoryStores of the toy family, behind the checks of their ports, that live as long as one history. */
export async function createToyStores(numbering: Numbering): Promise<HistoryStores> {
  const service = new ToyService({ numbering });
  const { originals, renditions, records } = guardPorts(createToyFamily(new ToyConnection(service)));
  /** The service tells a change's number in its notification only: the history's world passes it on as it likes. */
  let told: string | undefined;
  service.onChange = ({ sequencer }) => {
    told = sequencer;
  };
  const reportChanges = () => {
    const sequencer = told;
    told = undefined;
    return sequencer;
  };
  return { originals: renumberSequencers(originals, reportChanges), renditions, records };
}
