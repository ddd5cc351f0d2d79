import { guardPorts } from "../../../src/index.js";
import { type Numbering, ToyConnection, ToyService, toy } from "../toy-family/index.js";
import { renumbered } from "./renumbered.js";
import type { Stores } from "./stores.js";

/** Stores of the toy family, behind the checks of their ports, that live as long as one history. */
export async function toyStores(numbering: Numbering): Promise<Stores> {
  const service = new ToyService({ numbering });
  const { originals, renditions, records } = guardPorts(toy(new ToyConnection(service)));
  /** The service tells a change's number in its notification only: the history's world passes it on as it likes. */
  let told: string | undefined;
  service.onChange = ({ sequencer }) => {
    told = sequencer;
  };
  const tell = () => {
    const sequencer = told;
    told = undefined;
    return sequencer;
  };
  return { originals: renumbered(originals, tell), renditions, records };
}
